package org.isospin.bench.gpucheck;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.isospin.bench.Main;
import org.isospin.bench.cli.SelfCommand;

/**
 * The steps of a check, the most important first: is it right, how fast is it beside what people use today, how fast is all the
 * rest.
 *
 * @param folder where results go
 * @param golden the folder of golden vectors
 * @param peers the folder of the scripts of peers
 * @param host the backend on the host that is timed beside cuda
 * @param sizes orders of large matrices
 * @param scratch a folder for operands that peers read
 * @param longest seconds that a measurement is offered at most
 */
record Steps(Path folder, Path golden, Path peers, String host, List<Integer> sizes, Path scratch, double longest) {
    static final String INFO = "info";
    static final String TORCH = "torch";
    static final String REPORT = "report";

    private static final String CUDA = "cuda";

    /** Seconds below which a bench tells nothing, and PyTorch, which takes long to start. */
    private static final double LEAST = 5;

    private static final double LEAST_OF_TORCH = 15;

    /** The order of blocks. */
    private static final int BLOCK = 256;

    private static final String TORCH_ROWS = "torch.json";

    private List<Integer> halves() {
        return sizes.stream().map(n -> Math.max(1, n / 2)).distinct().toList();
    }

    /** {@return runs whose operands PyTorch gets too} */
    List<Selection> beside() {
        String both = host + "," + CUDA;
        return List.of(
                Selection.of("bench-f32", "exp,cayley,gemm,gemmt", "f32", sizes, both),
                Selection.of("bench-bf16", "msign-kj,msign,gemm", "bf16", sizes, both),
                // The singular values of twice as large a matrix take PyTorch minutes.
                Selection.of("bench-half", "procrustes,pion-step", "f32", halves(), both),
                Selection.of(
                        "bench-blocks", "cayley-neumann", "f32", List.of(Math.min(BLOCK, sizes.getFirst())), both));
    }

    /** {@return the others} */
    List<Selection> others() {
        String both = host + "," + CUDA;
        return List.of(
                Selection.of("bench-tf32", "gemm,msign,msign-kj", "f32", sizes, CUDA)
                        .with("--precision", "tf32"),
                Selection.of("bench-f64", "gemm,gemmt,exp,cayley,procrustes", "f64", halves(), both),
                Selection.of("bench-more", "polar,inverse,qr,haar,singular-values,svd", "f32", halves(), both));
    }

    /** {@return what is measured, in order; {@link #report} comes after all of it} */
    List<Step> all() {
        List<Step> steps = new ArrayList<>();
        steps.add(fixed(INFO, "PTX is loaded, the device tells what it is", 5, 60, INFO, "--backend", CUDA));
        steps.add(fixed("verify", "laws of every operation", 10, 120, "verify", "--backend", CUDA));
        steps.add(fixed("conform", "golden vectors", 10, 150, "conform", golden.toString(), "--backend", CUDA));
        List<Selection> beside = beside();
        steps.add(bench(beside.get(0), "exp, Cayley and products in F32, beside the processor", 0.25));
        steps.add(bench(beside.get(1), "msign and products in BF16", 0.2));
        steps.add(bench(beside.get(2), "Procrustes and Pion", 0.2));
        steps.add(bench(beside.get(3), "thousands of small blocks", 0.15));
        steps.add(torch());
        steps.add(calls());
        List<Selection> others = others();
        steps.add(bench(others.get(0), "factors rounded to TF32", 0.25));
        steps.add(bench(others.get(1), "F64", 0.5));
        steps.add(bench(others.get(2), "decompositions", 1));
        return steps;
    }

    /** A command of this command line that takes as long as it takes, and writes JSON. */
    private Step fixed(String name, String purpose, double least, double most, String... arguments) {
        return new Step(name, purpose, 1, least, most, _ -> {
            List<String> all = new ArrayList<>(List.of(arguments));
            all.addAll(List.of("--json", folder.resolve(name + ".json").toString()));
            return List.of(SelfCommand.of(Main.class, all));
        });
    }

    private Step bench(Selection selection, String purpose, double share) {
        return new Step(selection.name(), purpose, share, Math.min(LEAST, longest), longest, seconds -> {
            List<String> all = new ArrayList<>(List.of("bench"));
            all.addAll(selection.what());
            all.addAll(List.of("--backends", selection.backends()));
            all.addAll(List.of("--seconds", String.format(Locale.ROOT, "%.1f", seconds)));
            all.addAll(List.of("--json", folder.resolve(selection.file()).toString()));
            all.addAll(
                    List.of("--html", folder.resolve(selection.name() + ".html").toString()));
            return List.of(SelfCommand.of(Main.class, all));
        });
    }

    private Step calls() {
        Selection selection = Selection.of("calls", "calls", "f32,f64,bf16", sizes, CUDA);
        return bench(selection, "bare calls of CUDA's libraries, the link, a fresh process", 0.3);
    }

    private Step torch() {
        double least = Math.min(LEAST_OF_TORCH, longest);
        return new Step(TORCH, "PyTorch on the same operands", 0.5, least, longest, seconds -> {
            List<List<String>> commands = new ArrayList<>();
            List<String> script = new ArrayList<>(
                    List.of(Python.PROGRAM, peers.resolve("torch_peers.py").toString(), "--inputs"));
            for (Selection selection : beside()) {
                String operands = scratch.resolve(selection.name()).toString();
                List<String> export = new ArrayList<>(List.of("bench"));
                export.addAll(selection.what());
                export.addAll(List.of("--export-inputs", operands));
                commands.add(SelfCommand.of(Main.class, export));
                script.add(operands);
            }
            script.addAll(List.of("--json", folder.resolve(TORCH_ROWS).toString()));
            script.addAll(List.of("--seconds", String.format(Locale.ROOT, "%.1f", seconds)));
            commands.add(script);
            return commands;
        });
    }

    /** {@return the files of rows that steps have written so far} */
    List<String> rows() {
        List<String> files = new ArrayList<>();
        beside().forEach(selection -> files.add(selection.file()));
        files.add(TORCH_ROWS);
        others().forEach(selection -> files.add(selection.file()));
        return files.stream()
                .map(folder::resolve)
                .filter(Files::exists)
                .map(Path::toString)
                .toList();
    }

    /** {@return the last step, which puts all rows into one table and page} */
    Step report() {
        return new Step(REPORT, "all rows in one table and page", 1, 0, 60, _ -> {
            List<String> all = new ArrayList<>(List.of("report"));
            all.addAll(rows());
            all.addAll(List.of("--ignore", "operations,sizes,dtypes"));
            all.addAll(List.of("--html", folder.resolve("report.html").toString()));
            return List.of(SelfCommand.of(Main.class, all));
        });
    }
}
