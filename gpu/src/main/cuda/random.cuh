/* Standard normal numbers by position, as org.isospin.backend.Gaussian has them: Box-Muller of SplitMix64. */

DEVICE Word mix(Word z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

/* A multiple of 2^-53 in [0, 1). */
DEVICE double uniform(Word start, Word counter) {
    return (double)(mix(start + counter * 0x9E3779B97F4A7C15ULL) >> 11) * 1.1102230246251565e-16;
}

/* sin x for |x| <= pi/4. */
DEVICE double small_sine(double x) {
    double s = x * x;
    double sum = 2.8114572543455206e-15;
    sum = fma(sum, s, -7.647163731819816e-13);
    sum = fma(sum, s, 1.6059043836821613e-10);
    sum = fma(sum, s, -2.505210838544172e-08);
    sum = fma(sum, s, 2.7557319223985893e-06);
    sum = fma(sum, s, -0.0001984126984126984);
    sum = fma(sum, s, 0.008333333333333333);
    sum = fma(sum, s, -0.16666666666666666);
    return x * fma(sum, s, 1.0);
}

/* cos x for |x| <= pi/4. */
DEVICE double small_cosine(double x) {
    double s = x * x;
    double sum = 4.779477332387385e-14;
    sum = fma(sum, s, -1.1470745597729725e-11);
    sum = fma(sum, s, 2.08767569878681e-09);
    sum = fma(sum, s, -2.755731922398589e-07);
    sum = fma(sum, s, 2.48015873015873e-05);
    sum = fma(sum, s, -0.001388888888888889);
    sum = fma(sum, s, 0.041666666666666664);
    sum = fma(sum, s, -0.5);
    return fma(sum, s, 1.0);
}

/* cos(2 pi turn + quarters pi/2) for a turn in [0, 1). */
DEVICE double cosine(double turn, int quarters) {
    double nearest = floor(4 * turn + 0.5);
    double x = 6.283185307179586 * (turn - 0.25 * nearest);
    switch (((int)nearest + quarters) & 3) {
        case 0:
            return small_cosine(x);
        case 1:
            return -small_sine(x);
        case 2:
            return -small_cosine(x);
        default:
            return small_sine(x);
    }
}

/* out(i, j) <- the normal number at a.row i + a.column j of the seed first. */
KERNEL(gaussian) {
    Word start = mix((Word)c.first + 0x9E3779B97F4A7C15ULL);
    EACH_ELEMENT(i, j) {
        Long position = i * c.a.row + j * c.a.column;
        Word even = (Word)(position & -2LL);
        double radius = sqrt(-2 * log(uniform(start, even) + 1.1102230246251565e-16));
        double turn = uniform(start, even + 1);
        put(c.out, i, j, radius * cosine(turn, (position & 1) ? 3 : 0));
    }
}

/*
 * out <- a, each element rounded to one of its neighbours by chance, as org.isospin.backend.StochasticRounding has it: k digits,
 * code the least exponent, first the seed; element (i, j) has the position b.row i + b.column j.
 */
KERNEL(roundStochastically) {
    Word start = mix((Word)c.first + 0x9E3779B97F4A7C15ULL);
    EACH_ELEMENT(i, j) {
        double x = get(c.a, i, j);
        int exponent = 0;
        frexp(x, &exponent);
        int unit = (x == 0 || exponent - 1 < c.code ? (int)c.code : exponent - 1) - (int)c.k + 1;
        double scaled = ldexp(fabs(x), -unit);
        double below = floor(scaled);
        double chosen = uniform(start, (Word)(i * c.b.row + j * c.b.column)) < scaled - below ? below + 1 : below;
        put(c.out, i, j, copysign(ldexp(chosen, unit), x));
    }
}
