package org.isospin.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The checked-in PTX is that of the sources, as far as a machine without a toolkit can tell. */
class KernelModuleTest {
    private static final String PTX = new String(KernelModule.ptx(), StandardCharsets.US_ASCII);

    private static List<String> names(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static List<String> symbols() {
        return Arrays.stream(Kernel.values()).map(Kernel::symbol).toList();
    }

    @Test
    void hasEveryKernelThatJavaLaunchesAndNoOther() {
        assertThat(names("\\.visible \\.entry (\\w+)\\(", PTX)).containsExactlyInAnyOrderElementsOf(symbols());
    }

    @Test
    void isForArchitecturesAndDriversFromLongAgo() {
        assertThat(PTX).contains("\n.target sm_75\n").contains("\n.version 7.0\n");
    }

    @Test
    void sourcesHaveTheKernelsOfThePtxAndTheStandInTheirNames() throws IOException {
        Path sources = Path.of("src/main/cuda");
        try (Stream<Path> files = Files.list(sources)) {
            String text = files.filter(file -> file.toString().endsWith(".cuh"))
                    .map(KernelModuleTest::read)
                    .reduce("", String::concat);
            assertThat(names("(?m)^KERNEL\\((\\w+)\\)", text)).containsExactlyInAnyOrderElementsOf(symbols());
        }
        String standIn = read(Path.of("src/test/c/kernel_names.h"));
        assertThat(names("each\\((\\w+)\\)", standIn)).containsExactlyInAnyOrderElementsOf(symbols());
    }

    /** A product and a sum are fused only where the source has fma: contraction would make bits depend on the compiler. */
    @Test
    void kernelsThatOnlyMultiplyHaveNoFusedInstruction() {
        int start = PTX.indexOf(".entry multiply(");
        String kernel = PTX.substring(start, PTX.indexOf("\n}", start));
        assertThat(kernel).contains("mul.rn.f64").doesNotContain("fma.rn.f64");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
