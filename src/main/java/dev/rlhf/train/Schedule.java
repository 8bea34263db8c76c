package dev.rlhf.train;

import dev.rlhf.base.InputException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The learning rate's multiplier at every optimizer step, with the exact values of {@code transformers.get_scheduler}
 * (4.57). Step 0 is the first; with a warm-up its multiplier is 0. Immutable, so only the step has to be saved.
 */
public final class Schedule {
    private static final List<String> SHAPES = List.of("linear", "cosine", "1-sqrt");

    private final LrSchedulerType type;
    private final long warmup;
    private final long total;
    private final Map<String, Object> kwargs;

    private Schedule(LrSchedulerType type, long warmup, long total, Map<String, Object> kwargs) {
        this.type = type;
        this.warmup = warmup;
        this.total = total;
        this.kwargs = Map.copyOf(kwargs);
    }

    /**
     * @param warmupSteps steps of the warm-up from 0 to the peak
     * @param totalSteps optimizer steps of the whole run
     * @param kwargs {@code lr_scheduler_kwargs} as the user wrote them
     * @throws InputException if an argument is unknown to the type, missing or invalid
     */
    public static Schedule of(LrSchedulerType type, long warmupSteps, long totalSteps, Map<String, Object> kwargs) {
        check(type, kwargs);
        Schedule schedule = new Schedule(type, warmupSteps, totalSteps, kwargs);
        schedule.multiplier(0); // reads every argument once, so that a wrong one is reported now
        schedule.multiplier(warmupSteps);
        schedule.multiplier(totalSteps);
        return schedule;
    }

    /**
     * Checks arguments as far as they do not depend on the number of steps.
     *
     * @throws InputException if one is unknown to the type, missing or invalid
     */
    static void check(LrSchedulerType type, Map<String, Object> kwargs) {
        String name = type.name().toLowerCase(Locale.ROOT);
        for (String key : kwargs.keySet()) {
            if (!type.kwargs().contains(key)) {
                throw new InputException("lr_scheduler_kwargs: " + key + ": " + name + " takes "
                        + (type.kwargs().isEmpty()
                                ? "none; set lr_scheduler_kwargs to {}"
                                : String.join(", ", type.kwargs())));
            }
        }
        require(type == LrSchedulerType.COSINE_WITH_MIN_LR, name, "min_lr_rate", kwargs);
        require(type == LrSchedulerType.WARMUP_STABLE_DECAY, name, "num_decay_steps", kwargs);
        kwargs.forEach((key, value) -> {
            if (key.endsWith("_type")) {
                shape(key, value);
            } else if (number(key, value) == 0 && key.equals("timescale")) { // 0 / 0 at the end of the warm-up
                throw new InputException("lr_scheduler_kwargs: timescale: 0 is out of bounds; must be > 0");
            }
        });
    }

    private static void require(boolean needed, String name, String key, Map<String, Object> kwargs) {
        if (needed && !kwargs.containsKey(key)) {
            throw new InputException("lr_scheduler_kwargs: " + name + " needs " + key);
        }
    }

    /**
     * Returns {@code warmup_steps} if above 0, otherwise {@code warmup_ratio} of all steps, rounded up, as in
     * transformers.
     */
    public static long warmupSteps(long warmupSteps, double warmupRatio, long totalSteps) {
        return warmupSteps > 0 ? warmupSteps : (long) Math.ceil(totalSteps * warmupRatio);
    }

    /** Returns the factor of {@code learning_rate} at optimizer step 0, 1, … */
    public double multiplier(long step) {
        double climb = (double) step / Math.max(1, warmup);
        boolean climbing = step < warmup;
        double progress = (double) (step - warmup) / Math.max(1, total - warmup);
        return switch (type) {
            case CONSTANT -> 1;
            case CONSTANT_WITH_WARMUP -> climbing ? climb : 1;
            case LINEAR -> climbing ? climb : Math.max(0, 1 - progress);
            case COSINE -> climbing ? climb : cosine(progress);
            case COSINE_WITH_MIN_LR -> climbing ? climb : above(number("min_lr_rate", 0), cosine(progress));
            case INVERSE_SQRT -> climbing ? climb : inverseSqrt(step);
            case WARMUP_STABLE_DECAY -> stableThenDown(step, climbing, climb);
        };
    }

    private double cosine(double progress) {
        return Math.max(0, 0.5 * (1 + Math.cos(Math.PI * number("num_cycles", 0.5) * 2 * progress)));
    }

    private double inverseSqrt(long step) {
        double timescale = number("timescale", warmup > 0 ? (double) warmup : 10_000);
        return 1 / Math.sqrt((step + timescale - warmup) / timescale);
    }

    private double stableThenDown(long step, boolean climbing, double climb) {
        double least = number("min_lr_ratio", 0);
        double decay = number("num_decay_steps", 0);
        double stable = number("num_stable_steps", total - warmup - decay);
        if (climbing) {
            return above(
                    least,
                    switch (shape("warmup_type", "linear")) {
                        case "cosine" -> 0.5 * (1 - Math.cos(Math.PI * climb));
                        case "1-sqrt" -> 1 - Math.sqrt(1 - climb);
                        default -> climb;
                    });
        }
        if (step < warmup + stable) {
            return 1;
        }
        if (step >= warmup + stable + decay) {
            return least;
        }
        double progress = (step - warmup - stable) / Math.max(1, decay);
        return above(
                least,
                switch (shape("decay_type", "cosine")) {
                    case "linear" -> 1 - progress;
                    case "1-sqrt" -> 1 - Math.sqrt(progress);
                    default -> cosine(progress);
                });
    }

    /** Returns the number that is {@code fraction} of the way from {@code least} to 1. */
    private static double above(double least, double fraction) {
        return Math.max(0, fraction * (1 - least) + least);
    }

    private double number(String key, double otherwise) {
        return number(key, kwargs.getOrDefault(key, otherwise));
    }

    private static double number(String key, @Nullable Object value) {
        if (value instanceof Number number
                && number.doubleValue() >= 0
                && number.doubleValue() < Double.POSITIVE_INFINITY) {
            return number.doubleValue();
        }
        throw new InputException("lr_scheduler_kwargs: " + key + ": " + value + " is not a number of at least 0");
    }

    private String shape(String key, String otherwise) {
        return shape(key, kwargs.getOrDefault(key, otherwise));
    }

    private static String shape(String key, @Nullable Object value) {
        if (!(value instanceof String shape) || !SHAPES.contains(shape)) {
            throw new InputException(
                    "lr_scheduler_kwargs: " + key + ": " + value + " is not one of " + String.join(", ", SHAPES));
        }
        return shape;
    }
}
