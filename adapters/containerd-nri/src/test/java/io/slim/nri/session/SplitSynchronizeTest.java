package io.slim.nri.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.slim.nri.protocol.Nri.ConfigureRequest;
import io.slim.nri.protocol.Nri.Container;
import io.slim.nri.protocol.Nri.PodSandbox;
import io.slim.nri.protocol.Nri.SynchronizeRequest;
import io.slim.nri.protocol.Nri.SynchronizeResponse;
import org.junit.jupiter.api.Test;

/** A runtime that has too much for one message tells what there is in parts, each but the last with {@code more}. */
class SplitSynchronizeTest {
    private final Witness witness = new Witness();
    private final PluginService service = new PluginService(witness);

    @Test
    void partsAreOneWhole() throws Exception {
        assertThat(told(part("one", true))).as("answers that it wants more").isTrue();
        assertThat(told(part("two", true))).isTrue();
        assertThat(witness.seen()).as("nothing is decided on a part").isEmpty();
        assertThat(told(part("three", false))).isFalse();
        assertThat(witness.seen()).first().asString().isEqualTo("there are 3 pods, 3 containers");
    }

    @Test
    void partsOfARuntimeThatBeganAnewAreForgotten() throws Exception {
        told(part("one", true));
        service.methods()
                .get("Configure")
                .call(ConfigureRequest.newBuilder().setRuntimeName("r").build().toByteString());
        told(part("two", false));
        assertThat(witness.seen()).element(1).asString().isEqualTo("there are 1 pods, 1 containers");
    }

    private boolean told(SynchronizeRequest part) throws Exception {
        ByteString answer = service.methods().get("Synchronize").call(part.toByteString());
        return SynchronizeResponse.parseFrom(answer).getMore();
    }

    private static SynchronizeRequest part(String name, boolean more) {
        return SynchronizeRequest.newBuilder()
                .addPods(PodSandbox.newBuilder().setName(name))
                .addContainers(Container.newBuilder().setName(name))
                .setMore(more)
                .build();
    }
}
