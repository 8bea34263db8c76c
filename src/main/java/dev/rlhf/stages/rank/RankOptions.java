package dev.rlhf.stages.rank;

import dev.rlhf.base.InputException;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of {@link Rank}. */
public record RankOptions(
        @Option(help = "Tasks to rank: the batch.jsonl that rlhf sample writes", must = Must.BE_A_FILE)
        Path input,

        @Option(help = "Where the label store goes, unless db says otherwise")
        Path output_dir,

        @Option(help = "The label store, an H2 file; default: labels in output_dir") @Nullable
        Path db,

        @Option(
                help =
                        "people: wait until they have ranked; simulated: programs rank by a rule, through the same server",
                value = "people")
        Labelers labelers,

        @Option(help = "How many labelers rank each task", value = "3", min = 1, max = 1000, adjustable = true)
        int overlap,

        @Option(
                help = "people: go on once this share of the rankings is in",
                value = "1",
                min = 0,
                max = 1,
                adjustable = true)
        double wanted_share,

        @Option(help = "simulated: how many labelers there are", value = "3", min = 1, max = 100)
        int simulated_labelers,

        @Option(
                help = "simulated: probability that a labeler swaps two neighbouring places",
                value = "0.1",
                min = 0,
                max = 1)
        double error_rate,

        @Option(help = "simulated: questions with the answers the rule takes for right, JSONL", must = Must.BE_A_FILE)
        @Nullable
        Path questions,

        @Option(
                help =
                        "simulated: further phrases that the judge takes for a refusal, in any language, such as [\"no comment\"]",
                value = "[]")
        List<String> refusal_phrases,

        @Option(
                help = "Rules that labelers see, Markdown; default: the built-in ones",
                must = Must.BE_A_FILE,
                adjustable = true)
        @Nullable
        Path guidelines,

        @Option(help = "Address the server listens on", value = "127.0.0.1", adjustable = true)
        String host,

        @Option(help = "Port it listens on; 0: any that is free", value = "0", min = 0, max = 65_535, adjustable = true)
        int port,

        @Option(help = "simulated: of the errors", value = "0")
        long seed) {
    /** Who ranks. */
    public enum Labelers {
        PEOPLE,
        /** Programs, named as simulated wherever their rankings go. */
        SIMULATED
    }

    /** @throws InputException if what simulated labelers need is missing */
    public RankOptions {
        if (labelers == Labelers.SIMULATED) {
            if (questions == null) {
                throw new InputException(
                        "questions: simulated labelers need the known answers; give a questions file, or labelers: people");
            }
            if (overlap > simulated_labelers) {
                throw new InputException("overlap: %d rank each task, but there are only %d simulated_labelers"
                        .formatted(overlap, simulated_labelers));
            }
        }
    }

    /** The label store. */
    Path store() {
        return db != null ? db : output_dir.resolve("labels");
    }
}
