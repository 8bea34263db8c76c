package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RehearsalTest {
    /** The commands of the rehearsal must be valid: if it fails, the launcher starts slowly from then on. */
    @Test
    void runsEveryCommandSilently() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int code = Rehearsal.run(new PrintStream(said, true, StandardCharsets.UTF_8));
        assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(code).isEqualTo(ExitCode.DONE);
    }
}
