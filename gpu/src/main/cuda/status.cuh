/* Numbers that live on the device: scalars, statuses, pivots. */

/* x <- alpha. */
KERNEL(setCell) {
    EACH(i, 1) {
        *ADDRESS(double, c.x) = c.alpha;
    }
}

/* x <- y op z, in the order of org.isospin.backend.ScalarOp. */
KERNEL(cellOp) {
    EACH(i, 1) {
        double y = *ADDRESS(double, c.y);
        double z = *ADDRESS(double, c.z);
        double result;
        switch (c.code) {
            case 0:
                result = y + z;
                break;
            case 1:
                result = y - z;
                break;
            case 2:
                result = y * z;
                break;
            case 3:
                result = y / z;
                break;
            case 4:
                result = y == z ? (copysign(1.0, y) < 0 ? z : y) : larger(y, z);
                break;
            case 5:
                result = y == z ? (copysign(1.0, y) < 0 ? y : z) : -larger(-y, -z);
                break;
            case 6:
                result = sqrt(y);
                break;
            default: {
                int exponent = 0;
                frexp(y, &exponent);
                exponent = exponent - 1 < -1022 ? -1022 : exponent - 1;
                result = y == 0 || !is_finite(y) ? 1 : ldexp(1.0, exponent);
            }
        }
        *ADDRESS(double, c.x) = result;
    }
}

/* x <- what a library reports in rows[0], if that is positive and x is 0. */
KERNEL(reportInfo) {
    EACH(i, 1) {
        int info = *ADDRESS(int, c.rows);
        double *status = ADDRESS(double, c.x);
        if (*status == 0 && info > 0) {
            *status = info;
        }
    }
}

/* x <- 1, if x is 0 and rows[0] is not 0 or y is not finite. */
KERNEL(reportFailure) {
    EACH(i, 1) {
        double *status = ADDRESS(double, c.x);
        if (*status == 0 && (*ADDRESS(int, c.rows) != 0 || !is_finite(*ADDRESS(double, c.y)))) {
            *status = 1;
        }
    }
}

/* x <- 1 + the first of n diagonal elements of a that is zero or not finite, if there is one and x is 0. */
KERNEL(reportPivots) {
    SHARED double lane[LANES];
    SHARE(t, 0, LANES) {
        double first = 0;
        for (Long i = c.n - 1 - t; i >= 0; i -= LANES) {
            double pivot = get(c.a, i, i);
            if (pivot == 0 || !is_finite(pivot)) {
                first = (double)(c.n - i);
            }
        }
        lane[t] = first;
    }
    double first = tree_max(lane);
    if (THREAD_X == 0 && first > 0 && *ADDRESS(double, c.x) == 0) {
        *ADDRESS(double, c.x) = (double)(c.n + 1) - first;
    }
}

/* Row numbers from 1 <- row numbers from 0. */
KERNEL(fromOne) {
    EACH(i, c.n) {
        ADDRESS(int, c.rows)[i] -= 1;
    }
}
