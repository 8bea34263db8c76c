package dev.rlhf.stages.judge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Count;
import dev.rlhf.data.AnswerRow;
import dev.rlhf.data.JsonLines;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.RowsFile;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.refusal.judge.Judgement;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import dev.rlhf.stages.eval.Eval;
import dev.rlhf.stages.probe.Probe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges answers of any origin with the judge of {@link Probe} and {@link Eval}; writes one line per row. If rows have
 * people's verdicts, it reports how often the judge agrees. Needs no model and no engine.
 */
public final class Judge implements Stage<JudgeOptions> {
    /** A line of the output file. */
    private record Row(
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            JsonNode id,

            Verdict verdict,
            String evidence) {}

    @Override
    public StageResult run(JudgeOptions options, StageContext context) throws IOException {
        RowsFile.check(options.files().input(), options.files().output());
        List<AnswerRow> rows = AnswerRow.read(options.files().input());
        AnswerJudge judge = options.judge().judge();
        Optional<Answers> answers = options.judge().answers(context.console());
        List<QuestionRow> questions =
                rows.stream().map(row -> question(row, answers)).toList();
        judge.requirePassages(questions);
        List<Row> judged = new ArrayList<>();
        Confusion confusion = new Confusion();
        try (InterruptibleProgress watch = InterruptibleProgress.start(context, "judge", rows.size(), "answer")) {
            for (AnswerRow row : rows) {
                Judgement judgement = judge.judge(questions.get(judged.size()), row.completion());
                judged.add(new Row(row.id(), judgement.verdict(), judgement.evidence()));
                if (row.verdict() != null) {
                    confusion.add(Verdict.valueOf(row.verdict().toUpperCase(Locale.ROOT)), judgement.verdict());
                }
                watch.done(judged.size());
            }
        }
        JsonLines.write(options.files().output(), judged);
        context.console()
                .println("wrote " + Count.of(judged.size(), "verdict") + " to "
                        + options.files().output());
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (Verdict verdict : Verdict.values()) {
            long count = judged.stream().filter(row -> row.verdict() == verdict).count();
            metrics.put(Confusion.name(verdict), (double) count);
        }
        if (confusion.total() > 0) {
            confusion.print(context.console());
            metrics.putAll(confusion.metrics());
        }
        return new StageResult(metrics);
    }

    @Override
    public Optional<StageOutputs> outputs(JudgeOptions options) {
        return Optional.of(new StageOutputs(Confusion.NAMES, List.of()));
    }

    /**
     * Returns the row's own question and answers, otherwise the question of the file with the same id or text. If a
     * question of the file has the same text after its passage, the row's passage is known to end there.
     */
    private static QuestionRow question(AnswerRow row, Optional<Answers> answers) {
        String text = row.prompt();
        if (row.answers() != null && row.question() != null) {
            String id = row.id() == null ? null : row.id().asText();
            Optional<QuestionRow> known =
                    Optional.ofNullable(text).flatMap(asked -> answers.flatMap(all -> all.find(asked)));
            return new QuestionRow(
                    id,
                    known.map(QuestionRow::question).orElse(row.question()),
                    row.answers(),
                    null,
                    known.map(QuestionRow::context).orElse(row.context()),
                    Map.of());
        }
        if (answers.isEmpty()) {
            throw row.origin()
                    .error("\"question\" and \"answers\" are needed; or name a file that has them (questions)");
        }
        return Optional.ofNullable(row.id())
                .flatMap(id -> answers.get().find(id.asText()))
                .or(() -> Optional.ofNullable(text).flatMap(answers.get()::find))
                .orElseThrow(() -> row.origin().error("no question of the questions file has this id or text"));
    }
}
