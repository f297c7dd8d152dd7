/* Rows of 8-bit codes with a scale and an offset each, as org.isospin.backend.HostLevels has them. */
#ifndef ISOSPIN_LEVELS_CUH
#define ISOSPIN_LEVELS_CUH

/* Codes of row i; the view's elements have 16 bits. */
#define CODES(view, i) (ADDRESS(unsigned char, (view).data) + 2 * (view).row * (i))

DEVICE double within_levels(double level) {
    return level > 255 ? 255 : level > 0 ? level : 0;
}

/* out <- the codes of a's m rows of n, b <- their scales and offsets; code 1: with a level for zero. */
KERNEL(quantizeRows) {
    EACH(i, c.m) {
        unsigned char *codes = CODES(c.out, i);
        double low = get(c.a, i, 0);
        double high = low;
        for (Long j = 1; j < c.n; j++) {
            double x = get(c.a, i, j);
            low = x < low || x != x ? x : low;
            high = x > high || x != x ? x : high;
        }
        double range = high - low;
        put(c.b, i, 0, (c.code && range < 1e-5 ? 1e-5 : range) / 255);
        double scale = get(c.b, i, 0);
        double zero = c.code ? within_levels(-rint(low / scale)) : 0;
        put(c.b, i, 1, c.code ? -zero * scale : low);
        double shift = c.code ? 0 : get(c.b, i, 1);
        for (Long j = 0; j < c.n; j++) {
            double level = scale == 0 ? 0 : rint((get(c.a, i, j) - shift) / scale);
            codes[j] = (unsigned char)within_levels(level + zero);
        }
        if (c.n & 1) {
            codes[c.n] = 0;
        }
    }
}

/* out <- what the codes a and the scales and offsets b stand for. */
KERNEL(dequantizeRows) {
    EACH_ELEMENT(i, j) {
        put(c.out, i, j, fma(get(c.b, i, 0), (double)CODES(c.a, i)[j], get(c.b, i, 1)));
    }
}

#endif
