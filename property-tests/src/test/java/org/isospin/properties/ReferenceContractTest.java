package org.isospin.properties;

import net.jqwik.api.Group;
import org.isospin.DType;

/** The laws on the plain-Java backend. */
@SuppressWarnings("ClassCanBeStatic") // jqwik groups are inner classes
class ReferenceContractTest {
    @Group
    class F64 extends AllContracts {
        F64() {
            super(Backends.REFERENCE, DType.F64);
        }
    }

    @Group
    class F32 extends AllContracts {
        F32() {
            super(Backends.REFERENCE, DType.F32);
        }
    }

    @Group
    class BF16 extends AllContracts {
        BF16() {
            super(Backends.REFERENCE, DType.BF16);
        }
    }

    @Group
    class F16 extends AllContracts {
        F16() {
            super(Backends.REFERENCE, DType.F16);
        }
    }
}
