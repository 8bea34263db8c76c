package dev.rlhf.stage;

import dev.rlhf.base.InputException;
import java.nio.file.Path;
import java.util.function.Function;

/** The refusal of numbers that are NaN or infinite before they reach a file: JSON has no such numbers. */
final class NotFinite {
    private NotFinite() {}

    /**
     * @param what the row's numbers, as "score"
     * @param place names the row: file, line and a message
     * @param model whose numbers they are
     * @throws FailedRunException with the first value that is not finite
     */
    static void refuse(String what, float[] values, Function<String, InputException> place, Path model) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new FailedRunException(place.apply(
                                "the %s is %s: %s has weights that are not finite, or overflows in this dtype; nothing was written"
                                        .formatted(what, value, model))
                        .getMessage());
            }
        }
    }
}
