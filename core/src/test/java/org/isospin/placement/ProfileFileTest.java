package org.isospin.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.isospin.DType;
import org.isospin.placement.Profile.Entry;
import org.isospin.placement.TimeTable.Point;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileFileTest {
    private static final Hardware HERE = new Hardware("a \"fast\" one", 4, "simd, vectors 512", "cuda:0 (X)", "13.0");
    private static final TimeTable TIMES = new TimeTable(List.of(new Point(64, 1000), new Point(128, 9000)));
    private static final String GOOD = """
            {"format": "isospin.profile/1",
             "hardware": {"processor": "p", "processors": 4, "host": "h", "device": "d", "driver": "v"},
             "link": {"uploadBytesPerSecond": 5, "downloadBytesPerSecond": 6, "latencyNanoseconds": 7},
             "host": {"exp f32": [[64, 1000], [128, 9000]]},
             "device": {"exp f32": [[64, 500]]}}
            """;

    @TempDir
    Path folder;

    private static Profile profile() {
        return new Profile(
                HERE,
                new Link(5_000_000_000L, 6_000_000_000L, 0),
                Map.of(new Entry(Operation.CAYLEY_NEUMANN, DType.F64), TIMES),
                Map.of(new Entry(Operation.SVD, DType.F32), TIMES));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("profile.json"), text);
    }

    private ProfileSource find(Path file) {
        Properties properties = new Properties();
        properties.setProperty(ProfileSource.PROPERTY, file.toString());
        return ProfileSource.find(HERE, properties, Map.of());
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path file = folder.resolve("new/folders/profile.json");
        ProfileFile.write(file, profile());
        assertThat(ProfileFile.read(file)).isEqualTo(profile());
        Profile alone = new Profile(HERE, null, profile().host(), Map.of());
        ProfileFile.write(file, alone);
        assertThat(ProfileFile.read(file)).isEqualTo(alone);
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aFileWrittenByHandIsRead() throws IOException {
        Profile found = ProfileFile.read(file(GOOD));
        assertThat(found.hardware()).isEqualTo(new Hardware("p", 4, "h", "d", "v"));
        assertThat(found.link()).isEqualTo(new Link(5, 6, 7));
        assertThat(found.host()).isEqualTo(Map.of(new Entry(Operation.EXP, DType.F32), TIMES));
    }

    /** Each replacement breaks one rule. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            profile/1        | profile/2     | its format is isospin.profile/2; this version reads isospin.profile/1
            "format"         | "forma"       | it does not begin with its format
            "exp f32"        | "exq f32"     | "exq f32" is unknown in this version
            "exp f32"        | "exp bf16"    | "exp bf16" is unknown in this version
            "exp f32"        | "exp"         | "exp" is unknown in this version
            [64, 1000], [128 | [64, 1], [64  | orders must ascend, not 64, 64
            [64, 1000]       | [0, 1000]     | of an order and of nanoseconds >= 1, not 0, 1000
            [64, 1000]       | [64, 0]       | not 64, 0
            [64, 1000]       | [64, -1]      | expected an integer >= 0, found '-'
            [64, 1000]       | [64, 1e3]     | expected an integer >= 0
            [64, 1000]       | [64]          | expected ',', found ']'
            [[64, 500]]      | []            | a table of times must have a time
            : 5,             | : 0,          | a link must have rates >= 1
            "latencyNano     | "latencyMicro | "latencyMicroseconds" is unknown in this version
            "driver": "v"    | "driver": 1   | expected a string, found '1'
            , "driver": "v"  | ''            | its hardware lacks "driver"
            "processors": 4  | "processors": 0 | "processors" must be from 1 to 999999, not 0
            "device": {      | "more": {     | "more" is unknown in this version
            500]]}}          | 500]]}}}      | expected nothing more, found '}'
            500]]}}          | 500]]         | expected '}', found its end
            """)
    void aBrokenRuleIsNamedAndTheFileIgnored(String text, String replacement, String message) throws IOException {
        assertThat(GOOD).contains(text);
        Path file = file(GOOD.replace(text, replacement));
        assertThatThrownBy(() -> ProfileFile.read(file))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageContaining(message);
        ProfileSource source = find(file);
        assertThat(source.profile()).isNull();
        assertThat(source.origin()).startsWith(file + " is ignored: ").contains(message);
    }

    @Test
    void everyPrefixOfAFileIsIgnored() throws IOException {
        for (int length = 0; length < GOOD.length() - 2; length++) {
            assertThat(find(file(GOOD.substring(0, length))).profile()).isNull();
        }
    }

    @Test
    void bytesThatAreNoTextAndFilesThatAreNoneAreIgnored() throws IOException {
        Path bytes = Files.write(folder.resolve("bytes"), new byte[] {'{', '"', (byte) 0xff, '"', 0});
        assertThat(find(bytes).origin()).contains("is not UTF-8");
        assertThat(find(folder).origin()).contains("it is not a regular file");
        assertThat(find(Files.write(folder.resolve("large"), new byte[(1 << 20) + 1]))
                        .origin())
                .contains("1048577 bytes, more than any profile");
        assertThat(find(folder.resolve("none")).origin()).contains("there is no ", "isospin calibrate makes it");
    }

    @Test
    void aProfileOfAnotherHostIsIgnored() throws IOException {
        Path file = folder.resolve("profile.json");
        Map<String, Hardware> others = new LinkedHashMap<>();
        others.put("another processor: q, not a \"fast\" one", new Hardware("q", 4, HERE.host(), "", ""));
        others.put("another number of processors: 5, not 4", new Hardware(HERE.processor(), 5, HERE.host(), "", ""));
        others.put(
                "another backend: simd, vectors 256", new Hardware(HERE.processor(), 4, "simd, vectors 256", "", ""));
        for (Map.Entry<String, Hardware> each : others.entrySet()) {
            ProfileFile.write(file, new Profile(each.getValue(), null, profile().host(), Map.of()));
            assertThat(find(file).profile()).isNull();
            assertThat(find(file).origin()).contains("is ignored: it was measured with " + each.getKey());
        }
        ProfileFile.write(file, profile());
        assertThat(find(file)).isEqualTo(new ProfileSource(profile(), file.toString()));
    }

    @Test
    void theFileIsNamedByPropertyVariableOrCacheFolder() {
        Properties properties = new Properties();
        properties.setProperty("user.home", "/home/u");
        Map<String, String> environment = new LinkedHashMap<>();
        assertThat(ProfileSource.find(HERE, properties, environment).origin())
                .contains("/home/u/.cache/isospin/profile.json");
        environment.put("XDG_CACHE_HOME", "relative");
        assertThat(ProfileSource.find(HERE, properties, environment).origin())
                .contains("/home/u/.cache/isospin/profile.json");
        environment.put("XDG_CACHE_HOME", "/c");
        assertThat(ProfileSource.find(HERE, properties, environment).origin()).contains("/c/isospin/profile.json");
        environment.put(ProfileSource.VARIABLE, "/v.json");
        assertThat(ProfileSource.find(HERE, properties, environment).origin()).contains("/v.json");
        properties.setProperty(ProfileSource.PROPERTY, "/p.json");
        assertThat(ProfileSource.find(HERE, properties, environment).origin()).contains("/p.json");
        properties.setProperty(ProfileSource.PROPERTY, "/\0");
        assertThat(ProfileSource.find(HERE, properties, environment).profile()).isNull();
    }
}
