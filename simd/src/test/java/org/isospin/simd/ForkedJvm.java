package org.isospin.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Runs a program of the tests on the class path of another JVM. */
final class ForkedJvm {
    /** The option that a class path needs for vectors. */
    static final String VECTORS = "--add-modules=jdk.incubator.vector";

    private ForkedJvm() {}

    /** {@return the lines that the program prints} */
    static List<String> run(Class<?> program, List<String> options, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(String.join(
                File.pathSeparator, tests(program), location("org.isospin.simd"), location("org.isospin.core")));
        command.add(program.getName());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines;
        try (var out = process.inputReader(StandardCharsets.UTF_8)) {
            lines = out.lines().toList();
        }
        assertThat(process.waitFor()).as("%s printed %s", command, lines).isZero();
        return lines;
    }

    private static String location(String module) {
        URI place = ModuleLayer.boot()
                .configuration()
                .findModule(module)
                .orElseThrow()
                .reference()
                .location()
                .orElseThrow();
        return Path.of(place).toString();
    }

    /** Where the compiled tests are, which the module system has patched into the module under test. */
    private static String tests(Class<?> program) throws Exception {
        String name = program.getSimpleName() + ".class";
        Path file = Path.of(Objects.requireNonNull(program.getResource(name)).toURI());
        return file.resolve("../../../..").normalize().toString();
    }
}
