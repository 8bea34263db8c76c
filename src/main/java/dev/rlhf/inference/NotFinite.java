package dev.rlhf.inference;

import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import java.util.function.Function;

/** The refusal of numbers that are NaN or infinite before they reach a file: JSON has no such numbers. */
public final class NotFinite {
    private NotFinite() {}

    /**
     * @param what one of the numbers, as "score"
     * @param place says where they belong: a row's file and line, or the model's folder, before a message
     * @throws FailedRunException with the first value that is not finite
     */
    public static void refuse(String what, float[] values, Function<String, InputException> place) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new FailedRunException(String.valueOf(place.apply("a " + what + " is " + value
                                + "; the model has weights that are not finite, or overflows in this dtype;"
                                + " nothing was written")
                        .getMessage()));
            }
        }
    }
}
