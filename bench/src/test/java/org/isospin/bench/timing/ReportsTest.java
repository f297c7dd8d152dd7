package org.isospin.bench.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.isospin.DType;
import org.isospin.bench.cli.SvgPlot;
import org.isospin.bench.problem.Check;
import org.isospin.bench.problem.Operation;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tables, JSON and the page on fixed results. */
class ReportsTest {
    private static Row row(String who, boolean isPeer, int n, double milliseconds) {
        Timing timing = new Timing(List.of(milliseconds * 1e-3, milliseconds * 1e-3), 4);
        return new Row(
                Operation.GEMM,
                n,
                DType.F32,
                who,
                isPeer,
                List.of(new Check("C·x against A·(B·x)", 1.25, 10)),
                null,
                timing,
                200e9,
                "openblas",
                isPeer ? 1 : 0.98);
    }

    private static Outcome outcome() {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("processor", "A <fast> & \"new\" one");
        Row broken = new Row(
                Operation.GEMM,
                1000,
                DType.F32,
                "reference",
                false,
                List.of(new Check("C·x against A·(B·x)", Double.NaN, 10)),
                null,
                null,
                200e9,
                null,
                Double.NaN);
        Plan plan = new Plan(List.of(Operation.GEMM), List.of(500, 1000), List.of(DType.F32), 2, 7, 1, 1);
        return new Outcome(
                plan,
                facts,
                List.of("OPENBLAS_CORETYPE=Haswell is set"),
                List.of(
                        row("simd", false, 500, 2.5),
                        row("openblas", true, 500, 2.45),
                        row("simd", false, 1000, 20),
                        row("openblas", true, 1000, 19.6),
                        broken),
                List.of(new Skip(
                        Operation.GEMM, 4096, DType.F32, "reference", "is too slow for its share of the time", 60)),
                List.of());
    }

    @Test
    void tableShowsEveryFigure() {
        StringWriter text = new StringWriter();
        Outcome outcome = outcome();
        TextReport.print(Operation.GEMM, outcome.rows(), outcome.skips(), new PrintWriter(text));
        assertThat(text.toString().lines().map(String::stripTrailing))
                .containsExactly(
                        "gemm: A·B, Gaussian; useful flops: 2n³",
                        "op       n  type  by           ms      ±  GFLOP/s  peak  speed  of        error/u",
                        "gemm   500  f32   simd       2.50  0.0 %      100  50 %   0.98  openblas      1.3",
                        "gemm   500  f32   openblas   2.45  0.0 %      102  51 %      1  openblas      1.3",
                        "gemm  1000  f32   simd       20.0  0.0 %      100  50 %   0.98  openblas      1.3",
                        "gemm  1000  f32   openblas   19.6  0.0 %      102  51 %      1  openblas      1.3",
                        "gemm  1000  f32   reference     -      -        -     -      -                NaN"
                                + "  FAILED C·x against A·(B·x): NaN u, accepted up to 10.0",
                        "left out: reference is too slow for its share of the time:"
                                + " f32 n=4096 (about 60.0 s a call)",
                        "");
    }

    @Test
    void verdictNamesTheLargestSize() {
        assertThat(outcome().verdicts())
                .containsExactly("gemm f32 n=1000: simd 100 GFLOP/s, 0.98 of openblas, 50 % of peak;"
                        + " FAILED 1 of 5 verifications");
        assertThat(outcome().isVerified()).isFalse();
    }

    @Test
    void jsonHasEverything() {
        JsonNode json = JsonReport.of(outcome());
        assertThat(json.get("schema").asString()).isEqualTo("isospin.bench/1");
        assertThat(json.get("environment").has("jdk")).isTrue();
        assertThat(json.get("inputs").toString())
                .isEqualTo("{\"seed\":7,\"operations\":[\"gemm\"],\"sizes\":[500,1000],\"dtypes\":[\"f32\"]}");
        assertThat(json.has("devices")).as("no device took part").isFalse();
        JsonNode first = json.get("results").get(0);
        assertThat(first.get("operation").asString()).isEqualTo("gemm");
        assertThat(first.get("n").asInt()).isEqualTo(500);
        assertThat(first.get("dtype").asString()).isEqualTo("f32");
        assertThat(first.get("seconds").get("median").asDouble()).isEqualTo(2.5e-3);
        assertThat(first.get("seconds").get("rounds")).hasSize(2);
        assertThat(first.get("flopsPerSecond").asDouble()).isEqualTo(2.0 * 500 * 500 * 500 / 2.5e-3);
        assertThat(first.get("speedOverBaseline").asDouble()).isEqualTo(0.98);
        assertThat(first.get("checks").get(0).get("passed").asBoolean()).isTrue();
        JsonNode broken = json.get("results").get(4);
        assertThat(broken.get("verified").asBoolean()).isFalse();
        assertThat(broken.has("seconds")).isFalse();
        assertThat(json.get("skipped").get(0).get("secondsExpected").asDouble()).isEqualTo(60);
        assertThat(json.get("verified").asBoolean()).isFalse();
    }

    @Test
    void pageStandsAlone() {
        String page = HtmlPage.of(outcome());
        assertThat(page).contains("A &lt;fast&gt; &amp; &quot;new&quot; one");
        assertThat(page).doesNotContain("<script", "src=", "href=", "url(", "http");
        assertThat(page).contains("FAILED", "left out: reference", "OPENBLAS_CORETYPE");
        Matcher images = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(page);
        assertThat(images.find()).isTrue();
        String svg = images.group();
        assertThat(svg)
                .contains("gemm f32", "simd", "openblas", "peak", "polyline")
                .doesNotContain("NaN");
        assertThatNoException()
                .isThrownBy(() -> DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void plotHasRoomForOnePoint() {
        List<SvgPlot.Point> points = List.of(new SvgPlot.Point(64, 3.5, 3, 4));
        String svg = SvgPlot.of(
                SvgPlot.Axes.SIZES_FROM_ZERO,
                new SvgPlot.Names("t", "n", "y", ""),
                List.of(new SvgPlot.Series("a", "red", points)),
                Double.NaN);
        assertThat(svg).doesNotContain("NaN", "Infinity").contains(">64<");
    }
}
