package org.isospin.properties.golden;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.Backend;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Discovery;
import org.isospin.properties.Generators;

/**
 * Group bf16_numeric: conversion of F32 to bfloat16, by {@link Matrix#copyTo}, by the backend's own copy and as a product's
 * rounding; products, in native mode of bfloat16 operands to a bfloat16 result.
 */
final class Bf16Numeric implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        if (golden.inputs().contains("x")) {
            convert(iso, golden.input("x", mode), out);
            return;
        }
        Matrix a = golden.input("A", mode);
        Matrix b = golden.input("B", mode);
        Matrix c = Generators.garbage(Matrix.allocate(a.dtype(), a.rows(), b.columns()));
        iso.multiply(a, b, c);
        out.put("C", c);
    }

    private static void convert(Isospin iso, Matrix x, Computed out) {
        Matrix copied = Generators.garbage(Matrix.allocate(DType.BF16, x.rows(), x.columns()));
        x.copyTo(copied);
        out.put("y", "Matrix.copyTo", copied);

        // A context has no copy among its operations, so a stream of its backend's is opened.
        Matrix streamed = Generators.garbage(Matrix.allocate(DType.BF16, x.rows(), x.columns()));
        try (Backend backend = Discovery.find().named(iso.describe().backend());
                ComputeStream stream = backend.open(1, Precision.STANDARD)) {
            stream.copy(x, streamed);
            stream.complete();
        }
        out.put("y", "the backend's copy", streamed);

        Matrix product = Generators.garbage(Matrix.allocate(DType.BF16, x.rows(), x.columns()));
        iso.multiply(Matrix.wrap(new float[] {1}, 1, 1), x, product);
        out.put("y", "a product", product);
    }
}
