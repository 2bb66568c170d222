package io.slim.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerConfigTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Addition ADDITION = new Addition(
            Path.of("/var/lib/slim/lib/abc/libslim.so"),
            Path.of("/run/slim/state/containers/web \"1\""),
            Optional.empty(),
            Map.of("SLIM_PREFIX", "10.32.0.0/12"),
            List.of("/usr/libexec/slim/slim-hook", "created"));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode edited(String config) throws Exception {
        return JSON.readTree(ContainerConfig.parse(bytes(config)).with(ADDITION));
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }

    @Test
    void readsWhatPodmanWrites() throws Exception {
        ContainerConfig config = ContainerConfig.parse(bytes("""
                {"ociVersion":"1.0.2-dev","process":{"user":{"uid":0},"args":["nginx","-g"],"env":["PATH=/bin","A=b=c"],
                 "cwd":"/srv"},"root":{"path":"/merged"},"mounts":[{"destination":"/proc","type":"proc","source":"proc",
                 "options":["nosuid"]}],"annotations":{"io.slim.enable":"true"},"linux":{"cgroupsPath":"/libpod_parent/x",
                 "namespaces":[{"type":"pid"},{"type":"network","path":"/run/netns/blue"}]}}"""));
        assertThat(config.annotations()).containsExactly(Map.entry("io.slim.enable", "true"));
        assertThat(config.arguments()).containsExactly("nginx", "-g");
        assertThat(config.variable("A")).contains("b=c");
        assertThat(config.workingDirectory()).isEqualTo("/srv");
        assertThat(config.rootPath()).contains("/merged");
        assertThat(config.mounts()).containsExactly(new Mount("/proc", "proc", "proc"));
        assertThat(config.cgroupsPath()).contains("/libpod_parent/x");
        assertThat(config.networkNamespace()).contains(Path.of("/run/netns/blue"));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"bounding\":[\"CAP_NET_ADMIN\"],\"permitted\":[\"CAP_CHOWN\"]', false, '', CAP_CHOWN CAP_NET_ADMIN",
        "'\"bounding\":[\"CAP_NET_ADMIN\"],\"permitted\":[\"CAP_CHOWN\"]', true, '', CAP_CHOWN",
        "'\"effective\":[\"CAP_SYS_ADMIN\"],\"ambient\":null', true, '', CAP_SYS_ADMIN",
        "'\"effective\":[\"CAP_SYS_ADMIN\"]', false, '{\"type\":\"user\"}', ''",
    })
    void whatItCanGainCountsUnlessThatIsRuledOut(String sets, boolean noNew, String namespace, String expected)
            throws Exception {
        ContainerConfig config = ContainerConfig.parse(bytes("{\"process\":{\"capabilities\":{" + sets
                + "},\"noNewPrivileges\":" + noNew + "},\"linux\":{\"namespaces\":[" + namespace + "]}}"));
        assertThat(String.join(" ", config.capabilities())).isEqualTo(expected);
    }

    @Test
    void addsMountsVariablesAndTheHook() throws Exception {
        JsonNode after = edited("""
                {"process":{"args":["a"],"env":["PATH=/bin","LD_PRELOAD=/x.so","SLIM_PREFIX=10.0.0.0/8"]},
                 "mounts":[{"destination":"/proc","type":"proc"}],"hooks":{"prestart":[{"path":"/p"}],
                 "createRuntime":[{"path":"/first"}]}}""");
        assertThat(texts(after.at("/process/env")))
                .containsExactly("PATH=/bin", "LD_PRELOAD=/run/slim-lib/libslim.so:/x.so", "SLIM_PREFIX=10.0.0.0/8");
        assertThat(texts(after.findValue("mounts").findValues("destination").stream()
                        .collect(JSON::createArrayNode, (all, one) -> all.add(one), (one, other) -> {})))
                .containsExactly("/proc", "/run/slim", "/run/slim-lib/libslim.so");
        assertThat(after.at("/mounts/1/source").asText()).isEqualTo("/run/slim/state/containers/web \"1\"");
        assertThat(texts(after.at("/mounts/1/options"))).contains("bind", "ro", "noexec");
        assertThat(texts(after.at("/mounts/2/options"))).contains("bind", "ro").doesNotContain("noexec");
        assertThat(after.at("/hooks/prestart/0/path").asText()).isEqualTo("/p");
        assertThat(after.at("/hooks/createRuntime/0/path").asText()).isEqualTo("/first");
        assertThat(texts(after.at("/hooks/createRuntime/1/args")))
                .containsExactly("/usr/libexec/slim/slim-hook", "created");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"process\":{}}",
                "{\"process\":{\"env\":null},\"mounts\":null,\"hooks\":null}",
                "{\"process\":{\"env\":[]},\"mounts\":[],\"hooks\":{}}",
                "{\"hooks\":{\"createRuntime\":null},\"process\":{\"args\":[]}}",
                " { \"process\" : { \"env\" : [ ] } , \"hooks\" : { \"createRuntime\" : [ ] } }"
            })
    void addsWhereNothingWas(String config) throws Exception {
        JsonNode after = edited(config);
        assertThat(texts(after.at("/process/env")))
                .containsExactly("LD_PRELOAD=/run/slim-lib/libslim.so", "SLIM_PREFIX=10.32.0.0/12");
        assertThat(after.at("/mounts")).hasSize(2);
        assertThat(after.at("/hooks/createRuntime")).hasSize(1);
    }

    @Test
    void leavesAllElseAsItWasByteForByte() throws Exception {
        String before =
                "{\"process\":{\"env\":[\"Ä=\\u00e9\"],\"x\":1.50,\"big\":123456789012345678901234567890},\n\t\"mine\":{\"a\":[ 1e400 ]}}";
        String after = new String(ContainerConfig.parse(bytes(before)).with(ADDITION), StandardCharsets.UTF_8);
        assertThat(after)
                .contains("\"x\":1.50,\"big\":123456789012345678901234567890},\n\t\"mine\":{\"a\":[ 1e400 ]}}")
                .contains("\"Ä=\\u00e9\",\"LD_PRELOAD=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "[]",
                "{}",
                "null",
                "{\"process\":null}",
                "{\"process\":[]}",
                "{\"process\":{\"env\":{}}}",
                "{\"process\":{\"env\":[1]}}",
                "{\"process\":{},\"mounts\":[1]}",
                "{\"process\":{},\"mounts\":{}}",
                "{\"process\":{},\"process\":{}}",
                "{\"process\":{},\"annotations\":{\"a\":1}}",
                "{\"process\":{}"
            })
    void refusesWhatIsNoConfiguration(String config) {
        assertThatThrownBy(() -> ContainerConfig.parse(bytes(config))).isInstanceOf(MalformedConfigException.class);
    }

    @Test
    void refusesOtherEncodings() {
        assertThatThrownBy(() -> ContainerConfig.parse("{\"process\":{}}".getBytes(StandardCharsets.UTF_16BE)))
                .isInstanceOf(MalformedConfigException.class);
    }

    @Test
    void aByteOrderMarkDoesNotShiftTheAddition() throws Exception {
        assertThat(edited("\ufeff{\"process\":{}}").at("/process/env")).hasSize(2);
    }

    /** Whatever a byte is changed to: refused, or still the same configuration with the same addition. */
    @Test
    void anyDamageIsRefusedOrHarmless() throws Exception {
        byte[] good = bytes(
                "{\"process\":{\"args\":[\"a\"],\"env\":[\"P=é\"]},\"mounts\":[{\"destination\":\"/p\"}],\"hooks\":{},\"linux\":{}}");
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = good.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            ContainerConfig config;
            try {
                config = ContainerConfig.parse(damaged);
            } catch (MalformedConfigException e) {
                continue;
            }
            byte[] after = config.with(ADDITION);
            JsonNode tree;
            try {
                tree = JSON.readTree(damaged);
            } catch (JacksonException e) {
                continue;
            }
            ObjectNode result = (ObjectNode) JSON.readTree(after);
            tree.fieldNames().forEachRemaining(name -> assertThat(result.has(name))
                    .as(() -> new String(damaged, StandardCharsets.ISO_8859_1))
                    .isTrue());
        }
    }

    @Test
    void tenMegabytesTakeLittleTime() throws Exception {
        StringBuilder big = new StringBuilder("{\"linux\":{\"x\":[");
        while (big.length() < 10 << 20) {
            big.append("{\"names\":[\"accept\",\"accept4\"],\"action\":\"SCMP_ACT_ALLOW\"},");
        }
        big.append("0]},\"process\":{\"env\":[]}}");
        byte[] after = ContainerConfig.parse(bytes(big.toString())).with(ADDITION);
        assertThat(after.length).isGreaterThan(big.length());
    }
}
