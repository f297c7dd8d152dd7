package org.isospin.rotation;

import org.isospin.DType;

/**
 * How exp is evaluated for one range of norms: minimax polynomials cos√b − 1 ≈ Σ dⱼbʲ and sinc√b ≈ 1 + Σ sⱼbʲ on
 * 0 ≤ √b ≤ θ, and the number of squarings for norms beyond θ.
 *
 * <p>The coefficients are those of a constrained weighted Remez exchange in 50 digits: the error of D is at most u/2 and
 * that of K at most u/10 on the whole range, and both vanish at 0.
 */
final class ExpSchedule {
    /** Half products of a squaring. */
    private static final int SQUARING = 2;

    /** Half products of the polish that follows squarings. */
    private static final int POLISH = 8;

    private static final ExpSchedule[] F32 = {
        // Good to u up to 0.287, but to one side all over: a product of a thousand rotations would drift by it.
        of(0.05, new double[] {-0.4999959502376878, 0.041507656424088796}, new double[] {
            1, -0.16666597489570795, 0.008309036717588585
        }),
        of(0.777, new double[] {-0.49999901322623513, 0.04165672839697216, -0.001360395645222426}, new double[] {
            1, -0.1666665166452837, 0.008332035375823502, -0.0001950292943259999
        }),
        of(
                1.48,
                new double[] {-0.4999995770501873, 0.041664783679294985, -0.0013862791359107274, 2.3369907762004396e-5},
                new double[] {
                    1, -0.16666660692901755, 0.008333111194273027, -0.0001981384711509084, 2.6171114278598303e-6
                }),
        of(
                3.36,
                new double[] {
                    -0.4999998357207555,
                    0.0416663816934105,
                    -0.0013887240595771518,
                    2.4757622178241975e-5,
                    -2.696054527614153e-7,
                    1.6825000643116853e-9
                },
                new double[] {
                    1,
                    -0.16666664533831496,
                    0.008333303535635465,
                    -0.00019839777388403715,
                    2.7521446511497632e-6,
                    -2.460251098190704e-8,
                    1.3197175793924245e-10
                })
    };

    private static final ExpSchedule[] F64 = {
        of(0.01, new double[] {-0.499999999994017, 0.041666473291785994}, new double[] {
            1, -0.16666666666564514, 0.008333303795560947
        }),
        of(0.0629, new double[] {-0.4999999999997182, 0.041666666234424346, -0.0013887004147295832}, new double[] {
            1, -0.1666666666666239, 0.008333333276988437, -0.00019839034862384524
        }),
        of(
                0.1976,
                new double[] {-0.4999999999999553, 0.041666666655551576, -0.0013888880291094512, 2.477537478522288e-5},
                new double[] {
                    1, -0.16666666666666038, 0.008333333332028582, -0.00019841260845282406, 2.75320177570939e-6
                }),
        of(
                0.7896,
                new double[] {
                    -0.49999999999999445,
                    0.041666666666494274,
                    -0.0013888888870980962,
                    2.4801578747821963e-5,
                    -2.7555252907578744e-7,
                    2.0630996106592457e-9
                },
                new double[] {
                    1,
                    -0.16666666666666596,
                    0.00833333333331556,
                    -0.0001984126982526701,
                    2.7557312328139664e-6,
                    -2.5050567829159485e-8,
                    1.5886767171671035e-10
                }),
        of(
                1.814,
                new double[] {
                    -0.4999999999999983,
                    0.0416666666666496,
                    -0.0013888888888313833,
                    2.4801587207836692e-5,
                    -2.755731076535754e-7,
                    2.087631195077834e-9,
                    -1.1457143535131503e-11,
                    4.555126780726721e-14
                },
                new double[] {
                    1,
                    -0.16666666666666646,
                    0.008333333333331703,
                    -0.00019841269840802322,
                    2.755731915626441e-6,
                    -2.505210280705367e-8,
                    1.605877090386788e-10,
                    -7.639304058028766e-13,
                    2.6881406331174487e-15
                }),
        of(
                3.209,
                new double[] {
                    -0.49999999999999917,
                    0.041666666666662744,
                    -0.0013888888888824657,
                    2.4801587296377876e-5,
                    -2.755731898116642e-7,
                    2.087674998431781e-9,
                    -1.1470616354589486e-11,
                    4.7779469970966675e-14,
                    -1.5506488525387901e-16,
                    3.637246924509447e-19
                },
                new double[] {
                    1,
                    -0.16666666666666657,
                    0.008333333333332976,
                    -0.00019841269841220754,
                    2.755731922048752e-6,
                    -2.5052108237987535e-8,
                    1.6059039914812643e-10,
                    -7.647096038234394e-13,
                    2.810699643499234e-15,
                    -8.167467753681206e-18,
                    1.7434168821532752e-20
                })
    };

    private final double theta;
    private final SkewPolynomial polynomial;

    private ExpSchedule(double theta, SkewPolynomial polynomial) {
        this.theta = theta;
        this.polynomial = polynomial;
    }

    private static ExpSchedule of(double theta, double[] even, double[] odd) {
        return new ExpSchedule(theta, new SkewPolynomial(even, odd));
    }

    /**
     * {@return the schedule of the fewest products, the fewest squarings among equals}
     *
     * @param compute F32 or F64
     * @param norm a finite bound of ‖A‖₂
     */
    static ExpSchedule choose(DType compute, double norm) {
        ExpSchedule[] table = compute == DType.F64 ? F64 : F32;
        ExpSchedule best = table[table.length - 1];
        for (int i = table.length - 2; i >= 0; i--) {
            if (table[i].products(norm) < best.products(norm)) {
                best = table[i];
            }
        }
        return best;
    }

    private int products(double norm) {
        int squarings = squarings(norm);
        return polynomial.products() + SQUARING * squarings + (squarings > 0 ? POLISH : 0);
    }

    /** {@return the most powers of B that any schedule takes} */
    static int powers() {
        return 5;
    }

    /** {@return the polynomials} */
    SkewPolynomial polynomial() {
        return polynomial;
    }

    /**
     * {@return s, the smallest with 2⁻ˢ·norm ≤ θ}
     *
     * @param norm a finite bound of ‖A‖₂
     */
    int squarings(double norm) {
        int s = 0;
        for (double scaled = norm; scaled > theta; scaled *= 0.5) {
            s++;
        }
        return s;
    }
}
