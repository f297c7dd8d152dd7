package org.isospin.bench.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** How an archive is compressed. */
enum Compression {
    /**
     * By the program xz: smallest, slow to write. More than its -6 gains 2 % and takes half as long again; two threads, whatever there
     * are, give the same bytes everywhere.
     */
    XZ(".tar.xz") {
        @Override
        OutputStream open(Path file) throws IOException {
            return new Filter(file, "xz", "-6", "-T2", "-c");
        }
    },
    /** By Java itself. */
    GZIP(".tar.gz") {
        @Override
        OutputStream open(Path file) throws IOException {
            return new GZIPOutputStream(Files.newOutputStream(file), 1 << 16) {
                {
                    def.setLevel(Deflater.BEST_COMPRESSION);
                }
            };
        }
    };

    private final String ending;

    Compression(String ending) {
        this.ending = ending;
    }

    /** {@return how names of such archives end} */
    String ending() {
        return ending;
    }

    /** {@return a stream into a file, which is replaced} */
    abstract OutputStream open(Path file) throws IOException;

    /** {@return whether this machine can write it} */
    boolean isPossible() {
        if (this == GZIP) {
            return true;
        }
        try {
            Process process = new ProcessBuilder("xz", "--version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
