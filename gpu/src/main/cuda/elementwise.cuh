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

/* x^-p; powers that have a formula get it. */
DEVICE double reciprocal_power(double x, double p) {
    if (p == 0.5) {
        return 1 / sqrt(x);
    }
    if (p == 1) {
        return 1 / x;
    }
    return p == 2 ? 1 / (x * x) : pow(x, -p);
}

/* Of unit vectors with cosine x at an angle or a chord; alpha is the power, beta the least squared distance. */
DEVICE double pair_value(double power, double least, double offset, int angle, double x) {
    if (!angle) {
        double squared = 2 - 2 * x;
        squared = squared < least ? least : squared;
        return power == 0 ? -0.5 * log(squared) : reciprocal_power(squared, power / 2);
    }
    double cosine = x > 1 - least / 2 ? 1 - least / 2 : x;
    double distance = acos(cosine < -1 ? -1 : cosine) + offset;
    return power == 0 ? -log(distance) : reciprocal_power(distance, power);
}

/* The derivative of pair_value for x. */
DEVICE double pair_slope(double power, double least, double offset, int angle, double x) {
    double squared = 2 - 2 * x;
    double factor = power == 0 ? 1 : power;
    if (squared <= least) {
        return 0;
    }
    if (!angle) {
        return factor * reciprocal_power(squared, power / 2 + 1);
    }
    return x <= -1 ? 0 : factor * reciprocal_power(acos(x) + offset, power + 1) / sqrt((1 - x) * (1 + x));
}

/* out <- the potential of pairs with cosines a. Code: 1 for angles, 2 for antipodes too, 4 for the slope. */
KERNEL(pairPotential) {
    int angle = c.code & 1;
    EACH_ELEMENT(i, j) {
        double x = get(c.a, i, j);
        double result;
        if (c.code & 4) {
            result = pair_slope(c.alpha, c.beta, c.gamma, angle, x);
            if (c.code & 2) {
                result -= pair_slope(c.alpha, c.beta, c.gamma, angle, -x);
            }
        } else {
            result = pair_value(c.alpha, c.beta, c.gamma, angle, x);
            if (c.code & 2) {
                result += pair_value(c.alpha, c.beta, c.gamma, angle, -x);
            }
        }
        put(c.out, i, j, result);
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
