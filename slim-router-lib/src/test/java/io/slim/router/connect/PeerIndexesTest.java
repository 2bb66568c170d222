package io.slim.router.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class PeerIndexesTest {

    private final PeerIndexes indexes = new PeerIndexes(2);

    private static InetAddress host(int number) throws Exception {
        return InetAddress.getByName("192.168.77." + number);
    }

    @Test
    void eachHostHasOneAsLongAsThereIsRoom() throws Exception {
        assertThat(indexes.of(host(1))).isZero();
        assertThat(indexes.of(host(2))).isEqualTo(1);
        assertThat(indexes.of(host(1))).as("the same again").isZero();
        assertThat(indexes.of(host(3))).isEqualTo(PeerIndexes.NONE);
        indexes.release(host(1));
        assertThat(indexes.known(host(1))).isEqualTo(PeerIndexes.NONE);
        assertThat(indexes.of(host(3))).isZero();
        assertThat(indexes.all()).containsOnlyKeys(host(2), host(3));
    }

    /** What the kernel believes of one host must never become another one's. */
    @Test
    void whatWasUsedBeforeStaysTheSameHosts() throws Exception {
        assertThat(indexes.recover(host(1), 1)).isTrue();
        assertThat(indexes.recover(host(1), 1)).as("told twice").isTrue();
        assertThat(indexes.recover(host(1), 0)).as("one host with two").isFalse();
        assertThat(indexes.recover(host(2), 1)).as("two hosts with one").isFalse();
        assertThat(indexes.recover(host(2), 2)).as("out of range").isFalse();
        assertThat(indexes.of(host(2))).isZero();
    }
}
