package org.isospin.ffm.cuda;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.isospin.ffm.cuda.CudaLibraries.Library;
import org.jspecify.annotations.NullMarked;

/** Libraries that belong together; those of two generations are never mixed. */
@NullMarked
enum CudaGeneration {
    CUDA_13("libcudart.so.13", "libcublas.so.13", "libcusolver.so.12"),
    CUDA_12("libcudart.so.12", "libcublas.so.12", "libcusolver.so.11");

    private final String runtime;
    private final String cublas;
    private final String cusolver;

    CudaGeneration(String runtime, String cublas, String cusolver) {
        this.runtime = runtime;
        this.cublas = cublas;
        this.cusolver = cusolver;
    }

    /** {@return the file of a library; the driver's is the same for all} */
    String file(Library library) {
        return switch (library) {
            case DRIVER -> CudaLibraries.DRIVER_NAME;
            case RUNTIME -> runtime;
            case CUBLAS -> cublas;
            case CUSOLVER -> cusolver;
        };
    }

    /** {@return all libraries of one folder} */
    Map<Library, String> inOneFolder(String folder) {
        return folders(_ -> folder);
    }

    /** {@return where NVIDIA's Python packages keep them: CUDA 13's in one folder, CUDA 12's in one for each} */
    Map<Library, String> inWheels(String nvidia) {
        return folders(library -> nvidia + "/" + (this == CUDA_13 ? "cu13" : packageOf(library)) + "/lib");
    }

    private static String packageOf(Library library) {
        return switch (library) {
            case DRIVER, RUNTIME -> "cuda_runtime";
            case CUBLAS -> "cublas";
            case CUSOLVER -> "cusolver";
        };
    }

    private static Map<Library, String> folders(Function<Library, String> folder) {
        Map<Library, String> folders = new EnumMap<>(Library.class);
        for (Library library : Library.values()) {
            if (library != Library.DRIVER) {
                folders.put(library, folder.apply(library));
            }
        }
        return folders;
    }

    /** {@return the name for people} */
    @Override
    public String toString() {
        return name().replace('_', ' ');
    }
}
