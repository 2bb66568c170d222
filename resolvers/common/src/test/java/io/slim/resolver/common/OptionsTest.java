package io.slim.resolver.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionsTest {

    private static final Set<String> KNOWN = Set.of("url", "stale-after-s", "flag", "prefix");

    @Test
    void readsWhatIsGiven() {
        Options options = Options.parse("x", "url=http://a:1,url=https://[::1]/x,stale-after-s=7,flag=true", KNOWN);
        assertThat(options.urls("url")).containsExactly(URI.create("http://a:1"), URI.create("https://[::1]/x"));
        assertThat(options.seconds("stale-after-s", Duration.ZERO)).isEqualTo(Duration.ofSeconds(7));
        assertThat(options.flag("flag")).isTrue();
        assertThat(options.prefixes("prefix")).isEmpty();
        options.check();
    }

    @Test
    void tellsAllThatIsWrong() {
        Options options = Options.parse(
                "x", "url=ftp://a,url=http:,stale-after-s=0,flag=maybe,prefix=10.0.0.1/8,nonsense,o=1", KNOWN);
        options.urls("url");
        options.seconds("stale-after-s", Duration.ZERO);
        options.flag("flag");
        options.prefixes("prefix");
        assertThatThrownBy(options::check)
                .hasMessageContainingAll(
                        "url=ftp://a",
                        "url=http:",
                        "stale-after-s=0",
                        "flag=maybe",
                        "prefix=10.0.0.1/8",
                        "nonsense",
                        "o=1")
                .hasMessageContaining("resolver x");
    }

    @Test
    void onceMeansOnce() {
        Options options = Options.parse("x", "flag=true,flag=true", KNOWN);
        options.flag("flag");
        assertThatThrownBy(options::check).hasMessageContaining("each key once");
    }
}
