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
 * mixed. Places are tried in this order:
 *
 * <ol>
 *   <li>what the system property {@value #PROPERTY} names, and then nothing else: one file that holds every symbol, a folder of
 *       libraries, or a folder of Python packages;
 *   <li>the library folders of {@code CUDA_HOME} and {@code CUDA_PATH};
 *   <li>the dynamic linker's own search ({@code LD_LIBRARY_PATH});
 *   <li>{@code /usr/local/cuda} and the system's library folder;
 *   <li>NVIDIA's Python packages, as PyTorch brings them: those of {@code VIRTUAL_ENV} and {@code CONDA_PREFIX}, the user's, the
 *       system's.
 * </ol>
 *
 * <p>Where none holds a whole generation, the reason is that of the place that held most of one. Initialising this class loads
 * nothing and throws nothing.
 */
@NullMarked
public final class CudaLibraries {
    /** System property that names where CUDA's libraries are, or one file that holds every symbol. */
    public static final String PROPERTY = "isospin.cuda";

    static final String DRIVER_NAME = "libcuda.so.1";

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
        return load(CudaFolders.of(property, environment));
    }

    static Loaded load(List<CudaFolders.Place> places) {
        NativeLibrary driver = NativeLibrary.open(DRIVER_NAME);
        Attempt best = null;
        for (CudaFolders.Place place : places) {
            Attempt attempt = attempt(place);
            if (attempt.reason.isEmpty()) {
                attempt.libraries.put(Library.DRIVER, driver);
                return new Loaded(place.generation() + " from " + place.origin(), attempt.libraries, "");
            }
            if (best == null || attempt.libraries.size() > best.libraries.size()) {
                best = attempt;
            }
        }
        List<String> reasons = new ArrayList<>();
        if (best != null) {
            reasons.add(best.reason);
        }
        if (!driver.isOpen()) {
            reasons.add(driver.reason());
        }
        return new Loaded("", Map.of(), "no CUDA 13 or 12 libraries were found (" + String.join("; ", reasons) + ")");
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

    /**
     * What came of a place.
     *
     * @param libraries those that were opened
     * @param reason why the next one was not; empty if all were
     */
    private record Attempt(Map<Library, NativeLibrary> libraries, String reason) {}

    /** Opens the libraries of a place, up to the first that fails. */
    private static Attempt attempt(CudaFolders.Place place) {
        Map<Library, NativeLibrary> libraries = new EnumMap<>(Library.class);
        for (Library each : List.of(Library.RUNTIME, Library.CUBLAS, Library.CUSOLVER)) {
            NativeLibrary library = NativeLibrary.open(place.path(each));
            if (!library.isOpen()) {
                return new Attempt(libraries, library.reason());
            }
            libraries.put(each, library);
        }
        return new Attempt(libraries, "");
    }
}
