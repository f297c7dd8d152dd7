package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A run of the command line in this JVM.
 *
 * @param code the exit code
 * @param out what it printed to standard output
 * @param err what it printed to standard error
 */
public record Cli(int code, String out, String err) {
    /** {@return the run with these arguments} */
    public static Cli run(Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                out, err, Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
        return new Cli(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Requires success with nothing on standard error; {@return this} */
    public Cli succeeds() {
        assertThat(err).isEmpty();
        assertThat(code).isZero();
        return this;
    }

    /** Requires one line on standard error that has all the words, and nothing on standard output; {@return this} */
    public Cli fails(int expected, String... words) {
        assertThat(err).startsWith("isospin: ").endsWith("\n").contains(words);
        assertThat(err.lines()).hasSize(1);
        assertThat(out).isEmpty();
        assertThat(code).isEqualTo(expected);
        return this;
    }

    /** {@return standard output as JSON} */
    public JsonNode json() {
        return JsonMapper.shared().readTree(out);
    }
}
