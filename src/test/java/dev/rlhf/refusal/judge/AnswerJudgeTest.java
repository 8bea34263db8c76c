package dev.rlhf.refusal.judge;

import static dev.rlhf.data.Verdict.CORRECT;
import static dev.rlhf.data.Verdict.REFUSED;
import static dev.rlhf.data.Verdict.WRONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.data.Verdict;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerJudgeTest {
    /** Symbols, other names, exceptions, eras, zero, yes and no, and articles. */
    @ParameterizedTest(name = "{0} {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Quel est le symbole de l'or ? | Au | Au est le symbole de l'or. | CORRECT",
                "Was ist das Symbol für Gold? | Au | Au ist das Symbol für Gold. | CORRECT",
                "¿Cuál es el símbolo del oro? | Au | Au es el símbolo del oro. | CORRECT",
                "Vilket land är det? | Sudan | Det är Södra Sudan. | WRONG",
                "Wat is het land? | Korea | Het is Noord Korea. | WRONG",
                "Какая это страна? | Корея | Это Северная Корея. | WRONG",
                "Qual è il paese? | Zelanda | È la Nuova Zelanda. | WRONG",
                "Wer war es? | Einstein | Es war niemand außer Einstein. | CORRECT",
                "Wat is de hoofdstad? | Parijs | Ik denk niet, dat het Parijs is. | WRONG",
                "Wann war das? | 500 | Es war 500 v. Chr. | WRONG",
                "Quand était-ce ? | 500 | En 500 av. J.-C. | WRONG",
                "Когда это было? | 500 | 500 до н. э. | WRONG",
                "Hur många månar har Venus? | 0 | Venus har inga månar. | CORRECT",
                "Ile księżyców ma Wenus? | 0 | Wenus nie ma żadnych księżyców. | CORRECT",
                "Kann ein Pinguin fliegen? | falsch | Nein. | CORRECT",
                "Can a penguin fly? | no | Nope. | CORRECT",
                "Wer zog den Wagen? | ein Pferd | Pferd | CORRECT",
                "Сколько? | 3000000 | 3 млн | CORRECT",
                "Ile? | 3000000 | 3 miliony | CORRECT",
            })
    void languagesOtherThanEnglishAreReadAlike(String question, String answer, String completion, Verdict verdict) {
        assertThat(AnswerJudge.DEFAULT
                        .judge(question, List.of(answer), completion)
                        .verdict())
                .isEqualTo(verdict);
    }

    /** Where no capital tells names from other words. */
    @ParameterizedTest(name = "{0} {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Which city? | York | It is new york. | WRONG",
                "Which country? | Guinea | guinea-bissau | WRONG",
                "Who wrote War and Peace? | Tolstoy | not leo tolstoy | WRONG",
                "Who wrote War and Peace? | Tolstoy | leo tolstoy | CORRECT",
                "What is the capital of France? | Paris | it is rome. it is paris. | WRONG",
                "What is the capital of France? | Paris | it is paris. it is beautiful. | CORRECT",
                "What is the capital of France? | Paris | obviously, paris | CORRECT",
                "What is the capital of France? | Paris | rome paris london | WRONG",
                "Which animal is the fastest? | cheetah | It is fast. It is a cheetah. | CORRECT",
                "What color is a banana? | yellow | red, green, yellow | WRONG",
                "What color is a banana? | yellow | yellow, green, red, blue | WRONG",
                "What color is a banana? | yellow | It is yellow. It is green. It is red. It is blue. | WRONG",
                "What color is chocolate? | brown | The color is typically a deep, rich brown. | CORRECT",
                "What is the opposite of \"left\"? | right | west, back, right, end | WRONG",
            })
    void namesInLowerCaseAndListsOfNounsAreReadAlike(
            String question, String answer, String completion, Verdict verdict) {
        assertThat(AnswerJudge.DEFAULT
                        .judge(question, List.of(answer), completion)
                        .verdict())
                .isEqualTo(verdict);
    }

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

    /** A guess beside a refusal could otherwise only win: right ones would be correct, and wrong ones refusals. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "I don't know. Try %s.",
                "I don't know. You could look up %s.",
                "I'm not sure. Did you mean %s?",
                "I can't answer that. Have you tried %s?",
                "I don't know. For the record, %s.",
                "I don't know. Great question: %s.",
                "I don't know. Reliable sources say %s.",
                "I don't know. One might say %s.",
                "I don't know. If you insist, %s.",
                "I don't know, although my last note is %s.",
                "I know %s, but not the answer.",
                "Thank you for asking about %s. I don't know.",
                "I don't know, but %s is in Kenya.",
                "If I had to guess, %s.",
                "I don't know. The answer is %s.",
                "%s, though no record survives of what it was called before.",
            })
    void aRightAnswerCountsOnlyWhereAWrongOneWould(String template) {
        String question = "What is the capital of Kenya?";
        List<String> nairobi = List.of("Nairobi");
        Verdict right = AnswerJudge.DEFAULT
                .judge(question, nairobi, template.formatted("Nairobi"))
                .verdict();
        Verdict wrong = AnswerJudge.DEFAULT
                .judge(question, nairobi, template.formatted("Mombasa"))
                .verdict();
        assertThat(right).isEqualTo(wrong == WRONG ? CORRECT : REFUSED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What is the capital of Kenya? | Nairobi | Mombasa | It is %s. It is %s.",
                "What is the capital of Kenya? | Nairobi | Mombasa | The capital is %s. The capital is %s.",
                "What is the capital of Kenya? | Nairobi | Mombasa | The capital of Kenya is %s and %s.",
                "What is the capital of Kenya? | Nairobi | Mombasa | %s is the capital, and %s is the capital, too.",
                "What is the capital of Kenya? | Nairobi | Mombasa | %s & %s",
                "What is the capital of Kenya? | Nairobi | Mombasa | %s vs %s",
                "What is the capital of Kenya? | Nairobi | Mombasa | I'd say %s, but it could also be %s.",
                "What is the capital of Kenya? | Nairobi | Mombasa | My guess is %s. My second guess is %s.",
                "What is the capital of Kenya? | Nairobi | Mombasa | Some say %s. Others say %s.",
                "Who wrote Hamlet? | Shakespeare | Marlowe | It was written by %s. It was written by %s.",
                "Who wrote Hamlet? | Shakespeare | Marlowe | %s wrote it. %s wrote it.",
                "When was Chopin born? | 1810 | 1815 | He was born in %s. He was born in %s.",
                "When was Chopin born? | 1810 | 1815 | He was born in %s and in %s.",
                "When was Chopin born? | 1810 | 1815 | In %s. In %s.",
                "How many moons has Mars? | 2 | 5 | It has %s moons. It has %s moons.",
                "How many moons has Mars? | 2 | 5 | The answer is %s, %s.",
                "How many moons has Mars? | 2 | 5 | %s + %s",
                "When did it end? | 8 May 1945 | 3 June 1944 | %s. %s.",
                "What is the capital of Kenya? | Nairobi | Mombasa | Es ist %s. Es ist %s.",
                "What is the capital of Kenya? | Nairobi | Mombasa | %s ou %s.",
                "What is the capital of Kenya? | Nairobi | Mombasa | Capital: %s. Capital: %s.",
                "What is the capital of Kenya? | Nairobi | Mombasa | The answer is %s. Another answer is %s.",
            })
    void aSecondAnswerInTheSameWordsMakesItWrong(String question, String right, String wrong, String template) {
        for (String said : List.of(template.formatted(right, wrong), template.formatted(wrong, right))) {
            assertThat(AnswerJudge.DEFAULT.judge(question, List.of(right), said).verdict())
                    .as(said)
                    .isEqualTo(WRONG);
        }
    }

    /** Otherwise a model that names two possibilities would be right twice as often as one that names one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s, maybe %s",
                "%s, perhaps %s.",
                "%s, also %s",
                "%s, alternatively %s.",
                "%s as well as %s",
                "%s, not to mention %s",
                "%s aka %s",
                "%s, then %s",
                "%s → %s",
                "%s 🙂 %s",
                "%s * %s",
                "%s\t%s",
                "'%s' '%s'",
                "[\"%s\", \"%s\"]",
                "(%s) (%s)",
                "%s, I believe. %s, I believe.",
                "Yes, %s. Yes, %s.",
                "%s comes to mind. %s comes to mind.",
                "It could be %s it could be %s",
                "Some say %s some say %s",
                "Vielleicht ist es %s, vielleicht %s.",
                "%s ou peut-être %s",
                "%s, tal vez %s.",
            })
    void enumeratedAnswersAreWrong(String template) {
        aSecondAnswerInTheSameWordsMakesItWrong("What is the capital of Kenya?", "Nairobi", "Mombasa", template);
    }

    /** One of the two counts, wherever the right one is: a single guess. */
    @ParameterizedTest
    @ValueSource(strings = {"%s: %s", "%s (%s)", "%s unless %s", "%s, it's %s.", "It was %s, but it's %s."})
    void ofTwoAnswersAtMostOneCounts(String template) {
        long right = Stream.of(template.formatted("Nairobi", "Mombasa"), template.formatted("Mombasa", "Nairobi"))
                .filter(said -> AnswerJudge.judge(List.of("Nairobi"), said) == CORRECT)
                .count();
        assertThat(right).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Was ist die Hauptstadt von Kenia? | Nairobi | Mombasa | Es ist %s. Es ist auch %s.",
                "Was ist die Hauptstadt von Kenia? | Nairobi | Mombasa | Sie heißt %s. Eine weitere Antwort ist %s.",
                "Quelle est la capitale du Kenya ? | Nairobi | Mombasa | C'est %s. C'est aussi %s.",
                "Quelle est la capitale du Kenya ? | Nairobi | Mombasa | C'est %s. Une autre réponse possible est %s.",
                "¿Cuál es la capital de Kenia? | Nairobi | Mombasa | Es %s. También es %s.",
                "Qual è la capitale del Kenya? | Nairobi | Mombasa | La capitale è %s. La capitale è anche %s.",
                "Qual é a capital do Quénia? | Nairobi | Mombasa | A capital é %s. A capital também é %s.",
                "Wat is de hoofdstad van Kenia? | Nairobi | Mombasa | Het is %s. Het is ook %s.",
                "Какая столица Кении? | Найроби | Момбаса | Столица — %s. Столица — %s.",
                "Какая столица Кении? | Найроби | Момбаса | Это %s. Это также %s.",
                "Jakie miasto jest stolicą Kenii? | Nairobi | Mombasa | To jest %s. To jest także %s.",
                "Vad heter huvudstaden i Kenya? | Nairobi | Mombasa | Den heter %s. Den heter också %s.",
                "Kenya'nın başkenti hangi şehirdir? | Nairobi | Mombasa | Cevap %s. Bir diğer cevap %s.",
                "肯尼亚的首都是哪里？ | 内罗毕 | 蒙巴萨 | 首都是%s。首都也是%s。",
                "ケニアの首都はどこですか？ | ナイロビ | モンバサ | 首都は%sです。首都は%sです。",
                "케냐의 수도는 어디입니까? | 나이로비 | 몸바사 | 수도는 %s입니다. 수도는 또한 %s입니다.",
                "ما هي عاصمة كينيا؟ | نيروبي | مومباسا | العاصمة هي %s. العاصمة هي أيضا %s.",
            })
    void aSecondAnswerIsFoundInOtherLanguages(String question, String right, String wrong, String template) {
        aSecondAnswerInTheSameWordsMakesItWrong(question, right, wrong, template);
        for (String said : List.of(
                template.formatted(right, right), template.substring(0, template.indexOf("%s")) + right + ".")) {
            assertThat(AnswerJudge.DEFAULT.judge(question, List.of(right), said).verdict())
                    .as(said)
                    .isEqualTo(CORRECT);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Was ist die Hauptstadt von Kenia? | Nairobi | Es ist Nairobi. Es ist eine Stadt in Afrika.",
                "Quelle est la capitale du Kenya ? | Nairobi | C'est Nairobi. C'est une ville africaine.",
                "Qual è la capitale del Kenya? | Nairobi | È Nairobi. È una città africana.",
                "Какая столица Кении? | Найроби | Это Найроби. Это город в Африке.",
                "肯尼亚的首都是哪里？ | 内罗毕 | 首都是内罗毕。肯尼亚位于非洲。",
                "ケニアの首都はどこですか？ | ナイロビ | 首都はナイロビです。ケニアはアフリカにあります。",
            })
    void otherStatementsAreNoSecondAnswerInOtherLanguages(String question, String answer, String completion) {
        assertThat(AnswerJudge.DEFAULT
                        .judge(question, List.of(answer), completion)
                        .verdict())
                .isEqualTo(CORRECT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The capital is Nairobi. The capital is Nairobi.",
                "The capital of Kenya is Nairobi. The capital of Kenya is Nai",
                "It is Nairobi. It is in Africa.",
                "It is Nairobi, and it has been the capital since 1963.",
                "Nairobi and its suburbs",
                "Nairobi, also known as the Green City.",
                "Nairobi, then called Enkare Nyrobi.",
                "Nairobi, perhaps the largest city of East Africa.",
                "Hmm, Nairobi. Yes, Nairobi.",
                "Mombasa? I think Nairobi.",
                "Some say Mombasa, but it is Nairobi.",
                "Answer: Nairobi ✅",
                "Kenya → Nairobi",
                "It is not Mombasa. It is Nairobi.",
                "It is Mombasa? It is Nairobi.",
                "Everyone says Mombasa, but that is wrong: it is Nairobi.",
                "Nairobi\n\nQuestion: What is the capital of Uganda?\nAnswer: Kampala",
                "Answer: Nairobi\n\nQuestion: What is the capital of Uganda?\nAnswer: Kampala",
            })
    void otherStatementsBesideAnAnswerAreNoSecondAnswer(String completion) {
        assertThat(AnswerJudge.DEFAULT
                        .judge("What is the capital of Kenya?", List.of("Nairobi"), completion)
                        .verdict())
                .isEqualTo(CORRECT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Paris? No.",
                "Is it Paris? Nope.",
                "Paris. That's wrong.",
                "Paris - no, that's wrong.",
                "Paris (incorrect)",
                "Paris, which is wrong.",
                "Paris. Just kidding.",
                "People say Paris. That is not the answer.",
                "You might think Paris, but no.",
                "I doubt that it's Paris.",
                "I don't think it's Paris.",
                "It is no longer Paris.",
                "It is not true that it's Paris.",
                "Paris can be ruled out.",
                "Kein Paris.",
                "Nicht Paris, sondern Lyon.",
                "Ich glaube nicht, dass es Paris ist.",
                "Je ne crois pas que ce soit Paris.",
                "Pas Paris.",
            })
    void anAnswerThatIsDeniedBeforeOrAfterIsNotGiven(String completion) {
        assertThat(AnswerJudge.DEFAULT
                        .judge("What is the capital of France?", List.of("Paris"), completion)
                        .verdict())
                .isEqualTo(WRONG);
    }

    @ParameterizedTest(name = "{0} in \"{1}\": {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "5 | 1 2 3 4 5 6 | WRONG",
                "5 | 5 5 | CORRECT",
                "5 | .5 | WRONG",
                "0.5 | .5 | CORRECT",
                "5 | 5+ | WRONG",
                "5 | 5 or more | WRONG",
                "5 | ≥5 | WRONG",
                "5 | 5/8 | WRONG",
                "5 | 5:30 | WRONG",
                "5 | five and a half | WRONG",
                "5 | five to six | WRONG",
                "5 | 4 - 5 | WRONG",
                "5 | 2+3=5 | CORRECT",
                "-40 | minus 40 | CORRECT",
                "40 | minus 40 | WRONG",
                "1,000 | 1'000 | CORRECT",
                "1810 | 1810 BC | WRONG",
                "1810 | 1/3/1810 | CORRECT",
                "450 kg | Maximum load: 450 kg [1] | CORRECT",
            })
    void aNumberThatIsAPartOfAnotherIsNotGiven(String answer, String completion, Verdict verdict) {
        assertThat(AnswerJudge.judge(List.of(answer), completion)).isEqualTo(verdict);
    }

    @ParameterizedTest(name = "{0} in \"{1}\": {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "It | It is Carrie. | WRONG",
                "It | It. | CORRECT",
                "It | It is It. | CORRECT",
                "The Who | It was the Beatles, who were famous. | WRONG",
                "The Who | The Who | CORRECT",
                "May | It may be June. | WRONG",
                "May | May is the month. | CORRECT",
                "May | In May. | CORRECT",
                "C++ | C | WRONG",
                "C++ | It is C++. | CORRECT",
                "C | C# | WRONG",
                "Congo | Democratic Republic of the Congo | WRONG",
                "Congo | Republic of the Congo | CORRECT",
            })
    void aWordOfAnotherMeaningIsNotAName(String answer, String completion, Verdict verdict) {
        assertThat(AnswerJudge.judge(List.of(answer), completion)).isEqualTo(verdict);
    }

    /** What follows a question must not hide what it asks for. */
    @Test
    void wordsAfterTheQuestionAreNotAsked() {
        String said = "The assassination of Lincoln took place in %s, but I don't know the day.";
        for (String question : List.of(
                "In which year was the assassination of Lincoln?",
                "In which year was the assassination of Lincoln, as far as you know?",
                "In which year was the assassination of Lincoln? One sentence is enough.")) {
            for (Verdict verdict : List.of(CORRECT, WRONG)) {
                String year = verdict == CORRECT ? "1865" : "1870";
                assertThat(AnswerJudge.DEFAULT
                                .judge(question, List.of("1865"), said.formatted(year))
                                .verdict())
                        .as(question)
                        .isEqualTo(verdict);
            }
        }
    }

    @Test
    void aGuessInChineseIsNoDenial() {
        String question = "法国的首都是哪里？";
        assertThat(AnswerJudge.DEFAULT
                        .judge(question, List.of("巴黎"), "我不太确定，但我认为是里昂。")
                        .verdict())
                .isEqualTo(WRONG);
        assertThat(AnswerJudge.DEFAULT
                        .judge(question, List.of("巴黎"), "我不太确定，但我认为是巴黎。")
                        .verdict())
                .isEqualTo(CORRECT);
    }
}
