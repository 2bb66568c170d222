package io.slim.envoy.command;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The signals that are Envoy's business. SIGQUIT is not among them: the JVM keeps it for itself.
 *
 * <p>Java has nothing to receive signals with but {@code sun.misc.Signal}, of the module jdk.unsupported, of which the compiler warns
 * whatever one says; so it is called by its name.
 */
final class Signals {

    static final int TERM = 15;

    private static final Map<String, Integer> FORWARDED =
            Map.of("HUP", 1, "INT", 2, "USR1", 10, "USR2", 12, "TERM", TERM);

    private Signals() {}

    /** From now on they do not end this process. The receiver is called by a thread of its own for each signal. */
    static void forward(IntConsumer receiver) {
        FORWARDED.forEach((name, number) -> handle(name, () -> receiver.accept(number)));
    }

    private static void handle(String name, Runnable work) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object own =
                    Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, method, got) -> {
                        if (method.getDeclaringClass() == Object.class) {
                            return method.invoke(work, got);
                        }
                        work.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), own);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM gives no signals away: SIG" + name, e);
        }
    }
}
