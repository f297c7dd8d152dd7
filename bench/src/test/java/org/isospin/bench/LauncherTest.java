package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script in a source tree of its own, with stand-ins for Maven and Java that tell how they were called. */
@Timeout(60)
class LauncherTest {
    private static final int USAGE = 2;

    @TempDir
    Path folder;

    private Path root;
    private Path jdk;
    private Path tools;

    private record Run(int code, String out, String err) {}

    @BeforeEach
    void makeTree() throws IOException {
        // Spaces everywhere.
        root = Files.createDirectories(folder.resolve("my source tree"));
        tools = Files.createDirectories(folder.resolve("my tools"));
        jdk = makeJdk("my jdk", "25.0.1");
        Files.copy(Path.of("..", "isospin"), root.resolve("isospin"));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Files.createDirectories(root.resolve("bench/src/main"));
        Files.writeString(root.resolve("bench/pom.xml"), "<project/>");
        Files.writeString(root.resolve("bench/src/main/A.java"), "class A {}");
        script(tools.resolve("mvn"), """
                echo "mvn in $PWD with $JAVA_HOME" >>"%s"
                sleep 0.3
                mkdir -p bench/target/launcher/lib
                echo lib >bench/target/launcher/lib/x.jar
                echo main >bench/target/launcher/isospin-bench-1.jar
                """.formatted(folder.resolve("builds")));
    }

    private Path makeJdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/java"), "echo \"" + name + "\"; for a in \"$@\"; do echo \"[$a]\"; done\n");
        script(home.resolve("bin/javac"), "exit 1\n");
        return home;
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Process start(Map<String, String> environment, Path launcher, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", tools + ":/usr/bin:/bin");
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Run finish(Process process) throws IOException, InterruptedException {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), out, err);
    }

    private Run run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return finish(start(environment, root.resolve("isospin"), arguments));
    }

    private Map<String, String> withJdk() {
        return Map.of("ISOSPIN_JDK", jdk.toString());
    }

    private List<String> builds() throws IOException {
        return Files.exists(folder.resolve("builds")) ? Files.readAllLines(folder.resolve("builds")) : List.of();
    }

    @Test
    void buildsOnceAndHandsArgumentsOver() throws IOException, InterruptedException {
        Run first = run(withJdk(), "check", "a file", "*", "");
        assertThat(first.code).isZero();
        assertThat(first.err).isEqualTo("isospin: building (the first time takes a minute or two)\n");
        assertThat(first.out)
                .startsWith("my jdk\n[--add-modules=jdk.incubator.vector]\n")
                .contains("[--enable-native-access=ALL-UNNAMED]", "[-Disospin.terminal=]")
                .endsWith("/*]\n[org.isospin.bench.Main]\n[check]\n[a file]\n[*]\n[]\n");
        assertThat(builds()).containsExactly("mvn in " + root.toRealPath() + " with " + jdk);
        Run second = run(withJdk(), "info");
        assertThat(second.err).isEmpty();
        assertThat(builds()).hasSize(1);
    }

    @Test
    void javaOptionsAreSplitIntoWords() throws IOException, InterruptedException {
        Run run = run(Map.of("ISOSPIN_JDK", jdk.toString(), "ISOSPIN_JAVA_OPTS", "-Xmx8g -Dx=y"), "info");
        assertThat(run.out).contains("[-Xmx8g]\n[-Dx=y]\n[-cp]\n");
    }

    @Test
    void isFoundThroughSymbolicLinks() throws IOException, InterruptedException {
        Files.createSymbolicLink(folder.resolve("near"), root.resolve("isospin"));
        Path far = Files.createSymbolicLink(tools.resolve("far"), Path.of("..", "near"));
        Run run = finish(start(withJdk(), far, "info"));
        assertThat(run.code).isZero();
        assertThat(builds()).containsExactly("mvn in " + root.toRealPath() + " with " + jdk);
    }

    @Test
    void buildsAgainWhenASourceChangedOrWentAway() throws IOException, InterruptedException {
        run(withJdk(), "info");
        FileTime later = FileTime.from(Instant.now().plusSeconds(5));
        Files.setLastModifiedTime(root.resolve("bench/src/main/A.java"), later);
        assertThat(run(withJdk(), "info").err).contains("building");
        Files.setLastModifiedTime(root.resolve("bench/src/main/A.java"), FileTime.from(Instant.EPOCH));
        run(withJdk(), "info");
        int before = builds().size();
        Files.delete(root.resolve("bench/src/main/A.java"));
        Files.setLastModifiedTime(root.resolve("bench/src/main"), later);
        run(withJdk(), "info");
        assertThat(builds()).hasSize(before + 1);
    }

    @Test
    void aBuildKeepsTheJarsOfARunningCommandAndDropsOlderOnes() throws IOException, InterruptedException {
        for (int i = 1; i <= 3; i++) {
            Files.setLastModifiedTime(
                    root.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(5)));
            assertThat(run(withJdk(), "info").code).isZero();
            try (var builds = Files.newDirectoryStream(root.resolve(".isospin"), "lib.*")) {
                assertThat(builds).hasSize(Math.min(i, 2));
            }
        }
    }

    @Test
    void firstBuildsAtOnceAreOneBuild() throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            processes.add(start(withJdk(), root.resolve("isospin"), "info"));
        }
        for (Process process : processes) {
            Run run = finish(process);
            assertThat(run.code).isZero();
            assertThat(run.out).startsWith("my jdk\n").endsWith("[info]\n");
        }
        assertThat(builds()).hasSize(1);
        assertThat(root.resolve(".isospin/lock")).doesNotExist();
    }

    @Test
    void theLockOfADeadProcessIsBrokenByOne() throws IOException, InterruptedException {
        Files.createDirectories(root.resolve(".isospin"));
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.createSymbolicLink(root.resolve(".isospin/lock"), Path.of(Long.toString(dead.pid())));
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(start(withJdk(), root.resolve("isospin"), "info"));
        }
        for (Process process : processes) {
            assertThat(finish(process).code).isZero();
        }
        assertThat(builds()).hasSize(1);
    }

    @Test
    void aFailedBuildIsToldAndNotUsed() throws IOException, InterruptedException {
        script(tools.resolve("mvn"), "echo '[ERROR] no such thing'; exit 1\n");
        Run run = run(withJdk(), "info");
        assertThat(run.code).isEqualTo(USAGE);
        assertThat(run.out).isEmpty();
        assertThat(run.err).contains("[ERROR] no such thing").contains("isospin: the build failed; the whole log is ");
        assertThat(root.resolve(".isospin/current")).doesNotExist();
        assertThat(root.resolve(".isospin/lock")).doesNotExist();
    }

    @Test
    void javaHomeIsUsedIfItIsNewEnough() throws IOException, InterruptedException {
        Path old = makeJdk("old", "17.0.1");
        Path newer = makeJdk("newer", "26");
        assertThat(run(Map.of("JAVA_HOME", newer.toString()), "info").out).startsWith("newer\n");
        assertThat(run(Map.of("JAVA_HOME", old.toString(), "ISOSPIN_JDK", jdk.toString()), "info").out)
                .startsWith("my jdk\n");
        Run run = run(Map.of("ISOSPIN_JDK", old.toString()), "info");
        assertThat(run.code).isEqualTo(USAGE);
        assertThat(run.err).isEqualTo("isospin: ISOSPIN_JDK=" + old + " is not a JDK 25 or later\n");
    }

    @Test
    void withoutAJdkOneSentenceSaysWhatToInstall() throws IOException, InterruptedException {
        String script = Files.readString(root.resolve("isospin"));
        Files.writeString(
                root.resolve("isospin"), script.replace(" /usr/", " /nowhere/").replace(" /opt/", " /nowhere/"));
        // A runtime without a compiler is no JDK.
        Path runtime = makeJdk("runtime", "25");
        Files.delete(runtime.resolve("bin/javac"));
        Run run = run(Map.of("JAVA_HOME", runtime.toString()), "info");
        assertThat(run.code).isEqualTo(USAGE);
        assertThat(run.out).isEmpty();
        assertThat(run.err)
                .startsWith("isospin: no JDK 25 or later found: install one ")
                .hasLineCount(1);
    }

    @Test
    void withoutMavenOneSentenceSaysWhatToInstall() throws IOException, InterruptedException {
        Files.delete(tools.resolve("mvn"));
        for (String tool :
                new String[] {"sh", "readlink", "dirname", "sed", "head", "find", "cat", "ln", "rm", "mkdir"}) {
            for (Path place : new Path[] {Path.of("/usr/bin", tool), Path.of("/bin", tool)}) {
                if (Files.exists(place) && !Files.exists(tools.resolve(tool))) {
                    Files.createSymbolicLink(tools.resolve(tool), place);
                }
            }
        }
        Run run = run(Map.of("ISOSPIN_JDK", jdk.toString(), "PATH", tools.toString()), "info");
        assertThat(run.code).isEqualTo(USAGE);
        assertThat(run.err).isEqualTo("isospin: Maven is needed to build: install Apache Maven 3.6.3 or later\n");
        assertThat(root.resolve(".isospin/lock")).doesNotExist();
    }

    @Test
    void besideARuntimeNothingIsBuiltOrSearched() throws IOException, InterruptedException {
        Path bundle = Files.createDirectories(folder.resolve("my bundle"));
        Files.copy(root.resolve("isospin"), bundle.resolve("isospin"));
        Files.move(makeJdk("carried", "25"), bundle.resolve("jdk"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), bundle.resolve("isospin"));
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", link.toString(), "info");
        builder.environment().clear();
        builder.environment().put("ISOSPIN_JAVA_OPTS", "-Disospin.cuda=/opt/cuda -Xmx1g");
        Run run = finish(builder.start());
        assertThat(run.err).isEmpty();
        assertThat(run.code).isZero();
        assertThat(run.out)
                .startsWith("carried\n")
                .contains("[-Disospin.home=" + bundle.toRealPath() + "]\n[-Disospin.cuda=/opt/cuda]\n[-Xmx1g]\n[-cp]\n["
                        + bundle.toRealPath() + "/lib/*]\n")
                .endsWith("[info]\n");
        assertThat(builds()).isEmpty();
    }
}
