package dev.rlhf.refusal.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.data.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A text that gives two answers is right in at most one of the two orders, whatever its language, its letters, and the
 * marks between the two: otherwise a model that always names two answers would beat one that always names one.
 */
class TwoAnswersTest {
    /** A question, a right and a wrong answer to it, and ways to give one. */
    private record Case(String language, String question, String right, String wrong, String... ways) {
        @Override
        public String toString() {
            return language + " " + right;
        }
    }

    /** What comes before the first answer, between the two, before each in a list, and after each. */
    private record Layout(String before, String between, String after) {}

    private static final List<Layout> LAYOUTS = List.of(
            new Layout("", ". ", "."),
            new Layout("", "! ", ""),
            new Layout("", "\n", ""),
            new Layout("", "\n\n", ""),
            new Layout("", " ", ""),
            new Layout("", ", ", ""),
            new Layout("", "; ", ""),
            new Layout("", " / ", ""),
            new Layout("", " - ", ""),
            new Layout("- ", "\n- ", ""),
            new Layout("* ", "\n* ", ""),
            new Layout("1. ", "\n2. ", ""),
            new Layout("1.", "\n2.", ""),
            new Layout("1) ", " 2) ", ""),
            new Layout("A) ", " B) ", ""),
            new Layout("a) ", "\nb) ", ""),
            new Layout("<li>", "</li><li>", "</li>"),
            new Layout("", "<br>", ""),
            new Layout("[\"", "\", \"", "\"]"),
            new Layout("**", "** **", "**"));

    static Stream<Case> cases() {
        return Stream.of(
                new Case("en", "What is the capital of France?", "Paris", "Rome", "It is %", "The capital is %", "%"),
                new Case("en", "Who wrote War and Peace?", "Tolstoy", "Dickens", "It was written by %", "% wrote it"),
                new Case("en", "What color is a banana?", "yellow", "green", "It is %", "A banana is %", "%"),
                new Case("en", "What is the fastest animal?", "cheetah", "lion", "It is the %", "It is a %", "%"),
                new Case("de", "Was ist die Hauptstadt von Frankreich?", "Paris", "Rom", "Es ist %", "%"),
                new Case("fr", "Quelle est la capitale de la France ?", "Paris", "Rome", "C'est %", "%"),
                new Case("es", "¿Cuál es la capital de Francia?", "París", "Roma", "Es %", "La capital es %"),
                new Case("it", "Qual è la capitale della Francia?", "Parigi", "Roma", "È %", "%"),
                new Case("pt", "Qual é a capital da França?", "Paris", "Roma", "A capital é %", "%"),
                new Case("nl", "Wat is de hoofdstad van Frankrijk?", "Parijs", "Rome", "Het is %", "%"),
                new Case("ru", "Какая столица Франции?", "Париж", "Рим", "Это %", "Столица — %", "%"),
                new Case("zh", "法国的首都是哪里？", "巴黎", "罗马", "是%", "首都是%", "答案是%", "%是首都", "%"),
                new Case("ja", "フランスの首都はどこですか？", "パリ", "ローマ", "%です", "首都は%です", "%"),
                new Case("ko", "프랑스의 수도는 어디입니까?", "파리", "로마", "%입니다", "수도는 %입니다", "%"),
                new Case("th", "เมืองหลวงของฝรั่งเศสคืออะไร", "ปารีส", "โรม", "คือ%", "เมืองหลวงคือ%", "%"),
                new Case("pl", "Jaka jest stolica Francji?", "Paryż", "Rzym", "To %", "% jest stolicą", "%"),
                new Case("sv", "Vad är Frankrikes huvudstad?", "Paris", "Rom", "Det är %", "%"),
                new Case("tr", "Fransa'nın başkenti neresidir?", "Paris", "Roma", "Cevap %", "Başkenti %'dir", "%"),
                new Case("ar", "ما هي عاصمة فرنسا؟", "باريس", "روما", "هي %", "العاصمة هي %", "%"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void atMostOneOrderIsRight(Case one) {
        List<String> rightBothWays = new ArrayList<>();
        for (String way : one.ways()) {
            String right = way.replace("%", one.right());
            String wrong = way.replace("%", one.wrong());
            for (Layout layout : LAYOUTS) {
                List<String> orders = letters(layout.before() + right + layout.between() + wrong + layout.after());
                List<String> others = letters(layout.before() + wrong + layout.between() + right + layout.after());
                for (int i = 0; i < orders.size(); i++) {
                    if (isRight(one, orders.get(i)) && isRight(one, others.get(i))) {
                        rightBothWays.add(orders.get(i));
                    }
                }
            }
        }
        assertThat(rightBothWays).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void oneAnswerIsRightInAnyLetters(Case one) {
        for (String way : one.ways()) {
            for (String end : List.of("", ".", "!")) {
                letters(way.replace("%", one.right()) + end)
                        .forEach(text -> assertThat(isRight(one, text)).as(text).isTrue());
            }
        }
    }

    /** As written, in lower case, in upper case, and with one capital at the beginning. */
    private static List<String> letters(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        String upper = text.toUpperCase(Locale.ROOT).replace("<LI>", "<li>").replace("</LI>", "</li>");
        int first = lower.codePoints()
                .takeWhile(c -> !Character.isLetter(c))
                .map(Character::charCount)
                .sum();
        String sentence = lower.substring(0, first)
                + lower.substring(first, first + 1).toUpperCase(Locale.ROOT)
                + lower.substring(first + 1);
        return List.of(text, lower, upper.replace("<BR>", "<br>"), sentence);
    }

    private static boolean isRight(Case one, String text) {
        return AnswerJudge.DEFAULT
                        .judge(one.question(), List.of(one.right()), text)
                        .verdict()
                == Verdict.CORRECT;
    }
}
