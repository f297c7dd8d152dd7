package org.isospin.properties;

import net.jqwik.api.Group;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.isospin.DType;

/** The laws on the Vector API backend. */
@AddLifecycleHook(SkipWithoutSimd.class)
@SuppressWarnings("ClassCanBeStatic") // jqwik groups are inner classes
class SimdContractTest {
    @Group
    class F64 extends AllContracts {
        F64() {
            super(Backends.SIMD, DType.F64);
        }
    }

    @Group
    class F32 extends AllContracts {
        F32() {
            super(Backends.SIMD, DType.F32);
        }
    }

    @Group
    class BF16 extends AllContracts {
        BF16() {
            super(Backends.SIMD, DType.BF16);
        }
    }

    @Group
    class F16 extends AllContracts {
        F16() {
            super(Backends.SIMD, DType.F16);
        }
    }
}
