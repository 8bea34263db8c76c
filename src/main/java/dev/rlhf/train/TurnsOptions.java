package dev.rlhf.train;

import dev.rlhf.stage.Option;
import dev.rlhf.text.ConversationFormat.TrainedTurns;

/** The option for the turns of a conversation that are trained on. */
public record TurnsOptions(
        @Option(
                help = "all: every answer is trained on; last: only the last (for templates that rewrite earlier"
                        + " turns)",
                value = "all")
        TrainedTurns assistant_turns) {}
