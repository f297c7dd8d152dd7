package org.isospin.properties;

import net.jqwik.api.Group;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.isospin.DType;

/** The laws on the CUDA backend, on a GPU or on what stands in for one. */
@AddLifecycleHook(SkipWithoutCuda.class)
@SuppressWarnings("ClassCanBeStatic") // jqwik groups are inner classes
class CudaContractTest {
    @Group
    class F64 extends AllContracts {
        F64() {
            super(Backends.CUDA, DType.F64);
        }
    }

    @Group
    class F32 extends AllContracts {
        F32() {
            super(Backends.CUDA, DType.F32);
        }
    }

    @Group
    class BF16 extends AllContracts {
        BF16() {
            super(Backends.CUDA, DType.BF16);
        }
    }

    @Group
    class F16 extends AllContracts {
        F16() {
            super(Backends.CUDA, DType.F16);
        }
    }
}
