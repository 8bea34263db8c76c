package dev.rlhf.stages.probe;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.refusal.Knowledge;
import dev.rlhf.refusal.KnowledgeProbe;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A question, its answers by the model, and the decision whether the model knows the answer.
 *
 * @param samples sampled answers; empty for a question that nobody can answer
 * @param reference the text that the answers were judged by, for a question on a document; null if accepted answers
 *     were used
 */
record ProbedQuestion(
        JudgedAnswer greedy,
        List<JudgedAnswer> samples,
        Knowledge knowledge,
        @Nullable Reference reference) {
    private static final Pattern SENTENCE_END = Pattern.compile("[.!?](?=\\s|$)|[\u3002\uFF01\uFF1F]|\\n");

    /**
     * The snippet of a document that a question was written on.
     *
     * @param evidence the evidence on each answer, the greedy one first
     */
    record Reference(String snippet, List<ModelJudge.Evidence> evidence) {
        Reference {
            evidence = List.copyOf(evidence);
        }
    }

    ProbedQuestion {
        samples = List.copyOf(samples);
    }

    /** Decides from the greedy answer and the samples; a question without accepted answers is always unknown. */
    static ProbedQuestion of(KnowledgeProbe probe, JudgedAnswer greedy, List<JudgedAnswer> samples) {
        List<Verdict> verdicts = samples.stream().map(JudgedAnswer::verdict).toList();
        return new ProbedQuestion(
                greedy,
                samples,
                greedy.question().answers().isEmpty() ? Knowledge.UNKNOWN : probe.decide(greedy.verdict(), verdicts),
                null);
    }

    /**
     * Decides on a question that was written on a document. Unknown are only those whose greedy answer and at least
     * {@link KnowledgeProbe#knownShare} of the samples are informative and wrong: a model that already declines needs
     * no refusal.
     */
    static ProbedQuestion of(
            KnowledgeProbe probe, JudgedAnswer greedy, List<JudgedAnswer> samples, Reference reference) {
        List<Verdict> verdicts = samples.stream().map(JudgedAnswer::verdict).toList();
        Knowledge decided = probe.decide(greedy.verdict(), verdicts);
        long wrong =
                verdicts.stream().filter(verdict -> verdict == Verdict.WRONG).count();
        boolean consistent = greedy.verdict() == Verdict.WRONG && wrong >= probe.knownShare() * samples.size();
        return new ProbedQuestion(
                greedy, samples, decided == Knowledge.UNKNOWN && !consistent ? Knowledge.UNSURE : decided, reference);
    }

    /**
     * Replaces "unknown" with "unsure" if the model knows the answer to the same question in other words, because
     * training would otherwise teach it to answer in some wordings and refuse in others.
     */
    static List<ProbedQuestion> reconciled(List<ProbedQuestion> probed) {
        Set<Fact> known = probed.stream()
                .filter(q -> q.knowledge() == Knowledge.KNOWN)
                .flatMap(q -> q.fact().stream())
                .collect(Collectors.toSet());
        return probed.stream()
                .map(q -> q.knowledge() == Knowledge.UNKNOWN
                                && q.fact().filter(known::contains).isPresent()
                        ? new ProbedQuestion(q.greedy(), q.samples(), Knowledge.UNSURE, q.reference())
                        : q)
                .toList();
    }

    /** What a question asks for, in whatever words. */
    record Fact(String subject, String relation, Set<String> answers) {}

    /** Returns what is asked for; empty without a subject or answers, and if the question is about a passage. */
    Optional<Fact> fact() {
        QuestionRow asked = question();
        if (asked.answers().isEmpty() || asked.subject() == null || asked.context() != null) {
            return Optional.empty();
        }
        String relation = asked.meta().getOrDefault("relation", "");
        return Optional.of(new Fact(asked.subject(), relation, Set.copyOf(asked.answers())));
    }

    QuestionRow question() {
        return greedy.question();
    }

    boolean answerable() {
        return reference != null || !question().answers().isEmpty();
    }

    /** Returns whether a text is, as a whole, one of the answers with the given verdict. */
    boolean hasAnswer(String text, Verdict verdict) {
        return Stream.concat(Stream.of(greedy), samples.stream())
                .anyMatch(answer ->
                        answer.verdict() == verdict && answer.text().strip().equals(text));
    }

    /** Returns the share of correct answers among the samples; NaN without samples. */
    double shareCorrect() {
        return (double) samples.stream().filter(JudgedAnswer::correct).count() / samples.size();
    }

    /**
     * Returns the share of the samples that give the most frequent answer; NaN without samples. All correct answers
     * count as the same answer, and so do all refusals; wrong answers are the same if they differ only in case and
     * punctuation.
     */
    double agreement() {
        long most = samples.stream()
                .collect(Collectors.groupingBy(ProbedQuestion::answer, Collectors.counting()))
                .values()
                .stream()
                .mapToLong(count -> count)
                .max()
                .orElse(0);
        return (double) most / samples.size();
    }

    private static String answer(JudgedAnswer sample) {
        return sample.verdict() == Verdict.WRONG
                ? sample.text()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}]+", " ")
                        .strip()
                : "\n" + sample.verdict();
    }

    /**
     * Returns an answer in the model's own words: the shortest beginning, in whole sentences, that has the given
     * verdict, of the greedy answer, otherwise of the first sample that has one. Anything that the model adds after a
     * correct answer is left out, because it is often wrong, and so is a sentence cut at the length limit.
     *
     * @param judged whether a beginning has the verdict, too
     */
    Optional<String> ownWords(Verdict verdict, Predicate<String> judged) {
        return Stream.concat(Stream.of(greedy), samples.stream())
                .filter(answer -> answer.verdict() == verdict)
                .flatMap(answer -> sentences(answer).filter(judged).limit(1))
                .findFirst();
    }

    /** Returns the beginnings of an answer in whole sentences: the first sentence, the first two, and so on. */
    private static Stream<String> sentences(JudgedAnswer answer) {
        String text = answer.text().strip();
        Stream<String> inside = SENTENCE_END
                .matcher(text)
                .results()
                .filter(end -> end.end() < text.length())
                .map(end -> text.substring(0, end.end()));
        boolean whole =
                answer.ended() || SENTENCE_END.matcher(text).results().anyMatch(end -> end.end() == text.length());
        return whole ? Stream.concat(inside, Stream.of(text)) : inside;
    }

    /** A line of knowledge.jsonl. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(
            @Nullable String id,
            @Nullable String context,
            String question,
            List<String> answers,
            String decision,
            String greedy,
            String verdict,
            @Nullable Double logprob,
            @Nullable Double confidence,
            @JsonProperty("share_correct") @Nullable Double shareCorrect,
            @Nullable Double agreement,
            @Nullable String reference,
            @Nullable List<JudgedLine> judged,
            Map<String, String> meta) {}

    /** An answer that a model judged, with the probabilities that decided. */
    record JudgedLine(
            String answer,
            String verdict,
            @JsonProperty("p_correct") double correct,
            @JsonProperty("p_informative") double informative) {}

    Line line() {
        return new Line(
                question().id(),
                question().context(),
                question().question(),
                question().answers(),
                knowledge.name().toLowerCase(Locale.ROOT),
                greedy.text(),
                greedy.verdict().word(),
                finite(greedy.logprob()),
                finite(greedy.confidence()),
                finite(shareCorrect()),
                finite(agreement()),
                reference == null ? null : reference.snippet(),
                reference == null ? null : judged(reference.evidence()),
                question().meta());
    }

    private List<JudgedLine> judged(List<ModelJudge.Evidence> evidence) {
        List<JudgedAnswer> answers =
                Stream.concat(Stream.of(greedy), samples.stream()).toList();
        return IntStream.range(0, answers.size())
                .mapToObj(i -> new JudgedLine(
                        answers.get(i).text(),
                        answers.get(i).verdict().word(),
                        evidence.get(i).correct(),
                        evidence.get(i).informative()))
                .toList();
    }

    /**
     * Rounds to four decimals, so that rounding errors that depend on the batch do not change the file; null if not
     * finite.
     */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? Math.round(value * 1e4) / 1e4 : null;
    }
}
