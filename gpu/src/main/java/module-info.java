/** The CUDA backend. */
module org.isospin.gpu {
    requires org.isospin.core;
    requires org.isospin.ffm;
}
