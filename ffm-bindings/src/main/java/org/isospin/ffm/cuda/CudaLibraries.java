package org.isospin.ffm.cuda;

import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.isospin.ffm.NativeLibrary;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Finds the CUDA libraries that the generated bindings call.
 *
 * <p>A generation is taken whole or not at all: CUDA 13, then CUDA 12; a runtime of one with a cuBLAS of the other is never
 * mixed. Folders are tried in this order: the one that {@value #PROPERTY} names (or the one file there that holds every symbol),
 * {@code CUDA_HOME} and {@code CUDA_PATH}, the dynamic linker's own search, {@code /usr/local/cuda}, the system's library folder.
 * Initialising this class loads nothing and throws nothing.
 */
@NullMarked
public final class CudaLibraries {
    /** System property that names a folder with CUDA's libraries, or one file that holds every symbol. */
    public static final String PROPERTY = "isospin.cuda";

    private static final String DRIVER_NAME = "libcuda.so.1";

    private CudaLibraries() {}

    /** A library. */
    public enum Library {
        /** The driver. */
        DRIVER,
        /** The runtime. */
        RUNTIME,
        /** cuBLAS. */
        CUBLAS,
        /** cuSOLVER's dense part. */
        CUSOLVER
    }

    /** What belongs together. */
    private enum Generation {
        CUDA_13("libcudart.so.13", "libcublas.so.13", "libcusolver.so.12"),
        CUDA_12("libcudart.so.12", "libcublas.so.12", "libcusolver.so.11");

        private final String runtime;
        private final String cublas;
        private final String cusolver;

        Generation(String runtime, String cublas, String cusolver) {
            this.runtime = runtime;
            this.cublas = cublas;
            this.cusolver = cusolver;
        }

        Map<Library, String> names() {
            return Map.of(Library.RUNTIME, runtime, Library.CUBLAS, cublas, Library.CUSOLVER, cusolver);
        }
    }

    /**
     * What was found.
     *
     * @param origin where the libraries came from; empty if they were not found
     * @param libraries the open libraries; empty if they were not found
     * @param reason why they were not found; empty if they were
     */
    record Loaded(String origin, Map<Library, NativeLibrary> libraries, String reason) {}

    /** Loads once, at the first question. */
    private static final class Once {
        static final Loaded LOADED = load(System.getProperty(PROPERTY), System.getenv());
    }

    static Loaded loaded() {
        return Once.LOADED;
    }

    /**
     * {@return the symbols of a library, looked up when they are asked for; empty where the library was not found}
     *
     * @param library which
     */
    static SymbolLookup lookup(Library library) {
        return name -> {
            NativeLibrary found = loaded().libraries().get(library);
            return found == null ? Optional.empty() : found.find(name);
        };
    }

    static Loaded load(@Nullable String property, Map<String, String> environment) {
        String denied = NativeLibrary.nativeAccessReason();
        if (denied != null) {
            return new Loaded("", Map.of(), denied);
        }
        if (property != null && !Files.isDirectory(Path.of(property))) {
            return oneFile(property);
        }
        List<String> reasons = new ArrayList<>();
        NativeLibrary driver = NativeLibrary.open(DRIVER_NAME);
        if (!driver.isOpen()) {
            reasons.add(driver.reason());
        }
        for (String folder : folders(property, environment)) {
            for (Generation generation : Generation.values()) {
                Map<Library, NativeLibrary> libraries = open(folder, generation, reasons);
                if (libraries != null) {
                    libraries.put(Library.DRIVER, driver);
                    String origin = folder.isEmpty() ? "the dynamic linker's search" : folder;
                    return new Loaded(generation.name().replace('_', ' ') + " from " + origin, libraries, "");
                }
            }
        }
        return new Loaded("", Map.of(), "no CUDA 13 or 12 libraries were found (" + reasons.getFirst() + ")");
    }

    private static Loaded oneFile(String file) {
        NativeLibrary library = NativeLibrary.open(file);
        if (!library.isOpen()) {
            return new Loaded("", Map.of(), PROPERTY + "=" + file + " cannot be loaded: " + library.reason());
        }
        Map<Library, NativeLibrary> libraries = new EnumMap<>(Library.class);
        for (Library each : Library.values()) {
            libraries.put(each, library);
        }
        return new Loaded(file, libraries, "");
    }

    private static List<String> folders(@Nullable String property, Map<String, String> environment) {
        if (property != null) {
            return List.of(property);
        }
        List<String> folders = new ArrayList<>();
        for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
            String home = environment.get(variable);
            if (home != null && !home.isBlank()) {
                folders.add(home + "/lib64");
                folders.add(home + "/lib");
                folders.add(home + "/targets/x86_64-linux/lib");
            }
        }
        folders.add("");
        folders.add("/usr/local/cuda/lib64");
        folders.add("/usr/lib/x86_64-linux-gnu");
        return folders;
    }

    /** Every library of a generation from one folder, or null; the first failure is kept as a reason. */
    private static @Nullable Map<Library, NativeLibrary> open(
            String folder, Generation generation, List<String> reasons) {
        Map<Library, NativeLibrary> libraries = new EnumMap<>(Library.class);
        for (Map.Entry<Library, String> each : generation.names().entrySet()) {
            NativeLibrary library =
                    NativeLibrary.open(folder.isEmpty() ? each.getValue() : folder + "/" + each.getValue());
            if (!library.isOpen()) {
                reasons.add(library.reason());
                return null;
            }
            libraries.put(each.getKey(), library);
        }
        return libraries;
    }
}
