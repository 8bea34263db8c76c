package dev.rlhf.refusal.judge;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Judges a completion against the accepted answers of a question, with rules instead of a model. The completion is read
 * clause by clause ({@link Reading}). The verdict does not depend on other rows.
 *
 * <ol>
 *   <li>{@link Verdict#CORRECT}: an accepted answer is given ({@link AcceptedAnswer}, {@link Mentions},
 *       {@link Rivals}), possibly in other letters, words, digits or units. It is not denied, retracted, part of
 *       another name, or one of several alternatives. A hedge before it does not matter.
 *   <li>{@link Verdict#REFUSED}: a clause declines ({@link RefusalDetector}), and no other clause makes a guess. "I
 *       don't know. Rome." is therefore wrong. "Nobody knows" declines too, unless it is the accepted answer.
 *   <li>{@link Verdict#WRONG}: everything else: other answers, two answers, the question repeated, nothing. If a
 *       question has no accepted answers, everything except a refusal is wrong.
 * </ol>
 *
 * <p>Accuracy: docs/explanation/refusals.md. Immutable and thread-safe.
 */
public final class AnswerJudge {
    /** A judge without additional refusal phrases. */
    public static final AnswerJudge DEFAULT = new AnswerJudge(List.of());

    private static final Pattern EMPHASIS = Pattern.compile("[*_`#]+(?=\\S)|(?<=\\S)[*_`]+|^\\s*#+\\s|<[^>]{1,20}>");
    private static final Pattern TITLE = Pattern.compile(
            "(?<!\\p{L})['\"\u2018\u201c\u00ab\u201e](.{3,60}?)['\"\u2019\u201d\u00bb\u201c](?!\\p{L})");
    private static final Pattern HEADING = Pattern.compile("(?m)^ {0,3}#{1,6}[ \\t]+(.*?)[ \\t:]*$");
    private static final Pattern TABLE_HEAD = Pattern.compile("(?m)^[ \\t]*\\|.*\\n[ \\t]*\\|[-:| \\t]+\\|[ \\t]*$");
    /** The shrug emoji with its modifiers, or the shrug made of kana and punctuation. */
    private static final Pattern SHRUG = Pattern.compile(
            "\\x{1F937}[\\x{1F3FB}-\\x{1F3FF}\u200d\u2640\u2642\ufe0f]*" + "|\u00af\\\\?_\\(\u30c4\\)_/\u00af");

    private static final Pattern BULLET =
            Pattern.compile("(?m)^[ \\t]*(?:[-*\u2022+]|\\d{1,2}[.)])(?:[ \\t]+(?=\\S)|(?<=[.)])(?=\\p{L}))");

    /** Tags that begin or end a line or an item. */
    private static final Pattern BREAK =
            Pattern.compile("(?i)</?(?:br|p|li|ul|ol|div|tr|td|th|h\\d)\\b[^>]{0,20}>|<answer>|</answer>");
    /** The end of an emphasis right before the beginning of another. */
    private static final Pattern BETWEEN_EMPHASES = Pattern.compile("(?<=\\S)([*_]{1,3}|`)[ \\t]+\\1(?=\\S)");
    /** A number or a letter that counts items: {@code 1)}, {@code (b)}, {@code C.}. */
    private static final Pattern MARKER =
            Pattern.compile("(?<=^|[\\s>|])[(\\[]?(\\d{1,2}|\\p{IsLatin})[.)\\]:](?:[ \\t]+(?=\\S)|(?=\\p{L}{2}))");

    private final RefusalDetector detector;
    private final GivenVerdicts given;

    /**
     * Creates a judge.
     *
     * @param refusalPhrases additional phrases that decline, in any language
     */
    public AnswerJudge(List<String> refusalPhrases) {
        this(refusalPhrases, GivenVerdicts.NONE);
    }

    /**
     * Creates a judge.
     *
     * @param refusalPhrases additional phrases that decline, in any language
     * @param given verdicts of people, which replace those of the rules
     */
    public AnswerJudge(List<String> refusalPhrases, GivenVerdicts given) {
        this.detector = new RefusalDetector(refusalPhrases);
        this.given = given;
    }

    /**
     * Refuses verdicts of people that could belong to several of the questions.
     *
     * @throws dev.rlhf.base.InputException with file and line of the verdict
     */
    public void requirePassages(Collection<QuestionRow> questions) {
        given.requirePassages(questions);
    }

    /** Returns the default judge's verdict without a question. */
    public static Verdict judge(List<String> answers, String completion) {
        return DEFAULT.judge("", answers, completion).verdict();
    }

    /** Judges a completion of a question without its passage, because a passage may contain other answers. */
    public Judgement judge(QuestionRow question, String completion) {
        Verdict own = given.find(question, completion);
        return own != null ? new Judgement(own, "given") : byRules(question.question(), question.answers(), completion);
    }

    /**
     * Judges a completion.
     *
     * @param question as asked, or ""
     * @param answers accepted answers, each of them sufficient; empty if the question has no answer
     */
    public Judgement judge(String question, List<String> answers, String completion) {
        return judge(new QuestionRow(null, question, answers, null, Map.of()), completion);
    }

    private Judgement byRules(String question, List<String> answers, String completion) {
        Words asked = Words.of(question);
        Words said = Words.of(withoutMarkup(withoutTitles(question, completion)));
        if (said.isEmpty()) {
            return new Judgement(Verdict.WRONG, "");
        }
        List<Language> languages = Language.of(said, asked);
        List<AcceptedAnswer> accepted = answers.stream()
                .map(answer -> new AcceptedAnswer(answer, languages))
                .filter(answer -> !answer.isEmpty())
                .toList();
        Reading reading = new Reading(said, asked, languages, detector, !accepted.isEmpty());
        if (repeats(said, asked, accepted)) {
            return new Judgement(Verdict.WRONG, "");
        }
        int from = reading.liveFrom();
        Judgement judgement = judge(said, asked, reading, accepted, from);
        boolean nothingLeft = from > 0
                && judgement.verdict() == Verdict.WRONG
                && judgement.evidence().isEmpty();
        return nothingLeft ? judge(said, asked, reading, accepted, 0) : judgement;
    }

    private Judgement judge(Words said, Words asked, Reading reading, List<AcceptedAnswer> accepted, int from) {
        Judgement given = given(said, asked, reading, accepted, from);
        if (given != null) {
            return given;
        }
        Clause guess = new GuessFinder(reading).first(from);
        Span refusal = refusal(reading, from);
        if (refusal == null && guess == null && from == 0 && Evasion.in(said, reading)) {
            return new Judgement(Verdict.REFUSED, said.text(0, said.size()));
        }
        if (refusal != null && guess == null) {
            boolean declined = accepted.stream()
                    .anyMatch(answer -> detector.find(
                                    answer.words(), new Span(0, answer.words().size()))
                            != null);
            boolean nobody =
                    declined && reading.clauses().stream().anyMatch(clause -> reading.matches(clause, "unknown"));
            return new Judgement(nobody ? Verdict.CORRECT : Verdict.REFUSED, said.text(refusal.start(), refusal.end()));
        }
        return new Judgement(Verdict.WRONG, guess == null ? "" : said.text(guess.start(), guess.end()));
    }

    /**
     * Returns the judgement if the text gives an accepted answer, or answers yes or no where one of these is accepted;
     * otherwise null.
     */
    private static @Nullable Judgement given(
            Words said, Words asked, Reading reading, List<AcceptedAnswer> accepted, int from) {
        Mentions mentions = new Mentions(said, reading);
        Rivals rivals = new Rivals(said, reading, true);
        Rivals unmarked = new Rivals(said, reading, false);
        List<Span> strong = new ArrayList<>();
        List<Span> weak = new ArrayList<>();
        List<Span> denied = new ArrayList<>();
        for (AcceptedAnswer answer : accepted) {
            YesNo polarity = YesNo.of(answer.words(), asked, reading);
            if (polarity != null) {
                Clause clause = YesNo.find(reading, said);
                if (clause != null) {
                    Verdict verdict = polarity.said(reading, clause) ? Verdict.CORRECT : Verdict.WRONG;
                    return new Judgement(verdict, said.text(clause.start(), clause.end()));
                }
                continue;
            }
            for (Span span : answer.in(said, reading.asked())) {
                Clause clause = reading.clauseOf(span.start());
                if (!mentions.affirmed(span, answer)) {
                    denied.add(span);
                } else if (mentions.deniedLater(clause)) {
                    denied.add(span);
                } else if (span.start() >= from && !reading.restates(clause)) {
                    (reading.weak(clause) ? weak : strong).add(span);
                }
            }
        }
        strong.removeIf(span -> denied.stream().anyMatch(longer -> longer.covers(span)));
        weak.removeIf(span -> denied.stream().anyMatch(longer -> longer.covers(span)));
        if (strong.isEmpty() && weak.isEmpty()) {
            return null;
        }
        Clause other = strong.isEmpty() ? otherGuess(reading, weak, from) : rivals.claim(from, strong);
        if (other == null && strong.stream().allMatch(unmarked::isUnmarked)) {
            other = unmarked.claim(from, strong);
        }
        if (other != null) {
            return new Judgement(Verdict.WRONG, said.text(other.start(), other.end()));
        }
        List<Span> spans = strong.isEmpty() ? weak : strong;
        if (besideTheRefusal(reading, spans, from)) {
            return null;
        }
        for (Span span : spans) {
            Span rival = rivals.beside(span, spans, from);
            if (rival == null && unmarked.isUnmarked(span)) {
                rival = unmarked.beside(span, spans, from);
            }
            if (rival != null) {
                return new Judgement(Verdict.WRONG, said.text(rival.start(), rival.end()));
            }
        }
        return new Judgement(
                Verdict.CORRECT,
                said.text(spans.getFirst().start(), spans.getFirst().end()));
    }

    /**
     * Returns whether a text that declines only mentions the answers, in clauses that would be no guess if another
     * answer stood there: "I don't know. Try Oslo." Otherwise such a guess could only win.
     */
    private static boolean besideTheRefusal(Reading reading, List<Span> spans, int from) {
        return refusal(reading, from) != null
                && new GuessFinder(reading).first(from) == null
                && spans.stream().allMatch(span -> {
                    Clause clause = reading.clauseOf(span.start());
                    return reading.refusal(clause) == null
                            && reading.values(clause).stream().anyMatch(i -> i >= span.start() && i < span.end())
                            && reading.said().words().subList(span.start(), span.end()).stream()
                                    .noneMatch(word -> reading.asked().words().stream()
                                            .anyMatch(w -> Asked.alike(w, word.folded())));
                });
    }

    /**
     * Returns another guess before or after an accepted answer that is only asked about or attributed to others; null
     * if there is none.
     */
    private static @Nullable Clause otherGuess(Reading reading, List<Span> weak, int from) {
        Clause first = new GuessFinder(reading).first(from);
        if (first != null && reading.names(first) && weak.stream().noneMatch(first.words()::overlaps)) {
            return first;
        }
        Clause last = reading.clauseOf(weak.getLast().start());
        return new GuessFinder(reading).first(Math.max(from, last.end()));
    }

    private static @Nullable Span refusal(Reading reading, int from) {
        return reading.clauses().stream()
                .filter(clause -> clause.end() > from)
                .map(reading::refusal)
                .filter(span -> span != null && span.end() > from)
                .findFirst()
                .orElse(null);
    }

    /** Returns whether the completion only repeats the question, or a part of it that is not an accepted answer. */
    private static boolean repeats(Words said, Words asked, List<AcceptedAnswer> accepted) {
        return asked.contains(said)
                && (said.size() == asked.size()
                        || accepted.stream()
                                .noneMatch(answer -> answer.in(said).stream()
                                        .anyMatch(span -> span.covers(new Span(0, said.size())))));
    }

    /** Replaces titles quoted in the question that read like a refusal: 'I Don't Know How to Love Him'. */
    private static String withoutTitles(String question, String completion) {
        return TITLE.matcher(question)
                .results()
                .map(match -> match.group(1))
                .filter(RefusalDetector::refuses)
                .reduce(completion, (text, title) -> text.replace(title, "It"));
    }

    /**
     * Removes Markdown emphasis, list markers and the heads of tables, makes a heading a label ("Result:"), and puts a
     * shrug into words.
     */
    private static String withoutMarkup(String text) {
        String shrugged = SHRUG.matcher(text).replaceAll(" I dunno. ");
        String labelled = HEADING.matcher(shrugged).replaceAll("$1:");
        String apart = BREAK.matcher(BETWEEN_EMPHASES.matcher(labelled).replaceAll("$1\n$1"))
                .replaceAll("\n");
        String plain = onePerLine(
                EMPHASIS.matcher(TABLE_HEAD.matcher(apart).replaceAll("")).replaceAll(""));
        long bullets = BULLET.matcher(plain).results().count();
        return bullets > 1 || plain.stripLeading().matches("(?s)([-*\u2022]|1[.)]\\s).*")
                ? BULLET.matcher(plain).replaceAll("")
                : plain;
    }

    /** Puts items that are counted from 1 or A within a line, such as "1) Oslo 2) Bergen", in lines of their own. */
    private static String onePerLine(String text) {
        List<String> markers = MARKER.matcher(text)
                .results()
                .map(marker -> marker.group(1).toLowerCase(Locale.ROOT))
                .toList();
        boolean counted = markers.size() > 1 && (isCount(markers, "1", "2") || isCount(markers, "a", "b"));
        return counted ? MARKER.matcher(text).replaceAll("\n") : text;
    }

    private static boolean isCount(List<String> markers, String first, String second) {
        return markers.getFirst().equals(first) && markers.get(1).equals(second);
    }
}
