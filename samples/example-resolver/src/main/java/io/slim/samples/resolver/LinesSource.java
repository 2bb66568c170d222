package io.slim.samples.resolver;

import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.common.HttpGet;
import io.slim.resolver.common.OverlayTable;
import io.slim.resolver.common.Source;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Lines of {@code PREFIX HOST} over HTTP, read every second. */
final class LinesSource implements Source {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final int MOST_BYTES = 16 << 20;

    private final HttpGet get;

    LinesSource(URI url) {
        get = new HttpGet(url, Map.of(), DEADLINE, MOST_BYTES);
    }

    @Override
    public void follow(Feed feed) throws Exception {
        while (true) {
            feed.publish(table(new String(get.read(), StandardCharsets.UTF_8)), "");
            Thread.sleep(PERIOD.toMillis());
        }
    }

    private static OverlayTable table(String text) throws IOException {
        OverlayTable.Builder table = OverlayTable.builder();
        for (String line : text.lines().toList()) {
            String[] parts = line.strip().split(" +", 2);
            try {
                table.prefix(Prefix.parse(parts[0]), Prefix.address(parts[parts.length - 1]));
            } catch (IllegalArgumentException e) {
                throw new IOException("line \"" + line + "\" (expected: PREFIX HOST; " + e.getMessage() + ")", e);
            }
        }
        return table.build();
    }

    @Override
    public void close() {
        get.abort();
    }
}
