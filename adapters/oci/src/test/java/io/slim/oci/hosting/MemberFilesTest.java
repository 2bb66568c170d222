package io.slim.oci.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberFilesTest {

    @TempDir
    private Path directory;

    @Test
    void whatWasWrittenIsRead() throws Exception {
        Member member = new Member(
                "abc",
                "seat-2",
                Path.of("/run/netns/blue"),
                "10.32.0.0/12",
                Map.of("tier", "w=e:b\n"),
                1000,
                Set.of("CAP_CHOWN"),
                Set.of("/srv/a b", "/srv/c=d"));
        member.creator = new Incarnation(7, 8);
        MemberFiles files = new MemberFiles(directory);
        files.write(member);
        member.creator = null;
        member.process = new Incarnation(9, 10);
        files.write(member);
        List<Member> read = files.read();
        assertThat(read)
                .singleElement()
                .usingRecursiveComparison()
                .ignoringFields("sinceNanos")
                .isEqualTo(member);
        files.remove("abc");
        assertThat(files.read()).isEmpty();
    }

    @Test
    void whatIsNoFileOfAContainersIsPassedOver() throws Exception {
        MemberFiles files = new MemberFiles(directory);
        Files.writeString(directory.resolve("half.container"), "id=half\nseat=h\nprocess=x");
        Files.writeString(directory.resolve("other.container"), "id=../x\nseat=s\nrate=0");
        Files.writeString(directory.resolve("abc.new"), "");
        assertThat(files.read()).isEmpty();
    }
}
