package org.isospin.properties.golden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.TensorView;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads one manifest and binds its names to the tensors of its file; whatever does not fit is an error that says where. */
final class ManifestReader {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final TypeReference<LinkedHashMap<String, Object>> SETTINGS = new TypeReference<>() {};
    /** The types that tensors of this format may have. */
    private static final Map<String, DType> TYPES = Map.of("F64", DType.F64, "F32", DType.F32, "BF16", DType.BF16);

    private final Path manifest;
    private final String group;

    ManifestReader(Path manifest, String group) {
        this.manifest = manifest;
        this.group = group;
    }

    GoldenGroup read() throws IOException {
        JsonNode root = parse();
        String stated = text(root, "group", "manifest");
        if (!stated.equals(group)) {
            throw broken("manifest", "group is \"" + stated + "\", not the file's name");
        }
        String file = text(root, "file", "manifest");
        if (file.contains("/") || file.contains("\\")) {
            throw broken("manifest", "file \"" + file + "\" is not a name in the same folder");
        }
        Checkpoint tensors = Safetensors.open(manifest.resolveSibling(file));
        GoldenGroup read = null;
        try {
            read = new GoldenGroup(group, cases(child(root, "cases", "manifest"), tensors), tensors);
            return read;
        } finally {
            if (read == null) {
                tensors.close();
            }
        }
    }

    private JsonNode parse() throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(manifest));
        } catch (JacksonException e) {
            var at = e.getLocation();
            String where = at == null ? "manifest" : "line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw broken(where, e.getOriginalMessage().lines().findFirst().orElse("not JSON"));
        }
    }

    private List<GoldenCase> cases(JsonNode array, Checkpoint tensors) throws GoldenFormatException {
        if (!array.isArray()) {
            throw broken("manifest", "cases is not an array");
        }
        List<GoldenCase> cases = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode node : array) {
            String name = text(node, "name", "case " + cases.size());
            if (!names.add(name)) {
                throw broken(name, "two cases have this name");
            }
            cases.add(new GoldenCase(
                    group,
                    name,
                    JSON.convertValue(object(node, "hyperparameters", name), SETTINGS),
                    inputs(name, object(node, "inputs", name), tensors),
                    quantities(name, object(node, "expected", name), tensors)));
        }
        return cases;
    }

    private Map<String, GoldenCase.Input> inputs(String name, JsonNode node, Checkpoint tensors)
            throws GoldenFormatException {
        Map<String, GoldenCase.Input> inputs = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String place = name + "/" + entry.getKey();
            JsonNode input = entry.getValue();
            long[] shape = shape(input, place);
            Matrix values = typed(input, "tensor", "dtype", place, shape, tensors);
            Matrix nativeValues = input.has("native_tensor")
                    ? typed(input, "native_tensor", "native_dtype", place, shape, tensors)
                    : null;
            inputs.put(
                    entry.getKey(),
                    new GoldenCase.Input(values, nativeValues, shape.length < 2 ? 1 : (int) shape[shape.length - 2]));
        }
        return inputs;
    }

    private Matrix typed(JsonNode input, String tensor, String dtype, String place, long[] shape, Checkpoint tensors)
            throws GoldenFormatException {
        String stated = text(input, dtype, place);
        Matrix values = matrix(text(input, tensor, place), place, shape, tensors);
        if (!values.dtype().equals(TYPES.get(stated))) {
            throw broken(place, dtype + " is \"" + stated + "\", the tensor's is " + values.dtype());
        }
        return values;
    }

    private List<GoldenQuantity> quantities(String name, JsonNode node, Checkpoint tensors)
            throws GoldenFormatException {
        List<GoldenQuantity> quantities = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String place = name + "/" + entry.getKey();
            JsonNode quantity = entry.getValue();
            long[] shape = shape(quantity, place);
            Map<GoldenMode, Matrix> expected = new EnumMap<>(GoldenMode.class);
            Map<GoldenMode, Double> tolerance = new EnumMap<>(GoldenMode.class);
            for (Map.Entry<String, JsonNode> allowed :
                    object(quantity, "tolerance", place).properties()) {
                GoldenMode mode = mode(allowed.getKey(), place);
                double value = allowed.getValue().asDouble(Double.NaN);
                if (!allowed.getValue().isNumber() || !(value >= 0) || Double.isInfinite(value)) {
                    throw broken(place, "tolerance " + allowed.getValue() + " is not a number of at least 0");
                }
                tolerance.put(mode, value);
                expected.put(mode, matrix(tensorName(quantity, mode, place), place, shape, tensors));
            }
            quantities.add(new GoldenQuantity(entry.getKey(), expected, tolerance));
        }
        return quantities;
    }

    /** F32 results are compared with the F64 ones where there are no others. */
    private String tensorName(JsonNode quantity, GoldenMode mode, String place) throws GoldenFormatException {
        boolean isBorrowed = mode == GoldenMode.F32 && !quantity.has(mode.label());
        return text(quantity, (isBorrowed ? GoldenMode.F64 : mode).label(), place);
    }

    private GoldenMode mode(String label, String place) throws GoldenFormatException {
        try {
            return GoldenMode.of(label);
        } catch (IllegalArgumentException e) {
            throw broken(place, String.valueOf(e.getMessage()));
        }
    }

    private Matrix matrix(String tensor, String place, long[] shape, Checkpoint tensors) throws GoldenFormatException {
        if (!tensors.names().contains(tensor)) {
            throw broken(place, "tensor \"" + tensor + "\" is missing from the file");
        }
        TensorView view = tensors.tensor(tensor);
        DType dtype = TYPES.get(view.type().name());
        if (dtype == null) {
            throw broken(place, "tensor " + view + " is none of F64, F32 and BF16");
        }
        if (!Arrays.equals(view.shape(), shape)) {
            throw broken(place, "shape " + Arrays.toString(shape) + " differs from that of tensor " + view);
        }
        long columns = shape.length == 0 ? 1 : shape[shape.length - 1];
        long rows = 1;
        for (int i = 0; i < shape.length - 1; i++) {
            rows *= shape[i];
        }
        if (rows > Integer.MAX_VALUE || columns > Integer.MAX_VALUE) {
            throw broken(place, "tensor " + view + " is larger than a matrix can be");
        }
        return Matrix.wrap(view.bytes(), 0, dtype, (int) rows, (int) columns, columns, Order.ROW_MAJOR);
    }

    private long[] shape(JsonNode node, String place) throws GoldenFormatException {
        JsonNode array = child(node, "shape", place);
        long[] shape = new long[array.size()];
        for (int i = 0; i < shape.length; i++) {
            JsonNode size = array.get(i);
            if (!size.isIntegralNumber() || size.asLong(-1) < 0) {
                throw broken(place, "shape " + array + " is not a list of sizes");
            }
            shape[i] = size.asLong();
        }
        return shape;
    }

    private JsonNode object(JsonNode node, String key, String place) throws GoldenFormatException {
        JsonNode found = child(node, key, place);
        if (!found.isObject()) {
            throw broken(place, key + " is not an object");
        }
        return found;
    }

    private String text(JsonNode node, String key, String place) throws GoldenFormatException {
        JsonNode found = child(node, key, place);
        if (!found.isString()) {
            throw broken(place, key + " is not a string");
        }
        return found.asString();
    }

    private JsonNode child(JsonNode node, String key, String place) throws GoldenFormatException {
        JsonNode found = node.get(key);
        if (found == null) {
            throw broken(place, key + " is missing");
        }
        return found;
    }

    private GoldenFormatException broken(String place, String rule) {
        return new GoldenFormatException(manifest.toString(), place, rule);
    }
}
