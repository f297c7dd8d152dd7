/** Generated CUDA, cuBLAS and cuSOLVER bindings, their loader, and every other call that needs native access. */
module org.isospin.ffm {
    requires static transitive org.jspecify;
}
