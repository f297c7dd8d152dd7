package org.isospin.properties;

import net.jqwik.api.Group;
import org.isospin.DType;

/** The laws where nothing runs until a read: an algorithm that looks at elements by itself fails here. */
@SuppressWarnings("ClassCanBeStatic") // jqwik groups are inner classes
class DeferredContractTest {
    @Group
    class F64 extends AllContracts {
        F64() {
            super(Backends.DEFERRED, DType.F64);
        }
    }

    @Group
    class F32 extends AllContracts {
        F32() {
            super(Backends.DEFERRED, DType.F32);
        }
    }
}
