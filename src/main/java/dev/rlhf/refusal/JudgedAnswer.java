package dev.rlhf.refusal;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;

/**
 * An answer of a model with the judge's verdict.
 *
 * @param tokens number of tokens, including the end token; 0 if unknown
 * @param logprob log-probability of the answer, nats; NaN if unknown
 * @param ended whether the model ended the answer; false: it was truncated at the length limit
 */
public record JudgedAnswer(
        QuestionRow question, String text, Verdict verdict, int tokens, double logprob, boolean ended) {
    /** Creates an answer of unknown probability. */
    public JudgedAnswer(QuestionRow question, String text, Verdict verdict) {
        this(question, text, verdict, 0, Double.NaN, true);
    }

    /** Returns the same answer with another verdict. */
    public JudgedAnswer withVerdict(Verdict other) {
        return new JudgedAnswer(question, text, other, tokens, logprob, ended);
    }

    public boolean correct() {
        return verdict == Verdict.CORRECT;
    }

    public boolean refused() {
        return verdict == Verdict.REFUSED;
    }

    /** Returns the geometric mean of the tokens' probabilities, 0…1; NaN if unknown. */
    public double confidence() {
        return Math.exp(logprob / tokens);
    }
}
