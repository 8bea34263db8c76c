package dev.rlhf.stages.rank;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.QuestionOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.stage.OutputOptions;
import dev.rlhf.stage.SeedOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Options of {@link Rank}. */
public record RankOptions(
        @Option(help = "tasks to rank: the batch.jsonl of rlhf sample", must = Must.BE_A_FILE)
        Path input,

        @OptionGroup(help = "output_dir=output folder, for the label store unless db is given")
        OutputOptions output,

        @Option(help = "label store, an H2 file; omit for labels in output_dir") @Nullable
        Path db,

        @Option(
                help = "people: wait until people have ranked; simulated: programs rank by a rule through the same"
                        + " server",
                value = "people")
        Labelers labelers,

        @Option(help = "labelers per task", value = "3", min = 1, max = 1000, adjustable = true)
        int overlap,

        @Option(help = "people: share of the rankings to wait for", value = "1", min = 0, max = 1, adjustable = true)
        double wanted_share,

        @Option(
                help = "simulated: rule of the ranking: answers (correct, then refusal, then wrong; then brevity),"
                        + " brevity, reward_model (its score) or judge_model (its opinion)",
                value = "answers")
        Rule simulated_rule,

        @Option(help = "simulated: the reward model, or the model that judges", must = Must.BE_A_MODEL) @Nullable
        Path simulated_model,

        @Option(help = "simulated: number of labelers", value = "3", min = 1, max = 100)
        int simulated_labelers,

        @Option(
                help = "simulated: probability that a labeler swaps two neighbouring places",
                value = "0.1",
                min = 0,
                max = 1)
        double error_rate,

        @Option(
                help = "rules that labelers see, Markdown; omit for the built-in ones",
                must = Must.BE_A_FILE,
                adjustable = true)
        @Nullable
        Path guidelines,

        @Option(help = "address that the server listens on", value = "127.0.0.1", adjustable = true)
        String host,

        @Option(
                help = "port that the server listens on; 0 = any free port",
                value = "0",
                min = 0,
                max = 65_535,
                adjustable = true)
        int port,

        @OptionGroup(help = "seed=simulated: seed of the labelers' errors")
        SeedOptions random,

        @OptionGroup(
                help = "questions=questions with accepted answers, own rows or a public format, for the rule of"
                        + " simulated labelers")
        QuestionOptions judge,

        @OptionGroup EngineOptions engine) {
    /** Label store in the output folder, without its suffix. */
    static final String LABELS = "labels";

    /** The kind of labelers. */
    public enum Labelers {
        PEOPLE,
        /** Programs; their rankings are marked as simulated wherever they are exported. */
        SIMULATED
    }

    /** The rule by which simulated labelers rank. */
    public enum Rule {
        ANSWERS,
        BREVITY,
        REWARD_MODEL,
        JUDGE_MODEL;

        boolean usesModel() {
            return this == REWARD_MODEL || this == JUDGE_MODEL;
        }
    }

    /** @throws InputException if simulated labelers lack the questions or the model of their rule, or are too few */
    public RankOptions {
        if (labelers == Labelers.SIMULATED) {
            if (simulated_rule.usesModel() != (simulated_model != null)) {
                throw new InputException("simulated_model: the checkpoint folder that simulated_rule reward_model or"
                        + " judge_model ranks by; give both or neither");
            }
            if (judge.questions() == null && simulated_rule == Rule.ANSWERS) {
                throw new InputException(
                        "questions: simulated labelers need the accepted answers; give a questions file,"
                                + " another simulated_rule, or labelers: people");
            }
            if (overlap > simulated_labelers) {
                throw new InputException("overlap: %d labelers per task, but there are only %d simulated_labelers"
                        .formatted(overlap, simulated_labelers));
            }
        }
    }

    /** Returns the path of the label store. */
    Path store() {
        return db != null ? db : output.output_dir().resolve(LABELS);
    }
}
