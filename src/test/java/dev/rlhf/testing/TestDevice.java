package dev.rlhf.testing;

import dev.rlhf.tensor.Torch;

/** The device of tests: the system property {@code rlhf.test.device}, or the CPU. */
public final class TestDevice {
    public static final String NAME = System.getProperty("rlhf.test.device", "cpu");

    private TestDevice() {}

    /** Opens the engine on this device. */
    public static Torch open() {
        return Torch.open(NAME);
    }
}
