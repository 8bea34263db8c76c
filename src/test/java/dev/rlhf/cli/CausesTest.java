package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class CausesTest {
    @Test
    void causesOfCausesAreNamedOutermostFirst() {
        Throwable failure = new IllegalStateException(
                "Failed to load PyTorch native library",
                new UnsupportedOperationException("Cannot copy jni files\nat length", new NullPointerException()));
        assertThat(Causes.describe(failure))
                .isEqualTo("Failed to load PyTorch native library: Cannot copy jni files: NullPointerException");
    }

    @Test
    void aMessageThatRepeatsItsCauseIsNamedOnce() {
        assertThat(Causes.describe(new UncheckedIOException(new IOException("disk is gone"))))
                .isEqualTo("java.io.IOException: disk is gone");
    }
}
