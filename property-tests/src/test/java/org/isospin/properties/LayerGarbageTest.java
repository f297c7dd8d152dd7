package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.reparam.OftLayer;
import org.isospin.reparam.OftOptions;
import org.isospin.reparam.OftParameters;
import org.isospin.reparam.PoetLayer;
import org.isospin.reparam.PoetOptions;
import org.isospin.reparam.PoetParameters;
import org.isospin.reparam.Primitive;
import org.isospin.reparam.PsoftLayer;
import org.isospin.reparam.PsoftOptions;
import org.isospin.reparam.PsoftParameters;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.GeneratorMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What forward and backward leave on the heap: a few objects, of many blocks and tokens no more than of few. */
class LayerGarbageTest {
    /** Bytes of heap that both may leave: a lease of a stream each, batches and their views. */
    private static final long MOST_BYTES = 4096;

    /** Calls before a number is believed: code that is not compiled yet may box. */
    private static final int ROUNDS = 400;

    private static final ThreadMXBean METER = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource(PoetOptions.Memory.class)
    void aPoetLayerLeavesAFewObjectsWhateverTheShape(PoetOptions.Memory memory) {
        PoetOptions options =
                PoetOptions.DEFAULT.withPrimitive(Primitive.blockStochastic(4)).withMemory(memory);
        assertFew((iso, w) -> {
            PoetLayer layer = PoetLayer.of(iso, options, w);
            PoetParameters gradient = layer.parameters().allocateLike();
            return (x, y, dy, dx) -> {
                layer.forward(x, y);
                layer.backward(x, dy, dx, gradient);
            };
        });
    }

    @ParameterizedTest
    @EnumSource(OftOptions.Form.class)
    void anOftLayerLeavesAFewObjectsWhateverTheShape(OftOptions.Form form) {
        OftOptions options = OftOptions.DEFAULT.withBlocks(4, 1).withForm(form);
        assertFew((iso, w) -> {
            OftLayer layer = OftLayer.of(iso, options, w);
            OftParameters gradient = layer.parameters().allocateLike();
            return (x, y, dy, dx) -> {
                layer.forward(x, y);
                layer.backward(x, dy, dx, gradient);
            };
        });
    }

    @Test
    void aPsoftLayerLeavesAFewObjectsWhateverTheShape() {
        // The exact transform looks at norms, and boxes them.
        PsoftOptions options = PsoftOptions.DEFAULT.withRank(4).withMap(GeneratorMap.cayleyNeumann(3, CayleyStep.FULL));
        assertFew((iso, w) -> {
            PsoftLayer layer = PsoftLayer.of(iso, options, w);
            PsoftParameters gradient = layer.parameters().allocateLike();
            return (x, y, dy, dx) -> {
                layer.forward(x, y);
                layer.backward(x, dy, dx, gradient);
            };
        });
    }

    /** Makes what a step does with a weight. */
    @FunctionalInterface
    private interface Maker {
        Step of(Isospin iso, Matrix weight);
    }

    /** Forward and backward. */
    @FunctionalInterface
    private interface Step {
        void run(Matrix x, Matrix y, Matrix dy, Matrix dx);
    }

    private static void assertFew(Maker maker) {
        try (Isospin iso = Isospin.named(Backends.REFERENCE).withThreads(1)) {
            assertThat(bytes(iso, maker, 9, 13, 2)).isLessThanOrEqualTo(MOST_BYTES);
            assertThat(bytes(iso, maker, 150, 90, 7)).isLessThanOrEqualTo(MOST_BYTES);
        }
    }

    private static long bytes(Isospin iso, Maker maker, int m, int n, int tokens) {
        Step step = maker.of(iso, Generators.gaussian(m, n, 1).to(DType.F32));
        Matrix x = Generators.gaussian(tokens, n, 2).to(DType.F32);
        Matrix dy = Generators.gaussian(tokens, m, 3).to(DType.F32);
        Matrix y = Matrix.allocate(DType.F32, tokens, m);
        Matrix dx = Matrix.allocate(DType.F32, tokens, n);
        long fewest = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && fewest > MOST_BYTES; round++) {
            long before = METER.getCurrentThreadAllocatedBytes();
            step.run(x, y, dy, dx);
            fewest = Math.min(fewest, METER.getCurrentThreadAllocatedBytes() - before);
        }
        return fewest;
    }
}
