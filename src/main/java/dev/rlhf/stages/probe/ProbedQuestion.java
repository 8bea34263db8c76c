package dev.rlhf.stages.probe;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.refusal.Knowledge;
import dev.rlhf.refusal.KnowledgeProbe;
import dev.rlhf.refusal.judge.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question with the decision whether the model knows the answer.
 *
 * @param shareCorrect share of correct answers among the sampled ones; NaN without samples
 */
record ProbedQuestion(JudgedAnswer greedy, Knowledge knowledge, double shareCorrect) {
    /** Decides by the greedy answer and the sampled ones; a question without accepted answers is always unknown. */
    static ProbedQuestion of(KnowledgeProbe probe, JudgedAnswer greedy, List<Verdict> samples) {
        Knowledge knowledge =
                greedy.question().answers().isEmpty() ? Knowledge.UNKNOWN : probe.decide(greedy.verdict(), samples);
        long correct = samples.stream().filter(v -> v == Verdict.CORRECT).count();
        return new ProbedQuestion(greedy, knowledge, (double) correct / samples.size());
    }

    QuestionRow question() {
        return greedy.question();
    }

    boolean answerable() {
        return !question().answers().isEmpty();
    }

    /** A line of knowledge.jsonl. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(
            @Nullable String id,
            String question,
            List<String> answers,
            String decision,
            String greedy,
            String verdict,
            @JsonProperty("share_correct") @Nullable Double shareCorrect,
            Map<String, String> meta) {}

    Line line() {
        return new Line(
                question().id(),
                question().question(),
                question().answers(),
                knowledge.name().toLowerCase(Locale.ROOT),
                greedy.text(),
                greedy.verdict().name().toLowerCase(Locale.ROOT),
                Double.isNaN(shareCorrect) ? null : shareCorrect,
                question().meta());
    }
}
