package io.slim.oci;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The state of a container, as runtimes give it to hooks (runtime-spec, state).
 *
 * @param id the runtime's
 * @param pid its first process, as the runtime sees it; 0 if there is none
 */
public record ContainerState(String id, int pid) {

    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Reads it.
     *
     * @throws MalformedConfigException if it is no JSON, or has no id
     */
    public static ContainerState parse(byte[] document) throws MalformedConfigException {
        String id = "";
        int pid = 0;
        try (JsonParser in = JSON.createParser(document)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedConfigException("the container's state is no JSON object");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                JsonToken value = in.nextToken();
                if (name.equals("id") && value == JsonToken.VALUE_STRING) {
                    id = in.getText();
                } else if (name.equals("pid") && value == JsonToken.VALUE_NUMBER_INT) {
                    pid = in.getIntValue();
                } else {
                    in.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw new MalformedConfigException("the container's state is no JSON", e);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be read", e);
        }
        if (id.isEmpty()) {
            throw new MalformedConfigException("the container's state has no id");
        }
        return new ContainerState(id, pid);
    }
}
