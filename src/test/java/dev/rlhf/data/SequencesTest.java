package dev.rlhf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.data.Sequences.Counts;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.ConversationFormat.TrainedTurns;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequencesTest {
    @TempDir
    private Path folder;

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

    /** Parts of the file are encoded at the same time, and the file is longer than a part. */
    @Test
    void rowsStayInTheOrderOfTheFile() throws IOException {
        String rows = IntStream.range(0, 5000)
                .mapToObj("{\"input_ids\": [%1$d, 9], \"labels\": [%1$d, 9]}\n\n"::formatted)
                .collect(Collectors.joining());
        List<Example> examples = new ArrayList<>();
        List<Long> lines = new ArrayList<>();
        List<Long> done = new ArrayList<>();
        Path file = Files.writeString(folder.resolve("rows.jsonl"), rows);
        sequences(null, 5000, 10, 0)
                .read(
                        file,
                        row -> row.origin().line(),
                        (example, line) -> {
                            examples.add(example);
                            lines.add(line);
                        },
                        (bytes, count) -> done.add(count));
        assertThat(examples).extracting(example -> example.ids()[0]).containsExactlyElementsOf(range(5000, i -> i));
        assertThat(lines).containsExactlyElementsOf(range(5000, i -> 2L * i + 1));
        assertThat(done).hasSizeGreaterThan(4).isSorted().last().isEqualTo(5000L);
    }

    @Test
    void theFirstWrongRowIsNamed() {
        String rows = ids(1, 3).repeat(700) + "{\"input_ids\": [1], \"labels\": [2]}\n"
                + ids(1, 3).repeat(700) + "not JSON\n" + ids(1, 3).repeat(700);
        assertThatThrownBy(() -> read(sequences(null, 10, 10, 0), new ArrayList<>(), rows))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("rows.jsonl:701: \"labels\"[0] is 2");
    }

    @Test
    void promptAndResponseAreAConversationWhoseAnswerIsTrainedOn() throws IOException {
        List<Example> examples = new ArrayList<>();
        Counts counts = read(sequences(format, 512, 100, 0), examples, """
                {"prompt": "Who keeps the light?", "response": "Keeper."}
                {"messages": [{"role": "user", "content": "Who keeps the light?"},
                 {"role": "assistant", "content": "Keeper."}]}
                """.replace(",\n ", ", "));
        Example first = examples.get(0);
        assertThat(first.ids()).isEqualTo(examples.get(1).ids());
        assertThat(first.trained()).isEqualTo(examples.get(1).trained());
        assertThat(trainedText(first)).isEqualTo("Keeper.<|im_end|>");
        assertThat(counts).isEqualTo(new Counts(2, 0, 0, 2L * first.length()));
    }

    @Test
    void onlyTheCompletionOfAConversationalPromptIsTrainedOn() throws IOException {
        List<Example> examples = new ArrayList<>();
        read(sequences(format, 512, 100, 0), examples, """
                {"prompt": [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "The sea."},
                 {"role": "user", "content": "Who?"}], "completion": [{"role": "assistant", "content": "Keeper."}]}
                """.replace(",\n ", ", "));
        Example example = examples.getFirst();
        assertThat(trainedText(example)).isEqualTo("Keeper.<|im_end|>");
        assertThat(tokenizer.decode(example.ids())).contains("The sea.<|im_end|>");
    }

    @Test
    void longRowsAreTruncatedAndEmptyOnesDroppedAndBothAreCounted() throws IOException {
        String rows = ids(3, 5).repeat(36) + ids(4, 20) + ids(10, 12) + """
                {"prompt": "asked", "response": " "}
                {"messages": [{"role": "user", "content": "asked"}, {"role": "assistant", "content": ""}]}
                """;
        List<Example> examples = new ArrayList<>();
        Counts counts = read(sequences(format, 512, 10, 0.1), examples, rows);
        assertThat(counts).isEqualTo(new Counts(40, 3, 1, 36 * 5 + 10));
        assertThat(examples).hasSize(37);
        assertThat(examples.getLast().length()).isEqualTo(10);
        assertThat(examples.getLast().trainedTokens()).isEqualTo(6);
        assertThatThrownBy(() -> read(sequences(format, 512, 10, 0.09), examples, rows))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith(
                        "rows.jsonl: of 40 rows 2 have nothing to train on (no answer, or no label) and 2 are cut at "
                                + "max_length 10; at most 9.000 % may be lost."
                                + " Complete the former; raise max_length or shorten the latter");
    }

    @Test
    void aLabelOnTheFirstTokenAloneTrainsNothing() {
        String row = "{\"input_ids\": [7, 8], \"labels\": [7, -100]}";
        assertThatThrownBy(() -> read(sequences(null, 512, 10, 1), new ArrayList<>(), row))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith(
                        "rows.jsonl: of 1 rows 1 have nothing to train on (no answer, or no label); at most"
                                + " 100.0 % may be lost. Remove or complete these rows");
    }

    @Test
    void withoutATokenizerOnlyTokenIdsAreAccepted() throws IOException {
        Sequences sequences = sequences(null, 512, 10, 0);
        List<Example> examples = new ArrayList<>();
        read(sequences, examples, ids(1, 3));
        assertThat(examples.getFirst().ids()).containsExactly(9, 9, 9);
        assertThatThrownBy(() -> read(sequences, examples, "{\"prompt\": \"a\", \"response\": \"b\"}"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("rows.jsonl:1: text needs a tokenizer");
    }

    @Test
    void idsBeyondTheVocabularyAreRefused() {
        assertThatThrownBy(() -> read(sequences(null, 9, 10, 0), new ArrayList<>(), ids(1, 3)))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("rows.jsonl:1: token id 9; the model has 9 tokens");
    }

    private Counts read(Sequences sequences, List<Example> examples, String rows) throws IOException {
        Path file = Files.writeString(folder.resolve("rows.jsonl"), rows);
        return sequences.read(file, row -> row, (example, _) -> examples.add(example), (_, _) -> {});
    }

    private static <T> List<T> range(int n, IntFunction<T> value) {
        return IntStream.range(0, n).mapToObj(value).toList();
    }

    private static String trainedText(Example example) {
        return tokenizer.decode(IntStream.range(0, example.length())
                .filter(i -> example.trained()[i])
                .map(i -> example.ids()[i])
                .toArray());
    }

    private static Sequences sequences(
            @Nullable ConversationFormat format, int vocabSize, int maxLength, double maxLost) {
        return new Sequences(format, vocabSize, maxLength, maxLost, TrainedTurns.ALL);
    }

    /** Returns a row of {@code length} tokens; those from {@code prompt} on are trained on. */
    private static String ids(int prompt, int length) {
        int[] ids = new int[length];
        Arrays.fill(ids, 9);
        int[] labels = ids.clone();
        Arrays.fill(labels, 0, prompt, Example.IGNORED);
        return "{\"input_ids\": %s, \"labels\": %s}\n".formatted(Arrays.toString(ids), Arrays.toString(labels));
    }
}
