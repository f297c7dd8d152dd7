package org.isospin.bench.gpucheck;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The python3 of this machine.
 *
 * @param reason why it is of no use here: there is none, or it has no torch; empty if it is
 * @param libraries the folders of CUDA's libraries that came with torch, separated by colons; may be empty
 */
record Python(String reason, String libraries) {
    static final String PROGRAM = "python3";
    private static final String LINKER = "LD_LIBRARY_PATH";
    private static final String HAS_TORCH = "import torch";
    private static final String WHEELS =
            "import glob, sysconfig; print(':'.join(sorted(glob.glob(sysconfig.get_path('purelib') + '/nvidia/*/lib'))))";

    /** Its first start may read gigabytes. */
    private static final long LONGEST_SECONDS = 60;

    private record Said(boolean isGood, String text) {}

    static Python find() throws IOException {
        Said torch = ask(HAS_TORCH);
        if (!torch.isGood) {
            return new Python(torch.text, "");
        }
        Said wheels = ask(WHEELS);
        return new Python("", wheels.isGood ? wheels.text : "");
    }

    private static Said ask(String program) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(PROGRAM, "-c", program)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException _) {
            return new Said(false, "there is no " + PROGRAM);
        }
        try (InputStream out = process.getInputStream()) {
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Said(false, PROGRAM + " does not answer");
            }
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.exitValue() == 0 ? new Said(true, text) : new Said(false, PROGRAM + " has no torch");
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** {@return variables with which the dynamic linker finds those libraries after all else} */
    Map<String, String> environment() {
        Map<String, String> variables = new HashMap<>();
        if (!libraries.isEmpty()) {
            String before = System.getenv(LINKER);
            variables.put(LINKER, before == null || before.isEmpty() ? libraries : before + ":" + libraries);
        }
        return variables;
    }
}
