package io.slim.testbed.junit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HostConditionTest {
    @Test
    void namesEachProgramThatIsMissing() {
        RequiresHost needs = Needy.class.getAnnotation(RequiresHost.class);

        assertThat(HostCondition.missing(needs)).containsExactly("program no-such-program", "program nor-this-one");
    }

    @RequiresHost(
            root = false,
            programs = {"sh", "no-such-program", "nor-this-one"})
    private static final class Needy {}
}
