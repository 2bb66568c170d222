package io.slim.resolver.weave;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /report} answers, as far as it matters here; the rest, which can be large, is skipped. Lists that Weave
 * writes as null are empty here.
 *
 * @param ipam null if Weave does not manage addresses
 * @param dns null if Weave has no DNS
 */
record WeaveReport(
        @JsonProperty("Router") Router router,
        @JsonProperty("IPAM") @Nullable Ipam ipam,
        @JsonProperty("DNS") @Nullable Dns dns) {

    private static final int MOST_SHOWN = 60;
    private static final ObjectReader READER = mapper().readerFor(WeaveReport.class);

    private static ObjectMapper mapper() {
        ObjectMapper mapper = JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        mapper.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(64).build());
        return mapper;
    }

    /** This host's router and what it knows of the others. */
    record Router(
            @JsonProperty("Name") String name,
            @JsonProperty("Encryption") boolean encryption,
            @JsonProperty("Peers") List<Peer> peers,
            @JsonProperty("Connections") List<Link> connections) {
        Router {
            peers = orEmpty(peers);
            connections = orEmpty(connections);
        }
    }

    /** A router and how it sees its neighbours. Names are unique, nicknames are not. */
    record Peer(
            @JsonProperty("Name") String name,
            @JsonProperty("Connections") List<Connection> connections) {
        Peer {
            connections = orEmpty(connections);
        }
    }

    /** What one router knows of another; the port is that of a listener only if it called. */
    record Connection(
            @JsonProperty("Name") String name,
            @JsonProperty("Address") String address,
            @JsonProperty("Established") boolean established) {}

    /** A connection of this host's router. */
    record Link(
            @JsonProperty("Address") String address,
            @JsonProperty("Info") @Nullable String info) {}

    /** Who has which addresses. */
    record Ipam(
            @JsonProperty("Paxos") @Nullable JsonNode paxos,
            @JsonProperty("Range") @Nullable String range,
            @JsonProperty("Entries") List<Entry> entries,
            @JsonProperty("PendingClaims") List<JsonNode> pendingClaims) {
        Ipam {
            entries = orEmpty(entries);
            pendingClaims = orEmpty(pendingClaims);
        }

        boolean isReady() {
            return (paxos == null || paxos.isNull()) && !entries.isEmpty();
        }
    }

    /** A range of addresses. */
    record Entry(
            @JsonProperty("Token") String token,
            @JsonProperty("Size") long size,
            @JsonProperty("Peer") String peer,
            @JsonProperty("IsKnownPeer") boolean known,
            @JsonProperty("Version") long version) {}

    /** Names of containers. */
    record Dns(@JsonProperty("Entries") List<Name> entries) {
        Dns {
            entries = orEmpty(entries);
        }
    }

    /** A container's name. */
    record Name(
            @JsonProperty("Origin") String origin,
            @JsonProperty("Address") String address,
            @JsonProperty("Tombstone") long tombstone) {}

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list.stream().filter(Objects::nonNull).toList();
    }

    /**
     * Reads one.
     *
     * @throws IOException if it is none, with its beginning
     */
    static WeaveReport read(byte[] json) throws IOException {
        try {
            @Nullable WeaveReport report = READER.readValue(json);
            if (report != null && report.router() != null && report.router().name() != null) {
                return report;
            }
        } catch (JacksonException e) {
            throw new IOException(e.getOriginalMessage() + " in an answer that begins " + beginning(json), e);
        }
        throw new IOException("no Router.Name in an answer that begins " + beginning(json));
    }

    private static String beginning(byte[] json) {
        return "\"" + new String(json, 0, Math.min(json.length, MOST_SHOWN), StandardCharsets.UTF_8) + "\"";
    }
}
