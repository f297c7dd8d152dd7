package org.isospin.bench.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Commands for JVMs like this one, whose output goes to no terminal: the same Java, class path and options. */
public final class SelfCommand {
    private SelfCommand() {}

    /**
     * {@return the command}
     *
     * @param main what it runs
     * @param arguments of that
     */
    public static List<String> of(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-D" + Terminal.PROPERTY))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }
}
