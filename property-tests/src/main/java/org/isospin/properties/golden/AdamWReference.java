package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.optim.AdamEpsilon;
import org.isospin.optim.AdamW;

/** Group adamw_ref: AdamW of two programs, which agree. */
final class AdamWReference implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        double[] betas = golden.numbers("betas");
        AdamW adam = AdamW.builder()
                .learningRate(golden.number("lr"))
                .betas(betas[0], betas[1])
                .epsilon(golden.number("eps"), AdamEpsilon.AFTER_BIAS_CORRECTION)
                .weightDecay(golden.number("weight_decay"))
                .build(iso);
        OptimizerRuns.run(
                golden,
                mode,
                adam,
                spec -> spec,
                out,
                "W_verl",
                "W",
                "W_torch",
                "W",
                "exp_avg",
                "first_moment",
                "exp_avg_sq",
                "second_moment");
    }
}
