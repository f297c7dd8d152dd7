import org.isospin.backend.BackendProvider;
import org.isospin.backend.ReferenceProvider;

/**
 * Orthogonal linear algebra: the types, the backend contract with a plain-Java reference backend, and every algorithm.
 *
 * <p>The package {@code org.isospin.backend} is exported to Isospin's own modules only, until version 1.0.
 */
module org.isospin.core {
    requires static transitive org.jspecify;

    exports org.isospin;
    exports org.isospin.checkpoint;
    exports org.isospin.decomposition;
    exports org.isospin.measure;
    exports org.isospin.merge;
    exports org.isospin.optim;
    exports org.isospin.peft;
    exports org.isospin.placement;
    exports org.isospin.polar;
    exports org.isospin.reparam;
    exports org.isospin.rotation;
    exports org.isospin.backend to
            org.isospin.simd,
            org.isospin.gpu;

    uses BackendProvider;

    provides BackendProvider with
            ReferenceProvider;
}
