package org.isospin.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void alignsWordsLeftAndNumbersRightByCodePoints() {
        Table table = new Table().words("law").numbers("error").words("");
        table.row("‖Q𝐐‖", "1", "ok");
        table.row(Table.Tint.BAD, "b", "1.5e-16", "FAILED");
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text));
        assertThat(text.toString()).isEqualTo("""
                        law     error
                        ‖Q𝐐‖        1  ok
                        b     1.5e-16  FAILED
                        """);
    }

    @Test
    void aRowHasACellForEachColumn() {
        Table table = new Table().words("a").words("b");
        assertThatThrownBy(() -> table.row("only one"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 cells for 2 columns");
    }
}
