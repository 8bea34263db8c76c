package dev.rlhf.refusal;

import dev.rlhf.refusal.judge.Verdict;
import java.util.List;

/**
 * Decides whether a model knows the answer to a question, from judged completions: one greedy, n sampled.
 *
 * <pre>
 * KNOWN    greedy correct      and correct samples ≥ known_share · n
 * UNKNOWN  greedy not correct  and correct samples ≤ unknown_share · n
 * UNSURE   otherwise
 * </pre>
 *
 * <p>With the defaults (0.5, 0.25) and n = 4: right greedily and in 2 samples is known; wrong greedily and right in 1 of 4 is
 * unknown; wrong greedily but right in 2 is unsure. With n = 0 the greedy completion alone decides. A refusal counts as not
 * correct: a model that declines is not shown to know. Idea: Llama 3 (Grattafiori 2024, §4.3.6, "knowledge probing") and
 * R-Tuning (Zhang 2024, §3.1), which call the two sides certain and uncertain.
 *
 * @param knownShare least share of correct samples of what is known, 0…1
 * @param unknownShare greatest share of correct samples of what is unknown, 0…1
 */
public record KnowledgeProbe(double knownShare, double unknownShare) {
    public static final KnowledgeProbe DEFAULT = new KnowledgeProbe(0.5, 0.25);

    public KnowledgeProbe {
        if (!(knownShare >= 0 && knownShare <= 1) || !(unknownShare >= 0 && unknownShare <= 1)) {
            throw new IllegalArgumentException("shares must lie in 0…1: " + knownShare + ", " + unknownShare);
        }
    }

    public Knowledge decide(Verdict greedy, List<Verdict> samples) {
        long correct = samples.stream().filter(v -> v == Verdict.CORRECT).count();
        if (greedy == Verdict.CORRECT) {
            return correct >= knownShare * samples.size() ? Knowledge.KNOWN : Knowledge.UNSURE;
        }
        return correct <= unknownShare * samples.size() ? Knowledge.UNKNOWN : Knowledge.UNSURE;
    }
}
