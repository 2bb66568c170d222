package io.slim.nri;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Finds what a model of Kubernetes' API has read and does not know. */
final class Unknown {

    private static final String KEPT_APART = "getAdditionalProperties";

    private Unknown() {}

    /** The names of such fields, wherever they are. */
    static List<String> in(Object model) {
        List<String> found = new ArrayList<>();
        look(model, found);
        return found;
    }

    private static void look(Object value, List<String> found) {
        if (value instanceof Collection<?> items) {
            items.forEach(item -> look(item, found));
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(item -> look(item, found));
        } else if (value != null && value.getClass().getName().startsWith("io.fabric8.kubernetes.api.model.")) {
            for (Method method : value.getClass().getMethods()) {
                if (method.getParameterCount() == 0 && method.getName().equals(KEPT_APART)) {
                    ((Map<?, ?>) call(method, value)).keySet().forEach(key -> found.add(key.toString()));
                } else if (method.getParameterCount() == 0 && method.getName().startsWith("get")) {
                    look(call(method, value), found);
                }
            }
        }
    }

    private static Object call(Method method, Object on) {
        try {
            return method.invoke(on);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new LinkageError(method.toString(), e);
        }
    }
}
