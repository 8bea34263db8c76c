package dev.rlhf.tensor;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.rlhf.tensor.internal.ScriptArchive;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The operators that DJL lacks, as methods of one TorchScript module. The files in {@code kernels/} beside this class
 * are their source and documentation. Autograd differentiates them like any operator; libtorch frees the intermediate
 * tensors of a call.
 *
 * <p>Calls are thread-safe; gradient recording is per thread (see {@link Autograd}). Closed with its {@link Torch}.
 */
public final class Kernels {
    private static final List<String> FILES = List.of(
            "basics",
            "layers",
            "quantized",
            "attention",
            "packed",
            "paged",
            "few_launches",
            "rotary",
            "gpt2",
            "heads",
            "sampling",
            "optimizer",
            "ppo",
            "ranking");
    /** Inlining a kernel takes 0.15 to 0.3 s, about as much as the next thousand calls then save. */
    static final int CALLS_BEFORE_INLINING = 1000;
    /** Memory of the inlined kernels; measured: 18 to 22 MiB for GPT-2, 43 to 45 for Llama. */
    static final long INLINED_BYTES = 48L << 20;

    private static final MethodHandle RUN_METHOD;
    private static final MethodHandle NEW_IVALUE;

    static {
        // DJL's public runMethod always switches gradients off; the native method that it calls has a flag for this.
        try {
            Class<?> library = Class.forName("ai.djl.pytorch.jni.PyTorchLibrary");
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(library, MethodHandles.lookup());
            Object instance =
                    lookup.findStaticVarHandle(library, "LIB", library).get();
            RUN_METHOD = lookup.findVirtual(
                            library,
                            "moduleRunMethod",
                            MethodType.methodType(
                                    long.class, long.class, String.class, long[].class, boolean.class, boolean.class))
                    .bindTo(instance);
            NEW_IVALUE = lookup.findConstructor(IValue.class, MethodType.methodType(void.class, long.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final NDManager manager;
    private final PtSymbolBlock module;
    private final boolean gpu;
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private final Map<String, PtSymbolBlock> inlinedFor = new ConcurrentHashMap<>();
    private @Nullable PtSymbolBlock inlined;

    /** @param gpu whether to use the kernels written for GPUs, which launch fewer operations */
    Kernels(NDManager manager, boolean gpu) {
        this.manager = manager;
        this.gpu = gpu;
        this.module = gpu ? load(manager, source("no_onednn", "gpu")) : loadForCpu(manager);
    }

    /** @param variant {@code onednn} or {@code no_onednn}: the library that multiplies on the CPU */
    Kernels(NDManager manager, String variant) {
        this.manager = manager;
        this.gpu = false;
        this.module = load(manager, source(variant, "cpu"));
    }

    /**
     * Loads the kernels with the faster library for matrix products: MKL, libtorch's default, on Intel's processors,
     * and oneDNN on others, where MKL is half as fast. A libtorch for processors that oneDNN does not support lacks its
     * operators and gets the kernels without it.
     */
    private static PtSymbolBlock loadForCpu(NDManager manager) {
        if (Processor.isIntel()) {
            return load(manager, source("no_onednn", "cpu"));
        }
        try {
            return load(manager, source("onednn", "cpu"));
        } catch (EngineException withOneDnn) {
            try {
                return load(manager, source("no_onednn", "cpu"));
            } catch (EngineException without) {
                withOneDnn.addSuppressed(without); // the kernels are wrong either way
                throw withOneDnn;
            }
        }
    }

    private static String source(String matrixProducts, String device) {
        return text() + "\n" + text(matrixProducts) + "\n" + text(device);
    }

    private static String text() {
        return FILES.stream().map(Kernels::text).collect(Collectors.joining("\n"));
    }

    private static String text(String name) {
        String file = "kernels/" + name + ".torchscript";
        try (InputStream in = Kernels.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PtSymbolBlock load(NDManager manager, String methods) {
        try {
            return JniUtils.loadModule(
                    (PtNDManager) manager, new ByteArrayInputStream(ScriptArchive.of(methods)), true, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs a kernel that returns one tensor.
     *
     * @param arguments in the kernel's order: NDArray, {@code List<NDArray>}, {@link TensorList}, int or long, float or
     *     double, boolean, long[], double[], String
     * @return the result, owned by the current {@link Scope} if there is one
     */
    public NDArray call(String kernel, Object... arguments) {
        return run(module, kernel, arguments).singletonOrThrow();
    }

    /**
     * Runs a kernel of a decoding step, without gradients. As {@link #call}, but on a CPU the kernels that it calls are
     * inlined after {@link #CALLS_BEFORE_INLINING} calls; results stay the same, bit for bit.
     */
    public NDArray callOften(String kernel, Object... arguments) {
        if (gpu) {
            return call(kernel, arguments);
        }
        PtSymbolBlock second = inlinedFor.get(kernel);
        if (second != null) {
            return run(second, kernel, arguments).singletonOrThrow();
        }
        return calls.merge(kernel, 1, Integer::sum) == CALLS_BEFORE_INLINING + 1
                ? inline(kernel, arguments)
                : call(kernel, arguments);
    }

    /** Runs a kernel for the first time in the second module; libtorch inlines then, if it optimizes. */
    private NDArray inline(String kernel, Object... arguments) {
        PtSymbolBlock second = inlined();
        JniUtils.setGraphExecutorOptimize(true); // for this call only: later ones would be recompiled for every shape
        try {
            NDArray result = run(second, kernel, arguments).singletonOrThrow();
            inlinedFor.put(kernel, second);
            return result;
        } finally {
            JniUtils.setGraphExecutorOptimize(false);
        }
    }

    /** Returns the same kernels in a second module, because a function cannot be inlined after its first call. */
    private synchronized PtSymbolBlock inlined() {
        if (inlined == null) {
            inlined = load(manager, source(test("has_onednn") ? "onednn" : "no_onednn", "cpu"));
        }
        return inlined;
    }

    /** Returns the memory that inlined kernels will take if a kernel is called this often ({@link #callOften}). */
    public synchronized long inlinedBytes(long calls) {
        return gpu || inlining() || calls <= CALLS_BEFORE_INLINING ? 0 : INLINED_BYTES;
    }

    /** Returns whether kernels have been inlined. */
    synchronized boolean inlining() {
        return inlined != null;
    }

    /** Runs a kernel that returns several tensors, as a list or a tuple. */
    public NDList callAll(String kernel, Object... arguments) {
        return run(module, kernel, arguments);
    }

    /** Runs a kernel that changes its arguments in place. */
    public void invoke(String kernel, Object... arguments) {
        execute(module, kernel, arguments).close();
    }

    /** Runs a kernel that returns a boolean. */
    boolean test(String kernel, Object... arguments) {
        try (IValue result = execute(module, kernel, arguments)) {
            return result.toBoolean();
        }
    }

    private NDList run(PtSymbolBlock in, String kernel, Object... arguments) {
        try (IValue result = execute(in, kernel, arguments)) {
            return result.toNDList((PtNDManager) manager);
        }
    }

    private IValue execute(PtSymbolBlock in, String kernel, Object... arguments) {
        IValue[] values = new IValue[arguments.length];
        try {
            long[] handles = new long[arguments.length];
            for (int i = 0; i < arguments.length; i++) {
                if (arguments[i] instanceof TensorList list) {
                    handles[i] = list.handle();
                } else {
                    values[i] = toIValue(kernel, arguments[i]);
                    handles[i] = values[i].getHandle();
                }
            }
            long result = (long) RUN_METHOD.invokeExact((long) in.getHandle(), kernel, handles, true, false);
            return (IValue) NEW_IVALUE.invokeExact(result);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(kernel, e);
        } finally {
            for (IValue value : values) {
                if (value != null) {
                    value.close();
                }
            }
        }
    }

    // Not a pattern switch: its first use would take as long as opening a model.
    private static IValue toIValue(String kernel, Object argument) {
        if (argument instanceof PtNDArray array) {
            return IValue.from(array);
        }
        if (argument instanceof Integer || argument instanceof Long) {
            return IValue.from(((Number) argument).longValue());
        }
        if (argument instanceof Float || argument instanceof Double) {
            return IValue.from(((Number) argument).doubleValue());
        }
        if (argument instanceof Boolean flag) {
            return IValue.from(flag);
        }
        if (argument instanceof List<?> list) {
            return IValue.listFrom(list.toArray(PtNDArray[]::new));
        }
        if (argument instanceof long[] numbers) {
            return IValue.listFrom(numbers);
        }
        if (argument instanceof double[] numbers) {
            return IValue.listFrom(numbers);
        }
        if (argument instanceof String text) {
            return IValue.from(text);
        }
        throw new IllegalArgumentException(
                kernel + ": cannot pass a " + argument.getClass().getName());
    }
}
