package org.isospin.bench.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Lines as an SVG image: over the logarithm of sizes with a mark and its spread for each, or over steps without marks; a name
 * at the end of each line, a dashed line for a limit.
 */
public final class SvgPlot {
    /** What the axes are. */
    public enum Axes {
        /** Few sizes, each with a tick, over their logarithm; upwards from 0. */
        SIZES_FROM_ZERO(true, true),
        /** Many places, over numbers themselves; upwards from 0. */
        PLACES_FROM_ZERO(false, true),
        /** Many places, over numbers themselves; upwards from the least. */
        PLACES_FROM_LEAST(false, false);

        private final boolean hasMarks;
        private final boolean isFromZero;

        Axes(boolean hasMarks, boolean isFromZero) {
            this.hasMarks = hasMarks;
            this.isFromZero = isFromZero;
        }
    }

    /**
     * What is written on a plot.
     *
     * @param title over it
     * @param x what the horizontal axis tells
     * @param y what the vertical axis tells
     * @param limit what the dashed line is
     */
    public record Names(String title, String x, String y, String limit) {}

    /**
     * A point.
     *
     * @param x horizontal
     * @param y vertical
     * @param low lower end of its spread
     * @param high upper end
     */
    public record Point(double x, double y, double low, double high) {
        /**
         * Makes a point without a spread.
         *
         * @param x horizontal
         * @param y vertical
         */
        public Point(double x, double y) {
            this(x, y, y, y);
        }
    }

    /**
     * A line.
     *
     * @param name its name
     * @param colour a CSS colour
     * @param points from left to right
     */
    public record Series(String name, String colour, List<Point> points) {}

    private record Label(String text, String colour, double y) {}

    private static final double WIDTH = 460;
    private static final double HEIGHT = 270;
    private static final double LEFT = 52;
    private static final double RIGHT = 92;
    private static final double TOP = 34;
    private static final double BOTTOM = 40;
    private static final double LABEL_HEIGHT = 14;

    private final StringBuilder svg = new StringBuilder();
    private final Axes axes;
    private final double least;
    private final double greatest;
    private final double bottom;
    private final double top;
    private final double step;

    private SvgPlot(Axes axes, List<Series> series, double limit) {
        this.axes = axes;
        List<Point> all = series.stream().flatMap(s -> s.points.stream()).toList();
        least = all.stream().mapToDouble(Point::x).min().orElse(0);
        greatest = all.stream().mapToDouble(Point::x).max().orElse(1);
        DoubleStream limits = Double.isNaN(limit) ? DoubleStream.empty() : DoubleStream.of(limit);
        double highest = DoubleStream.concat(all.stream().mapToDouble(Point::high), limits)
                .filter(Double::isFinite)
                .reduce(0, Math::max);
        double lowest =
                axes.isFromZero ? 0 : all.stream().mapToDouble(Point::low).min().orElse(0);
        step = niceStep(highest - lowest);
        bottom = Math.floor(lowest / step) * step;
        top = highest > bottom ? Math.ceil(highest / step) * step : bottom + 1;
    }

    /**
     * {@return the image, an svg element}
     *
     * @param axes what the axes are
     * @param names what is written on it
     * @param series the lines, at least one, each with a point
     * @param limit where the dashed line is; NaN for none
     */
    public static String of(Axes axes, Names names, List<Series> series, double limit) {
        SvgPlot plot = new SvgPlot(axes, series, limit);
        plot.frame(names, series);
        List<Label> labels = new ArrayList<>();
        if (!Double.isNaN(limit)) {
            double y = plot.y(limit);
            plot.rule(LEFT, WIDTH - RIGHT, y, y, "#555' stroke-dasharray='5 4");
            labels.add(new Label(names.limit, "#555", y));
        }
        for (Series s : series) {
            plot.line(s);
            labels.add(new Label(s.name, s.colour, plot.y(s.points.getLast().y)));
        }
        plot.labels(labels);
        plot.svg.append("</svg>");
        return plot.svg.toString();
    }

    private static double niceStep(double highest) {
        if (!(highest > 0)) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(highest)));
        double part = highest / power;
        return power * (part <= 1.2 ? 0.2 : part <= 3 ? 0.5 : part <= 6 ? 1 : 2);
    }

    private double x(double value) {
        double part = 0.5;
        if (greatest > least) {
            part = axes.hasMarks
                    ? Math.log(value / least) / Math.log(greatest / least)
                    : (value - least) / (greatest - least);
        }
        return LEFT + 14 + part * (WIDTH - LEFT - RIGHT - 28);
    }

    private double y(double value) {
        double part = Math.clamp((value - bottom) / (top - bottom), 0, 1);
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM);
    }

    private static String at(double position) {
        return String.format(Locale.ROOT, "%.1f", position);
    }

    private void rule(double x1, double x2, double y1, double y2, String stroke) {
        svg.append("<line x1='").append(at(x1)).append("' x2='").append(at(x2));
        svg.append("' y1='").append(at(y1)).append("' y2='").append(at(y2));
        svg.append("' stroke='").append(stroke).append("'/>\n");
    }

    private void text(double x, double y, String attributes, String text) {
        svg.append("<text x='")
                .append(at(x))
                .append("' y='")
                .append(at(y))
                .append("' ")
                .append(attributes);
        svg.append('>').append(Page.escape(text)).append("</text>\n");
    }

    private void frame(Names names, List<Series> series) {
        String size = "width='" + at(WIDTH) + "' height='" + at(HEIGHT) + "'";
        svg.append("<svg viewBox='0 0 ")
                .append(at(WIDTH))
                .append(' ')
                .append(at(HEIGHT))
                .append("' ");
        svg.append(size)
                .append(" role='img' aria-label='")
                .append(Page.escape(names.title))
                .append("'>\n");
        text(LEFT, 18, "class='title'", names.title);
        for (int i = 0; bottom + i * step <= top + step / 1024; i++) {
            double y = y(bottom + i * step);
            rule(LEFT, WIDTH - RIGHT, y, y, i == 0 ? "#888" : "#e4e4e4");
            text(LEFT - 6, y + 4, "text-anchor='end'", tick(bottom + i * step));
        }
        xTicks(series).forEach(n -> {
            rule(x(n), x(n), HEIGHT - BOTTOM, HEIGHT - BOTTOM + 4, "#888");
            text(x(n), HEIGHT - BOTTOM + 17, "text-anchor='middle'", String.format(Locale.ROOT, "%.0f", n));
        });
        text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, "text-anchor='middle'", names.x);
        double middle = (TOP + HEIGHT - BOTTOM) / 2;
        text(12, middle, "text-anchor='middle' transform='rotate(-90 12 " + at(middle) + ")'", names.y);
    }

    private DoubleStream xTicks(List<Series> series) {
        if (axes.hasMarks) {
            return series.stream()
                    .flatMap(s -> s.points.stream())
                    .mapToDouble(Point::x)
                    .distinct()
                    .sorted();
        }
        double width = Math.max(1, niceStep(greatest - least));
        double first = Math.ceil(least / width) * width;
        return DoubleStream.iterate(first, n -> n <= greatest, n -> n + width);
    }

    private String tick(double value) {
        return step >= 1
                ? String.format(Locale.ROOT, "%.0f", value)
                : Figures.significant(value).replaceAll("\\.?0+$", "");
    }

    private void line(Series s) {
        svg.append("<polyline points='");
        s.points.forEach(
                p -> svg.append(at(x(p.x))).append(',').append(at(y(p.y))).append(' '));
        svg.append("' fill='none' stroke-width='2' stroke='").append(s.colour).append("'/>\n");
        for (Point p : axes.hasMarks ? s.points : List.<Point>of()) {
            rule(x(p.x), x(p.x), y(p.low), y(p.high), s.colour);
            svg.append("<circle r='3.5' cx='")
                    .append(at(x(p.x)))
                    .append("' cy='")
                    .append(at(y(p.y)));
            svg.append("' fill='").append(s.colour).append("'><title>");
            svg.append(Page.escape(s.name)).append(String.format(Locale.ROOT, " n=%.0f: ", p.x));
            svg.append(Figures.significant(p.y)).append("</title></circle>\n");
        }
    }

    /** Names beside the ends of the lines, moved apart where they would overlap. */
    private void labels(List<Label> labels) {
        List<Label> sorted =
                labels.stream().sorted(Comparator.comparingDouble(Label::y)).toList();
        double[] places = sorted.stream().mapToDouble(Label::y).toArray();
        for (int i = 1; i < places.length; i++) {
            places[i] = Math.max(places[i], places[i - 1] + LABEL_HEIGHT);
        }
        double lowest = HEIGHT - BOTTOM;
        for (int i = places.length - 1; i >= 0 && places[i] > lowest; i--) {
            places[i] = lowest;
            lowest -= LABEL_HEIGHT;
        }
        for (int i = 0; i < places.length; i++) {
            Label label = sorted.get(i);
            text(WIDTH - RIGHT + 6, places[i] + 4, "class='name' fill='" + label.colour + "'", label.text);
        }
    }
}
