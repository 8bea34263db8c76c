package dev.rlhf.refusal;

import dev.rlhf.data.Verdict;
import java.util.List;

/**
 * Decides whether a model knows the answer to a question, from one greedy and n sampled completions that were judged.
 *
 * <pre>
 * KNOWN    greedy correct      and correct samples ≥ known_share · n
 * UNKNOWN  greedy not correct  and correct samples ≤ unknown_share · n
 * UNSURE   otherwise
 * </pre>
 *
 * <p>With the defaults (0.5, 0.25) and n = 4: greedy and 2 samples correct is known; greedy wrong and 1 of 4 correct is
 * unknown; greedy wrong and 2 correct is unsure. With n = 0 the greedy completion alone decides. A refusal counts as
 * not correct, because a model that declines has not shown that it knows. Sources: Llama 3 (Grattafiori 2024, §4.3.6,
 * "knowledge probing") and R-Tuning (Zhang 2024, §3.1), which calls the two sides certain and uncertain.
 *
 * @param knownShare minimum share of correct samples if known, 0…1
 * @param unknownShare maximum share of correct samples if unknown, 0…1
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
