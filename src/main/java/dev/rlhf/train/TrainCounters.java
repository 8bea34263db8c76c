package dev.rlhf.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;

/**
 * Where a training loop stands; saved with its state, so that a resumed run goes on with the next example. Immutable.
 *
 * @param step optimizer steps done
 * @param epoch whole passes over the data done
 * @param cursor examples of the current pass already used
 * @param samples examples used in all
 * @param tokens tokens learned from in all
 */
public record TrainCounters(long step, int epoch, long cursor, long samples, long tokens) {
    private static final String KEY = "train";

    /** Before the first step. */
    public static final TrainCounters START = new TrainCounters(0, 0, 0, 0, 0);

    /** After one more optimizer step. */
    public TrainCounters afterStep(long moreSamples, long moreTokens) {
        return new TrainCounters(step + 1, epoch, cursor + moreSamples, samples + moreSamples, tokens + moreTokens);
    }

    /** At the start of the next pass. */
    public TrainCounters nextEpoch() {
        return new TrainCounters(step, epoch + 1, 0, samples, tokens);
    }

    /** Puts them into the counters of a saved state, under {@code train}. */
    public void writeTo(ObjectNode counters) {
        counters.set(KEY, Json.mapper().valueToTree(this));
    }

    /** @throws InputException if they are not there whole */
    public static TrainCounters readFrom(ObjectNode counters) {
        try {
            if (counters.path(KEY).size() == TrainCounters.class.getRecordComponents().length) {
                return Json.mapper().treeToValue(counters.get(KEY), TrainCounters.class);
            }
        } catch (JsonProcessingException e) {
            throw new InputException("damaged training counters: " + Json.reason(e), e);
        }
        throw new InputException("damaged training counters: " + counters.path(KEY));
    }
}
