package org.isospin.bench.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.isospin.bench.Cli;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The parts of a bundle; the whole is built, moved and run by the CI's script. */
class BundleTest {
    private static final int USAGE = 2;

    @TempDir
    Path folder;

    private byte[] archive() throws IOException {
        // Sizes around a block, a name that needs the prefix field, a link, a program.
        Path small = Files.writeString(folder.resolve("small"), "a");
        Path block = Files.write(folder.resolve("block"), new byte[512]);
        Path program = Files.writeString(folder.resolve("program"), "#!/bin/sh\nexit 7\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Path link = folder.resolve("link");
        if (!Files.isSymbolicLink(link)) {
            Files.createSymbolicLink(link, Path.of("small"));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(bytes)) {
            tar.file("root/small", small);
            tar.file("root/" + "deep/".repeat(30) + "x".repeat(99), block);
            tar.file("root/program", program);
            tar.file("root/link", link);
            tar.bytes("root/empty", new byte[0]);
        }
        return bytes.toByteArray();
    }

    private static int run(Path at, String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .directory(at.toFile())
                .inheritIO()
                .start()
                .waitFor();
    }

    @ParameterizedTest
    @EnumSource
    void tarReadsWhatWasWritten(Compression compression) throws IOException, InterruptedException {
        assumeTrue(compression.isPossible(), "there is no xz");
        Path file = folder.resolve("a" + compression.ending());
        try (OutputStream out = compression.open(file)) {
            out.write(archive());
        }
        Path there = Files.createDirectory(folder.resolve("there"));
        assertThat(run(there, "tar", "xf", file.toString())).isZero();
        Path root = there.resolve("root");
        assertThat(root.resolve("small")).hasContent("a");
        assertThat(Files.size(root.resolve("deep/".repeat(30) + "x".repeat(99))))
                .isEqualTo(512);
        assertThat(root.resolve("empty")).isEmptyFile();
        assertThat(Files.readSymbolicLink(root.resolve("link"))).isEqualTo(Path.of("small"));
        assertThat(run(there, root.resolve("program").toString())).isEqualTo(7);
    }

    @Test
    void twoArchivesOfTheSameFilesAreTheSame() throws IOException {
        byte[] first = archive();
        Files.setLastModifiedTime(folder.resolve("small"), java.nio.file.attribute.FileTime.fromMillis(0));
        assertThat(archive()).isEqualTo(first).hasSize(512 * (2 + 2 + 2 + 1 + 1 + 2));
    }

    @Test
    void namesThatDoNotFitAreRefused() throws IOException {
        try (TarWriter tar = new TarWriter(OutputStream.nullOutputStream())) {
            assertThatThrownBy(() -> tar.bytes("x".repeat(101), new byte[1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no room for the name xxx");
        }
    }

    private static Map<String, String> entries(byte[] jar) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return entries;
    }

    @Test
    void aStoredJarHasTheSameEntries() throws IOException {
        Path jar = folder.resolve("a.jar");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new ZipEntry("META-INF/"));
            out.putNextEntry(new ZipEntry("META-INF/services/x"));
            out.write("a service".getBytes(StandardCharsets.UTF_8));
            out.putNextEntry(new ZipEntry("empty"));
        }
        byte[] stored = StoredJar.of(jar);
        assertThat(entries(stored)).isEqualTo(Map.of("META-INF/services/x", "a service", "empty", ""));
        assertThat(StoredJar.of(jar)).isEqualTo(stored);
    }

    @ParameterizedTest
    @EnumSource
    void aFullDiskIsTold(Compression compression) throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full) && compression.isPossible(), "no /dev/full or no xz");
        byte[] noise = new byte[4 << 20];
        new java.util.SplittableRandom(1).nextBytes(noise);
        assertThatThrownBy(() -> {
                    try (OutputStream out = compression.open(full)) {
                        out.write(noise);
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");
    }

    @Test
    void whatCannotBeWrittenIsRefusedBeforeAnyWork() throws IOException {
        Path old = Files.writeString(folder.resolve("old.tar.gz"), "old");
        Cli.run("bundle", "-o", old).fails(USAGE, old + ": exists already; --force replaces it");
        Cli.run("bundle", "-o", folder.resolve("x.zip")).fails(USAGE, "must end in .tar.xz or .tar.gz");
        Cli.run("bundle", "-o", folder.resolve("no/x.tar.gz")).fails(USAGE, "there is no folder");
        assertThat(old).hasContent("old");
    }

    @Test
    void outsideOfASourceTreeItSaysWhereItRuns() {
        Cli.run("bundle", "-o", folder.resolve("x.tar.gz")).fails(USAGE, "from a source tree alone", "./isospin");
        assertThat(folder).isEmptyDirectory();
    }
}
