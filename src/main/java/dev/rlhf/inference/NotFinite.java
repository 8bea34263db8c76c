package dev.rlhf.inference;

import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import java.util.function.Function;

/** Refuses NaN and infinite values before they are written, because JSON cannot represent them. */
public final class NotFinite {
    private NotFinite() {}

    /**
     * Refuses values that are not finite.
     * @param what the name of the values, such as "score"
     * @param place adds a row's file and line, or the model's folder, to the message
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
