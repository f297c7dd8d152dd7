package org.isospin.optim;

import java.util.function.LongToDoubleFunction;

/**
 * A number for each step t = 1, 2, …: a learning rate, most often. A function of t alone, so that a resumed run sees the same
 * numbers.
 *
 * <p>Its name is what state files compare, so two schedules of one name should be the same function.
 */
public final class Schedule {
    private final String name;
    private final LongToDoubleFunction value;

    private Schedule(String name, LongToDoubleFunction value) {
        this.name = name;
        this.value = value;
    }

    /**
     * {@return a schedule of the caller's}
     *
     * @param name what reports and state files call it
     * @param value the number of step t, from t = 1; depends on nothing else
     */
    public static Schedule of(String name, LongToDoubleFunction value) {
        return new Schedule(name, value);
    }

    /**
     * {@return always the same number}
     *
     * @param value the number
     */
    public static Schedule constant(double value) {
        return new Schedule(Double.toString(value), t -> value);
    }

    /**
     * {@return peak·t/steps up to step {@code steps}, then peak}
     *
     * @param peak the number reached
     * @param steps how many steps it takes, at least 1
     * @throws IllegalArgumentException if steps is not positive
     */
    public static Schedule linearWarmup(double peak, long steps) {
        requirePositive(steps);
        return new Schedule(
                "linearWarmup(" + peak + ", " + steps + ")", t -> t >= steps ? peak : peak * ((double) t / steps));
    }

    /**
     * {@return from ½(1 + cos π(t − 1)/(steps − 1)) of the way: {@code first} at step 1, {@code last} at step {@code steps} and
     * after it}
     *
     * @param first the number of step 1
     * @param last the number of step {@code steps}
     * @param steps how many steps it takes, at least 1
     * @throws IllegalArgumentException if steps is not positive
     */
    public static Schedule cosine(double first, double last, long steps) {
        requirePositive(steps);
        return new Schedule("cosine(" + first + ", " + last + ", " + steps + ")", t -> {
            if (t >= steps) {
                return last;
            }
            double share = (1 + StrictMath.cos(Math.PI * ((t - 1.0) / (steps - 1.0)))) / 2;
            return last + (first - last) * share;
        });
    }

    /**
     * {@return this schedule for so many steps, then another, whose step 1 is the next}
     *
     * @param steps how many steps of this one, at least 1
     * @param next what follows
     * @throws IllegalArgumentException if steps is not positive
     */
    public Schedule then(long steps, Schedule next) {
        requirePositive(steps);
        return new Schedule(
                name + " for " + steps + ", then " + next.name, t -> t <= steps ? at(t) : next.at(t - steps));
    }

    /**
     * {@return this schedule's numbers times a factor}
     *
     * @param factor the factor
     */
    public Schedule times(double factor) {
        return new Schedule(factor + " x (" + name + ")", t -> factor * at(t));
    }

    private static void requirePositive(long steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("a schedule needs at least 1 step, not " + steps);
        }
    }

    /**
     * {@return the number of a step}
     *
     * @param t the step, from 1
     */
    public double at(long t) {
        return value.applyAsDouble(t);
    }

    /** {@return the name} */
    @Override
    public String toString() {
        return name;
    }
}
