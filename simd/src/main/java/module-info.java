import org.isospin.backend.BackendProvider;
import org.isospin.simd.SimdProvider;

/** Kernels in the Vector API. */
module org.isospin.simd {
    requires jdk.incubator.vector;
    requires org.isospin.core;

    provides BackendProvider with
            SimdProvider;
}
