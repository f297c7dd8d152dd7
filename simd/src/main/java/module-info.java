/** Kernels in the Vector API. */
module org.isospin.simd {
    requires jdk.incubator.vector;
    requires org.isospin.core;
}
