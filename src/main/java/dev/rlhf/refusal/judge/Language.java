package dev.rlhf.refusal.judge;

import com.ibm.icu.util.ULocale;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Patterns ({@link PhrasePattern}) and words of one language, read from a file in {@code languages/}. Immutable.
 *
 * <pre>
 * [refusal]     the speaker does not know, cannot say or will not say
 * [unknown]     nobody knows, or nothing is known about it
 * [premise]     what is asked about does not exist; declines only if the question has no answer
 * [aside]       accompanies a refusal and is not an answer: advice, offers of help, the speaker's limits
 * [guess]       introduces a guess: "maybe", "I think", "it is"
 * [attributed]  reports what others say or think
 * [retract]     retracts what was said before: "no wait", "I meant"
 * [before], [after]  deny the words after or before them; [links] may come in between
 * [denied]      a clause that denies the one before it: "but that is wrong"
 * [relative]    before a name that only describes somebody or something else; [kin] words after its possessive
 * [agent]       comes before the one who did it; [nobody] answers that mean nobody
 * [several]     announces a list of possibilities; [modal] words that call something possible
 * [copula]      verbs between a subject and its name
 * [again]       words that may be added or left out when a statement is made again, such as articles and "also"
 * [link]        words and phrases that enumerate, between two answers: "maybe", "as well as", "it is"
 * [more]        announces one more answer: "another"; [beside] words beside it that are no answer
 * [or], [and]   join alternatives; [or_not] follows an "or" that joins no alternatives
 * [bound], [range]  turn a number into a bound or a range
 * [yes], [no]   answers to yes-or-no questions
 * [but]         words that begin a clause; [starters] words and phrases that begin a clause with a guess
 * [if]          words that begin a condition
 * [ask]         words that introduce what somebody does not know
 * [who]         question words for the answer itself
 * [speaker]     words for the speaker or the reader; [evasive] words of an evasive speaker
 * [article]     articles; [indefinite] those that are indefinite
 * [leading]     articles that names begin with in texts of any language
 * [lead]        other words that may stand before a bare answer
 * [other_name], [same_name]  before a name make it another one, after a name leave it the same
 * [neither]     denies both of two names; [exception] excludes names, from [everything] or from [nothing]
 * [that]        begins a clause that depends on the one before it
 * [or_more]     after "or" make a number a bound, as [between] does before it and [half] after "and"
 * [zero], [minus]  before what is counted, and before a number; [scale] words that multiply the number before them
 * [era]         after a year before our era; [date_link] between the parts of a date
 * [true], [false]  accepted answers that mean yes and no; [yes_or_no] words for them that contradict each other
 * [request], [ability], [preposition]  with which requests and questions may begin
 * [whether]     words of [ask] that introduce questions for yes or no
 * [pronoun], [homograph]  words that are seldom a name; [symbol_verb] words after a symbol
 * [abbreviation]  words whose full stop ends no sentence
 * [stem], [particle]  what may be attached to a name, as in Korean
 * [plain]       words that are not an answer by themselves
 * </pre>
 */
final class Language {
    private static final List<String> CODES =
            List.of("en", "de", "fr", "es", "it", "pt", "nl", "ru", "zh", "ja", "ko", "th", "pl", "sv", "tr", "ar");

    /** All languages, English first. */
    static final List<Language> ALL = CODES.stream().map(Language::load).toList();

    static final Language ENGLISH = ALL.getFirst();

    private final String code;
    private final boolean blanks;
    private final Map<String, String> macros = new HashMap<>();
    private final Map<String, List<PhrasePattern>> patterns = new HashMap<>();
    private final Map<String, List<Words>> phrases = new HashMap<>();
    private final Map<String, Set<String>> words = new HashMap<>();
    private final Map<String, Long> scales = new HashMap<>();

    private Language(String code, Map<String, List<String>> sections) {
        this.code = code;
        this.blanks = !sections.getOrDefault("options", List.of()).contains("blanks = no");
        for (String macro : sections.getOrDefault("macros", List.of())) {
            String[] parts = macro.split(" = ", 2);
            macros.put(parts[0], parts[1]);
        }
        sections.getOrDefault("scale", List.of()).stream()
                .flatMap(line -> Stream.of(line.split(" ", -1)))
                .map(scale -> scale.split("=", 2))
                .forEach(scale -> scales.put(Words.fold(scale[0]), Long.valueOf(scale[1])));
        for (String name : List.of(
                "refusal",
                "unknown",
                "premise",
                "aside",
                "guess",
                "attributed",
                "retract",
                "after",
                "denied",
                "yes",
                "no")) {
            patterns.put(
                    name,
                    sections.getOrDefault(name, List.of()).stream()
                            .map(line -> PhrasePattern.of(line, macros, blanks))
                            .toList());
        }
        for (String name : List.of("before", "bound", "relative")) {
            patterns.put(
                    name,
                    sections.getOrDefault(name, List.of()).stream()
                            .filter(line -> line.contains("|"))
                            .map(line -> PhrasePattern.of("(" + line + ") >", macros, blanks))
                            .toList());
        }
        sections.forEach((name, lines) -> {
            Set<String> set = new HashSet<>();
            List<Words> list = new ArrayList<>();
            for (String line : lines) {
                if (line.contains("|")) {
                    for (String phrase : line.split("\\|", -1)) {
                        list.add(Words.of(phrase));
                    }
                } else {
                    for (String word : line.split(" ", -1)) {
                        Words parts = Words.of(word);
                        if (blanks || parts.size() == 1) {
                            parts.words().forEach(w -> set.add(w.folded()));
                        } else {
                            list.add(parts); // a part such as 是 of 绝不是 has another meaning
                        }
                    }
                }
            }
            words.put(name, Set.copyOf(set));
            phrases.put(name, List.copyOf(list));
        });
    }

    private static Language load(String code) {
        try (InputStream in = Language.class.getResourceAsStream("languages/" + code + ".txt")) {
            if (in == null) {
                throw new IllegalStateException("no resource languages/" + code + ".txt");
            }
            return new Language(code, sections(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, List<String>> sections(String text) {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        String section = "";
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.startsWith("[")) {
                section = line.substring(1, line.length() - 1);
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                sections.computeIfAbsent(section, s -> new ArrayList<>()).add(line);
            }
        }
        return sections;
    }

    String code() {
        return code;
    }

    ULocale locale() {
        return ULocale.forLanguageTag(code);
    }

    boolean hasBlanks() {
        return blanks;
    }

    List<PhrasePattern> patterns(String section) {
        return patterns.getOrDefault(section, List.of());
    }

    /** Returns the phrases of a section: lines with {@code |}. */
    List<Words> phrases(String section) {
        return phrases.getOrDefault(section, List.of());
    }

    /** Returns whether a section has this word or phrase, whatever the spaces in it. */
    boolean has(String section, Words text) {
        String joined = PhrasePattern.key(text, 0, text.size(), false);
        return words(section).contains(joined)
                || phrases(section).stream()
                        .anyMatch(phrase -> PhrasePattern.key(phrase, 0, phrase.size(), false)
                                .equals(joined));
    }

    /** Returns the words that multiply the number before them, in all languages. */
    static Map<String, Long> scales() {
        Map<String, Long> scales = new HashMap<>();
        ALL.forEach(language -> scales.putAll(language.scales));
        return Map.copyOf(scales);
    }

    /** Returns the single words of a section in all languages. */
    static Set<String> wordsOfAll(String section) {
        return ALL.stream()
                .flatMap(language -> language.words(section).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the single words of a section: lines without {@code |}. */
    Set<String> words(String section) {
        return words.getOrDefault(section, Set.of());
    }

    /**
     * Returns the possible languages of texts: English, and for each text the language with the most plain words, if it
     * has more of them than English and at least two, or one that is no name if no word is plain English.
     */
    static List<Language> of(Words... texts) {
        List<Language> languages = new ArrayList<>();
        languages.add(ENGLISH);
        for (Words text : texts) {
            Language best = ENGLISH;
            double most = score(ENGLISH, text);
            for (Language language : ALL) {
                double score = score(language, text);
                if (score > most && (score >= 2 || !language.blanks || (most == 0 && language.isPlainIn(text)))) {
                    most = score;
                    best = language;
                }
            }
            if (!languages.contains(best)) {
                languages.add(best);
            }
        }
        return languages;
    }

    /**
     * Returns the possible languages of a refusal: only English if at least half of the words are plain English words
     * and no other language has as many; otherwise all.
     */
    static List<Language> ofRefusals(Words text) {
        double english = score(ENGLISH, text);
        boolean clear =
                english >= 0.5 * text.size() && ALL.stream().noneMatch(l -> l != ENGLISH && score(l, text) >= english);
        return clear ? List.of(ENGLISH) : ALL;
    }

    /** Returns the number of plain words; another word in a script of this language alone counts half. */
    static double score(Language language, Words text) {
        Set<String> plain = language.words("plain");
        return text.words().stream()
                .mapToDouble(word -> plain.contains(word.folded()) ? 1 : inScript(language, word.folded()) ? 0.5 : 0)
                .sum();
    }

    /** Returns whether a plain word of a text is no part of a name: in lower case, in another script, or a denial. */
    private boolean isPlainIn(Words text) {
        return text.words().stream()
                .anyMatch(word -> words("before").contains(word.folded())
                        || (words("plain").contains(word.folded())
                                && !word.written().matches("\\p{IsLatin}*\\p{Lu}.*")));
    }

    private static boolean inScript(Language language, String word) {
        return switch (language.code) {
            case "ja" ->
                word.codePoints()
                        .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HIRAGANA
                                || Character.UnicodeScript.of(c) == Character.UnicodeScript.KATAKANA);
            case "zh" -> isIn(Character.UnicodeScript.HAN, word);
            case "th" -> isIn(Character.UnicodeScript.THAI, word);
            case "ko" -> isIn(Character.UnicodeScript.HANGUL, word);
            case "ru" -> isIn(Character.UnicodeScript.CYRILLIC, word);
            case "ar" -> isIn(Character.UnicodeScript.ARABIC, word);
            default -> false;
        };
    }

    private static boolean isIn(Character.UnicodeScript script, String word) {
        return word.codePoints().allMatch(c -> Character.UnicodeScript.of(c) == script);
    }
}
