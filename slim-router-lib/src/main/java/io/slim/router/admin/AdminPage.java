package io.slim.router.admin;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** What can be asked for by GET. */
enum AdminPage {
    /** Everything, as JSON. */
    STATUS("/status", "application/json") {
        @Override
        String render(AdminView view) {
            return StatusJson.of(view.status(), Instant.now());
        }
    },
    /** Numbers for Prometheus. */
    METRICS("/metrics", "text/plain; version=0.0.4; charset=utf-8") {
        @Override
        String render(AdminView view) {
            return MetricsText.of(view);
        }
    };

    private final String path;
    private final String contentType;

    AdminPage(String path, String contentType) {
        this.path = path;
        this.contentType = contentType;
    }

    static Optional<AdminPage> at(String path) {
        return Arrays.stream(values()).filter(page -> page.path.equals(path)).findFirst();
    }

    String path() {
        return path;
    }

    String contentType() {
        return contentType;
    }

    abstract String render(AdminView view);
}
