package org.isospin.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.isospin.BackendUnavailableException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    private static String report(Throwable failure, int code) {
        StringWriter err = new StringWriter();
        assertThat(Failures.report(failure, new PrintWriter(err))).isEqualTo(code);
        assertThat(err.toString().lines()).hasSize(1);
        return err.toString().strip();
    }

    @Test
    void everyFailureIsOneLine() {
        assertThat(report(new UsageException("no\n  good"), 2)).isEqualTo("isospin: no good");
        assertThat(report(new BackendUnavailableException("backend x is not available"), 3))
                .isEqualTo("isospin: backend x is not available");
        assertThat(report(new NoSuchFileException("a.safetensors"), 2))
                .isEqualTo("isospin: a.safetensors: no such file");
        assertThat(report(new AccessDeniedException("a"), 2)).isEqualTo("isospin: a: access denied");
        assertThat(report(new UncheckedIOException(new IOException("disk on fire")), 2))
                .isEqualTo("isospin: disk on fire");
        assertThat(report(new OutOfMemoryError("Java heap space"), 2))
                .startsWith("isospin: out of memory (Java heap space)")
                .contains("ISOSPIN_JAVA_OPTS=-Xmx");
        assertThat(report(new StackOverflowError(), 2)).isEqualTo("isospin: internal error: the stack overflowed");
        assertThat(report(new IllegalStateException("lost"), 2))
                .startsWith("isospin: internal error: IllegalStateException: lost")
                .contains("ISOSPIN_DEBUG");
    }
}
