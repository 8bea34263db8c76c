package dev.rlhf.label.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.RankedTask;
import dev.rlhf.text.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small files in the formats of public preference data. */
class PublicDataSetsTest {
    @TempDir
    Path folder;

    private ForeignLabels read(ForeignFormat format, String text) throws Exception {
        Path file = Files.writeString(folder.resolve("data.jsonl"), text);
        assertThat(ForeignFormat.detect(file)).contains(format);
        return format.read(file, Fields.DEFAULT);
    }

    private static String oneLine(String json) {
        return json.replaceAll("\\n\\s*", "") + "\n";
    }

    @Test
    void openAssistantsRanksOfSiblingsAreRankings() throws Exception {
        ForeignLabels labels = read(ForeignFormat.OASST, oneLine("""
                {"message_tree_id": "m1", "tree_state": "ready_for_export", "prompt":
                  {"message_id": "m1", "text": "Hi", "role": "prompter", "lang": "en", "review_result": true, "deleted": false,
                   "rank": null, "synthetic": false, "replies": [
                    {"message_id": "a1", "text": "Hello.", "role": "assistant", "rank": 1, "review_result": true, "replies": [
                      {"message_id": "p2", "text": "Name?", "role": "prompter", "review_result": true, "replies": [
                        {"message_id": "b1", "text": "Open.", "role": "assistant", "rank": 0, "model_name": "m-7b", "replies": []},
                        {"message_id": "b2", "text": "None.", "role": "assistant", "rank": 2, "replies": []},
                        {"message_id": "b3", "text": "Robot.", "role": "assistant", "rank": 5, "replies": []}]},
                      {"message_id": "p3", "text": "Bye.", "role": "prompter", "replies": [
                        {"message_id": "c1", "text": "Bye!", "role": "assistant", "rank": 0},
                        {"message_id": "c2", "text": "Buy pills", "role": "assistant", "rank": 1, "review_result": false,
                         "replies": [{"message_id": "p4", "text": "?", "role": "prompter", "replies": [
                           {"message_id": "d1", "text": "x", "role": "assistant", "rank": 0},
                           {"message_id": "d2", "text": "y", "role": "assistant", "rank": 1}]}]}]}]},
                    {"message_id": "a2", "text": "Good day.", "role": "assistant", "rank": 0},
                    {"message_id": "a3", "text": "Hey", "role": "assistant", "rank": null},
                    {"message_id": "a4", "text": "gone", "role": "assistant", "rank": 2, "deleted": true},
                    {"message_id": "a5", "text": "made", "role": "assistant", "rank": 3, "synthetic": true}]}}""") + oneLine("""
                {"message_tree_id": "m8", "tree_state": "growing", "prompt":
                  {"message_id": "m8", "text": "?", "role": "prompter", "replies": []}}""") + oneLine("""
                {"message_tree_id": "m9", "tree_state": "ready_for_export", "prompt":
                  {"message_id": "m9", "text": "spam", "role": "prompter", "review_result": false, "replies": [
                    {"message_id": "z1", "text": "x", "role": "assistant", "rank": 0},
                    {"message_id": "z2", "text": "y", "role": "assistant", "rank": 1}]}}"""));

        assertThat(labels.rows()).isEqualTo(3);
        assertThat(labels.tasks()).extracting(RankedTask::id).containsExactly("m1", "p2");
        RankedTask first = labels.tasks().get(0);
        assertThat(first.prompt().plain()).isTrue();
        assertThat(first.completions())
                .containsExactly(new Completion("a1", "Hello.", null), new Completion("a2", "Good day.", null));
        assertThat(first.rankings()).containsExactly(Label.ranking("open-assistant", List.of(2, 1)));
        RankedTask deeper = labels.tasks().get(1);
        assertThat(deeper.prompt().messages())
                .containsExactly(Message.user("Hi"), Message.assistant("Hello."), Message.user("Name?"));
        assertThat(deeper.completions().getFirst().model()).isEqualTo("m-7b");
        assertThat(deeper.rankings()).containsExactly(Label.ranking("open-assistant", List.of(1, 2, 3)));
        assertThat(labels.leftOut())
                .isEqualTo(Map.of(
                        "trees that are not ready_for_export", 1,
                        "messages rejected in review, with their replies", 2,
                        "deleted messages, with their replies", 1,
                        "synthetic messages, with their replies", 1,
                        "replies without a rank", 1,
                        "prompts with fewer than two completions to compare", 1));
    }

    @Test
    void ofMoreThanNineRepliesTheBestNineAreKept() throws Exception {
        String replies = IntStream.range(0, 11)
                .mapToObj(i -> "{\"message_id\": \"r%d\", \"text\": \"%d\", \"role\": \"assistant\", \"rank\": %d}"
                        .formatted(i, i, 10 - i))
                .collect(Collectors.joining(","));
        ForeignLabels labels = read(
                ForeignFormat.OASST,
                "{\"message_tree_id\": \"m\", \"prompt\": {\"message_id\": \"m\", \"text\": \"Q\", \"role\": "
                        + "\"prompter\", \"replies\": [" + replies + "]}}");
        RankedTask task = labels.tasks().getFirst();
        assertThat(task.completions())
                .extracting(Completion::id)
                .containsExactly("r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10");
        assertThat(task.rankings().getFirst().ranks()).containsExactly(9, 8, 7, 6, 5, 4, 3, 2, 1);
        assertThat(labels.leftOut()).isEqualTo(Map.of("completions beyond the best nine of a prompt", 2));
    }

    @Test
    void ultraFeedbacksScoresAreRankingsWithTies() throws Exception {
        ForeignLabels labels = read(ForeignFormat.ULTRAFEEDBACK, oneLine("""
                {"source": "flan", "instruction": "Q", "models": ["m", "n", "o", "p"], "correct_answers": ["None"], "completions": [
                  {"model": "m", "response": "A", "overall_score": 10.0, "fine-grained_score": 3.5, "annotations": {}},
                  {"model": "n", "response": "B", "overall_score": 6.0, "fine-grained_score": 4.75},
                  {"model": "o", "response": "C", "overall_score": 5.0, "fine-grained_score": 3.5},
                  {"model": "p", "response": "D", "overall_score": 1.0, "fine-grained_score": 1.0}]}""") + oneLine("""
                {"instruction": "Older", "completions": [
                  {"model": "m", "response": "A", "overall_score": 7, "fine-grained_score": null},
                  {"model": "n", "response": "B", "overall_score": 7.5},
                  {"model": "o", "response": "C", "overall_score": null}]}""") + oneLine("""
                {"instruction": " ", "completions": [
                  {"model": "m", "response": "A", "overall_score": 7}, {"model": "n", "response": "B", "overall_score": 1}]}"""));
        RankedTask task = labels.tasks().get(0);
        assertThat(task.completions())
                .extracting(Completion::id, Completion::model)
                .startsWith(org.assertj.core.groups.Tuple.tuple("1", "m"));
        Label ranking = task.rankings().getFirst();
        assertThat(ranking.labelerKind()).isEqualTo(LabelerKind.SIMULATED);
        assertThat(ranking.ranks()).containsExactly(2, 1, 2, 4);
        assertThat(labels.tasks().get(1).rankings().getFirst().ranks()).containsExactly(2, 1);
        assertThat(labels.leftOut())
                .isEqualTo(Map.of(
                        "completions without a score", 1, "prompts that are empty or hold the character NUL", 1));
    }

    @Test
    void helpSteersRatingsOfOnePromptAreOneTask() throws Exception {
        ForeignLabels labels = read(ForeignFormat.HELPSTEER, """
                {"prompt": "Q", "response": "A", "helpfulness": 3, "correctness": 4, "coherence": 4, "complexity": 2, "verbosity": 2}
                {"prompt": "First\\n<extra_id_1>Assistant\\nYes\\n<extra_id_1>User\\nNow?", "response": "X", "helpfulness": 0}
                {"prompt": "Q", "response": "B", "helpfulness": 4}
                {"prompt": "First\\n<extra_id_1>Assistant\\nYes\\n<extra_id_1>User\\nNow?", "response": "Y", "helpfulness": 0}
                {"prompt": "Q", "response": "C", "helpfulness": null}
                {"prompt": "Alone", "response": "C", "helpfulness": 2}
                """);
        assertThat(labels.tasks()).extracting(RankedTask::id).containsExactly("row-1", "row-2");
        assertThat(labels.tasks().get(0).rankings()).containsExactly(Label.ranking("helpsteer", List.of(2, 1)));
        RankedTask turns = labels.tasks().get(1);
        assertThat(turns.prompt().messages())
                .containsExactly(Message.user("First"), Message.assistant("Yes"), Message.user("Now?"));
        assertThat(turns.rankings().getFirst().ranks()).containsExactly(1, 1);
        assertThat(labels.leftOut())
                .isEqualTo(Map.of(
                        "responses without a rating of helpfulness", 1,
                        "prompts with fewer than two completions to compare", 1));
    }

    @Test
    void helpSteersPreferencesHaveAStrength() throws Exception {
        ForeignLabels labels = read(ForeignFormat.HELPSTEER, """
                {"split": "train", "prompt": "Q", "response_1": "A", "response_2": "B", "preference_strength": 2, "preference_statement": "-"}
                {"split": "val", "prompt": "Q", "response_1": "A", "response_2": "B", "preference_strength": 0}
                {"split": "val", "prompt": "Q", "response_1": "A", "response_2": "A", "preference_strength": 1}
                {"domain": "general", "language": "english", "context": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, \
                {"role": "user", "content": "c"}], "response1": "A", "response2": "B", "overall_preference": -3, "individual_preference": []}
                """);
        assertThat(labels.tasks())
                .extracting(task -> task.rankings().getFirst().judgement().strength())
                .containsExactly(2, 0, -3);
        assertThat(labels.tasks())
                .extracting(task -> task.rankings().getFirst().ranks())
                .containsExactly(List.of(2, 1), List.of(1, 1), List.of(1, 2));
        assertThat(labels.tasks().getLast().prompt().messages()).hasSize(3);
        assertThat(labels.leftOut()).isEqualTo(Map.of("pairs of equal responses", 1));
    }

    @Test
    void nectarsRanksAreRankings() throws Exception {
        ForeignLabels labels = read(ForeignFormat.NECTAR, oneLine("""
                {"prompt": "\\n\\nHuman: Hi\\n\\nAssistant: Yes?\\n\\nHuman: Why?\\n\\nAssistant: ", "turns": 2, "num_responses": 3, "answers": [
                  {"answer": "\\nA", "model": "gpt-4", "rank": 2.0}, {"answer": "B", "model": "x", "rank": 1.0},
                  {"answer": "C", "model": "y", "rank": 3.0}], "source": ["lmsys"], "good_natured": true}"""));
        RankedTask task = labels.tasks().getFirst();
        assertThat(task.prompt().messages())
                .containsExactly(Message.user("Hi"), Message.assistant("Yes?"), Message.user("Why?"));
        assertThat(task.completions().getFirst()).isEqualTo(new Completion("1", "A", "gpt-4"));
        assertThat(task.rankings().getFirst().ranks()).containsExactly(2, 1, 3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "OASST | {\"message_id\": \"m\", \"text\": \"x\", \"role\": \"prompter\"} | import the file of trees",
                "OASST | {\"message_tree_id\": \"m\", \"prompt\": {\"message_id\": \"m\", \"text\": \"x\", \"role\": "
                        + "\"human\"}} | role 'human' is unknown",
                "ULTRAFEEDBACK | {\"instruction\": \"Q\", \"completions\": [{\"response\": 1, \"overall_score\": 2}]} "
                        + "| \"response\" of a completion is not a string",
                "HELPSTEER | {\"prompt\": \"Q\", \"response_1\": \"A\", \"response_2\": \"B\", "
                        + "\"preference_strength\": 4} | \"strength\" is 4",
                "NECTAR | {\"prompt\": \"Q\", \"answers\": []} | \"prompt\" does not begin with",
            })
    void aRowThatDoesNotFitIsOneLineWithItsPlace(ForeignFormat format, String text, String message) {
        assertThatThrownBy(() -> read(format, text))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("data.jsonl:1: ")
                .hasMessageContaining(message);
    }

    @Test
    void rankingsAndPairsAreNoForeignFormat() throws Exception {
        for (String row : List.of(
                "{\"id\": \"1\", \"prompt\": \"Q\", \"completions\": []}",
                "{\"prompt\": \"Q\", \"chosen\": \"a\", \"rejected\": \"b\"}",
                "{\"chosen\": \"a\", \"rejected\": \"b\"}",
                "",
                "7")) {
            assertThat(ForeignFormat.detect(Files.writeString(folder.resolve("own.jsonl"), row)))
                    .isEmpty();
        }
    }
}
