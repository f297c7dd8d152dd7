package org.isospin;

import java.util.List;
import org.isospin.backend.Discovery;
import org.isospin.backend.Place;
import org.isospin.placement.CostModel;
import org.isospin.placement.Forecast;
import org.isospin.placement.Hardware;
import org.isospin.placement.Operation;
import org.isospin.placement.Plan;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the engine of every call: the only one, or that of the host or of a device. Operands on a device decide first. Where
 * all are in host memory a whole call goes to the device if it is predicted to be faster there with its transfers: that depends on
 * operation, shape, type, precision and profile alone, never on load or on earlier calls, so that a call's bits do not.
 */
final class Placement implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("org.isospin");

    /** Operands and results may take this part of a device's memory: the rest is for what a call keeps between them. */
    private static final int MEMORY_SHARE = 16;

    private final Engine engine;
    private final @Nullable DeviceEngine device;
    private final CallCounts counts = new CallCounts();
    private @Nullable CostModel model;
    private boolean isDeviceCompared;

    /**
     * Makes a choice of one or two.
     *
     * @param engine the engine of the host, or the only one
     * @param device a device, not yet opened; null if there is no choice
     */
    Placement(Engine engine, Discovery.@Nullable Candidate device) {
        this.engine = engine;
        this.device = device == null ? null : new DeviceEngine(device);
    }

    /** {@return the engine of the host, or the only one} */
    Engine engine() {
        return engine;
    }

    /** {@return the engine of a call that is not placed by its size} */
    Engine choose(Operand... operands) {
        if (device == null || !isAnyOnDevice(operands)) {
            return engine;
        }
        if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
            LOG.log(System.Logger.Level.DEBUG, "a call: {0}, because an operand is on a device", device.name());
        }
        return device.require();
    }

    private static boolean isAnyOnDevice(Operand... operands) {
        for (Operand operand : operands) {
            if (operand.storage() instanceof Storage.Device) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@return the engine of a call}
     *
     * @param operation the operation
     * @param precision how F32 products are summed
     * @param operands the operands, of which the first one's shape is the operation's
     */
    Engine choose(Operation operation, Precision precision, Operand... operands) {
        if (device == null) {
            return engine;
        }
        DType dtype = operands[0].dtype();
        for (Operand operand : operands) {
            dtype = operand.dtype() == DType.F64 ? DType.F64 : dtype;
        }
        int rows = rows(operands[0]);
        int columns = columns(operands[0]);
        Decision decision = isAnyOnDevice(operands)
                ? new Decision(
                        operation,
                        rows,
                        columns,
                        dtype,
                        device.require(),
                        Place.DEVICE,
                        Decision.Cause.OPERANDS_THERE,
                        Forecast.UNKNOWN)
                : decide(device, operation, rows, columns, dtype, precision);
        counts.count(decision);
        if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
            LOG.log(System.Logger.Level.DEBUG, plan(decision).toString());
        }
        return decision.engine();
    }

    private static int rows(Operand operand) {
        return switch (operand) {
            case Matrix m -> m.rows();
            case SkewMatrix a -> a.order();
            case MatrixBatch batch -> batch.first().rows();
            case SkewBatch batch -> batch.order();
        };
    }

    private static int columns(Operand operand) {
        return switch (operand) {
            case Matrix m -> m.columns();
            case SkewMatrix a -> a.order();
            case MatrixBatch batch -> batch.first().columns();
            case SkewBatch batch -> batch.order();
        };
    }

    private synchronized CostModel model() {
        CostModel known = model;
        if (known == null) {
            known = CostModel.of(Hardware.of(engine.backend()));
            model = known;
        }
        return known;
    }

    /** {@return the model, without measured times if they are of another device than the one that is open} */
    private synchronized CostModel modelFor(DeviceEngine opened) {
        CostModel known = model();
        if (!isDeviceCompared) {
            known = known.checkedFor(opened.hardware());
            model = known;
            isDeviceCompared = true;
        }
        return known;
    }

    private Decision decide(
            DeviceEngine device, Operation operation, int rows, int columns, DType dtype, Precision precision) {
        CostModel first = model();
        // Whether measured times are of the device that is here shows when it is open. A call that either these or
        // the assumed times would place there opens it, and so no call is placed by times that later calls are not.
        Engine opened = first.mayBeFasterOnDevice(operation, dtype, precision, rows, columns) ? device.open() : null;
        Forecast forecast =
                (opened == null ? first : modelFor(device)).forecast(operation, dtype, precision, rows, columns);
        Decision.Cause cause;
        if (!device.refusal().isEmpty()) {
            cause = Decision.Cause.UNUSABLE;
        } else if (opened == null || !forecast.isFasterOnDevice()) {
            boolean isKnown = !Double.isNaN(forecast.deviceWithTransfers());
            cause = isKnown ? Decision.Cause.FASTER : Decision.Cause.NO_TIMES;
        } else if (MEMORY_SHARE * bytes(operation, rows, columns, dtype) > device.memoryBytes()) {
            cause = Decision.Cause.TOO_LARGE;
        } else {
            return new Decision(operation, rows, columns, dtype, opened, Place.DEVICE, Decision.Cause.FASTER, forecast);
        }
        return new Decision(operation, rows, columns, dtype, engine, Place.HOST, cause, forecast);
    }

    private static double bytes(Operation operation, int rows, int columns, DType dtype) {
        return dtype.bytes() * (operation.uploaded(rows, columns) + operation.downloaded(rows, columns));
    }

    /** {@return where a call with operands in host memory would be computed} */
    Plan plan(Operation operation, int rows, int columns, DType dtype, Precision precision) {
        operation.requireShape(rows, columns);
        return plan(
                device == null
                        ? new Decision(
                                operation,
                                rows,
                                columns,
                                dtype,
                                engine,
                                Place.HOST,
                                Decision.Cause.ONLY_PLACE,
                                Forecast.UNKNOWN)
                        : decide(device, operation, rows, columns, dtype, precision));
    }

    private Plan plan(Decision decision) {
        return decision.plan(reason(decision));
    }

    private String reason(Decision decision) {
        String name = device == null ? "" : device.name();
        String host = engine.backend().name();
        Forecast forecast = decision.forecast();
        return switch (decision.cause()) {
            case ONLY_PLACE -> "this context computes on " + host + " alone";
            case OPERANDS_THERE -> "an operand is on a device";
            case UNUSABLE -> device == null ? "" : device.refusal();
            case NO_TIMES -> "nothing is known of its time on " + name;
            case TOO_LARGE -> "operands and results are more than 1/" + MEMORY_SHARE + " of the memory of " + name;
            case FASTER ->
                Decision.duration(forecast.host()) + " on " + host + " compare with "
                        + Decision.duration(forecast.device()) + " on " + name + " and "
                        + Decision.duration(forecast.transfers()) + " of transfers, by " + model();
        };
    }

    /** {@return how calls are placed, in words; empty if there is no choice} */
    String rule() {
        if (device == null) {
            return "";
        }
        String refusal = device.refusal();
        return refusal.isEmpty() ? "large calls on " + device.name() + ", by " + model() : "all calls here: " + refusal;
    }

    /** {@return whether a backend is the device that calls may be placed on} */
    boolean isDevice(Discovery.Candidate candidate) {
        return device != null && device.candidate().equals(candidate);
    }

    /** {@return what is known of the device, for a list of backends that were not chosen; null if it is in use} */
    @Nullable
    String whyNot() {
        if (device == null || device.isOpen()) {
            return null;
        }
        String refusal = device.refusal();
        return refusal.isEmpty() ? "not opened yet; no call was large enough" : refusal;
    }

    /** {@return what was computed where} */
    List<Description.Calls> calls() {
        return counts.list(this::plan);
    }

    @Override
    public void close() {
        try {
            engine.close();
        } finally {
            if (device != null) {
                device.close();
            }
        }
    }
}
