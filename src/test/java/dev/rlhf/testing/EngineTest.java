package dev.rlhf.testing;

import dev.rlhf.tensor.Torch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Opens the engine on the {@link TestDevice} for the tests of a class. */
public abstract class EngineTest {
    protected static Torch torch;

    @BeforeAll
    static void openEngine() {
        torch = TestDevice.open();
    }

    @AfterAll
    static void closeEngine() {
        torch.close();
    }
}
