package org.isospin.bench.train;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.isospin.Isospin;
import org.isospin.Matrix;

/** x + attention(norm(x)), and of that h + perceptron(norm(h)). */
final class Block {
    private final Norm first;
    private final Attention attention;
    private final Norm second;
    private final Perceptron perceptron;
    private final Matrix firstNormed;
    private final Matrix middle;
    private final Matrix secondNormed;
    private final Matrix part;

    Block(Isospin iso, String name, ModelShape shape, int windows, RandomGenerator random) {
        int tokens = windows * shape.context();
        int d = shape.width();
        this.first = new Norm(name + ".attention.norm", shape);
        this.attention = new Attention(iso, name + ".attention", shape, windows, random);
        this.second = new Norm(name + ".perceptron.norm", shape);
        this.perceptron = new Perceptron(iso, name + ".perceptron", shape, tokens, random);
        this.firstNormed = Floats.matrix(tokens, d);
        this.middle = Floats.matrix(tokens, d);
        this.secondNormed = Floats.matrix(tokens, d);
        this.part = Floats.matrix(tokens, d);
    }

    List<Linear> linears() {
        return Stream.of(attention.linears(), perceptron.linears())
                .flatMap(List::stream)
                .toList();
    }

    List<Weight> weights() {
        return Stream.of(first.weights(), weights(attention.linears()), second.weights(), weights(perceptron.linears()))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Weight> weights(List<Linear> linears) {
        return linears.stream().flatMap(l -> l.weights().stream()).toList();
    }

    void forward(Matrix x, Matrix y) {
        first.forward(x, firstNormed);
        attention.forward(firstNormed, middle);
        Floats.add(x, middle);
        second.forward(middle, secondNormed);
        perceptron.forward(secondNormed, y);
        Floats.add(middle, y);
    }

    /**
     * The derivatives of the loss by x and the weights, given that by y.
     *
     * @param x what went in
     * @param gradient dY; becomes dX
     */
    void backward(Matrix x, Matrix gradient) {
        perceptron.backward(secondNormed, gradient, part);
        second.backward(middle, part, part);
        Floats.add(part, gradient);
        attention.backward(firstNormed, gradient, part);
        first.backward(x, part, part);
        Floats.add(part, gradient);
    }
}
