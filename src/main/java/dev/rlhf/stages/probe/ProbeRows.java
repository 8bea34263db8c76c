package dev.rlhf.stages.probe;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.SftRow;
import dev.rlhf.data.Shuffle;
import dev.rlhf.data.Verdict;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.Knowledge;
import dev.rlhf.refusal.RefusalWriter;
import dev.rlhf.stages.probe.ProbedQuestion.Fact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows to train on, made from what a probe found.
 *
 * @param known questions that the model can answer, in these or in other words, with right answers in its own words
 * @param refusals unknown questions with refusals
 * @param pairs questions with an answer and a refusal, of which one is better: as many known as unknown questions
 * @param pairsLeftOut number of pairs of the more frequent kind that are not in {@code pairs}
 * @param partial number of refusals that state another fact about the subject
 */
record ProbeRows(
        List<SftRow.PromptResponse> known,
        List<SftRow.PromptResponse> refusals,
        List<ContrastPair> pairs,
        int pairsLeftOut,
        int partial) {
    /** Key of {@code meta} for a refusal written for the question, such as a corrected premise. */
    static final String OWN_REFUSAL = "refusal";

    /** A line of pairs.jsonl, as {@code reward} reads it. */
    record ContrastPair(String prompt, String chosen, String rejected) {}

    ProbeRows {
        known = List.copyOf(known);
        refusals = List.copyOf(refusals);
        pairs = List.copyOf(pairs);
    }

    /**
     * Writes a refusal for each question, and contrasts it with an answer in the model's own words: a right answer is
     * better than refusing a known question, and refusing an unknown one is better than a wrong answer. Both answers
     * are the model's, so their style does not tell which is the better one. Questions without an answer that is a
     * whole sentence are left out of {@code known} and {@code pairs}.
     *
     * <p>An unsure question that the model answers correctly in other words is in {@code known}, too, with that answer.
     *
     * <p>A reward model of pairs that mostly prefer the refusal rewards refusing what is known, so pairs of the more
     * frequent kind are left out, chosen by the seed, until there are as many of either kind.
     *
     * @param answers judge the beginnings of an answer; if empty, only whole answers are used
     * @param partial whether refusals begin with what the model knows about the subject, if it knows another fact
     */
    static ProbeRows of(
            List<ProbedQuestion> probed, Optional<Answers> answers, RefusalWriter writer, boolean partial, long seed) {
        Map<Fact, String> facts = facts(probed, answers);
        int partialRefusals = 0;
        List<SftRow.PromptResponse> known = new ArrayList<>();
        List<SftRow.PromptResponse> refusals = new ArrayList<>();
        List<ContrastPair> answering = new ArrayList<>();
        List<ContrastPair> refusing = new ArrayList<>();
        for (ProbedQuestion q : probed) {
            String prompt = q.question().prompt();
            if (q.knowledge() == Knowledge.UNSURE) {
                q.fact().map(facts::get).ifPresent(answer -> known.add(new SftRow.PromptResponse(prompt, answer)));
                continue;
            }
            String refusal = refusal(q.question(), writer);
            boolean isKnown = q.knowledge() == Knowledge.KNOWN;
            if (!isKnown) {
                Optional<String> more =
                        partial ? partialRefusal(q.question(), refusal, facts, answers) : Optional.empty();
                partialRefusals += more.isPresent() ? 1 : 0;
                refusals.add(new SftRow.PromptResponse(prompt, more.orElse(refusal)));
            }
            ownWords(q, isKnown ? Verdict.CORRECT : Verdict.WRONG, answers).ifPresent(answer -> {
                if (isKnown) {
                    known.add(new SftRow.PromptResponse(prompt, answer));
                    answering.add(new ContrastPair(prompt, answer, refusal));
                } else {
                    refusing.add(new ContrastPair(prompt, refusal, answer));
                }
            });
        }
        int each = Math.min(answering.size(), refusing.size());
        List<ContrastPair> pairs = new ArrayList<>(drawn(answering, each, seed));
        pairs.addAll(drawn(refusing, each, seed));
        return new ProbeRows(
                known, refusals, pairs, answering.size() + refusing.size() - pairs.size(), partialRefusals);
    }

    /** Returns the facts that the model knows, each with its answer to the first question that it answers correctly. */
    private static Map<Fact, String> facts(List<ProbedQuestion> probed, Optional<Answers> answers) {
        Map<Fact, String> facts = new LinkedHashMap<>();
        for (ProbedQuestion q : probed) {
            if (q.knowledge() == Knowledge.KNOWN) {
                q.fact()
                        .ifPresent(fact -> ownWords(q, Verdict.CORRECT, answers)
                                .ifPresent(answer -> facts.putIfAbsent(fact, answer)));
            }
        }
        return facts;
    }

    /**
     * Returns the refusal after what the model knows about the subject, in its own words: "Gaborone is the capital of
     * Botswana. I don't know Botswana's population." Empty if the question has its own refusal, if the model knows
     * nothing else about the subject, or if the judge would not take the whole for a refusal.
     */
    private static Optional<String> partialRefusal(
            QuestionRow question, String refusal, Map<Fact, String> facts, Optional<Answers> answers) {
        if (question.meta().containsKey(OWN_REFUSAL)) {
            return Optional.empty();
        }
        return facts.entrySet().stream()
                .filter(fact -> fact.getKey().subject().equals(question.subject()))
                .map(Map.Entry::getValue)
                .filter(statement -> statement.endsWith("."))
                .map(statement -> statement + " " + refusal)
                .filter(text -> answers.isPresent() && answers.get().judge(question, text) == Verdict.REFUSED)
                .findFirst();
    }

    /** Returns some of the pairs, in their order. */
    private static List<ContrastPair> drawn(List<ContrastPair> pairs, int count, long seed) {
        return Arrays.stream(Shuffle.permutation(pairs.size(), seed, 0))
                .limit(count)
                .sorted()
                .mapToObj(pairs::get)
                .toList();
    }

    private static Optional<String> ownWords(ProbedQuestion q, Verdict verdict, Optional<Answers> answers) {
        return q.ownWords(
                verdict,
                text -> answers.map(all -> all.judge(q.question(), text) == verdict)
                        .orElseGet(() -> q.hasAnswer(text, verdict)));
    }

    private static String refusal(QuestionRow question, RefusalWriter writer) {
        String own = question.meta().get(OWN_REFUSAL);
        return own != null ? own : writer.write(question);
    }
}
