package io.slim.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTextTest {

    @Test
    void separatesMembersAndElements() {
        JsonText json = new JsonText();
        json.object()
                .name("a")
                .array()
                .value(1)
                .value("x")
                .object()
                .endObject()
                .array()
                .endArray()
                .endArray();
        json.name("b")
                .value(true)
                .name("c")
                .object()
                .name("d")
                .value(-5L)
                .endObject()
                .endObject();
        assertThat(json).hasToString("{\"a\":[1,\"x\",{},[]],\"b\":true,\"c\":{\"d\":-5}}");
    }

    @Test
    void escapesWhatMustBe() {
        assertThat(new JsonText().value("a\"b\\c\n\u0000\ud800 ü/"))
                .hasToString("\"a\\\"b\\\\c\\u000a\\u0000\\ud800 ü/\"");
    }
}
