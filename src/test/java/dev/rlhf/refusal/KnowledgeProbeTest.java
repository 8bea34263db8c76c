package dev.rlhf.refusal;

import static dev.rlhf.data.Verdict.CORRECT;
import static dev.rlhf.data.Verdict.REFUSED;
import static dev.rlhf.data.Verdict.WRONG;
import static dev.rlhf.refusal.Knowledge.KNOWN;
import static dev.rlhf.refusal.Knowledge.UNKNOWN;
import static dev.rlhf.refusal.Knowledge.UNSURE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class KnowledgeProbeTest {
    private final KnowledgeProbe probe = KnowledgeProbe.DEFAULT;

    @Test
    void knownNeedsACorrectGreedyAnswerAndHalfOfTheSamples() {
        assertThat(probe.decide(CORRECT, List.of(CORRECT, CORRECT, WRONG, WRONG)))
                .isEqualTo(KNOWN);
        assertThat(probe.decide(CORRECT, List.of(CORRECT, WRONG, WRONG, REFUSED)))
                .isEqualTo(UNSURE);
    }

    @Test
    void unknownNeedsAWrongGreedyAnswerAndAtMostAQuarterOfTheSamples() {
        assertThat(probe.decide(WRONG, List.of(CORRECT, WRONG, WRONG, WRONG))).isEqualTo(UNKNOWN);
        assertThat(probe.decide(WRONG, List.of(CORRECT, CORRECT, WRONG, WRONG))).isEqualTo(UNSURE);
        assertThat(probe.decide(REFUSED, List.of(REFUSED, REFUSED, REFUSED, REFUSED)))
                .isEqualTo(UNKNOWN);
    }

    @Test
    void withoutSamplesTheGreedyAnswerDecides() {
        assertThat(probe.decide(CORRECT, List.of())).isEqualTo(KNOWN);
        assertThat(probe.decide(WRONG, List.of())).isEqualTo(UNKNOWN);
    }

    @Test
    void sharesOutsideZeroToOneAreRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> new KnowledgeProbe(1.5, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new KnowledgeProbe(-0.5, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new KnowledgeProbe(0.5, Double.NaN));
    }
}
