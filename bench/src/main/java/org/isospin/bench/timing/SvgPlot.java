package org.isospin.bench.timing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Page;

/**
 * Lines over a logarithmic horizontal axis as an SVG image: a mark with its spread for each point, a name at the end of
 * each line, a dashed line for a limit.
 */
final class SvgPlot {
    /**
     * A point.
     *
     * @param x horizontal
     * @param y vertical
     * @param low lower end of its spread
     * @param high upper end
     */
    record Point(double x, double y, double low, double high) {}

    /**
     * A line.
     *
     * @param name its name
     * @param colour a CSS colour
     * @param points from left to right
     */
    record Series(String name, String colour, List<Point> points) {}

    private record Label(String text, String colour, double y) {}

    private static final double WIDTH = 460;
    private static final double HEIGHT = 270;
    private static final double LEFT = 52;
    private static final double RIGHT = 92;
    private static final double TOP = 34;
    private static final double BOTTOM = 40;
    private static final double LABEL_HEIGHT = 14;

    private final StringBuilder svg = new StringBuilder();
    private final double least;
    private final double greatest;
    private final double top;
    private final double step;

    private SvgPlot(List<Series> series, double limit) {
        double[] xs = series.stream()
                .flatMap(s -> s.points.stream())
                .mapToDouble(Point::x)
                .toArray();
        double highest = series.stream()
                .flatMap(s -> s.points.stream())
                .mapToDouble(Point::high)
                .reduce(Double.isNaN(limit) ? 0 : limit, Math::max);
        least = Timing.quantile(xs, 0);
        greatest = Timing.quantile(xs, 1);
        step = niceStep(highest);
        top = highest > 0 ? Math.ceil(highest / step) * step : 1;
    }

    /**
     * {@return the image, an svg element}
     *
     * @param title what stands over it
     * @param yLabel what the vertical axis tells
     * @param series the lines, at least one, each with a point
     * @param limit where the dashed line is; NaN for none
     * @param limitName its name
     */
    static String of(String title, String yLabel, List<Series> series, double limit, String limitName) {
        SvgPlot plot = new SvgPlot(series, limit);
        plot.frame(title, yLabel, series);
        List<Label> labels = new ArrayList<>();
        if (!Double.isNaN(limit)) {
            double y = plot.y(limit);
            plot.rule(LEFT, WIDTH - RIGHT, y, y, "#555' stroke-dasharray='5 4");
            labels.add(new Label(limitName, "#555", y));
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
        double part = greatest > least ? Math.log(value / least) / Math.log(greatest / least) : 0.5;
        return LEFT + 14 + part * (WIDTH - LEFT - RIGHT - 28);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
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

    private void frame(String title, String yLabel, List<Series> series) {
        String size = "width='" + at(WIDTH) + "' height='" + at(HEIGHT) + "'";
        svg.append("<svg viewBox='0 0 ")
                .append(at(WIDTH))
                .append(' ')
                .append(at(HEIGHT))
                .append("' ");
        svg.append(size)
                .append(" role='img' aria-label='")
                .append(Page.escape(title))
                .append("'>\n");
        text(LEFT, 18, "class='title'", title);
        for (int i = 0; i * step <= top * 1.0001; i++) {
            double y = y(i * step);
            rule(LEFT, WIDTH - RIGHT, y, y, i == 0 ? "#888" : "#e4e4e4");
            text(LEFT - 6, y + 4, "text-anchor='end'", tick(i * step));
        }
        series.stream()
                .flatMap(s -> s.points.stream())
                .map(Point::x)
                .distinct()
                .sorted()
                .forEach(n -> {
                    rule(x(n), x(n), HEIGHT - BOTTOM, HEIGHT - BOTTOM + 4, "#888");
                    text(x(n), HEIGHT - BOTTOM + 17, "text-anchor='middle'", String.format(Locale.ROOT, "%.0f", n));
                });
        text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, "text-anchor='middle'", "n");
        double middle = (TOP + HEIGHT - BOTTOM) / 2;
        text(12, middle, "text-anchor='middle' transform='rotate(-90 12 " + at(middle) + ")'", yLabel);
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
        for (Point p : s.points) {
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
        double bottom = HEIGHT - BOTTOM;
        for (int i = places.length - 1; i >= 0 && places[i] > bottom; i--) {
            places[i] = bottom;
            bottom -= LABEL_HEIGHT;
        }
        for (int i = 0; i < places.length; i++) {
            Label label = sorted.get(i);
            text(WIDTH - RIGHT + 6, places[i] + 4, "class='name' fill='" + label.colour + "'", label.text);
        }
    }
}
