/* Triangles and mirror images of n x n matrices (m = n). A thread owns element (i, j) and its mirror image. */

/* The upper triangle of out <- alpha times the lower one, transposed; with alpha = -1 the diagonal <- 0. */
KERNEL(mirror) {
    EACH_ELEMENT(i, j) {
        if (j > i) {
            put(c.out, i, j, c.alpha * get(c.out, j, i));
        } else if (i == j && c.alpha < 0) {
            put(c.out, i, j, 0);
        }
    }
}

/* out <- (a + alpha aT)/2 for alpha = 1 or -1; halves first, which is exact and cannot overflow. */
KERNEL(symmetrize) {
    EACH_ELEMENT(i, j) {
        if (j >= i) {
            double sum = 0.5 * get(c.a, i, j) + c.alpha * (0.5 * get(c.a, j, i));
            put(c.out, i, j, sum);
            if (j > i) {
                put(c.out, j, i, c.alpha * sum);
            }
        }
    }
}

/* Where element (i, j), i < j, is packed. */
DEVICE Long packed(Long n, Long i, Long j) {
    return i * (2 * n - i - 1) / 2 + j - i - 1;
}

/* out <- the skew matrix packed in the row a. */
KERNEL(unpackSkew) {
    EACH_ELEMENT(i, j) {
        if (i == j) {
            put(c.out, i, j, 0);
        } else if (j > i) {
            double value = get(c.a, 0, packed(c.n, i, j));
            put(c.out, i, j, value);
            put(c.out, j, i, -value);
        }
    }
}

/* The row out <- the packed skew part (a - aT)/2. */
KERNEL(packSkew) {
    EACH_ELEMENT(i, j) {
        if (j > i) {
            put(c.out, 0, packed(c.n, i, j), 0.5 * get(c.a, i, j) - 0.5 * get(c.a, j, i));
        }
    }
}

/* out <- one triangle of a (code bit 0: the lower one; bit 1: with ones on the diagonal), zeros elsewhere. */
KERNEL(copyTriangle) {
    EACH_ELEMENT(i, j) {
        if (i == j && (c.code & 2)) {
            put(c.out, i, j, 1);
        } else if ((c.code & 1) ? j <= i : j >= i) {
            put(c.out, i, j, get(c.a, i, j));
        } else {
            put(c.out, i, j, 0);
        }
    }
}
