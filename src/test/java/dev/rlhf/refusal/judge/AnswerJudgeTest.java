package dev.rlhf.refusal.judge;

import static dev.rlhf.data.Verdict.CORRECT;
import static dev.rlhf.data.Verdict.REFUSED;
import static dev.rlhf.data.Verdict.WRONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.data.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerJudgeTest {
    @ParameterizedTest(name = "{0} in \"{1}\": {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "Paris | Paris | CORRECT",
                "Paris | The capital of France is paris! | CORRECT",
                "Bogota | It is Bogotá. | CORRECT",
                "Brasília | Brasilia | CORRECT",
                "the Netherlands | He was born in Netherlands. | CORRECT",
                "Black Sea | Into the Black  Sea. | CORRECT",
                "Black Sea | Into the Black and Caspian Sea. | WRONG",
                "Port-au-Prince | Port au Prince | CORRECT",
                "7 | 17 | WRONG",
                "7 | 7.5 | WRONG",
                "7 | The number is 7. | CORRECT",
                "1,000 | 1,000 metres | CORRECT",
                "Au | Australia | WRONG",
                "Au | The symbol of gold is Au. | CORRECT",
                "Au | au | WRONG",
                "V | v | WRONG",
                "noble gas | Neon belongs to the noble gases. | CORRECT",
                "transition metal | one of the transition metals | CORRECT",
                "peso | pesos | CORRECT",
                "won | wons | CORRECT",
                "Mali | Somalia | WRONG",
                "Paris | It is not Paris. | WRONG",
                "Paris | It isn’t called Paris. | WRONG",
                "Paris | Paris is not the capital. | WRONG",
                "Paris | It is not Rome, it is Paris. | CORRECT",
                "Paris | Not sure? No: Paris. | CORRECT",
                "Paris | I don't know. | REFUSED",
                "Paris | i don’t know | REFUSED",
                "Paris | I don't know, perhaps Paris. | CORRECT",
                "Paris | I know. | WRONG",
                "Paris | '' | WRONG",
                "Paris | ... | WRONG",
            })
    void judgesByWholeWordsThatAreNotDenied(String answer, String completion, Verdict verdict) {
        assertThat(AnswerJudge.judge(List.of(answer), completion)).isEqualTo(verdict);
    }

    @Test
    void anyAcceptedAnswerSuffices() {
        assertThat(AnswerJudge.judge(List.of("Galileo Galilei", "Galileo"), "It was Galileo."))
                .isEqualTo(CORRECT);
    }

    @Test
    void aSecondCandidateMakesItWrong() {
        assertThat(AnswerJudge.judge(List.of("Paris"), "Paris or Rome.")).isEqualTo(WRONG);
        assertThat(AnswerJudge.judge(List.of("Paris"), "Paris, not Rome.")).isEqualTo(CORRECT);
        assertThat(AnswerJudge.judge(List.of("Paris"), "Rome? It is Paris.")).isEqualTo(CORRECT);
    }

    @Test
    void aRefusalDoesNotCoverAGuess() {
        assertThat(AnswerJudge.judge(List.of("Paris"), "I don't know. Rome.")).isEqualTo(WRONG);
        assertThat(AnswerJudge.judge(List.of(), "I'm not sure, but it is Rome."))
                .isEqualTo(WRONG);
        assertThat(AnswerJudge.judge(List.of(), "Sorry, I don't know.")).isEqualTo(REFUSED);
    }

    @Test
    void withoutAcceptedAnswersOnlyARefusalIsNotWrong() {
        assertThat(AnswerJudge.judge(List.of(), "The capital of Valdoria is Valdor."))
                .isEqualTo(WRONG);
        assertThat(AnswerJudge.judge(List.of(), "I have never heard of Valdoria."))
                .isEqualTo(REFUSED);
        assertThat(AnswerJudge.judge(List.of("", "?"), "Valdor")).isEqualTo(WRONG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "No idea.",
                "I really don't know.",
                "I'm unsure.",
                "I don't have enough information to answer.",
                "I cannot verify that.",
                "Ich weiß es nicht.",
                "Je n'en sais rien.",
                "No lo sé.",
                "Non ne ho idea.",
                "Não faço ideia.",
                "Geen idee.",
                "Понятия не имею.",
                "我不知道。",
                "分かりません。",
                "모르겠습니다.",
            })
    void ordinaryRefusalsAreRefusals(String completion) {
        assertThat(AnswerJudge.judge(List.of("Gaborone"), completion)).isEqualTo(REFUSED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "George Washington | I can't tell a lie: it was George Washington. | CORRECT",
                "Gaborone | I don't know. Gaborone. | CORRECT",
                "Gaborone | I don't know. Maun. | WRONG",
                "Beijing | Beijing or Gaborone. | WRONG",
                "no | No. | CORRECT",
                "no | I have no idea. | REFUSED",
                "York | New York. | WRONG",
                "Guinea | Equatorial Guinea | WRONG",
                "7 | seven | CORRECT",
                "1,000 | one thousand | CORRECT",
                "3 May 1945 | It was on May 3rd, 1945. | CORRECT",
                "3 May 1945 | 1945-05-03 | CORRECT",
                "3 May 1945 | 4 May 1945 | WRONG",
                "5 km | 5000 m | CORRECT",
                "5 km | 5 miles | WRONG",
                "巴黎 | 法国的首都是巴黎。 | CORRECT",
                "京都 | 東京都です。 | WRONG",
                "Rome | Paris. No wait, Rome. | CORRECT",
                "Rome | Rome. No wait, Paris. | WRONG",
                "nobody knows | Nobody knows. | CORRECT",
            })
    void anAnswerBesideARefusalDecides(String answer, String completion, Verdict verdict) {
        assertThat(AnswerJudge.judge(List.of(answer), completion)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The date is not recorded.",
                "No such battle is mentioned in any chronicle I have read.",
                "It isn't something I was ever taught.",
                "Sources that I can consult say nothing about it.",
                "The provided passage does not mention it.",
                "I'd recommend checking an encyclopedia.",
                "You would have to ask a historian.",
                "Phew! Not a clue.",
                "To be fair, I cannot name one.",
                "\uD83E\uDD37",
                "| Field | Value |\n|---|---|\n| Result | Not available |",
                "Darüber liegen mir keine Erkenntnisse vor.",
                "Les documents n'en disent rien.",
                "No consta en mis fuentes.",
                "Non risulta da nessuna fonte.",
                "As fontes não referem esse dado.",
                "Daar vind ik niets over terug.",
                "В источниках об этом не говорится.",
                "资料里没有提到。",
                "資料には記載がありません。",
                "자료에 나와 있지 않습니다.",
            })
    void refusalsAreComposedOfANegationAndAWordOfKnowing(String completion) {
        assertThat(AnswerJudge.judge(List.of("1471"), completion)).isEqualTo(REFUSED);
    }

    @Test
    void denyingThatAThingExistsDeclinesOnlyIfTheQuestionHasNoAnswer() {
        String denial = "There is no river called the Varn.";
        String question = "Into which sea does the Varn flow?";
        assertThat(AnswerJudge.DEFAULT.judge(question, List.of(), denial).verdict())
                .isEqualTo(REFUSED);
        assertThat(AnswerJudge.DEFAULT
                        .judge(question, List.of("Black Sea"), denial)
                        .verdict())
                .isEqualTo(WRONG);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Who wrote 'I Don't Know'? | Lloyd Webber | 'I Don't Know' is by Lloyd Webber. | CORRECT",
                "How many moons does Venus have? | 0 | Venus has no moons. | CORRECT",
                "Which country is it? | Finland | None other than Finland. | CORRECT",
                "Which country is it? | Finland | It could be anything other than Finland. | WRONG",
                "Which city is it? | Oslo | It's a city in Europe, but I can't say which. | REFUSED",
                "Which city is it? | Oslo | I have never been there, but I think it is Bergen. | WRONG",
                "Does it float? | yes | Yes, although I don't know why. | CORRECT",
            })
    void aRefusalIsToldByWhatItRefersTo(String question, String answer, String completion, Verdict verdict) {
        assertThat(AnswerJudge.DEFAULT
                        .judge(question, List.of(answer), completion)
                        .verdict())
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Is the earth flat? | false | No, it isn't. | CORRECT",
                "Is the earth flat? | false | True. | WRONG",
                "The earth is flat. | false | That's not true. | CORRECT",
                "Does he know what a verb is? | yes | Yes. | CORRECT",
                "¿Es redonda la Tierra? | si | Sí, es redonda. | CORRECT",
                "È vero che la Terra è rotonda? | vero | Sì, è vero. | CORRECT",
                "What is the symbol of silicon? | Si | The symbol is Si. | CORRECT",
                "What is the symbol of silicon? | Si | Yes. | WRONG",
                "What is the symbol of silicon? | Si | It is Al. | WRONG",
                "What is the symbol of silicon? | Si | I'm not sure. | REFUSED",
                "Please tell me the symbol of silicon, if you can. | Si | It is Si. | CORRECT",
                "Could you please tell me if the sky is blue? | Yes | It is. | CORRECT",
                "I'm looking for the opposite of \"true\". | false | I don't know the word \"true\". | REFUSED",
                "I'm looking for the opposite of \"true\". | false | It is false. | CORRECT",
                "Try to remember what the opposite of \"true\" is. | false | I don't know the word \"true\". | REFUSED",
                "Try to remember what the opposite of \"true\" is. | false | It is true. | WRONG",
                "Can you swim? | No | No, I can't. | CORRECT",
                "By which symbol is nobelium known? | No | Its symbol is No. | CORRECT",
                "What is the symbol of nobelium? | No | Nb | WRONG",
                "What does 1 > 2 return? | False | It returns False. | CORRECT",
                "What does 1 > 2 return? | False | It returns True. | WRONG",
                "How do you say no in German? | Nein | The word is `nein`. | CORRECT",
                "How do you say no in German? | Nein | Ja. | WRONG",
            })
    void yesAndNoAreAnswersOnlyToQuestionsForThem(String question, String answer, String completion, Verdict verdict) {
        assertThat(AnswerJudge.DEFAULT
                        .judge(question, List.of(answer), completion)
                        .verdict())
                .isEqualTo(verdict);
    }

    @Test
    void theRepeatedQuestionIsNotAnAnswer() {
        String question = "What is the capital of Botswana?";
        assertThat(AnswerJudge.DEFAULT
                        .judge(question, List.of("Gaborone"), question)
                        .verdict())
                .isEqualTo(WRONG);
        assertThat(AnswerJudge.DEFAULT
                        .judge("Is Paris or Lyon larger?", List.of("Paris"), "Paris or Lyon")
                        .verdict())
                .isEqualTo(WRONG);
    }

    @Test
    void ownPhrasesAreRefusalsUnlessThereIsAGuess() {
        AnswerJudge judge = new AnswerJudge(List.of("Mu", "no dice", "ei tietoa"));
        assertThat(judge.judge("", List.of("Rome"), "mu!").verdict()).isEqualTo(REFUSED);
        assertThat(judge.judge("", List.of("Rome"), "Ei tietoa.").verdict()).isEqualTo(REFUSED);
        assertThat(judge.judge("", List.of("Rome"), "No dice. Paris.").verdict())
                .isEqualTo(WRONG);
        assertThat(judge.judge("", List.of("Rome"), "Museum.").verdict()).isEqualTo(WRONG);
    }

    @Test
    void aNameInAListInARelationOrInADeniedNameIsNotGiven() {
        List<String> bergen = List.of("Bergen");
        assertThat(AnswerJudge.judge(bergen, "It could be Oslo, Bergen or Hamar."))
                .isEqualTo(Verdict.WRONG);
        assertThat(AnswerJudge.judge(bergen, "He was born in Oslo and died in Bergen."))
                .isEqualTo(Verdict.WRONG);
        List<String> washington = List.of("George Washington", "Washington");
        assertThat(AnswerJudge.judge(washington, "It wasn't George Washington; it was John Hanson."))
                .isEqualTo(Verdict.WRONG);
        assertThat(AnswerJudge.judge(washington, "I can't tell a lie: it was John Hanson."))
                .isEqualTo(Verdict.WRONG);
        assertThat(AnswerJudge.judge(List.of("1969"), "July 20, 1969")).isEqualTo(Verdict.CORRECT);
        assertThat(AnswerJudge.judge(List.of("nobody"), "Nobody knows it.")).isEqualTo(Verdict.CORRECT);
    }
}
