package org.isospin.bench.timing;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.isospin.DType;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.problem.Operation;

/**
 * A device beside the host, over all operations.
 *
 * @param backend the device's backend
 * @param ceilings what it reaches
 * @param rows operation by operation, type by type, orders ascending
 */
record DeviceFindings(String backend, Ceilings ceilings, List<DeviceRow> rows) {
    /**
     * One operation in one type.
     *
     * @param operation the operation
     * @param dtype the type
     * @param rows by ascending order
     */
    record Curve(Operation operation, DType dtype, List<DeviceRow> rows) {
        /** {@return from which order on the device pays, with operands in its memory} */
        Crossover resident() {
            return crossover(DeviceRow::residentSeconds);
        }

        /** {@return from which order on it pays, with operands in host memory} */
        Crossover transfers() {
            return crossover(DeviceRow::transferSeconds);
        }

        private Crossover crossover(ToDoubleFunction<DeviceRow> device) {
            return Crossover.of(rows.stream()
                    .map(r -> new Crossover.Point(r.step().n(), r.hostSeconds(), device.applyAsDouble(r)))
                    .toList());
        }

        /** {@return both, in a sentence} */
        String verdict() {
            TreeSet<String> hosts = new TreeSet<>();
            rows.forEach(r -> {
                Row host = r.host();
                if (host != null) {
                    hosts.add(host.contestant());
                }
            });
            String name = operation.title() + " " + Figures.name(dtype) + ": ";
            if (hosts.isEmpty()) {
                return name + "nothing on the host to compare with";
            }
            return name + "GPU pays " + resident() + " resident, " + transfers() + " with transfers (against "
                    + String.join(", ", hosts) + ")";
        }
    }

    boolean isVerified() {
        return rows.stream().allMatch(DeviceRow::isVerified);
    }

    List<Curve> curves() {
        List<Curve> curves = new ArrayList<>();
        for (DeviceRow row : rows) {
            if (row.blocks() > 1) {
                continue;
            }
            Curve last = curves.isEmpty() ? null : curves.getLast();
            if (last == null
                    || last.operation != row.step().operation()
                    || last.dtype != row.step().dtype()) {
                last = new Curve(row.step().operation(), row.step().dtype(), new ArrayList<>());
                curves.add(last);
            }
            last.rows.add(row);
        }
        return curves;
    }
}
