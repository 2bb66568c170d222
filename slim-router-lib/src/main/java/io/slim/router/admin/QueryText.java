package io.slim.router.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A path with parameters, as in {@code /register?id=web&address=10.32.0.1&address=fd00::1}. */
record QueryText(String path, Map<String, List<String>> parameters) {

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if an escape in it is none
     */
    static QueryText of(String target) {
        int question = target.indexOf('?');
        if (question < 0) {
            return new QueryText(target, Map.of());
        }
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : target.substring(question + 1).split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters
                        .computeIfAbsent(decoded(name), none -> new ArrayList<>())
                        .add(decoded(value));
            }
        }
        return new QueryText(target.substring(0, question), parameters);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
