package dev.rlhf.stages.ppo;

import dev.rlhf.base.InputException;
import dev.rlhf.data.PromptRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.refusal.Knowledge;
import dev.rlhf.refusal.KnowledgeFile;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.rl.Moments;
import dev.rlhf.text.Tokenizer;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/**
 * Rewards for the judge's verdicts, added to the reward model's score. With {@code reward_right_answer} a, {@code
 * penalty_wrong_answer} w and a reward r of refusing, answering has the higher expected reward if the policy is right
 * with a probability above (r + w) / (a + w).
 */
public final class AnswerRewards {
    /** A response to a question, given what the model knows. */
    enum Outcome {
        RIGHT_ANSWER,
        RIGHT_REFUSAL,
        WRONG_ANSWER,
        OVER_REFUSAL;

        /** Returns the name in metrics. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String MODEL = "reward/model";
    private static final String SHARE = "share/";
    private static final String REWARD = "reward/";

    /** Names of the metrics of {@link #addTo}. */
    static final String[] NAMES = Stream.concat(
                    Stream.of(MODEL),
                    Stream.of(Outcome.values())
                            .flatMap(outcome -> Stream.of(SHARE + outcome.label(), REWARD + outcome.label())))
            .toArray(String[]::new);

    /**
     * The rewards of a batch of episodes.
     *
     * @param rewards [B] to be added to the scores
     * @param metrics share of the episodes with each outcome, and the mean reward from it
     */
    record Added(float[] rewards, Map<String, Double> metrics) {}

    private final AnswerRewardOptions options;
    private final List<PromptRow> rows;
    private final LongFunction<int[]> drawn;
    private final Function<int[], String> decode;
    private final AnswerJudge judge;
    private final Map<String, Knowledge> decisions;

    private AnswerRewards(
            AnswerRewardOptions options,
            List<PromptRow> rows,
            LongFunction<int[]> drawn,
            Function<int[], String> decode,
            Map<String, Knowledge> decisions) {
        this.options = options;
        this.rows = rows;
        this.drawn = drawn;
        this.decode = decode;
        this.judge = options.refusals().judge();
        this.decisions = decisions;
        judge.requirePassages(rows.stream()
                .filter(row -> row.answers() != null)
                .map(row -> row.asQuestion(List.of()))
                .toList());
    }

    /**
     * Returns the rewards of a run; empty if all are 0.
     *
     * @param drawn returns the indices of the prompts of an update's episodes
     * @throws InputException if no prompt has answers, or {@code knowledge} lacks a question
     */
    static Optional<AnswerRewards> of(
            AnswerRewardOptions options, List<PromptRow> rows, LongFunction<int[]> drawn, Tokenizer tokenizer) {
        if (!options.any()) {
            return Optional.empty();
        }
        if (rows.stream().allMatch(row -> row.answers() == null)) {
            throw new InputException("reward_right_answer and the like need prompts with \"answers\" (an empty list if"
                    + " there is none); no prompt of this run has the field");
        }
        Path file = options.probed().knowledge();
        Map<String, Knowledge> decisions = file == null ? Map.of() : decisions(file, rows);
        return Optional.of(new AnswerRewards(options, rows, drawn, ids -> tokenizer.decode(ids, true), decisions));
    }

    private static Map<String, Knowledge> decisions(Path file, List<PromptRow> rows) {
        Map<String, Knowledge> decisions = KnowledgeFile.decisions(file);
        for (PromptRow row : rows) {
            if (row.answers() != null && !row.answers().isEmpty()) {
                String key = row.asQuestion(row.answers()).key();
                if (!decisions.containsKey(key)) {
                    throw InputException.at(file, "no decision on \"" + key + "\"; probe the prompts of this run");
                }
            }
        }
        return decisions;
    }

    /** Adds the rewards of an update's episodes to their scores, and returns the mean of each component. */
    Map<String, Double> addTo(float[] scores, long update, List<Episode> episodes) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(MODEL, Moments.of(scores).mean());
        Added added = of(update, episodes);
        for (int b = 0; b < scores.length; b++) {
            scores[b] += added.rewards()[b];
        }
        metrics.putAll(added.metrics());
        return metrics;
    }

    /** Returns the rewards of an update's episodes. */
    Added of(long update, List<Episode> episodes) {
        int[] prompts = drawn.apply(update);
        float[] rewards = new float[episodes.size()];
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        for (int b = 0; b < rewards.length; b++) {
            Optional<Outcome> outcome =
                    outcome(rows.get(prompts[b]), decode.apply(episodes.get(b).response()));
            if (outcome.isPresent()) {
                counts.merge(outcome.get(), 1, Integer::sum);
                rewards[b] = (float) options.rewardOf(outcome.get());
            }
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            double share = (double) counts.getOrDefault(outcome, 0) / rewards.length;
            metrics.put(SHARE + outcome.label(), share);
            metrics.put(REWARD + outcome.label(), share * options.rewardOf(outcome));
        }
        return new Added(rewards, metrics);
    }

    /** Returns the outcome; empty without {@code "answers"}, and for a refusal where the probe was unsure. */
    private Optional<Outcome> outcome(PromptRow row, String response) {
        List<String> answers = row.answers();
        if (answers == null) {
            return Optional.empty();
        }
        QuestionRow question = row.asQuestion(answers);
        Verdict verdict = judge.judge(question, response.strip()).verdict();
        return switch (verdict) {
            case CORRECT -> Optional.of(Outcome.RIGHT_ANSWER);
            case WRONG -> Optional.of(Outcome.WRONG_ANSWER);
            case REFUSED ->
                switch (knowledge(question)) {
                    case KNOWN -> Optional.of(Outcome.OVER_REFUSAL);
                    case UNKNOWN -> Optional.of(Outcome.RIGHT_REFUSAL);
                    case UNSURE -> Optional.empty();
                };
        };
    }

    private Knowledge knowledge(QuestionRow question) {
        return question.answers().isEmpty()
                ? Knowledge.UNKNOWN
                : decisions.getOrDefault(question.key(), Knowledge.KNOWN);
    }
}
