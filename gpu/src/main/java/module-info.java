import org.isospin.backend.BackendProvider;
import org.isospin.gpu.CudaProvider;

/** The CUDA backend. */
module org.isospin.gpu {
    requires static transitive org.jspecify;
    requires transitive org.isospin.core;
    requires org.isospin.ffm;

    exports org.isospin.gpu;

    provides BackendProvider with
            CudaProvider;
}
