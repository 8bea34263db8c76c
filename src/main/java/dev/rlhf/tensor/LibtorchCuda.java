package dev.rlhf.tensor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls libtorch's CUDA runtime through {@code libc10_cuda.so}. A symbol lookup in a library also finds the symbols of
 * the libraries it depends on, so these are the functions of the runtime that libtorch has loaded, wherever its file
 * is.
 *
 * <p>DJL counts GPUs with a runtime that it looks up as {@code libcudart.so}; the Python packages have no file of this
 * name.
 */
final class LibtorchCuda implements CudaRuntime {
    private static final int CAPABILITY_MAJOR = 75; // cudaDevAttrComputeCapabilityMajor
    private static final int CAPABILITY_MINOR = 76;
    // cudaDeviceProp of CUDA 12 begins with char name[256], a UUID, a LUID and its mask; size_t totalGlobalMem follows.
    private static final int NAME_BYTES = 256;
    private static final long TOTAL_MEMORY = 288;
    private static final long PROPERTIES_BYTES = 4096; // more than in any CUDA 12
    private static final FunctionDescriptor STATUS_OF_POINTER = FunctionDescriptor.of(JAVA_INT, ADDRESS);

    // Layout of c10::cuda::CUDACachingAllocator::CUDAAllocator in libtorch 2.7.1, measured with its headers: the index
    // of two virtual functions, the size of DeviceStats, and the offset of its allocated_bytes[AGGREGATE] {current,
    // peak,
    // …}.
    private static final String STATS_VERSION = "2.7.1";
    private static final long GET_DEVICE_STATS = 19 * 8;
    private static final long END_ALLOCATE_TO_POOL = 24 * 8;
    private static final MemoryLayout DEVICE_STATS =
            MemoryLayout.structLayout(MemoryLayout.sequenceLayout(122, JAVA_LONG));
    private static final long ALLOCATED_BYTES = 384;

    /** A structure of two 64-bit integers: {@code c10::cuda::CUDAStream}, or the id of a memory pool. */
    static final MemoryLayout TWO_WORDS = MemoryLayout.structLayout(JAVA_LONG, JAVA_LONG);

    private final Linker linker = Linker.nativeLinker();
    private final SymbolLookup library;
    private final Map<String, MethodHandle> functions = new ConcurrentHashMap<>();
    private final boolean knowsStats;

    LibtorchCuda(Libtorch libtorch) {
        this.library = library(libtorch, "c10_cuda").or(library(libtorch, "torch_cuda"));
        this.knowsStats = Libtorch.requiredVersion().equals(STATS_VERSION);
    }

    private static SymbolLookup library(Libtorch libtorch, String name) {
        return SymbolLookup.libraryLookup(libtorch.folder().resolve(System.mapLibraryName(name)), Arena.global());
    }

    @Override
    public int deviceCount() {
        return NativeCall.run(() -> (byte) handle("_ZN3c104cuda12device_countEv", FunctionDescriptor.of(JAVA_BYTE))
                .invokeExact());
    }

    @Override
    public Gpu gpu(int index) {
        MethodHandle properties =
                handle("cudaGetDeviceProperties_v2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = arena.allocate(PROPERTIES_BYTES, Long.BYTES);
            check(NativeCall.run(() -> (int) properties.invokeExact(found, index)));
            byte[] name = found.asSlice(0, NAME_BYTES).toArray(JAVA_BYTE);
            return new Gpu(
                    index,
                    new String(name, StandardCharsets.UTF_8).replaceFirst("(?s)\0.*", ""),
                    found.get(JAVA_LONG, TOTAL_MEMORY),
                    attribute(CAPABILITY_MAJOR, index),
                    attribute(CAPABILITY_MINOR, index));
        }
    }

    private int attribute(int attribute, int index) {
        MethodHandle get =
                handle("cudaDeviceGetAttribute", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            check(NativeCall.run(() -> (int) get.invokeExact(value, attribute, index)));
            return value.get(JAVA_INT, 0);
        }
    }

    @Override
    public int driverVersion() {
        return number("cudaDriverGetVersion");
    }

    @Override
    public int version() {
        return number("cudaRuntimeGetVersion");
    }

    private int number(String function) {
        MethodHandle get = handle(function, STATUS_OF_POINTER);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            check(NativeCall.run(() -> (int) get.invokeExact(value)));
            return value.get(JAVA_INT, 0);
        }
    }

    @Override
    public String failure() {
        MethodHandle count = handle("cudaGetDeviceCount", STATUS_OF_POINTER);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ignored = arena.allocate(JAVA_INT);
            return message(NativeCall.run(() -> (int) count.invokeExact(ignored)));
        }
    }

    private String message(int status) {
        MethodHandle text = handle("cudaGetErrorString", FunctionDescriptor.of(ADDRESS, JAVA_INT));
        MemorySegment message = NativeCall.run(() -> (MemorySegment) text.invokeExact(status));
        return message.reinterpret(Long.MAX_VALUE).getString(0);
    }

    @Override
    public DeviceMemory memory(int index) {
        if (!knowsStats) {
            return new DeviceMemory(0, 0);
        }
        MemorySegment allocator = allocator();
        MethodHandle stats = linker.downcallHandle(
                virtual(allocator, GET_DEVICE_STATS), FunctionDescriptor.of(DEVICE_STATS, ADDRESS, JAVA_BYTE));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = NativeCall.run(
                    () -> (MemorySegment) stats.invokeExact((SegmentAllocator) arena, allocator, (byte) index));
            return new DeviceMemory(
                    found.get(JAVA_LONG, ALLOCATED_BYTES), found.get(JAVA_LONG, ALLOCATED_BYTES + Long.BYTES));
        }
    }

    /** Returns whether the layout of this libtorch's allocator is known, which {@link CudaGraph} needs. */
    boolean knowsAllocator() {
        return knowsStats;
    }

    /** Makes the allocator stop taking memory from a pool, at the end of a capture that failed. */
    void endAllocatingFrom(MemorySegment pool, int device) {
        MemorySegment allocator = allocator();
        MethodHandle end = linker.downcallHandle(
                virtual(allocator, END_ALLOCATE_TO_POOL), FunctionDescriptor.ofVoid(ADDRESS, JAVA_BYTE, TWO_WORDS));
        NativeCall.run(() -> {
            end.invokeExact(allocator, (byte) device, pool);
            return 0;
        });
    }

    /** Returns the id of a new memory pool for graphs. */
    MemorySegment newPool() {
        return twoWords("_ZN2at4cuda17graph_pool_handleEv", FunctionDescriptor.of(TWO_WORDS));
    }

    /** Calls a function without a result. */
    void call(String function, FunctionDescriptor type, Object... arguments) {
        NativeCall.run(() -> cached(function, type).invokeWithArguments(arguments));
    }

    /** Calls a function of CUDA's runtime, and fails with CUDA's message if it returns an error. */
    void check(String function, FunctionDescriptor type, Object... arguments) {
        check((int) returned(function, type, arguments));
    }

    /** Calls a function, and returns its result. */
    Object returned(String function, FunctionDescriptor type, Object... arguments) {
        return NativeCall.run(() -> cached(function, type).invokeWithArguments(arguments));
    }

    /** Calls a function that returns two words. */
    MemorySegment twoWords(String function, FunctionDescriptor type, Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = (SegmentAllocator) Arena.global();
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return (MemorySegment) returned(function, type, all);
    }

    private MethodHandle cached(String function, FunctionDescriptor type) {
        return functions.computeIfAbsent(function, name -> handle(name, type));
    }

    private MemorySegment allocator() {
        return pointer(
                library.findOrThrow("_ZN3c104cuda20CUDACachingAllocator9allocatorE")
                        .reinterpret(Long.BYTES),
                0);
    }

    private static MemorySegment virtual(MemorySegment object, long offset) {
        MemorySegment table = pointer(object.reinterpret(Long.BYTES), 0);
        return pointer(table.reinterpret(offset + Long.BYTES), offset);
    }

    private static MemorySegment pointer(MemorySegment at, long offset) {
        return at.get(ADDRESS, offset);
    }

    private MethodHandle handle(String function, FunctionDescriptor type) {
        return linker.downcallHandle(library.findOrThrow(function), type);
    }

    private void check(int status) {
        if (status != 0) {
            throw new IllegalStateException("CUDA: " + message(status));
        }
    }
}
