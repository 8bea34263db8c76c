package dev.rlhf.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Splits the inside of one tag into tokens. A tag ends only outside brackets, so a dict may end with two braces.
 */
final class TagLexer {
    private static final Pattern FLOAT = Pattern.compile(
            "(?:\\d++_)*+\\d++(?:(?:\\.(?:\\d++_)*+\\d++)?e[+-]?(?:\\d++_)*+\\d++|\\.(?:\\d++_)*+\\d++)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern INTEGER = Pattern.compile(
            "0b(?:_?[01])++|0o(?:_?[0-7])++|0x(?:_?[0-9a-f])++|[1-9](?:_?[0-9])*+|0(?:_?0)*+",
            Pattern.CASE_INSENSITIVE);
    /** Operators, longest first. */
    private static final List<String> OPERATORS = List.of(
            "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
            "=", ".", ":", "|", ",", ";");

    private final Source source;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private final Deque<String> brackets = new ArrayDeque<>();
    private int at;
    private int line;

    TagLexer(Source source, String text, int at, int line) {
        this.source = source;
        this.text = text;
        this.at = at;
        this.line = line;
    }

    List<Token> tokens() {
        return tokens;
    }

    int at() {
        return at;
    }

    boolean atEnd() {
        return at >= text.length();
    }

    void skipSpaces() {
        while (!atEnd() && PyText.isSpace(text.charAt(at))) {
            if (text.charAt(at) == '\n') {
                line++;
            }
            at++;
        }
    }

    /** Returns the white-space sign before the tag's end (possibly empty) if the tag ends here; otherwise null. */
    @Nullable
    String closedBy(String end, boolean plusToo) {
        if (!brackets.isEmpty()) {
            return null;
        }
        for (String sign : plusToo ? List.of("+", "-", "") : List.of("-", "")) {
            if (text.startsWith(sign + end, at)) {
                return sign;
            }
        }
        return null;
    }

    void next() {
        char c = text.charAt(at);
        Matcher number = FLOAT.matcher(text).region(at, text.length());
        if ((at == 0 || text.charAt(at - 1) != '.') && number.lookingAt()) {
            add(Token.Kind.FLOAT, number.end());
            return;
        }
        number.usePattern(INTEGER);
        if (number.lookingAt()) {
            add(Token.Kind.INTEGER, number.end());
        } else if (isWord(c)) {
            int end = at;
            while (end < text.length() && isWord(text.charAt(end))) {
                end++;
            }
            if (!Character.isUnicodeIdentifierStart(c) && c != '_') {
                throw source.error(line, "'%s' is not a name".formatted(text.substring(at, end)));
            }
            add(Token.Kind.NAME, end);
        } else if (c == '\'' || c == '"') {
            string(c);
        } else {
            operator();
        }
    }

    private static boolean isWord(char c) {
        return c == '_' || (Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
    }

    private void string(char quote) {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != quote) {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
            throw source.error(line, "a string is not closed; %s is missing".formatted(quote));
        }
        String raw = text.substring(at + 1, end);
        tokens.add(new Token(Token.Kind.STRING, Escapes.resolve(source, line, raw), line));
        line += (int) raw.chars().filter(c -> c == '\n').count();
        at = end + 1;
    }

    private void operator() {
        for (String operator : OPERATORS) {
            if (text.startsWith(operator, at)) {
                balance(operator);
                add(Token.Kind.OPERATOR, at + operator.length());
                return;
            }
        }
        throw source.error(line, "unexpected character " + Printing.quote(Character.toString(text.codePointAt(at))));
    }

    private void balance(String operator) {
        switch (operator) {
            case "(" -> brackets.push(")");
            case "[" -> brackets.push("]");
            case "{" -> brackets.push("}");
            case ")", "]", "}" -> {
                if (brackets.isEmpty()) {
                    throw source.error(line, "unexpected '%s'".formatted(operator));
                }
                String expected = brackets.pop();
                if (!expected.equals(operator)) {
                    throw source.error(line, "unexpected '%s', expected '%s'".formatted(operator, expected));
                }
            }
            default -> {}
        }
    }

    private void add(Token.Kind kind, int end) {
        tokens.add(new Token(kind, text.substring(at, end), line));
        at = end;
    }
}
