package io.slim.router.admin;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What can be asked for by GET. */
enum AdminPage {
    /** Everything, as JSON. */
    STATUS("/status", "application/json") {
        @Override
        CompletableFuture<AdminView> view(StatusReader reader) {
            return reader.read().thenApply(status -> new AdminView(status, Map.of()));
        }

        @Override
        String render(AdminView view) {
            return StatusJson.of(view.status(), Instant.now());
        }
    },
    /** Numbers for Prometheus. */
    METRICS("/metrics", "text/plain; version=0.0.4; charset=utf-8") {
        @Override
        CompletableFuture<AdminView> view(StatusReader reader) {
            return reader.readWithUpstreams();
        }

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

    /** Reads as much as it shows. */
    abstract CompletableFuture<AdminView> view(StatusReader reader);

    abstract String render(AdminView view);
}
