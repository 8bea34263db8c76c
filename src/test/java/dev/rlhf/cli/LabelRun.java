package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Runs {@code rlhf label} in tests. */
final class LabelRun {
    private LabelRun() {}

    /** Runs a command, which must succeed, and returns what it prints. */
    static String label(Object... arguments) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> words = Arrays.stream(arguments).map(String::valueOf).toList();
        assertThat(LabelCommand.execute(words, new PrintStream(out, true, StandardCharsets.UTF_8)))
                .isZero();
        return out.toString(StandardCharsets.UTF_8);
    }
}
