package io.slim.testbed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What a network device has carried so far, both directions together. */
public record Traffic(long bytes, long packets) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What was carried between the earlier reading and this one. */
    public Traffic since(Traffic earlier) {
        return new Traffic(bytes - earlier.bytes, packets - earlier.packets);
    }

    static Traffic of(String namespace, String device) {
        String answer = Tool.run("", "ip", "-n", namespace, "-s", "-j", "link", "show", "dev", device);
        try {
            JsonNode counters = JSON.readTree(answer).path(0).path("stats64");
            JsonNode in = counters.path("rx");
            JsonNode out = counters.path("tx");
            return new Traffic(
                    in.required("bytes").longValue() + out.required("bytes").longValue(),
                    in.required("packets").longValue() + out.required("packets").longValue());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new TestBedException(
                    "\"ip -s -j link\" gave no counters of " + device + " in " + namespace + ": " + answer, e);
        }
    }
}
