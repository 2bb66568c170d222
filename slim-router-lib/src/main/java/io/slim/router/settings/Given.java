package io.slim.router.settings;

/**
 * A text that somebody gave for a setting.
 *
 * @param text as it was given
 * @param source where, as messages name it: {@code --listen-ports}, {@code SLIM_ROUTER_LISTEN_PORTS}, {@code
 *     /etc/slim/router.yaml:3: listen-ports}; {@code default} if nobody gave it
 */
public record Given(String text, String source) {

    static final String DEFAULT = "default";
}
