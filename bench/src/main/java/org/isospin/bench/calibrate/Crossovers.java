package org.isospin.bench.calibrate;

import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalInt;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Table;
import org.isospin.placement.Link;
import org.isospin.placement.Profile;
import org.isospin.placement.Profile.Entry;
import org.isospin.placement.TimeTable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** From which order on calls with operands in host memory are worth their transfers, by a profile. */
final class Crossovers {
    /** What no larger order is looked for at. */
    private static final int GREATEST = 1 << 14;

    private Crossovers() {}

    /**
     * {@return the least order of square operands from which on, up to {@value #GREATEST}, calls are predicted to be faster on the
     * device; empty if they are not even there}
     *
     * @param profile the times
     * @param entry the operation and its type
     */
    static OptionalInt of(Profile profile, Entry entry) {
        int least = 0;
        for (int n = GREATEST; n >= 1 && isFaster(profile, entry, n); n--) {
            least = n;
        }
        return least == 0 ? OptionalInt.empty() : OptionalInt.of(least);
    }

    private static boolean isFaster(Profile profile, Entry entry, int n) {
        return profile.forecast(entry, entry.dtype(), n, n).isFasterOnDevice();
    }

    private static String words(Profile profile, Entry entry) {
        OptionalInt crossover = of(profile, entry);
        return crossover.isPresent() ? Integer.toString(crossover.getAsInt()) : "-";
    }

    /** Prints what was measured, at the largest order of each operation, and the crossovers. */
    static void print(Profile profile, PrintWriter out) {
        Link link = profile.link();
        Table table = new Table().words("op").words("type").numbers("n").numbers("host ms");
        if (link != null) {
            out.println("transfers: " + Figures.significant(1e-9 * link.uploadBytesPerSecond()) + " GB/s there, "
                    + Figures.significant(1e-9 * link.downloadBytesPerSecond()) + " GB/s back, "
                    + Figures.duration(1e-9 * link.latencyNanoseconds()) + " each at least");
            table.numbers("device ms").numbers("transfers ms").numbers("on the device from n");
        }
        profile.host().forEach((entry, times) -> {
            TimeTable.Point last = times.points().getLast();
            String title = entry.operation().title();
            String type = Figures.name(entry.dtype());
            String n = Integer.toString(last.order());
            String host = Figures.significant(1e-6 * last.nanoseconds());
            if (link == null) {
                table.row(title, type, n, host);
                return;
            }
            var forecast = profile.forecast(entry, entry.dtype(), last.order(), last.order());
            table.row(
                    title,
                    type,
                    n,
                    host,
                    Figures.significant(1e3 * forecast.device()),
                    Figures.significant(1e3 * forecast.transfers()),
                    words(profile, entry));
        });
        table.print(out);
    }

    /** Adds every measured time and the crossovers to a report. */
    static void report(Profile profile, ObjectNode report) {
        Link link = profile.link();
        if (link != null) {
            ObjectNode node = report.putObject("link");
            node.put("uploadBytesPerSecond", link.uploadBytesPerSecond());
            node.put("downloadBytesPerSecond", link.downloadBytesPerSecond());
            node.put("latencyNanoseconds", link.latencyNanoseconds());
        }
        ArrayNode rows = report.putArray("operations");
        profile.host().forEach((entry, times) -> {
            ObjectNode row = rows.addObject();
            row.put("operation", entry.operation().title());
            row.put("dtype", entry.dtype().name());
            points(row.putArray("host"), times.points());
            TimeTable device = profile.device().get(entry);
            if (device != null) {
                points(row.putArray("device"), device.points());
                of(profile, entry).ifPresent(n -> row.put("crossover", n));
            }
        });
    }

    private static void points(ArrayNode array, List<TimeTable.Point> points) {
        for (TimeTable.Point point : points) {
            array.addObject().put("n", point.order()).put("nanoseconds", point.nanoseconds());
        }
    }
}
