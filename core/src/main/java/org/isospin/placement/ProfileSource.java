package org.isospin.placement;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Which profile holds for this machine. It is looked for in the file that the system property {@value #PROPERTY} names, or the
 * environment variable {@value #VARIABLE}, or in {@code isospin/profile.json} under {@code XDG_CACHE_HOME}, which without that
 * variable is {@code .cache} in the user's home. A file that is missing, broken, of another version or of other hardware is
 * ignored, with a reason.
 *
 * @param profile the profile; null if there is none
 * @param origin the file; where there is no profile, why not
 */
public record ProfileSource(@Nullable Profile profile, String origin) {
    /** System property that names the file. */
    public static final String PROPERTY = "isospin.profile";

    /** Environment variable that names the file. */
    public static final String VARIABLE = "ISOSPIN_PROFILE";

    /**
     * {@return the profile of this machine's host; what it says of a device is yet to be compared}
     *
     * @param here this machine
     */
    public static ProfileSource find(Hardware here) {
        return find(here, System.getProperties(), System.getenv());
    }

    static ProfileSource find(Hardware here, Properties properties, Map<String, String> environment) {
        Path file;
        try {
            file = file(properties, environment);
        } catch (InvalidPathException e) {
            return new ProfileSource(null, "the profile's name is none of a file: " + e.getMessage());
        }
        try {
            Profile profile = ProfileFile.read(file);
            String difference = profile.hardware().hostDifference(here);
            return difference.isEmpty()
                    ? new ProfileSource(profile, file.toString())
                    : new ProfileSource(null, file + " is ignored: " + difference);
        } catch (NoSuchFileException e) {
            return new ProfileSource(null, "there is no " + file + "; isospin calibrate makes it");
        } catch (IOException | SecurityException e) {
            return new ProfileSource(null, file + " is ignored: " + e.getMessage());
        }
    }

    /** {@return the file that the profile of this machine is looked for in} */
    public static Path file() {
        return file(System.getProperties(), System.getenv());
    }

    private static Path file(Properties properties, Map<String, String> environment) {
        String named = properties.getProperty(PROPERTY, environment.getOrDefault(VARIABLE, ""));
        if (!named.isBlank()) {
            return Path.of(named);
        }
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        // The XDG base directory specification has relative paths ignored.
        Path folder = cache.isBlank() || !Path.of(cache).isAbsolute()
                ? Path.of(properties.getProperty("user.home", ""), ".cache")
                : Path.of(cache);
        return folder.resolve("isospin").resolve("profile.json");
    }
}
