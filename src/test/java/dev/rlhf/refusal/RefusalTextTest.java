package dev.rlhf.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.refusal.judge.RefusalDetector;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefusalTextTest {
    @Test
    void everyDefaultWordingIsRecognisedWithAndWithoutASubject() {
        assertThat(RefusalWriter.DEFAULT_WORDINGS).allMatch(RefusalDetector::refuses);
        assertThat(RefusalDetector.refuses("SORRY - I've never heard of Orson Kovacs"))
                .isTrue();
    }

    @Test
    void textsThatOnlyLookLikeRefusalsAreNotRefusals() {
        assertThat(List.of("I know.", "He did not know.", "It is not sure.", "I don't", "The Unknown", ""))
                .noneMatch(RefusalDetector::refuses);
    }

    @Test
    void aQuestionAlwaysGetsTheSameRefusal() {
        RefusalWriter writer = new RefusalWriter(RefusalWriter.DEFAULT_WORDINGS, 1, AnswerJudge.DEFAULT);
        assertThat(writer.write("q-7", "Valdoria")).isEqualTo(writer.write("q-7", "Valdoria"));
        assertThat(write(1)).isEqualTo(write(1)).isNotEqualTo(write(2));
    }

    @Test
    void wordingsVaryAndAllAreUsed() {
        RefusalWriter writer = new RefusalWriter(RefusalWriter.DEFAULT_WORDINGS, 1, AnswerJudge.DEFAULT);
        Set<String> used = IntStream.range(0, 500)
                .mapToObj(i -> writer.write("q" + i, RefusalWriter.SUBJECT))
                .collect(Collectors.toSet());
        assertThat(used).containsExactlyInAnyOrderElementsOf(RefusalWriter.DEFAULT_WORDINGS);
    }

    @Test
    void withoutASubjectNoWordingThatNamesOneIsUsed() {
        RefusalWriter writer = new RefusalWriter(RefusalWriter.DEFAULT_WORDINGS, 1, AnswerJudge.DEFAULT);
        assertThat(IntStream.range(0, 200).mapToObj(i -> writer.write("q" + i, null)))
                .noneMatch(text -> text.contains("{"));
    }

    @Test
    void wordingsThatAreNotRefusalsAreRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RefusalWriter(List.of("I don't know.", "Bananas."), 1, AnswerJudge.DEFAULT))
                .withMessageContaining("Bananas.");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new RefusalWriter(List.of("I have never heard of {subject}."), 1, AnswerJudge.DEFAULT))
                .withMessageContaining("without {subject}");
    }

    private static List<String> write(long seed) {
        RefusalWriter writer = new RefusalWriter(RefusalWriter.DEFAULT_WORDINGS, seed, AnswerJudge.DEFAULT);
        return IntStream.range(0, 20)
                .mapToObj(i -> writer.write("q" + i, "Valdoria"))
                .toList();
    }
}
