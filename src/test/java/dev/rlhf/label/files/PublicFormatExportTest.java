package dev.rlhf.label.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.agreement.Consensus;
import dev.rlhf.label.files.ExportFormat.Written;
import dev.rlhf.text.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exports in the formats of public data sets, and their import. */
class PublicFormatExportTest {
    private static final Prompt QUESTION = Prompt.text("Q?");
    private static final Prompt DIALOG =
            Prompt.conversation(List.of(Message.user("Hi"), Message.assistant("Hello."), Message.user("Name?")));
    private static final Prompt SYSTEM = Prompt.conversation(List.of(new Message("system", "S"), Message.user("U")));
    private static final Prompt ANSWERED =
            Prompt.conversation(List.of(Message.user("U"), Message.assistant("Because")));
    private static final List<Completion> TWO =
            List.of(new Completion("a", "A", "m1"), new Completion("b", "B and", null, false));
    private static final List<Completion> THREE =
            List.of(new Completion("x", "X", null), new Completion("y", "Y", "m2"), new Completion("z", "Z", null));

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("labels.jsonl");
    }

    private List<RankedTask> imported(ForeignFormat format) throws Exception {
        ForeignLabels labels = format.read(file(), Fields.DEFAULT);
        assertThat(labels.leftOut()).isEmpty();
        return labels.tasks();
    }

    /** Returns the tasks of trees of which one has an earlier answer of the assistant, which the import counts. */
    private List<RankedTask> importedWithEarlierAnswer() throws Exception {
        ForeignLabels labels = ForeignFormat.OASST.read(file(), Fields.DEFAULT);
        assertThat(labels.leftOut())
                .isEqualTo(
                        Map.of("prompts with fewer than two completions to compare", 1, "replies without a rank", 1));
        return labels.tasks();
    }

    private static Label label(String name, @Nullable Integer strength, @Nullable Integer... scores) {
        List<Integer> ranks = scores.length == 2 ? List.of(1, 2) : List.of(1, 2, 3);
        return new Label(
                name,
                LabelerKind.PERSON,
                new Judgement(
                        LabelKind.RANKING,
                        strength == null ? List.copyOf(ranks) : null,
                        strength,
                        scores.length == 0 ? null : Arrays.asList(scores),
                        List.of(),
                        false,
                        false,
                        null,
                        null,
                        null,
                        null));
    }

    private static Label strength(String name, int strength) {
        return label(name, strength);
    }

    private static Label scores(String name, @Nullable Integer... scores) {
        return label(name, null, scores);
    }

    private static RankedTask task(String id, Prompt prompt, List<Completion> completions, Label... rankings) {
        return new RankedTask(id, prompt, completions, List.of(rankings));
    }

    private static RankedTask gold(Label... rankings) {
        return new RankedTask("gold", QUESTION, TWO, List.of(rankings), List.of(), List.of(1, 2));
    }

    private static RankedTask adjudicated(String id, List<Integer> ranks, Label... rankings) {
        return new RankedTask(id, QUESTION, TWO, List.of(rankings), List.of(), null, ranks);
    }

    private static Written written(int rows, String unit, Map<String, Integer> leftOut) {
        return new Written(rows, unit, new TreeMap<>(leftOut));
    }

    @Test
    void aTreeHasTheCompletionsAsRankedReplies() throws Exception {
        RankedTask task = task("t", DIALOG, TWO, Label.ranking("Ada", List.of(2, 1)));
        assertThat(ExportFormat.OASST.write(file(), List.of(task))).isEqualTo(written(1, "trees", Map.of()));
        assertThat(Files.readString(file())).isEqualTo("""
                {"message_tree_id":"t/1","tree_state":"ready_for_export","prompt":\
                {"message_id":"t/1","parent_id":null,"text":"Hi","role":"prompter","review_result":true,\
                "deleted":false,"rank":null,"synthetic":false,"replies":[\
                {"message_id":"t/2","parent_id":"t/1","text":"Hello.","role":"assistant","review_result":true,\
                "deleted":false,"rank":null,"synthetic":false,"replies":[\
                {"message_id":"t","parent_id":"t/2","text":"Name?","role":"prompter","review_result":true,\
                "deleted":false,"rank":null,"synthetic":false,"replies":[\
                {"message_id":"a","parent_id":"t","text":"A","role":"assistant","review_result":true,"deleted":false,\
                "rank":1,"synthetic":false,"model_name":"m1","replies":[]},\
                {"message_id":"b","parent_id":"t","text":"B and","role":"assistant","review_result":true,\
                "deleted":false,"rank":0,"synthetic":false,"ended":false,"replies":[]}]}]}]}}
                """);
        assertThat(importedWithEarlierAnswer())
                .containsExactly(task("t", DIALOG, TWO, Label.ranking("open-assistant", List.of(2, 1))));
    }

    /** Three labelers whose majorities order z before x and y; an admin's order; and a tie. */
    @Test
    void ranksOfATreeAreTheOrderThatTrainingTakes() throws Exception {
        RankedTask merged = task(
                "merged",
                QUESTION,
                THREE,
                Label.ranking("Ada", List.of(2, 2, 1)),
                Label.ranking("Bo", List.of(1, 2, 3)),
                Label.ranking("Cy", List.of(3, 2, 1)));
        RankedTask tied = task("tied", QUESTION, TWO, Label.ranking("Ada", List.of(1, 1)));
        RankedTask decided = adjudicated("decided", List.of(2, 1), Label.ranking("Ada", List.of(1, 2)));
        ExportFormat.OASST.write(file(), List.of(merged, tied, decided));
        List<RankedTask> imported = imported(ForeignFormat.OASST);
        assertThat(imported).extracting(RankedTask::id).containsExactly("merged", "tied", "decided");
        assertThat(imported)
                .extracting(task -> task.rankings().getFirst().ranks())
                .containsExactly(
                        Consensus.RANKED_PAIRS.of(merged).rankings().getFirst().ranks(), List.of(1, 1), List.of(2, 1));
        assertThat(imported.getFirst().rankings().getFirst().ranks()).containsExactly(2, 2, 1);
        assertThat(imported.getFirst().completions()).isEqualTo(THREE);
        assertThat(imported.get(1).completions()).extracting(Completion::id).containsExactly("tied/a", "tied/b");
    }

    @Test
    void idsOfMessagesAreUniqueAndShortEnoughToImport() throws Exception {
        String longId = "i".repeat(RankedTask.ID_LIMIT);
        List<Label> ranking = List.of(Label.ranking("Ada", List.of(1, 2)));
        List<RankedTask> tasks = List.of(
                new RankedTask("a", DIALOG, TWO, ranking),
                new RankedTask("a/1", QUESTION, TWO, ranking),
                new RankedTask(longId, QUESTION, TWO, ranking));
        ExportFormat.OASST.write(file(), tasks);
        assertThat(importedWithEarlierAnswer()).extracting(RankedTask::id).containsExactly("a", "a/1", longId);
        List<String> ids = Pattern.compile("\"message_id\":\"([^\"]*)\"")
                .matcher(Files.readString(file()))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(ids).hasSize(11).doesNotHaveDuplicates().contains("a/2", "a/a", "a/1/a");
    }

    @Test
    void treesLeaveOutWhatTheyCannotExpress() throws Exception {
        Label ranking = Label.ranking("Ada", List.of(1, 2));
        assertThat(ExportFormat.OASST.write(
                        file(),
                        List.of(
                                task("t", QUESTION, TWO, ranking),
                                task("system", SYSTEM, TWO, ranking),
                                task("answered", ANSWERED, TWO, ranking),
                                task("none", QUESTION, TWO),
                                gold(ranking))))
                .isEqualTo(written(
                        1,
                        "trees",
                        Map.of(
                                "gold tasks", 1,
                                "tasks without a ranking", 1,
                                "tasks whose prompt is not turns of user and assistant that end with the user", 2)));
    }

    @Test
    void ultraFeedbackHasTheMeansOfScores() throws Exception {
        RankedTask task = task(
                "t",
                QUESTION,
                THREE,
                scores("Ada", 3, 7, null),
                scores("Bo", 4, null, null),
                Label.ranking("Cy", List.of(3, 2, 1)));
        RankedTask cut = task("cut", QUESTION, TWO, scores("Ada", 5, 5));
        assertThat(ExportFormat.ULTRAFEEDBACK.write(
                        file(),
                        List.of(
                                task,
                                cut,
                                task("none", QUESTION, TWO, Label.ranking("Ada", List.of(1, 2))),
                                adjudicated("decided", List.of(2, 1), scores("Ada", 6, 1)),
                                task("one", QUESTION, TWO, scores("Ada", 6, null)),
                                task("dialog", DIALOG, TWO, scores("Ada", 6, 1)),
                                gold(scores("Ada", 6, 1)))))
                .isEqualTo(written(
                        2,
                        "rows",
                        Map.of(
                                "completions without a score", 1,
                                "tasks without scores", 2,
                                "tasks with a score for only one completion", 1,
                                "tasks whose prompt is not one message of the user", 1,
                                "gold tasks", 1)));
        assertThat(Files.readString(file())).isEqualTo("""
                {"id":"t","instruction":"Q?","completions":[{"response":"X","overall_score":3.5},\
                {"model":"m2","response":"Y","overall_score":7.0}]}
                {"id":"cut","instruction":"Q?","completions":[{"model":"m1","response":"A","overall_score":5.0},\
                {"response":"B and","overall_score":5.0,"ended":false}]}
                """);
        List<RankedTask> imported = imported(ForeignFormat.ULTRAFEEDBACK);
        assertThat(imported).extracting(RankedTask::id).containsExactly("t", "cut");
        assertThat(imported).extracting(RankedTask::prompt).containsOnly(QUESTION);
        assertThat(imported.getFirst().completions())
                .containsExactly(new Completion("1", "X", null), new Completion("2", "Y", "m2"));
        assertThat(imported.getFirst().rankings().getFirst().ranks()).containsExactly(2, 1);
        assertThat(imported.getLast().completions())
                .containsExactly(new Completion("1", "A", "m1"), new Completion("2", "B and", null, false));
        assertThat(imported.getLast().rankings().getFirst().ranks()).containsExactly(1, 1);
    }

    @Test
    void helpSteerHasTheRoundedMeanOfStrengths() throws Exception {
        RankedTask one = task("one", DIALOG, TWO, strength("Ada", -3));
        RankedTask tie = task("tie", QUESTION, TWO, strength("Ada", -1), strength("Bo", 1));
        RankedTask half =
                task("half", SYSTEM, TWO, strength("Ada", -2), strength("Bo", 1), Label.ranking("Cy", List.of(1, 2)));
        List<Completion> equal = List.of(new Completion("a", "A", null), new Completion("b", "A", null));
        assertThat(ExportFormat.HELPSTEER.write(
                        file(),
                        List.of(
                                one,
                                tie,
                                half,
                                task("answered", ANSWERED, TWO, strength("Ada", 1)),
                                task("equal", QUESTION, equal, strength("Ada", 1)),
                                task("three", QUESTION, THREE, Label.ranking("Ada", List.of(1, 2, 3))),
                                adjudicated("decided", List.of(2, 1), strength("Ada", -1)),
                                gold(strength("Ada", 1)))))
                .isEqualTo(written(
                        3,
                        "rows",
                        Map.of(
                                "gold tasks", 1,
                                "rankings without a strength", 2,
                                "tasks without a strength", 1,
                                "tasks with equal completions", 1,
                                "tasks with more than two completions", 1,
                                "tasks whose prompt ends with the assistant", 1)));
        assertThat(Files.readAllLines(file()).getFirst()).isEqualTo("""
                {"context":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello."},\
                {"role":"user","content":"Name?"}],"response1":"A","response2":"B and","overall_preference":-3,\
                "individual_preference":[{"score":-3}],"response2_ended":false}""");
        List<RankedTask> imported = imported(ForeignFormat.HELPSTEER);
        assertThat(imported).extracting(RankedTask::prompt).containsExactly(DIALOG, QUESTION, SYSTEM);
        assertThat(imported)
                .extracting(task -> task.rankings().getFirst().judgement().strength())
                .containsExactly(-3, 0, -1);
        assertThat(imported.getFirst().completions())
                .containsExactly(new Completion("1", "A", null), new Completion("2", "B and", null, false));
    }

    @Test
    void helpfulHarmlessTranscriptsEndWithTheAnswers() throws Exception {
        RankedTask task = task("t", DIALOG, TWO, Label.ranking("Ada", List.of(2, 1)));
        RankedTask three = task("three", QUESTION, THREE, Label.ranking("Ada", List.of(1, 2, 2)));
        assertThat(ExportFormat.HH.write(file(), List.of(task, three)))
                .isEqualTo(written(3, "pairs", Map.of("tied pairs", 1)));
        assertThat(Files.readString(file())).isEqualTo("""
                {"chosen":"\\n\\nHuman: Hi\\n\\nAssistant: Hello.\\n\\nHuman: Name?\\n\\nAssistant: B and",\
                "rejected":"\\n\\nHuman: Hi\\n\\nAssistant: Hello.\\n\\nHuman: Name?\\n\\nAssistant: A",\
                "chosen_ended":false}
                {"chosen":"\\n\\nHuman: Q?\\n\\nAssistant: X","rejected":"\\n\\nHuman: Q?\\n\\nAssistant: Y"}
                {"chosen":"\\n\\nHuman: Q?\\n\\nAssistant: X","rejected":"\\n\\nHuman: Q?\\n\\nAssistant: Z"}
                """);
        List<RankedTask> imported = imported(ForeignFormat.HH);
        assertThat(imported).extracting(RankedTask::prompt).containsExactly(DIALOG, QUESTION, QUESTION);
        assertThat(imported.getFirst().completions())
                .containsExactly(new Completion("chosen", "B and", null, false), new Completion("rejected", "A", null));
        assertThat(imported)
                .extracting(pair -> pair.rankings().getFirst().ranks())
                .containsOnly(List.of(1, 2));
        assertThat(ForeignFormat.PAIRS.read(file(), Fields.DEFAULT).tasks())
                .extracting(pair -> pair.completions().getFirst().ended())
                .containsExactly(false, true, true);
    }

    @Test
    void transcriptsLeaveOutWhatTheyCannotExpress() throws Exception {
        Label ranking = Label.ranking("Ada", List.of(1, 2));
        List<Completion> marked = List.of(
                new Completion("a", "A", null),
                new Completion("b", "Sure.\n\nHuman: Thanks", null),
                new Completion("c", " A\n", null),
                new Completion("d", "The words Human: and \nAssistant: alone", null));
        assertThat(ExportFormat.HH.write(
                        file(),
                        List.of(
                                task("marked", QUESTION, marked, Label.ranking("Ada", List.of(1, 3, 1, 4))),
                                task("equal", QUESTION, List.of(marked.get(0), marked.get(2)), ranking),
                                task("prompt", Prompt.text("Q\n\nAssistant: x"), TWO, ranking),
                                task("system", SYSTEM, TWO, ranking),
                                task("answered", ANSWERED, TWO, ranking),
                                gold(ranking))))
                .isEqualTo(written(
                        2,
                        "pairs",
                        Map.of(
                                "gold tasks", 1,
                                "tied pairs", 1,
                                "pairs of equal completions", 1,
                                "pairs of which a completion contains the beginning of a turn", 3,
                                "tasks whose prompt contains the beginning of a turn", 1,
                                "tasks whose prompt is not turns of user and assistant that end with the user", 2)));
        assertThat(imported(ForeignFormat.HH))
                .extracting(pair -> pair.completions().getLast().text())
                .containsOnly("The words Human: and \nAssistant: alone");
    }

    @ParameterizedTest
    @EnumSource(names = {"OASST", "ULTRAFEEDBACK", "HELPSTEER", "HH"})
    void theSameTasksGiveTheSameBytesAndNoneGiveNoFile(ExportFormat format) throws Exception {
        Label label = label("Ada", -2, 6, 2);
        List<RankedTask> tasks =
                List.of(task("t", QUESTION, TWO, label), task("u", QUESTION, TWO, label("Bo", 1, 2, 3), label));
        format.write(file(), tasks);
        byte[] first = Files.readAllBytes(file());
        Path again = folder.resolve("again.jsonl");
        format.write(again, List.copyOf(tasks));
        assertThat(again).hasBinaryContent(first);
        Path none = folder.resolve("none.jsonl");
        assertThatThrownBy(() -> format.write(none, List.of(gold(label))))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("; left out: {gold tasks=1}");
        assertThat(none).doesNotExist();
    }

    @Test
    void anUnknownFormatIsToldTheKnownOnes() {
        assertThatThrownBy(() -> ExportFormat.of("parquet"))
                .isInstanceOf(InputException.class)
                .hasMessage("--format is 'parquet'; known are rankings, pairs, summarize_from_feedback, demonstrations,"
                        + " verdicts, oasst, ultrafeedback, helpsteer, hh, csv");
    }
}
