package dev.rlhf.tensor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.LibUtils;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Saves and restores the state of libtorch's generator, so that dropout can be repeated. It calls C++ functions of
 * libtorch, because DJL, TorchScript and libtorch's C ABI give no access to the state.
 */
final class RandomState {
    private static final Linker LINKER = Linker.nativeLinker();
    /** {@code at::Tensor} is one pointer; as a C++ object it is returned in memory, like a struct of this size in C. */
    private static final MemoryLayout RETURNED_TENSOR =
            MemoryLayout.structLayout(MemoryLayout.sequenceLayout(3, JAVA_LONG));

    private static final SymbolLookup LIBTORCH = library("torch_cpu");
    private static final MethodHandle NEW_TENSOR =
            handle(LIBTORCH, "aoti_torch_new_uninitialized_tensor", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle GET_STATE =
            handle(LIBTORCH, "_ZNK2at9Generator9get_stateEv", FunctionDescriptor.of(RETURNED_TENSOR, ADDRESS));
    private static final MethodHandle SET_STATE =
            handle(LIBTORCH, "_ZN2at9Generator9set_stateERKNS_6TensorE", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG));

    private static final MethodHandle CPU_GENERATOR =
            handle(LIBTORCH, "_ZN2at6detail22getDefaultCPUGeneratorEv", FunctionDescriptor.of(ADDRESS));

    /** Functions that exist only in a CUDA build of libtorch. */
    private static final class Cuda {
        static final MethodHandle GENERATOR = handle(
                library("torch_cuda"),
                "_ZN2at4cuda6detail23getDefaultCUDAGeneratorEa",
                FunctionDescriptor.of(ADDRESS, JAVA_BYTE));
    }

    private RandomState() {}

    private static SymbolLookup library(String name) {
        return SymbolLookup.libraryLookup(
                Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName(name)), Arena.global());
    }

    private static MethodHandle handle(SymbolLookup library, String function, FunctionDescriptor type) {
        return LINKER.downcallHandle(library.findOrThrow(function), type);
    }

    /** Returns the state of the device's generator, as a tensor of bytes on the CPU that the caller closes. */
    static NDArray get(Torch torch) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(ADDRESS);
            if (NativeCall.run(() -> (int) NEW_TENSOR.invokeExact(pointer)) != 0) {
                throw new IllegalStateException("libtorch made no tensor (its message is on standard error)");
            }
            long tensor = pointer.get(JAVA_LONG, 0);
            // the new tensor is undefined; get_state constructs its result in the same memory
            MemorySegment place = MemorySegment.ofAddress(tensor).reinterpret(RETURNED_TENSOR.byteSize());
            NativeCall.run(() -> (MemorySegment)
                    GET_STATE.invokeExact((SegmentAllocator) (size, alignment) -> place, generator(torch)));
            NDArray state = new PtNDArray((PtNDManager) torch.manager(), tensor);
            NDScope.unregister(state); // may outlive the current scopes
            return state;
        }
    }

    /** Sets the state of the device's generator to one that {@link #get} returned. */
    static void set(Torch torch, NDArray state) {
        NativeCall.run(() -> {
            SET_STATE.invokeExact(generator(torch), (long) ((PtNDArray) state).getHandle());
            return state;
        });
    }

    private static MemorySegment generator(Torch torch) throws Throwable {
        return torch.onGpu()
                ? (MemorySegment)
                        Cuda.GENERATOR.invokeExact((byte) torch.device().getDeviceId())
                : (MemorySegment) CPU_GENERATOR.invokeExact();
    }
}
