package dev.rlhf.stages.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rlhf.base.Count;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.data.Example;
import dev.rlhf.data.Located;
import dev.rlhf.data.Origin;
import dev.rlhf.data.Sequences;
import dev.rlhf.data.TokenRow;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.model.Families;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import dev.rlhf.text.Chat;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.MaxLengthOptions;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Shows rows as a model reads them: text, tokens, ids, and which tokens are trained on. It needs no weights, and for
 * rows of ids no tokenizer.
 */
public final class ShowTokens implements Stage<ShowTokensOptions> {
    private final boolean colour;

    /** Prints in colour if the output is a terminal and NO_COLOR is not set (no-color.org). */
    public ShowTokens() {
        this(Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)
                && Optional.ofNullable(System.getenv("NO_COLOR")).orElse("").isEmpty());
    }

    public ShowTokens(boolean colour) {
        this.colour = colour;
    }

    @Override
    public StageResult run(ShowTokensOptions options, StageContext context) throws IOException {
        Path folder = options.model().model_name_or_path();
        List<Located<TokenRow>> rows = options.rows().input() == null
                ? List.of(typed(String.valueOf(options.rows().prompt())))
                : TokenRow.read(options.rows().input());
        Integer only = options.index();
        if (only != null && only > rows.size()) {
            throw new InputException("index: %d, but the file has %s".formatted(only, Count.of(rows.size(), "row")));
        }
        try (TokenizerOrNone opened =
                new TokenizerOrNone(Checkpoint.findTokenizer(folder).orElse(null))) {
            ByteArrayOutputStream shortened = new ByteArrayOutputStream();
            int maxLength = maxLength(options, new PrintStream(shortened, false, UTF_8));
            Encoding encoding = new Encoding(options, maxLength, opened.tokenizer());
            int dropped = 0;
            int truncated = 0;
            int from = only == null ? 0 : only - 1;
            int to = only == null ? rows.size() : only;
            for (int i = from; i < to; i++) {
                TokenSheet sheet = encoding.sheet(i, rows.get(i));
                dropped += sheet.dropped() ? 1 : 0;
                truncated += sheet.truncated() ? 1 : 0;
                print(sheet, options.json(), context.console());
            }
            if (!options.json() && to - from > 1) {
                context.console()
                        .printf(
                                "%d rows: %d dropped (nothing to train on), %d truncated at max_length %d%n",
                                to - from, dropped, truncated, maxLength);
            }
            if (!options.json()) { // with --json, the console shows only JSON lines
                context.console().print(shortened.toString(UTF_8));
            }
            return new StageResult(Map.of()); // no table of metrics among rows
        }
    }

    private static Located<TokenRow> typed(String prompt) {
        TokenRow row = new TokenRow.Asked(Chat.of(List.of(Message.user(prompt))));
        return new Located<>(row, new Origin(Path.of("--prompt"), 1), null);
    }

    /** Returns the limit that {@code sft} would use. A folder with only a tokenizer has no limit on positions. */
    private static int maxLength(ShowTokensOptions options, PrintStream console) {
        TokenLimit limit = new TokenLimit("max_length", options.length().max_length(), MaxLengthOptions.MAX_LENGTH);
        return Families.find(options.model().model_name_or_path())
                .map(config -> limit.ofSequences(config, console))
                .orElse(Objects.requireNonNullElse(options.length().max_length(), MaxLengthOptions.MAX_LENGTH));
    }

    private void print(TokenSheet sheet, boolean json, PrintStream console) throws IOException {
        if (json) {
            console.println(Json.mapper().writeValueAsString(sheet.json()));
        } else {
            sheet.lines(colour).forEach(console::println);
        }
    }

    private record TokenizerOrNone(@Nullable Tokenizer tokenizer) implements AutoCloseable {
        @Override
        public void close() {
            if (tokenizer != null) {
                tokenizer.close();
            }
        }
    }

    /** Encodes rows as {@code sft} and {@code generate} do. */
    private static final class Encoding {
        private final Path folder;
        private final @Nullable Tokenizer tokenizer;
        private final @Nullable ConversationFormat format;
        private final Sequences sequences;

        Encoding(ShowTokensOptions options, int maxLength, @Nullable Tokenizer tokenizer) {
            this.folder = options.model().model_name_or_path();
            this.tokenizer = tokenizer;
            this.format = tokenizer == null
                    ? null
                    : ConversationFormat.find(tokenizer).orElse(null);
            this.sequences = new Sequences(
                    format, Integer.MAX_VALUE, maxLength, 1, options.turns().assistant_turns());
        }

        TokenSheet sheet(int index, Located<TokenRow> row) {
            Origin origin = row.origin();
            return switch (row.row()) {
                case TokenRow.Trained(var trained) -> {
                    Sequences.Row made = sequences.row(new Located<>(trained, origin, null));
                    Example kept = made.kept();
                    yield new TokenSheet(
                            index + 1,
                            kept.ids(),
                            kept.trained(),
                            made.dropped(),
                            made.truncated(),
                            made.whole().length(),
                            tokenizer);
                }
                case TokenRow.Ids(int[] ids) -> untrained(index, ids);
                case TokenRow.Asked(Chat chat) -> {
                    if (format == null) {
                        throw origin.error("%s has no chat format, so it cannot be asked a question".formatted(folder));
                    }
                    yield untrained(index, asked(format, origin, chat));
                }
                case TokenRow.Text(String text) -> {
                    if (tokenizer == null) {
                        throw origin.error("text needs a tokenizer, and %s has no tokenizer.json".formatted(folder));
                    }
                    yield untrained(index, tokenizer.encodeText(text, true));
                }
            };
        }

        private static int[] asked(ConversationFormat format, Origin origin, Chat chat) {
            try {
                return format.prompt(chat);
            } catch (InputException e) {
                throw origin.error(String.valueOf(e.getMessage()));
            }
        }

        private TokenSheet untrained(int index, int[] ids) {
            return new TokenSheet(index + 1, ids, new boolean[ids.length], false, false, ids.length, tokenizer);
        }
    }

    @Override
    public Optional<StageOutputs> outputs(ShowTokensOptions options) {
        return Optional.of(new StageOutputs(MetricNames.of(), List.of()));
    }
}
