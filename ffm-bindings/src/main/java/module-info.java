/** Generated CUDA, cuBLAS and cuSOLVER bindings, their loader, and every other call that needs native access. */
module org.isospin.ffm {
    requires static transitive org.jspecify;

    exports org.isospin.ffm;
    exports org.isospin.ffm.blas;
    exports org.isospin.ffm.cuda;
}
