package org.isospin.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A shared library opened by the dynamic linker, or the linker's reason why it could not be.
 *
 * <p>{@link SymbolLookup#libraryLookup} drops that reason; this calls {@code dlopen} and {@code dlerror} themselves. A library
 * stays open for the life of the JVM: nothing can tell when its last function was called.
 */
public final class NativeLibrary {
    private static final int RTLD_NOW = 2;

    private final String path;
    private final MemorySegment handle;
    private final String reason;

    private NativeLibrary(String path, MemorySegment handle, String reason) {
        this.path = path;
        this.handle = handle;
        this.reason = reason;
    }

    /** The linker's own functions; made on first use, because making them needs native access. */
    private static final class Linkage {
        static final MethodHandle DLOPEN =
                bind("dlopen", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        static final MethodHandle DLSYM =
                bind("dlsym", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        static final MethodHandle DLERROR = bind("dlerror", FunctionDescriptor.of(ValueLayout.ADDRESS));

        private static MethodHandle bind(String name, FunctionDescriptor type) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
        }
    }

    /** {@return why this module may not call native code, or null if it may} */
    public static @Nullable String nativeAccessReason() {
        Module module = NativeLibrary.class.getModule();
        if (module.isNativeAccessEnabled()) {
            return null;
        }
        return "native access is not granted: add --enable-native-access="
                + (module.isNamed() ? module.getName() : "ALL-UNNAMED") + " to the java command";
    }

    /**
     * {@return the library, open or with the reason why not; never throws}
     *
     * @param path a file, or a name that the dynamic linker searches for
     */
    public static NativeLibrary open(String path) {
        String denied = nativeAccessReason();
        if (denied != null) {
            return new NativeLibrary(path, MemorySegment.NULL, denied);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = (MemorySegment) Linkage.DLOPEN.invokeExact(arena.allocateFrom(path), RTLD_NOW);
            return new NativeLibrary(path, handle, handle.equals(MemorySegment.NULL) ? lastError() : "");
        } catch (Throwable e) {
            return new NativeLibrary(path, MemorySegment.NULL, e.toString());
        }
    }

    private static String lastError() throws Throwable {
        MemorySegment message = (MemorySegment) Linkage.DLERROR.invokeExact();
        return message.equals(MemorySegment.NULL)
                ? "dlopen failed without a reason"
                : message.reinterpret(Long.MAX_VALUE).getString(0, StandardCharsets.UTF_8);
    }

    /** {@return what was asked to be opened} */
    public String path() {
        return path;
    }

    /** {@return whether the library is open} */
    public boolean isOpen() {
        return !handle.equals(MemorySegment.NULL);
    }

    /** {@return the dynamic linker's reason why the library is not open; empty if it is} */
    public String reason() {
        return reason;
    }

    /**
     * {@return the address of a symbol, or empty if the library is not open or lacks it}
     *
     * @param name the symbol
     */
    public Optional<MemorySegment> find(String name) {
        if (!isOpen()) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = (MemorySegment) Linkage.DLSYM.invokeExact(handle, arena.allocateFrom(name));
            return address.equals(MemorySegment.NULL) ? Optional.empty() : Optional.of(address);
        } catch (Throwable e) {
            throw new AssertionError("dlsym throws nothing", e);
        }
    }
}
