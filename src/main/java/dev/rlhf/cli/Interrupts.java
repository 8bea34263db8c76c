package dev.rlhf.cli;

import dev.rlhf.stage.StageContext;
import java.io.PrintStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The context of a stage that runs in a terminal. The first Ctrl-C (or SIGTERM, or SIGHUP when the terminal closes)
 * asks the stage to save and stop, the second ends the process at once. Thread-safe.
 *
 * <p>A shutdown hook could not do this: the JVM runs all hooks at the same time, so H2 would close the label store
 * while a stage is still writing to it, and it ignores a second Ctrl-C. {@code sun.misc.Signal} is in every JDK (module
 * jdk.unsupported); it is called by reflection because the compiler's warning about it cannot be suppressed.
 */
final class Interrupts implements StageContext {
    private final AtomicBoolean requested = new AtomicBoolean();
    private final PrintStream console;
    private final PrintStream err;
    private volatile @Nullable BooleanSupplier handler;

    private Interrupts(PrintStream console, PrintStream err) {
        this.console = console;
        this.err = err;
    }

    /**
     * Installs the signal handlers. On a JVM that does not allow it, Ctrl-C ends the process without saving.
     *
     * @param console where the stage prints
     * @param err where interrupts are acknowledged
     */
    static Interrupts install(PrintStream console, PrintStream err) {
        Interrupts interrupts = new Interrupts(console, err);
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            InvocationHandler handler = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    interrupts.press(!arguments[0].toString().endsWith("INT"));
                    return null;
                }
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            };
            Object proxy = Proxy.newProxyInstance(handlerType.getClassLoader(), new Class<?>[] {handlerType}, handler);
            for (String name : new String[] {"INT", "TERM", "HUP"}) { // the JVM keeps HUP ignored if nohup ignores it
                signal.getMethod("handle", signal, handlerType)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            }
        } catch (ReflectiveOperationException e) {
            err.println("rlhf: Ctrl-C will not save on this JVM (" + e + ")");
        }
        return interrupts;
    }

    @Override
    public boolean stopRequested() {
        return requested.get();
    }

    @Override
    public void onInterrupt(BooleanSupplier own) {
        handler = own;
    }

    @Override
    public PrintStream console() {
        return console;
    }

    private void press(boolean terminate) {
        BooleanSupplier own = handler;
        if (own != null) {
            if (terminate || !own.getAsBoolean()) {
                ImmediateExit.halt(ExitCode.INTERRUPTED);
            }
            return;
        }
        if (requested.getAndSet(true)) {
            ImmediateExit.halt(ExitCode.INTERRUPTED);
        }
        err.println();
        err.println("saving… (press Ctrl-C again to quit without saving)");
    }
}
