package dev.rlhf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.data.Sequences.Counts;
import dev.rlhf.data.Sequences.Result;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.ConversationFormat.TrainedTurns;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SequencesTest {
    private static final Path SOURCE = Path.of("rows.jsonl");
    private static Tokenizer tokenizer;
    private static ConversationFormat format;

    @BeforeAll
    static void load() {
        tokenizer = Tokenizer.load(Path.of("src/test/resources/golden/tokenizer"));
        format = ConversationFormat.of(tokenizer);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void promptAndResponseAreAConversationWhoseAnswerIsTrainedOn() {
        Result result = sequences(format, 512, 100, 0)
                .encode(
                        SOURCE,
                        located(List.of(
                                new SftRow.PromptResponse("Who keeps the light?", "Keeper."),
                                new SftRow.Conversation(
                                        List.of(Message.user("Who keeps the light?"), Message.assistant("Keeper.")),
                                        Map.of()))));
        Example first = result.examples().get(0);
        assertThat(first.ids()).isEqualTo(result.examples().get(1).ids());
        assertThat(first.labels()).isEqualTo(result.examples().get(1).labels());
        assertThat(tokenizer.decode(
                        Arrays.stream(first.labels()).filter(l -> l >= 0).toArray()))
                .isEqualTo("Keeper.<|im_end|>");
        assertThat(result.counts()).isEqualTo(new Counts(2, 0, 0, 2L * first.length()));
    }

    @Test
    void onlyTheCompletionOfAConversationalPromptIsTrainedOn() {
        List<Message> prompt = List.of(Message.user("Who?"), Message.assistant("The sea."), Message.user("Who?"));
        Example example = sequences(format, 512, 100, 0)
                .encode(
                        SOURCE,
                        located(List.of(new SftRow.PromptCompletion(prompt, Message.assistant("Keeper."), Map.of()))))
                .examples()
                .getFirst();
        assertThat(tokenizer.decode(
                        Arrays.stream(example.labels()).filter(l -> l >= 0).toArray()))
                .isEqualTo("Keeper.<|im_end|>");
        assertThat(tokenizer.decode(example.ids())).contains("The sea.<|im_end|>");
    }

    @Test
    void longRowsAreTruncatedAndEmptyOnesDroppedAndBothAreCounted() {
        List<SftRow> rows = new ArrayList<>(Collections.nCopies(36, ids(3, 5)));
        rows.add(ids(4, 20));
        rows.add(ids(10, 12));
        rows.add(new SftRow.PromptResponse("asked", " "));
        rows.add(new SftRow.Conversation(List.of(Message.user("asked"), Message.assistant("")), Map.of()));
        Result result = sequences(format, 512, 10, 0.1).encode(SOURCE, located(rows));
        assertThat(result.counts()).isEqualTo(new Counts(40, 3, 1, 36 * 5 + 10));
        assertThat(result.examples()).hasSize(37);
        assertThat(result.examples().getLast().length()).isEqualTo(10);
        assertThat(result.examples().getLast().trainedTokens()).isEqualTo(6);
        assertThatThrownBy(() -> sequences(format, 512, 10, 0.09).encode(SOURCE, located(rows)))
                .isInstanceOf(InputException.class)
                .hasMessage(
                        "rows.jsonl: of 40 rows 2 have nothing to train on (no answer, or no label) and 2 are cut at "
                                + "max_length 10; at most 9.000 % may be lost."
                                + " Complete the former; raise max_length or shorten the latter");
    }

    @Test
    void aLabelOnTheFirstTokenAloneTrainsNothing() {
        SftRow row = new SftRow.TokenIds(new int[] {7, 8}, new int[] {7, -100});
        assertThatThrownBy(() -> sequences(null, 512, 10, 1).encode(SOURCE, located(List.of(row))))
                .isInstanceOf(InputException.class)
                .hasMessage("rows.jsonl: of 1 rows 1 have nothing to train on (no answer, or no label); at most 100.0 %"
                        + " may be lost. Remove or complete these rows");
    }

    @Test
    void withoutATokenizerOnlyTokenIdsAreAccepted() {
        Sequences sequences = sequences(null, 512, 10, 0);
        assertThat(sequences
                        .encode(SOURCE, located(List.of(ids(1, 3))))
                        .examples()
                        .getFirst()
                        .ids())
                .containsExactly(9, 9, 9);
        assertThatThrownBy(() -> sequences.encode(SOURCE, located(List.of(new SftRow.PromptResponse("a", "b")))))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("rows.jsonl:1: text needs a tokenizer");
    }

    @Test
    void idsBeyondTheVocabularyAreRefused() {
        assertThatThrownBy(() -> sequences(null, 9, 10, 0).encode(SOURCE, located(List.of(ids(1, 3)))))
                .isInstanceOf(InputException.class)
                .hasMessage("rows.jsonl:1: token id 9; the model has 9 tokens");
    }

    private static List<Located<SftRow>> located(List<? extends SftRow> rows) {
        return IntStream.range(0, rows.size())
                .mapToObj(i -> new Located<SftRow>(rows.get(i), new Origin(SOURCE, i + 1), null))
                .toList();
    }

    private static Sequences sequences(
            @Nullable ConversationFormat format, int vocabSize, int maxLength, double maxLost) {
        return new Sequences(format, vocabSize, maxLength, maxLost, TrainedTurns.ALL);
    }

    /** Returns a row of {@code length} tokens; those from {@code prompt} on are trained on. */
    private static SftRow ids(int prompt, int length) {
        int[] ids = new int[length];
        Arrays.fill(ids, 9);
        int[] labels = ids.clone();
        Arrays.fill(labels, 0, prompt, Example.IGNORED);
        return new SftRow.TokenIds(ids, labels);
    }
}
