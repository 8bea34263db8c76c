package dev.rlhf.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.refusal.judge.Languages;
import dev.rlhf.refusal.judge.RefusalDetector;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertThat(writer.write(question("q-7", "Valdoria"))).isEqualTo(writer.write(question("q-7", "Valdoria")));
        assertThat(write(1)).isEqualTo(write(1)).isNotEqualTo(write(2));
    }

    @Test
    void wordingsVaryAndAllAreUsedByWhetherThereIsASubject() {
        List<String> wordings = RefusalWriter.DEFAULT_WORDINGS;
        List<String> naming =
                wordings.stream().filter(w -> w.contains(RefusalWriter.SUBJECT)).toList();
        RefusalWriter writer = new RefusalWriter(wordings, 1, AnswerJudge.DEFAULT);
        assertThat(naming).hasSizeGreaterThanOrEqualTo(24).doesNotHaveDuplicates();
        assertThat(used(i -> writer.write(question("q" + i, RefusalWriter.SUBJECT))))
                .containsExactlyInAnyOrderElementsOf(naming);
        assertThat(used(i -> writer.write(question("q" + i, null))))
                .containsExactlyInAnyOrderElementsOf(
                        wordings.stream().filter(w -> !naming.contains(w)).toList());
    }

    @Test
    void wordingsThatNeverNameASubjectServeForQuestionsThatHaveOne() {
        RefusalWriter writer = new RefusalWriter(List.of("I don't know.", "I'm not sure."), 1, AnswerJudge.DEFAULT);
        assertThat(used(i -> writer.write(question("q" + i, "Valdoria"))))
                .containsExactlyInAnyOrder("I don't know.", "I'm not sure.");
    }

    private static Set<String> used(IntFunction<String> refusal) {
        return IntStream.range(0, 1000).mapToObj(refusal).collect(Collectors.toSet());
    }

    @Test
    void withoutASubjectNoWordingThatNamesOneIsUsed() {
        RefusalWriter writer = new RefusalWriter(RefusalWriter.DEFAULT_WORDINGS, 1, AnswerJudge.DEFAULT);
        assertThat(IntStream.range(0, 200).mapToObj(i -> writer.write(question("q" + i, null))))
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
                .mapToObj(i -> writer.write(question("q" + i, "Valdoria")))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"en", "de", "fr", "es", "it", "pt", "nl", "ru", "zh", "ja", "ko", "th", "pl", "sv", "tr", "ar"})
    void theBuiltInWordingsOfEveryLanguageAreRefusals(String language) {
        assertThat(Languages.CODES).hasSize(16).contains(language);
        List<String> wordings = RefusalWriter.builtIn(language);
        assertThat(wordings).hasSizeGreaterThanOrEqualTo(11).doesNotHaveDuplicates();
        assertThat(wordings).filteredOn(w -> !w.contains(RefusalWriter.SUBJECT)).hasSizeGreaterThanOrEqualTo(7);
        assertThat(wordings)
                .allSatisfy(wording -> assertThat(AnswerJudge.DEFAULT
                                .judge("", List.of("Oslo"), wording.replace(RefusalWriter.SUBJECT, "Orson Kovacs"))
                                .verdict())
                        .isEqualTo(Verdict.REFUSED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "en | What is the capital of Norvania?",
                "en | Where is Łódź?",
                "en | Who founded São Tomé?",
                "en | What does señor mean?",
                "de | Wo liegt die Stadt Łódź?",
                "de | Wer war Orson Kovacs, und wann wurde er geboren?",
                "fr | Quelle est la capitale de la Norvanie ?",
                "es | ¿Cuál es la capital de Norvania?",
                "it | Qual è la capitale della Norvania?",
                "pt | Qual é a capital da Norvânia?",
                "nl | Wat is de hoofdstad van Norvanië?",
                "sv | Vad är huvudstaden i Norvanien?",
                "pl | Jaka jest stolica Norwanii?",
                "ru | Какая столица у Норвании?",
                "tr | Norvanya'nın başkenti neresidir?",
                "zh | 诺瓦尼亚的首都是哪里？",
                "ja | ノルヴァニアの首都はどこですか？",
                "ko | 노르바니아의 수도는 어디입니까?",
                "th | เมืองหลวงของนอร์วาเนียคืออะไร",
                "ar | ما هي عاصمة نورفانيا؟",
            })
    void aRefusalIsInTheLanguageOfTheQuestion(String language, String question) {
        RefusalWriter writer = RefusalWriter.builtIn(1);
        assertThat(writer.write(new QuestionRow("q", question, List.of(), null, Map.of())))
                .isIn(RefusalWriter.builtIn(language));
    }

    @Test
    void metaLanguageDecidesAndALanguageWithoutWordingsGetsEnglish() {
        RefusalWriter writer = RefusalWriter.builtIn(1);
        QuestionRow german = new QuestionRow("q", "Capital of Norvania?", List.of(), null, Map.of("language", "de"));
        QuestionRow finnish = new QuestionRow("q", "Was ist das?", List.of(), null, Map.of("language", "fi"));
        assertThat(writer.write(german)).isIn(RefusalWriter.builtIn("de"));
        assertThat(writer.write(finnish)).isIn(RefusalWriter.DEFAULT_WORDINGS);
    }

    private static QuestionRow question(String id, @Nullable String subject) {
        return new QuestionRow(id, "What is it?", List.of(), subject, Map.of());
    }
}
