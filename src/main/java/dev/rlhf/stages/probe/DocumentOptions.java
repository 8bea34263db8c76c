package dev.rlhf.stages.probe;

import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Options for probing with raw documents. */
public record DocumentOptions(
        @Option(
                help = "raw text, .txt or .jsonl (instead of questions): a model writes a question on each snippet of"
                        + " it, and a model judges the answers by the snippet",
                must = Must.BE_A_FILE)
        @Nullable
        Path documents,

        @Option(help = "with documents: snippets to use, evenly spread; 0 = all", value = "200", min = 0)
        int max_snippets,

        @Option(help = "with documents: words of a snippet", value = "120", min = 10)
        int snippet_words,

        @Option(
                help = "with documents: model that writes the questions; omit for the probed model",
                must = Must.BE_A_MODEL)
        @Nullable
        Path question_writer,

        @Option(
                help = "with documents: model that judges the answers; omit for the probed model",
                must = Must.BE_A_MODEL)
        @Nullable
        Path judge_model) {}
