package dev.rlhf.label.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds a {@link BatchChange} by naming the settings that change. */
public final class Change {
    private @Nullable Integer overlap;
    private @Nullable Integer priority;
    private @Nullable Boolean paused;
    private @Nullable Integer topK;
    private @Nullable Boolean strength;
    private @Nullable Boolean scores;
    private @Nullable List<String> flags;
    private @Nullable Double goldRate;
    private @Nullable Integer skipLimit;
    private @Nullable Integer maxOverlap;
    private @Nullable Boolean demonstrations;
    private @Nullable Boolean disputedFirst;

    private @Nullable List<String> tags;

    private Change() {}

    public static Change of() {
        return new Change();
    }

    public Change overlap(@Nullable Integer value) {
        overlap = value;
        return this;
    }

    public Change priority(@Nullable Integer value) {
        priority = value;
        return this;
    }

    public Change paused(@Nullable Boolean value) {
        paused = value;
        return this;
    }

    public Change topK(@Nullable Integer value) {
        topK = value;
        return this;
    }

    public Change strength(@Nullable Boolean value) {
        strength = value;
        return this;
    }

    public Change scores(@Nullable Boolean value) {
        scores = value;
        return this;
    }

    public Change flags(@Nullable List<String> value) {
        flags = value;
        return this;
    }

    public Change goldRate(@Nullable Double value) {
        goldRate = value;
        return this;
    }

    public Change skipLimit(@Nullable Integer value) {
        skipLimit = value;
        return this;
    }

    public Change maxOverlap(@Nullable Integer value) {
        maxOverlap = value;
        return this;
    }

    public Change demonstrations(@Nullable Boolean value) {
        demonstrations = value;
        return this;
    }

    public Change disputedFirst(@Nullable Boolean value) {
        disputedFirst = value;
        return this;
    }

    public Change tags(@Nullable List<String> value) {
        tags = value;
        return this;
    }

    public BatchChange build() {
        return new BatchChange(
                overlap,
                priority,
                paused,
                topK,
                strength,
                scores,
                flags,
                goldRate,
                skipLimit,
                maxOverlap,
                demonstrations,
                disputedFirst,
                tags);
    }
}
