package dev.rlhf.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.refusal.judge.RefusalDetector;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
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
    void wordingsVaryAndAllAreUsedByWhetherThereIsASubject() {
        List<String> wordings = RefusalWriter.DEFAULT_WORDINGS;
        List<String> naming =
                wordings.stream().filter(w -> w.contains(RefusalWriter.SUBJECT)).toList();
        RefusalWriter writer = new RefusalWriter(wordings, 1, AnswerJudge.DEFAULT);
        assertThat(naming).hasSizeGreaterThanOrEqualTo(24).doesNotHaveDuplicates();
        assertThat(used(i -> writer.write("q" + i, RefusalWriter.SUBJECT))).containsExactlyInAnyOrderElementsOf(naming);
        assertThat(used(i -> writer.write("q" + i, null)))
                .containsExactlyInAnyOrderElementsOf(
                        wordings.stream().filter(w -> !naming.contains(w)).toList());
    }

    @Test
    void wordingsThatNeverNameASubjectServeForQuestionsThatHaveOne() {
        RefusalWriter writer = new RefusalWriter(List.of("I don't know.", "I'm not sure."), 1, AnswerJudge.DEFAULT);
        assertThat(used(i -> writer.write("q" + i, "Valdoria")))
                .containsExactlyInAnyOrder("I don't know.", "I'm not sure.");
    }

    private static Set<String> used(IntFunction<String> refusal) {
        return IntStream.range(0, 1000).mapToObj(refusal).collect(Collectors.toSet());
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
