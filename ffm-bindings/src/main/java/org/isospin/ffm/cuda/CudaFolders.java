package org.isospin.ffm.cuda;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Where the libraries of one generation may lie, in the order in which {@link CudaLibraries} looks there. */
@NullMarked
final class CudaFolders {
    private CudaFolders() {}

    /**
     * A place that may hold a generation.
     *
     * @param generation which
     * @param origin the place, for people
     * @param folders the folder of each of its libraries; empty for the dynamic linker's own search
     */
    record Place(CudaGeneration generation, String origin, Map<CudaLibraries.Library, String> folders) {
        /** {@return what to open} */
        String path(CudaLibraries.Library library) {
            String folder = folders.getOrDefault(library, "");
            return folder.isEmpty() ? generation.file(library) : folder + "/" + generation.file(library);
        }
    }

    /**
     * {@return all places}
     *
     * @param named the folder that the user named, which is then the only one; null for none
     * @param environment the process's variables
     */
    static List<Place> of(@Nullable String named, Map<String, String> environment) {
        List<Place> places = new ArrayList<>();
        if (named != null) {
            addFolder(places, named);
            addWheels(places, Path.of(named));
            return places;
        }
        for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
            String home = environment.get(variable);
            if (home != null && !home.isBlank()) {
                addFolder(places, home + "/lib64");
                addFolder(places, home + "/lib");
                addFolder(places, home + "/targets/x86_64-linux/lib");
            }
        }
        for (CudaGeneration generation : CudaGeneration.values()) {
            places.add(new Place(generation, "the dynamic linker's search", Map.of()));
        }
        addFolder(places, "/usr/local/cuda/lib64");
        addFolder(places, "/usr/lib/x86_64-linux-gnu");
        for (Path packages : sitePackages(environment)) {
            addWheels(places, packages);
        }
        return places;
    }

    private static void addFolder(List<Place> places, String folder) {
        for (CudaGeneration generation : CudaGeneration.values()) {
            places.add(new Place(generation, folder, generation.inOneFolder(folder)));
        }
    }

    /** Adds what NVIDIA's Python packages, which PyTorch brings, would have below a folder of packages. */
    private static void addWheels(List<Place> places, Path packages) {
        Path wheels = packages.resolve("nvidia");
        if (Files.isDirectory(wheels)) {
            for (CudaGeneration generation : CudaGeneration.values()) {
                places.add(new Place(generation, wheels.toString(), generation.inWheels(wheels.toString())));
            }
        }
    }

    /** {@return the folders of Python packages: those of the active environment, the user's, the system's} */
    private static List<Path> sitePackages(Map<String, String> environment) {
        List<Path> found = new ArrayList<>();
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            String prefix = environment.get(variable);
            if (prefix != null && !prefix.isBlank()) {
                addPackages(found, Path.of(prefix));
            }
        }
        String home = environment.get("HOME");
        if (home != null && !home.isBlank()) {
            addPackages(found, Path.of(home, ".local"));
        }
        for (String prefix : List.of("/opt/venv", "/opt/conda", "/usr/local", "/usr")) {
            addPackages(found, Path.of(prefix));
        }
        return found;
    }

    /** Adds the folders of packages below a prefix, those of the newest Python first. */
    private static void addPackages(List<Path> found, Path prefix) {
        TreeSet<Path> pythons = new TreeSet<>(CudaFolders::byVersion);
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(prefix.resolve("lib"), "python3*")) {
            folders.forEach(pythons::add);
        } catch (IOException _) {
            return; // There is no such folder, or nothing in it is for us to read.
        }
        for (Path python : pythons.descendingSet()) {
            found.add(python.resolve("site-packages"));
            found.add(python.resolve("dist-packages"));
        }
    }

    /** python3.9 comes before python3.10. */
    private static int byVersion(Path a, Path b) {
        String first = a.getFileName().toString();
        String second = b.getFileName().toString();
        return first.length() == second.length()
                ? first.compareTo(second)
                : Integer.compare(first.length(), second.length());
    }
}
