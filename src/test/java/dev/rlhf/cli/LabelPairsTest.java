package dev.rlhf.cli;

import static dev.rlhf.cli.LabelRun.label;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.text.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports pairs from one store and imports them into another. */
class LabelPairsTest {
    @TempDir
    Path folder;

    /** Returns the orders in a file: labeler, prompt, better and worse completion, each with whether it ended. */
    private static Set<String> orders(Path rankings) throws Exception {
        Set<String> orders = new TreeSet<>();
        for (RankedTask task : LabelFiles.read(rankings)) {
            String prompt = String.join(
                    "/",
                    task.prompt().messages().stream().map(Message::toString).toList());
            for (Label ranking : task.rankings()) {
                for (int better = 0; better < task.completions().size(); better++) {
                    for (int worse = 0; worse < task.completions().size(); worse++) {
                        if (ranking.ranks().get(better) < ranking.ranks().get(worse)) {
                            orders.add("%s %s: %s > %s"
                                    .formatted(
                                            ranking.labeler(),
                                            prompt,
                                            said(task.completions().get(better)),
                                            said(task.completions().get(worse))));
                        }
                    }
                }
            }
        }
        return orders;
    }

    private static String said(Completion completion) {
        return completion.text() + " " + completion.ended();
    }

    /** Imports the file into a first store, its pairs into a second; returns the rankings of both. */
    private List<Path> throughPairs(Path in, String format) throws Exception {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        Path pairs = folder.resolve("pairs.jsonl");
        List<Path> rankings = List.of(folder.resolve("first.jsonl"), folder.resolve("second.jsonl"));
        label("import", "--db", first, "--input", in, "--format", format);
        label("export", "--db", first, "--output", rankings.getFirst());
        label("export", "--db", first, "--output", pairs, "--format", "pairs");
        label("import", "--db", second, "--input", pairs, "--format", "pairs");
        label("export", "--db", second, "--output", rankings.getLast());
        assertThat(label("import", "--db", second, "--input", pairs, "--format", "pairs"))
                .contains("0 new tasks")
                .contains("0 new rankings");
        return rankings;
    }

    @Test
    void ordersOfConversationsSurviveExportAndImportAsPairs() throws Exception {
        Path in = Files.writeString(folder.resolve("in.jsonl"), """
                {"id":"a","messages":[{"role":"system","content":"S"},{"role":"user","content":"Q"}],\
                "completions":[{"id":"x","text":"X"},{"id":"y","text":"Y","ended":false},{"id":"z","text":"Z"}],\
                "rankings":[{"labeler":"Ada","ranks":[1,3,1]},{"labeler":"Bo","ranks":[3,2,1]}]}
                {"id":"b","prompt":"P","completions":[{"id":"x","text":"X"},{"id":"y","text":"Y"}],\
                "rankings":[{"labeler":"Ada","ranks":[2,1]},{"labeler":"Bo","ranks":[1,2]}]}
                """);
        List<Path> rankings = throughPairs(in, "rankings");
        assertThat(folder.resolve("pairs.jsonl")).content().contains("\"prompt\":[{\"role\":\"system\"");
        assertThat(orders(rankings.getFirst())).hasSize(7);
        assertThat(orders(rankings.getLast())).isEqualTo(orders(rankings.getFirst()));
        assertThat(LabelFiles.read(rankings.getLast()))
                .extracting(RankedTask::id)
                .containsExactly("a-1", "a-2", "a-3", "b");
    }

    @Test
    void transcriptsSurviveExportAndImportAsPairs() throws Exception {
        Path in = Files.writeString(folder.resolve("hh.jsonl"), """
                {"chosen": "\\n\\nHuman: Hi\\n\\nAssistant: Hello.\\n\\nHuman: Who?\\n\\nAssistant: A model.", \
                "rejected": "\\n\\nHuman: Hi\\n\\nAssistant: Hello.\\n\\nHuman: Who?\\n\\nAssistant: Ada."}
                {"chosen": "\\n\\nHuman: One?\\n\\nAssistant: 1", "rejected": "\\n\\nHuman: One?\\n\\nAssistant: 2"}
                """);
        List<Path> rankings = throughPairs(in, "pairs");
        assertThat(orders(rankings.getFirst()))
                .hasSize(2)
                .anyMatch(order -> order.contains("content=One?}]: 1 true > 2 true"))
                .anyMatch(order -> order.contains("content=Who?}]: A model. true > Ada. true"));
        assertThat(Files.readString(rankings.getLast())).isEqualTo(Files.readString(rankings.getFirst()));
    }

    @Test
    void marginsThatCannotBeKeptAreCounted() throws Exception {
        Path in = Files.writeString(folder.resolve("in.jsonl"), """
                {"prompt": "Q", "chosen": "A", "rejected": "B", "margin": 0.5}
                {"prompt": "R", "chosen": "A", "rejected": "B", "margin": 2}
                """);
        Path db = folder.resolve("labels");
        assertThat(label("import", "--db", db, "--input", in, "--format", "pairs"))
                .contains("2 rows, 2 tasks")
                .contains("left out: 1 margins other than 1, 2 and 3");
        Path out = folder.resolve("out.jsonl");
        label("export", "--db", db, "--output", out);
        assertThat(out).content().containsOnlyOnce("\"strength\":-2");
    }
}
