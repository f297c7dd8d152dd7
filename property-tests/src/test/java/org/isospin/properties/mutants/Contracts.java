package org.isospin.properties.mutants;

import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.isospin.DType;
import org.isospin.polar.Group;
import org.isospin.properties.CayleyContract;
import org.isospin.properties.CayleyLaws;
import org.isospin.properties.ExpContract;
import org.isospin.properties.HaarContract;
import org.isospin.properties.HaarLaws;
import org.isospin.properties.MatrixMap;
import org.isospin.properties.MsignContract;
import org.isospin.properties.OptimizerStepContract;
import org.isospin.properties.OptimizerStepLaws;
import org.isospin.properties.PairMap;
import org.isospin.properties.PolarContract;
import org.isospin.properties.ProcrustesContract;
import org.isospin.properties.RotationLogContract;
import org.isospin.properties.RotationLogLaws;
import org.isospin.properties.SkewMap;
import org.isospin.rotation.CayleyStep;

/** The contracts, held against whatever implementation stands in a static field. */
final class Contracts {
    private Contracts() {}

    private static IllegalStateException unset() {
        return new IllegalStateException("nothing was chosen to be tested");
    }

    static final class Exp implements ExpContract {
        static SkewMap exp = (_, _) -> {
            throw unset();
        };
        static SkewMap expm1 = (_, _) -> {
            throw unset();
        };

        @Override
        public DType dtype() {
            return DType.F64;
        }

        @Override
        public SkewMap exp() {
            return exp;
        }

        @Override
        public SkewMap expm1() {
            return expm1;
        }
    }

    static final class Cayley implements CayleyContract {
        static Function<CayleyStep, SkewMap> cayley = _ -> {
            throw unset();
        };
        static Function<CayleyStep, CayleyLaws.InverseMap> inverse = _ -> {
            throw unset();
        };

        @Override
        public DType dtype() {
            return DType.F64;
        }

        @Override
        public SkewMap cayley(CayleyStep step) {
            return cayley.apply(step);
        }

        @Override
        public CayleyLaws.InverseMap inverseCayley(CayleyStep step) {
            return inverse.apply(step);
        }
    }

    static final class Log implements RotationLogContract {
        static RotationLogLaws.LogMap log = (_, _) -> {
            throw unset();
        };

        @Override
        public DType dtype() {
            return DType.F64;
        }

        @Override
        public RotationLogLaws.LogMap rotationLog() {
            return log;
        }
    }

    static final class Msign implements MsignContract {
        static MatrixMap msign = (_, _) -> {
            throw unset();
        };

        @Override
        public DType dtype() {
            return DType.F64;
        }

        @Override
        public MatrixMap msign() {
            return msign;
        }

        @Override
        public DoubleUnaryOperator msignScalar() {
            return MsignMutants::scalar;
        }
    }

    static final class Polar implements PolarContract {
        static MatrixMap polar = (_, _) -> {
            throw unset();
        };

        @Override
        public DType dtype() {
            return DType.F64;
        }

        @Override
        public MatrixMap polar() {
            return polar;
        }
    }

    static final class Procrustes implements ProcrustesContract {
        static PairMap orthogonal = (_, _, _) -> {
            throw unset();
        };
        static PairMap rotation = (_, _, _) -> {
            throw unset();
        };

        @Override
        public DType dtype() {
            return DType.F64;
        }

        @Override
        public PairMap procrustes(Group group) {
            return group == Group.ROTATION ? rotation : orthogonal;
        }
    }

    static final class Haar implements HaarContract {
        static HaarLaws.Sampler orthogonal = (_, _) -> {
            throw unset();
        };
        static HaarLaws.Sampler rotation = (_, _) -> {
            throw unset();
        };

        @Override
        public DType dtype() {
            return DType.F64;
        }

        @Override
        public HaarLaws.Sampler haarOrthogonal() {
            return orthogonal;
        }

        @Override
        public HaarLaws.Sampler haarRotation() {
            return rotation;
        }
    }

    static final class Step implements OptimizerStepContract {
        static OptimizerStepLaws.Step step = (_, _, _) -> {
            throw unset();
        };

        @Override
        public DType dtype() {
            return DType.F64;
        }

        @Override
        public OptimizerStepLaws.Step optimizerStep() {
            return step;
        }

        @Override
        public double optimizerStepDefect() {
            return 0;
        }
    }
}
