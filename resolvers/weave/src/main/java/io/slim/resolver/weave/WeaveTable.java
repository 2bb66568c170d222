package io.slim.resolver.weave;

import com.fasterxml.jackson.databind.JsonNode;
import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.common.OverlayTable;
import io.slim.resolver.weave.WeaveReport.Dns;
import io.slim.resolver.weave.WeaveReport.Entry;
import io.slim.resolver.weave.WeaveReport.Ipam;
import io.slim.resolver.weave.WeaveReport.Link;
import io.slim.resolver.weave.WeaveReport.Name;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What follows from a report. */
final class WeaveTable {

    private static final Prefix ALL4 = Prefix.parse("0.0.0.0/0");
    private static final Prefix ALL6 = Prefix.parse("::/0");

    private final WeaveReport report;
    private final PeerHosts peers;
    private final OverlayTable.Builder table = OverlayTable.builder();

    private WeaveTable(WeaveReport report, @Nullable InetAddress self) {
        this.report = report;
        this.peers = new PeerHosts(report.router(), self);
    }

    /**
     * The table.
     *
     * @param self this host's address; null if Weave is to tell
     * @param bypassEncrypted whether encryption does not matter
     * @throws IOException if the report contradicts itself
     */
    static OverlayTable of(WeaveReport report, @Nullable InetAddress self, boolean bypassEncrypted) throws IOException {
        WeaveTable made = new WeaveTable(report, self);
        if (report.ipam() != null && report.ipam().isReady()) {
            Ring.add(report.ipam().entries(), made.peers, made.table);
            made.pendingClaims(report.ipam());
        }
        if (report.dns() != null) {
            made.names(report.dns());
        }
        if (!bypassEncrypted) {
            made.encryption();
        }
        return made.table.build();
    }

    /** As it is shown: the sum of the ranges' versions grows with each change of the ring. */
    static String revision(WeaveReport report) {
        if (report.ipam() == null) {
            return "without addresses";
        }
        return report.ipam().isReady()
                ? "ring "
                        + report.ipam().entries().stream()
                                .mapToLong(Entry::version)
                                .sum()
                : "ring not ready";
    }

    /** A container of this host has it already, but whose it is has not been settled. */
    private void pendingClaims(Ipam ipam) {
        for (JsonNode claim : ipam.pendingClaims()) {
            JsonNode cidr = claim.path("CIDR");
            String text = cidr.isTextual() ? cidr.asText() : cidr.path("Addr").asText();
            try {
                table.answer(Prefix.address(text.replaceFirst("/.*", "")), Nowhere.UNKNOWN);
            } catch (IllegalArgumentException e) {
                // Not an address: nothing is claimed.
            }
        }
    }

    /** Addresses that were given by hand, outside the ring, are known by name if at all. */
    private void names(Dns dns) throws IOException {
        for (Name name : dns.entries()) {
            if (name.tombstone() == 0) {
                add(name);
            }
        }
    }

    private void add(Name name) throws IOException {
        InetAddress address;
        try {
            address = Prefix.address(String.valueOf(name.address()));
        } catch (IllegalArgumentException e) {
            return;
        }
        @Nullable String range = report.ipam() == null ? null : report.ipam().range();
        if (range == null || range.isEmpty() || !Ring.contains(range, address)) {
            @Nullable InetAddress host = peers.of(name.origin());
            if (host == null) {
                table.answer(address, Nowhere.UNKNOWN);
            } else {
                table.address(address, host);
            }
        }
    }

    private void encryption() {
        if (report.router().encryption()) {
            table.encrypted(ALL4).encrypted(ALL6);
            return;
        }
        for (Link link : report.router().connections()) {
            @Nullable InetAddress host = PeerHosts.host(link.address());
            if (host != null
                    && link.info() != null
                    && link.info().contains("encrypted ")
                    && !link.info().contains("unencrypted")) {
                table.encryptedHosts(Prefix.of(host));
            }
        }
    }
}
