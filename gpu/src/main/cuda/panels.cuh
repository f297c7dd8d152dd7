/* Panels and small systems, each by one block, in F64 copies p (of the panel) and q. */

/* The sum of x y in lanes. */
DEVICE double lane_dot(Long n, const double *x, const double *y, double *lane) {
    SHARE(t, 0, LANES) {
        double sum = 0;
        for (Long i = t; i < n; i += LANES) {
            sum = fma(x[i], y[i], sum);
        }
        lane[t] = sum;
    }
    return tree_sum(lane);
}

DEVICE double lane_max(Long n, const double *x, double *lane) {
    SHARE(t, 0, LANES) {
        double largest = 0;
        for (Long i = t; i < n; i += LANES) {
            largest = larger(fabs(x[i]), largest);
        }
        lane[t] = largest;
    }
    return tree_max(lane);
}

/* p (m x n row-major, m small) <- t^-1 p with the m x m row-major triangle q; code as for copyTriangle. */
KERNEL(solveColumns) {
    const double *t = ADDRESS(const double, c.q);
    double *b = ADDRESS(double, c.p);
    EACH(j, c.n) {
        for (Long step = 0; step < c.m; step++) {
            Long i = (c.code & 1) ? step : c.m - 1 - step;
            double x = b[i * c.n + j];
            Long to = (c.code & 1) ? i : c.m;
            for (Long k = (c.code & 1) ? 0 : i + 1; k < to; k++) {
                x = fma(-t[i * c.m + k], b[k * c.n + j], x);
            }
            b[i * c.n + j] = (c.code & 2) ? x : x / t[i * c.m + i];
        }
    }
}

/* Exchanges rows i and rows[i] of out (n columns) for i = first, ..., k - 1, or (code 1) the other way round. */
KERNEL(swapRows) {
    const int *rows = ADDRESS(const int, c.rows);
    EACH(j, c.n) {
        for (Long step = 0; step < c.k - c.first; step++) {
            Long i = c.code ? c.k - 1 - step : c.first + step;
            if (rows[i] != i) {
                double swap = get(c.out, i, j);
                put(c.out, i, j, get(c.out, rows[i], j));
                put(c.out, rows[i], j, swap);
            }
        }
    }
}

/* Where the largest |x| is, the first of several; NaN counts as infinite. */
DEVICE Long lane_pivot(Long from, Long m, const double *x, double *lane, Long *where) {
    SHARE(t, 0, LANES) {
        double largest = -1;
        Long best = m;
        for (Long i = from + t; i < m; i += LANES) {
            double size = x[i] != x[i] ? INFINITY : fabs(x[i]);
            if (size > largest) {
                largest = size;
                best = i;
            }
        }
        lane[t] = largest;
        where[t] = best;
    }
    SYNC();
    for (int width = LANES / 2; width > 0; width /= 2) {
        SHARE(t, 0, width) {
            double other = lane[t + width];
            if (other > lane[t] || (other == lane[t] && where[t + width] < where[t])) {
                lane[t] = other;
                where[t] = where[t + width];
            }
        }
        SYNC();
    }
    Long best = where[0];
    SYNC();
    return best;
}

/* LU of the column-major m x n panel p; rows[first + j] and the status x as Kernels.luPanel has them. */
KERNEL(luPanel) {
    SHARED double lane[LANES];
    SHARED Long where[LANES];
    double *x = ADDRESS(double, c.p);
    for (Long j = 0; j < c.n; j++) {
        Long best = lane_pivot(j, c.m, x + j * c.m, lane, where);
        SHARE(k, 0, c.n) {
            double swap = x[k * c.m + j];
            x[k * c.m + j] = x[k * c.m + best];
            x[k * c.m + best] = swap;
        }
        SYNC();
        double pivot = x[j * c.m + j];
        if (THREAD_X == 0) {
            ADDRESS(int, c.rows)[c.first + j] = (int)(c.first + best);
            if ((pivot == 0 || !is_finite(pivot)) && *ADDRESS(double, c.x) == 0) {
                *ADDRESS(double, c.x) = (double)(1 + c.first + j);
            }
        }
        if (pivot != 0) {
            SHARE(i, j + 1, c.m) {
                double factor = x[j * c.m + i] / pivot;
                x[j * c.m + i] = factor;
                for (Long k = j + 1; k < c.n; k++) {
                    x[k * c.m + i] = fma(-factor, x[k * c.m + j], x[k * c.m + i]);
                }
            }
        }
        SYNC();
    }
}

/* L of the row-major n x n block p, zero above the diagonal; the status x as Kernels.choleskyPanel has it. */
KERNEL(choleskyPanel) {
    double *x = ADDRESS(double, c.p);
    for (Long j = 0; j < c.n; j++) {
        SHARE(i, j, c.n) {
            double sum = x[i * c.n + j];
            for (Long k = 0; k < j; k++) {
                sum = fma(-x[i * c.n + k], x[j * c.n + k], sum);
            }
            x[i * c.n + j] = sum;
        }
        SYNC();
        double pivot = x[j * c.n + j];
        double root = sqrt(pivot);
        SYNC();
        if (THREAD_X == 0 && !(pivot > 0 && is_finite(pivot)) && *ADDRESS(double, c.x) == 0) {
            *ADDRESS(double, c.x) = (double)(1 + c.first + j);
        }
        SHARE(i, j, c.n) {
            x[i * c.n + j] = i == j ? root : x[i * c.n + j] / root;
            if (i > j) {
                x[j * c.n + i] = 0;
            }
        }
        SYNC();
    }
}

/* The reflector of the n numbers x, as dlarfg has it; x becomes beta and the tail of v. Every thread gets tau. */
DEVICE double reflector(Long n, double *x, double *lane) {
    double largest = lane_max(n, x, lane);
    double scale = 1;
    /* Only magnitudes whose squares could overflow or vanish are scaled. */
    if (largest != 0 && is_finite(largest) && (largest > 1e120 || largest < 1e-120)) {
        scale = unit_factor(largest);
        SHARE(i, 0, n) {
            x[i] *= scale;
        }
        SYNC();
    }
    double squares = lane_dot(n - 1, x + 1, x + 1, lane);
    double alpha = x[0];
    double beta = alpha;
    double tau = 0;
    SYNC();
    if (squares == 0) {
        SHARE(i, 1, n) {
            x[i] = 0;
        }
    } else {
        beta = -copysign(sqrt(fma(alpha, alpha, squares)), alpha);
        tau = (beta - alpha) / beta;
        double factor = 1 / (alpha - beta);
        SHARE(i, 1, n) {
            x[i] *= factor;
        }
    }
    if (THREAD_X == 0) {
        x[0] = beta / scale;
    }
    SYNC();
    return tau;
}

/* Householder QR of the column-major m x n panel p; the row-major n x n q <- T, as Kernels.qrPanel has it. */
KERNEL(qrPanel) {
    SHARED double lane[LANES];
    double *x = ADDRESS(double, c.p);
    double *t = ADDRESS(double, c.q);
    Long w = c.n;
    SHARE(e, 0, w * w) {
        t[e] = 0;
    }
    SYNC();
    for (Long j = 0; j < w; j++) {
        Long rest = c.m - j - 1;
        double *v = x + j * c.m + j + 1;
        double tau = reflector(rest + 1, v - 1, lane);
        for (Long k = j + 1; tau != 0 && k < w; k++) {
            double *y = x + k * c.m + j;
            double sum = tau * (y[0] + lane_dot(rest, v, y + 1, lane));
            SYNC();
            SHARE(i, 0, rest + 1) {
                y[i] = i == 0 ? y[i] - sum : fma(-sum, v[i - 1], y[i]);
            }
            SYNC();
        }
        for (Long i = 0; i < j; i++) {
            double product = x[i * c.m + j] + lane_dot(rest, x + i * c.m + j + 1, v, lane);
            if (THREAD_X == 0) {
                t[i * w + j] = product;
            }
        }
        if (THREAD_X == 0) {
            t[j * w + j] = tau;
            for (Long i = 0; i < j; i++) {
                double sum = 0;
                for (Long k = i; k < j; k++) {
                    sum = fma(t[i * w + k], t[k * w + j], sum);
                }
                t[i * w + j] = -tau * sum;
            }
        }
        SYNC();
    }
}

/* The row-major n x n p = X <- (I - X)^-1 X by Gauss-Jordan steps on -X that never add the identity. */
KERNEL(resolventDelta) {
    double *t = ADDRESS(double, c.p);
    Long n = c.n;
    SHARE(e, 0, n * n) {
        t[e] = -t[e];
    }
    SYNC();
    for (Long k = 0; k < n; k++) {
        double *row = t + k * n;
        double pivot = 1 + row[k];
        double delta = -row[k] / pivot;
        SYNC();
        SHARE(j, 0, n) {
            row[j] = j == k ? 1 / pivot : row[j] / pivot;
        }
        SYNC();
        SHARE(i, 0, n) {
            if (i != k) {
                double factor = t[i * n + k];
                t[i * n + k] = 0;
                for (Long j = 0; j < n; j++) {
                    t[i * n + j] = fma(-factor, row[j], t[i * n + j]);
                }
            }
        }
        SYNC();
        if (THREAD_X == 0) {
            row[k] = delta;
        }
        SYNC();
    }
}
