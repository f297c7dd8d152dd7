package org.isospin.properties.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenListTest {
    @TempDir
    Path folder;

    private GoldenList list(String text) throws Exception {
        return GoldenList.read(Files.writeString(folder.resolve("list.txt"), text));
    }

    @Test
    void readsCasesGroupsAndComments() throws Exception {
        GoldenList list = list("# comment\n\n g/a # why\r\ng/b\nh/*\nname");
        assertThat(list.entries()).containsExactly("g/a", "g/b", "h/*", "name");
        assertThat(list.contains("g/a")).isTrue();
        assertThat(list.contains("g/c")).isFalse();
        assertThat(list.contains("h/anything")).isTrue();
        assertThat(list.contains("any/name")).isTrue();
        assertThat(list.contains("name/x")).isFalse();
        assertThat(list("").entries()).isEmpty();
    }

    @Test
    void tellsWhatNamesNoCase() throws Exception {
        GoldenList list = list("g/a\ng/x\nh/*\nk/*\nc\nd");
        assertThat(list.unknown(List.of("g/a", "g/b", "h/c"))).containsExactly("g/x", "k/*", "d");
        assertThat(list.unknown(List.of())).hasSize(6);
    }

    @Test
    void rejectsOtherLines() throws Exception {
        for (String line : List.of("g/", "/a", "g/a/b", "g/a b")) {
            assertThatExceptionOfType(GoldenFormatException.class)
                    .isThrownBy(() -> list("g/a\n" + line))
                    .withMessageContaining("list.txt: line 2: '" + line + "' is none of GROUP/CASE, GROUP/* and CASE");
        }
    }
}
