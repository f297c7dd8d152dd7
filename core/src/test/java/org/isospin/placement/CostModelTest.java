package org.isospin.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.isospin.DType;
import org.isospin.Precision;
import org.isospin.placement.Profile.Entry;
import org.isospin.placement.TimeTable.Point;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CostModelTest {
    private static final TimeTable TIMES = new TimeTable(List.of(new Point(100, 1000), new Point(200, 4000)));
    private static final Hardware HERE = new Hardware("p", 2, "h", "d", "v");

    /** A relative error of interpolation: a logarithm, a product and a power, each within an ulp, of numbers below 2³. */
    private static final double EPSILON = 0x1p-48;

    @Test
    void timesAreInterpolatedByPowersAndContinuedByCubes() {
        assertThat(TIMES.onProcessor(100)).isEqualTo(1e-6);
        // 4 times the time at twice the order: a square.
        assertThat(TIMES.onProcessor(150)).isCloseTo(2.25e-6, within(2.25e-6 * EPSILON));
        assertThat(TIMES.onDevice(150)).isEqualTo(TIMES.onProcessor(150));
        assertThat(TIMES.onProcessor(400)).isCloseTo(32e-6, within(32e-6 * EPSILON));
        assertThat(TIMES.onProcessor(50)).isCloseTo(0.125e-6, within(0.125e-6 * EPSILON));
        assertThat(TIMES.onDevice(50)).isEqualTo(1e-6);
        assertThat(TIMES.onProcessor(0)).isZero();
    }

    @Test
    void oneOrderStandsForAllOthers() {
        TimeTable one = new TimeTable(List.of(new Point(10, 8000)));
        assertThat(one.onProcessor(20)).isCloseTo(64e-6, within(64e-6 * EPSILON));
        assertThat(one.onDevice(5)).isCloseTo(8e-6, within(8e-6 * EPSILON));
    }

    @Test
    void aLinkTakesItsLatencyAndItsBytes() {
        Link link = new Link(1_000, 2_000, 500_000_000);
        assertThat(link.seconds(3_000, 4_000)).isEqualTo(6);
        assertThat(link.seconds(0, 4_000)).isEqualTo(2.5);
        assertThat(link.seconds(0, 0)).isZero();
    }

    @Test
    void ordersCountWhatIsComputed() {
        assertThat(Operation.EXP.order(64, 64)).isEqualTo(64);
        assertThat(Operation.MSIGN.order(10, 80)).isEqualTo(20);
        assertThat(Operation.MSIGN.order(80, 10)).isEqualTo(20);
        // A product of 8·10·10 and a polar factor of order 10.
        assertThat(Operation.PROCRUSTES.order(80, 10)).isEqualTo(20);
        assertThat(Operation.POLAR.order(0, 7)).isZero();
    }

    @Test
    void transfersCountOperandsAndResults() {
        assertThat(Operation.EXP.uploaded(10, 10)).isEqualTo(50);
        assertThat(Operation.EXP.downloaded(10, 10)).isEqualTo(100);
        assertThat(Operation.HAAR.uploaded(10, 7)).isZero();
        assertThat(Operation.PROCRUSTES.uploaded(10, 7)).isEqualTo(140);
        assertThat(Operation.PROCRUSTES.downloaded(10, 7)).isEqualTo(49);
        assertThat(Operation.SVD.downloaded(10, 7)).isEqualTo(70 + 7 + 49);
        assertThat(Operation.SINGULAR_VALUES.downloaded(10, 7)).isEqualTo(7);
        assertThat(Operation.QR.downloaded(10, 7)).isEqualTo(70 + 49);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void everyOperationHasATitleAndRefusesShapesItDoesNotTake(Operation operation) {
        assertThat(Operation.of(operation.title())).contains(operation);
        operation.requireShape(3, 3);
        assertThatThrownBy(() -> operation.requireShape(-1, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(operation.title() + ": negative shape -1 x 3");
    }

    @Test
    void squareOperationsRefuseOthers() {
        assertThatThrownBy(() -> Operation.INVERSE.requireShape(3, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("inverse: the operand must be square, not 3 x 4");
    }

    private static CostModel model(Hardware measuredOn) {
        Entry exp = new Entry(Operation.EXP, DType.F32);
        Profile measured = new Profile(
                measuredOn,
                new Link(1 << 30, 1 << 30, 0),
                Map.of(exp, TIMES, new Entry(Operation.SVD, DType.F32), TIMES),
                Map.of(exp, TIMES));
        return new CostModel(measured, BuiltInProfile.of(2), "a file");
    }

    @Test
    void measuredTimesAreTakenWhereBothPlacesHaveThem() {
        CostModel model = model(HERE);
        assertThat(model.forecast(Operation.EXP, DType.BF16, Precision.STANDARD, 100, 100))
                .isEqualTo(new Forecast(1e-6, 1e-6, 2 * 100 * 50 * 0x1p-30 + 2 * 100 * 100 * 0x1p-30));
        CostModel assumed = new CostModel(null, BuiltInProfile.of(2), "none");
        assertThat(model.forecast(Operation.SVD, DType.F32, Precision.STANDARD, 100, 100))
                .isEqualTo(assumed.forecast(Operation.SVD, DType.F32, Precision.STANDARD, 100, 100));
        assertThat(model.forecast(Operation.EXP, DType.F32, Precision.F64_SUMS, 100, 100))
                .as("sums in F64 take the time of F64, of which there is none measured")
                .isEqualTo(assumed.forecast(Operation.EXP, DType.F32, Precision.F64_SUMS, 100, 100));
    }

    @Test
    void timesOfAnotherDeviceOrDriverAreDropped() {
        assertThat(model(HERE).checkedFor(HERE)).isEqualTo(model(HERE));
        CostModel other = model(new Hardware("p", 2, "h", "another", "v")).checkedFor(HERE);
        assertThat(other.measured()).isNull();
        assertThat(other.toString())
                .isEqualTo(
                        "assumed times, because a file is ignored: it was measured with another device: another, not d");
        assertThat(model(new Hardware("p", 2, "h", "d", "w")).checkedFor(HERE).toString())
                .contains("another driver: w, not v");
        assertThat(model(new Hardware("p", 2, "h", "", "")).checkedFor(HERE).toString())
                .contains("another device: none, not d");
    }

    @Test
    void assumedTimesKeepSmallCallsAndFastMachinesOnTheHost() {
        CostModel two = new CostModel(null, BuiltInProfile.of(2), "none");
        CostModel many = new CostModel(null, BuiltInProfile.of(64), "none");
        for (Operation operation : Operation.values()) {
            for (DType dtype : List.of(DType.F32, DType.F64)) {
                assertThat(two.forecast(operation, dtype, Precision.STANDARD, 64, 64)
                                .isFasterOnDevice())
                        .isFalse();
                assertThat(many.forecast(operation, dtype, Precision.STANDARD, 4096, 4096)
                                .isFasterOnDevice())
                        .as("%s %s on 64 processors of 116 GFLOP/s", operation, dtype)
                        .isFalse();
            }
        }
        assertThat(two.forecast(Operation.MSIGN, DType.F32, Precision.STANDARD, 2048, 2048)
                        .isFasterOnDevice())
                .isTrue();
    }

    @Test
    void whatIsUnknownIsNotFaster() {
        assertThat(Forecast.UNKNOWN.isFasterOnDevice()).isFalse();
        assertThat(new Forecast(1, Double.NaN, 0).isFasterOnDevice()).isFalse();
    }
}
