package org.isospin.bench.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of Isospin, from a resource that the build fills in. */
public final class Version implements IVersionProvider {
    /** For picocli. */
    public Version() {}

    /** {@return the version, such as 0.1.0} */
    public static String get() {
        try (InputStream in = Objects.requireNonNull(Version.class.getResourceAsStream("version.properties"))) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "isospin " + get(), System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version")
        };
    }
}
