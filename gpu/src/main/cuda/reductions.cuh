/*
 * Reductions in F64 whose order the shape alone decides. The elements in row-major order are cut into strips; a block sums
 * a strip in LANES interleaved chains and adds these as a tree; one more block does the same with the strips' sums.
 */

enum { LANES = 128, STRIP = 4096 };

/* Adds the lanes as a tree; every thread gets the sum. */
DEVICE double tree_sum(double *lane) {
    SYNC();
    for (int width = LANES / 2; width > 0; width /= 2) {
        SHARE(t, 0, width) {
            lane[t] += lane[t + width];
        }
        SYNC();
    }
    double sum = lane[0];
    SYNC();
    return sum;
}

DEVICE double tree_max(double *lane) {
    SYNC();
    for (int width = LANES / 2; width > 0; width /= 2) {
        SHARE(t, 0, width) {
            lane[t] = larger(lane[t], lane[t + width]);
        }
        SYNC();
    }
    double result = lane[0];
    SYNC();
    return result;
}

/* The power of two that brings a magnitude to [1, 2), within [2^-1000, 2^1000]. */
DEVICE double unit_factor(double magnitude) {
    int exponent = 0;
    frexp(magnitude, &exponent);
    int power = 1 - exponent;
    return ldexp(1.0, power > 1000 ? 1000 : power < -1000 ? -1000 : power);
}

/* Whether a sum of squares lost nothing to overflow or underflow that its 53 bits could show. */
DEVICE int is_trusted(double squares) {
    return squares >= 1.1830521861667747e-271 && is_finite(squares);
}

enum { SUM_PRODUCT, SUM_SQUARES, SUM, MAX_ABS, SUM_SCALED };

/*
 * p[s] <- the sum over strip s of the m x n elements: of a b, a^2, a, or (by code) max |a|. With SUM_SQUARES q[s] <- max |a|.
 * SUM_SCALED: as SUM_SQUARES of a times the factor of the maximum in y, unless the sum in x is trusted.
 */
KERNEL(reduceStrips) {
    SHARED double lane[LANES];
    SHARED double most[LANES];
    Long count = c.m * c.n;
    Long strips = (count + STRIP - 1) / STRIP;
    double factor = 1;
    if (c.code == SUM_SCALED) {
        if (is_trusted(*ADDRESS(double, c.x))) {
            return;
        }
        factor = unit_factor(*ADDRESS(double, c.y));
    }
    for (Long s = FIRST_BLOCK_X; s < strips; s += GRID_X) {
        Long end = (s + 1) * STRIP < count ? (s + 1) * STRIP : count;
        SHARE(t, 0, LANES) {
            double sum = 0;
            double largest = 0;
            for (Long e = s * STRIP + t; e < end; e += LANES) {
                Long i = e / c.n;
                Long j = e - i * c.n;
                double value = get(c.a, i, j);
                if (c.code == SUM_PRODUCT) {
                    sum = fma(value, get(c.b, i, j), sum);
                } else if (c.code == SUM) {
                    sum += value;
                } else {
                    largest = larger(fabs(value), largest);
                    value *= factor;
                    sum = fma(value, value, sum);
                }
            }
            lane[t] = c.code == MAX_ABS ? largest : sum;
            most[t] = largest;
        }
        double sum = c.code == MAX_ABS ? tree_max(lane) : tree_sum(lane);
        double largest = tree_max(most);
        if (THREAD_X == 0) {
            ADDRESS(double, c.p)[s] = sum;
            if (c.code == SUM_SQUARES) {
                ADDRESS(double, c.q)[s] = largest;
            }
        }
        SYNC();
    }
}

/* x <- the sum of the k numbers p (code SUM) or their maximum (MAX_ABS); y <- the maximum of the k numbers q (SUM_SQUARES). */
KERNEL(reduceFinish) {
    SHARED double lane[LANES];
    SHARED double most[LANES];
    SHARE(t, 0, LANES) {
        double sum = 0;
        double largest = 0;
        for (Long e = t; e < c.k; e += LANES) {
            double value = ADDRESS(double, c.p)[e];
            sum += value;
            largest = larger(c.code == SUM_SQUARES ? ADDRESS(double, c.q)[e] : value, largest);
        }
        lane[t] = sum;
        most[t] = largest;
    }
    double sum = tree_sum(lane);
    double largest = tree_max(most);
    if (THREAD_X == 0) {
        *ADDRESS(double, c.x) = c.code == MAX_ABS ? largest : sum;
        if (c.code == SUM_SQUARES) {
            *ADDRESS(double, c.y) = largest;
        }
    }
}

/* x <- the Frobenius norm from the sum of squares x, the maximum y and the k scaled sums p, which exist if x is not trusted. */
KERNEL(frobenius) {
    SHARED double lane[LANES];
    double squares = *ADDRESS(double, c.x);
    double largest = *ADDRESS(double, c.y);
    SYNC();
    int trusted = is_trusted(squares);
    SHARE(t, 0, LANES) {
        double sum = 0;
        for (Long e = t; !trusted && e < c.k; e += LANES) {
            sum += ADDRESS(double, c.p)[e];
        }
        lane[t] = sum;
    }
    double scaled = tree_sum(lane);
    if (THREAD_X == 0) {
        *ADDRESS(double, c.x) = trusted                            ? sqrt(squares)
                                : largest == 0 || !is_finite(largest) ? largest
                                                                      : sqrt(scaled) / unit_factor(largest);
    }
}

/* p[j] <- the sum of |a| over column j, in ascending order of rows. */
KERNEL(columnSums) {
    EACH(j, c.n) {
        double sum = 0;
        for (Long i = 0; i < c.m; i++) {
            sum += fabs(get(c.a, i, j));
        }
        ADDRESS(double, c.p)[j] = sum;
    }
}
