package io.slim.router;

import io.slim.api.Endpoint;
import io.slim.router.confine.Confinement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Looks on at what a router asks of the real kernel's side, and can have it say that there is no room. */
final class KernelWatch {

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Set<String> full = ConcurrentHashMap.newKeySet();

    private record Call(String method, List<?> arguments) {}

    /** A virtual endpoint that the kernel was told of: how many targets it has, and how many are left to the overlay. */
    record Told(int targets, int onOverlay) {}

    Confinement of(Confinement kernel) {
        return (Confinement) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Confinement.class},
                (self, method, arguments) -> call(kernel, method, arguments));
    }

    private Object call(Confinement kernel, Method method, Object[] arguments) throws Throwable {
        calls.add(new Call(method.getName(), arguments == null ? List.of() : List.of(arguments)));
        if (full.contains(method.getName())) {
            return false;
        }
        try {
            return method.invoke(kernel, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** From now on this method, which answers whether there is room, is not carried out. */
    void full(String method) {
        full.add(method);
    }

    int calls(String method) {
        return (int) calls.stream().filter(call -> call.method().equals(method)).count();
    }

    /** The oldest first. */
    List<Told> virtuals(Endpoint virtual) {
        return calls.stream()
                .filter(call -> call.method().equals("putVirtual")
                        && call.arguments().get(1).equals(virtual))
                .map(call -> new Told(((List<?>) call.arguments().get(2)).size(), (Integer)
                        call.arguments().get(3)))
                .toList();
    }
}
