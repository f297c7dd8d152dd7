/**
 * CUDA's driver, runtime, cuBLAS and cuSOLVER: generated bindings ({@code Cublas}, {@code CudaDriver}, {@code CudaRuntime},
 * {@code CusolverDn}) and the loader that finds the libraries.
 *
 * <p>Nothing here is loaded before {@link org.isospin.ffm.cuda.CudaStatus#get} is asked.
 */
package org.isospin.ffm.cuda;
