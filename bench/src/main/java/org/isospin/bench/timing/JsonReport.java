package org.isospin.bench.timing;

import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Report;
import org.isospin.bench.problem.Check;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Results as JSON, {@code isospin.bench/1}: durations in seconds, rates in flops a second, errors in u. */
final class JsonReport {
    private static final int VERSION = 1;

    private JsonReport() {}

    static ObjectNode of(Outcome outcome) {
        ObjectNode report = Report.of("bench", VERSION);
        ObjectNode facts = report.putObject("facts");
        outcome.facts().forEach(facts::put);
        ArrayNode notes = report.putArray("notes");
        outcome.notes().forEach(notes::add);
        inputs(outcome.plan(), report.putObject("inputs"));
        ArrayNode results = report.putArray("results");
        outcome.rows().forEach(row -> add(row, results.addObject()));
        ArrayNode skipped = report.putArray("skipped");
        for (Skip skip : outcome.skips()) {
            ObjectNode node = skipped.addObject();
            node.put("operation", skip.operation().title());
            node.put("n", skip.n());
            node.put("dtype", Figures.name(skip.dtype()));
            node.put("contestant", skip.contestant());
            node.put("reason", skip.reason());
            if (Double.isFinite(skip.seconds())) {
                node.put("secondsExpected", skip.seconds());
            }
        }
        if (!outcome.devices().isEmpty()) {
            ArrayNode devices = report.putArray("devices");
            outcome.devices().forEach(findings -> DeviceReport.json(findings, devices.addObject()));
        }
        ArrayNode verdicts = report.putArray("verdicts");
        outcome.verdicts().forEach(verdicts::add);
        report.put("verified", outcome.isVerified());
        return report;
    }

    /** What another run must share to be compared. */
    static void inputs(Plan plan, ObjectNode node) {
        node.put("seed", plan.seed());
        ArrayNode operations = node.putArray("operations");
        plan.operations().forEach(o -> operations.add(o.title()));
        ArrayNode sizes = node.putArray("sizes");
        plan.sizes().forEach(sizes::add);
        ArrayNode dtypes = node.putArray("dtypes");
        plan.dtypes().forEach(t -> dtypes.add(Figures.name(t)));
    }

    private static void add(Row row, ObjectNode node) {
        node.put("operation", row.operation().title());
        node.put("description", row.operation().description());
        node.put("flopFormula", row.operation().flopFormula());
        node.put("n", row.n());
        node.put("dtype", Figures.name(row.dtype()));
        node.put("contestant", row.contestant());
        node.put("peer", row.isPeer());
        node.put("verified", row.isVerified());
        if (row.failure() != null) {
            node.put("failure", row.failure());
        }
        ArrayNode checks = node.putArray("checks");
        for (Check check : row.checks()) {
            ObjectNode c = checks.addObject();
            c.put("name", check.name());
            c.put("error", check.error());
            c.put("tolerance", check.tolerance());
            c.put("passed", check.isPassed());
        }
        node.put("error", row.error());
        Timing timing = row.timing();
        if (timing == null) {
            return;
        }
        add(timing, node.putObject("seconds"));
        node.put("usefulFlops", row.operation().flops(row.n(), row.dtype()));
        node.put("flopsPerSecond", row.flops());
        node.put("peakFlopsPerSecond", row.peakFlops());
        node.put("peakShare", row.peakShare());
        if (row.baseline() != null) {
            node.put("baseline", row.baseline());
            node.put("speedOverBaseline", row.ratio());
        }
    }

    static void add(Timing timing, ObjectNode seconds) {
        seconds.put("median", timing.median());
        seconds.put("lowerQuartile", timing.lowerQuartile());
        seconds.put("upperQuartile", timing.upperQuartile());
        seconds.put("least", timing.least());
        seconds.put("greatest", timing.greatest());
        seconds.put("callsPerRound", timing.callsPerRound());
        ArrayNode rounds = seconds.putArray("rounds");
        for (double duration : timing.seconds()) {
            rounds.add(duration);
        }
    }
}
