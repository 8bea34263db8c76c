package dev.rlhf.cli;

import java.io.PrintStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C (and SIGTERM): the first press asks the running stage to save and leave, the second ends the process at once. Thread-safe.
 *
 * <p>A shutdown hook could not do this: the JVM runs all hooks at once, so that H2 would close the label store while a stage
 * is still writing to it, and it ignores a second press. {@code sun.misc.Signal} is in every JDK (module jdk.unsupported) and is called
 * by reflection because the compiler warns of it and that warning cannot be turned off.
 */
final class Interrupts {
    private final AtomicBoolean requested = new AtomicBoolean();
    private final PrintStream err;

    private Interrupts(PrintStream err) {
        this.err = err;
    }

    /** Takes over the signals of this process; where a JVM does not allow it, Ctrl-C ends the process as ever. */
    static Interrupts install(PrintStream err) {
        Interrupts interrupts = new Interrupts(err);
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            InvocationHandler handler = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    interrupts.press();
                    return null;
                }
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            };
            Object proxy = Proxy.newProxyInstance(handlerType.getClassLoader(), new Class<?>[] {handlerType}, handler);
            for (String name : new String[] {"INT", "TERM"}) {
                signal.getMethod("handle", signal, handlerType)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            }
        } catch (ReflectiveOperationException e) {
            err.println("rlhf: Ctrl-C will not save on this JVM (" + e + ")");
        }
        return interrupts;
    }

    boolean requested() {
        return requested.get();
    }

    private void press() {
        if (requested.getAndSet(true)) {
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
        }
        err.println();
        err.println("saving… (Ctrl-C again to end at once, without saving)");
    }
}
