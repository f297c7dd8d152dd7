/* Element by element: a and b have the output's shape (a stride of 0 repeats an operand); an output may be an input. */

/* out <- a. */
KERNEL(copy) {
    EACH_ELEMENT(i, j) {
        put(c.out, i, j, get(c.a, i, j));
    }
}

/* out <- alpha. */
KERNEL(fill) {
    EACH_ELEMENT(i, j) {
        put(c.out, i, j, c.alpha);
    }
}

/* out <- alpha a. */
KERNEL(scale) {
    EACH_ELEMENT(i, j) {
        put(c.out, i, j, c.alpha * get(c.a, i, j));
    }
}

/* out <- x a. */
KERNEL(scaleByCell) {
    double factor = *ADDRESS(double, c.x);
    EACH_ELEMENT(i, j) {
        put(c.out, i, j, factor * get(c.a, i, j));
    }
}

/* out <- (alpha a + beta b) + gamma I in F64 (code 1) or F32 (code 0). */
KERNEL(combine) {
    if (c.code) {
        EACH_ELEMENT(i, j) {
            double sum = fma(c.alpha, get(c.a, i, j), c.beta * get(c.b, i, j));
            put(c.out, i, j, i == j && c.gamma != 0 ? sum + c.gamma : sum);
        }
    } else {
        float alpha = (float)c.alpha;
        float beta = (float)c.beta;
        float gamma = (float)c.gamma;
        EACH_ELEMENT(i, j) {
            float addend = beta * (float)get(c.b, i, j);
            float sum = fmaf(alpha, (float)get(c.a, i, j), addend);
            put(c.out, i, j, i == j && c.gamma != 0 ? sum + gamma : sum);
        }
    }
}

/* out <- a + alpha in F64 (code 1) or F32 (code 0). */
KERNEL(shift) {
    EACH_ELEMENT(i, j) {
        double old = get(c.a, i, j);
        put(c.out, i, j, c.code ? old + c.alpha : (double)((float)old + (float)c.alpha));
    }
}

/* out <- a / b. */
KERNEL(divide) {
    EACH_ELEMENT(i, j) {
        put(c.out, i, j, get(c.a, i, j) / get(c.b, i, j));
    }
}

/* out <- a b. */
KERNEL(multiply) {
    EACH_ELEMENT(i, j) {
        put(c.out, i, j, get(c.a, i, j) * get(c.b, i, j));
    }
}

/* out <- alpha a / (sqrt(beta b) + gamma). */
KERNEL(divideByRoot) {
    EACH_ELEMENT(i, j) {
        put(c.out, i, j, c.alpha * get(c.a, i, j) / (sqrt(c.beta * get(c.b, i, j)) + c.gamma));
    }
}

/* out <- b a, and 0 where b is 0, whatever a is. */
KERNEL(weigh) {
    EACH_ELEMENT(i, j) {
        double weight = get(c.b, i, j);
        put(c.out, i, j, weight == 0 ? 0 : weight * get(c.a, i, j));
    }
}

/* out <- a, negated where b is negative. */
KERNEL(flip) {
    EACH_ELEMENT(i, j) {
        double value = get(c.a, i, j);
        put(c.out, i, j, get(c.b, i, j) < 0 ? -value : value);
    }
}

/* out <- a if x is finite. */
KERNEL(copyIfFinite) {
    if (!is_finite(*ADDRESS(double, c.x))) {
        return;
    }
    EACH_ELEMENT(i, j) {
        put(c.out, i, j, get(c.a, i, j));
    }
}

/* Row i of out <- row rows[i] of a; code 1: out and a are given transposed. */
KERNEL(gather) {
    const int *rows = ADDRESS(const int, c.rows);
    EACH_ELEMENT(i, j) {
        put(c.out, i, j, c.code ? get(c.a, i, rows[j]) : get(c.a, rows[i], j));
    }
}
