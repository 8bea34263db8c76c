package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RehearsalTest {
    /** Its commands must keep up with the options: a launcher whose rehearsal fails starts slowly ever after. */
    @Test
    void runsEveryCommandSilently() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int code = Rehearsal.run(new PrintStream(said, true, StandardCharsets.UTF_8));
        assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(code).isEqualTo(ExitCode.DONE);
    }
}
