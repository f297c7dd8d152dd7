package org.isospin.bench.cli;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.TensorView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --tensor}: which matrices of a checkpoint a command is about. */
public final class TensorOption {
    private static final int SHOWN = 3;

    @Option(
            names = "--tensor",
            paramLabel = "REGEX",
            converter = PatternConverter.class,
            description = "Only tensors in whose name this regular expression is found; ^ and $ tie it to the ends."
                    + " Default: all")
    private @Nullable Pattern pattern;

    /** For picocli. */
    public TensorOption() {}

    private static final class PatternConverter implements ITypeConverter<Pattern> {
        @Override
        public Pattern convert(String regex) {
            try {
                return Pattern.compile(regex);
            } catch (PatternSyntaxException e) {
                throw new TypeConversionException("'" + regex + "' is not a regular expression: " + e.getDescription()
                        + (e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1)));
            }
        }
    }

    /** {@return whether a tensor has two dimensions, a type that a matrix can have, and a name that was asked for} */
    private boolean isChosen(TensorView tensor) {
        return tensor.dimensions() == 2
                && tensor.isMatrix()
                && (pattern == null || pattern.matcher(tensor.name()).find());
    }

    /**
     * {@return the chosen matrices, at least one, in the order of the file}
     *
     * @param checkpoint an open file
     * @param file its name
     */
    public List<TensorView> matrices(Checkpoint checkpoint, Path file) {
        return matrices(checkpoint.tensors(), file);
    }

    /**
     * {@return the chosen matrices, at least one, in the order given}
     *
     * @param tensors of one file or of several
     * @param file where they are from
     */
    public List<TensorView> matrices(Collection<TensorView> tensors, Path file) {
        List<TensorView> chosen = tensors.stream().filter(this::isChosen).toList();
        if (chosen.isEmpty()) {
            int count = tensors.size();
            String some =
                    tensors.stream().limit(SHOWN).map(TensorView::toString).collect(Collectors.joining(", "));
            throw new UsageException(file + ": no 2-D tensor of type F32, F64, BF16 or F16"
                    + (pattern == null ? "" : " with '" + pattern + "' in its name") + " among its " + count
                    + (count == 0 ? "" : ": " + some + (count > SHOWN ? ", …" : "")));
        }
        return chosen;
    }
}
