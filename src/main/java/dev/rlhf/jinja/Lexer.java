package dev.rlhf.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a template into text and tags and removes white space between them: {@code -} strips all of it, {@code +}
 * keeps it, and {@code trim_blocks} and {@code lstrip_blocks} are on, as in transformers: the newline right after a
 * block or comment is removed, and so are blanks between the start of a line and a block or comment.
 */
final class Lexer {
    private static final Pattern RAW =
            Pattern.compile("\\{%([-+]?)\\s*+raw\\s*+(-?)%}", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern END_RAW =
            Pattern.compile("\\{%([-+]?)\\s*+endraw\\s*+([-+]?)%}", Pattern.UNICODE_CHARACTER_CLASS);

    private final Source source;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    private Lexer(Source source) {
        this.source = source;
        this.text = source.text();
    }

    /**
     * @throws dev.rlhf.base.InputException if a tag, string, comment or bracket is not closed, or a character is
     *     unexpected
     */
    static List<Token> tokens(Source source) {
        Lexer lexer = new Lexer(source);
        while (lexer.at < lexer.text.length()) {
            lexer.next();
        }
        lexer.add(Token.Kind.END, "");
        return lexer.tokens;
    }

    /** Reads the text up to the next tag, and that tag. */
    private void next() {
        int tag = nextTag();
        if (tag < 0) {
            data(text.length(), ' ', false);
            return;
        }
        char kind = text.charAt(tag + 1);
        char sign = tag + 2 < text.length() ? text.charAt(tag + 2) : ' ';
        data(tag, sign, kind != '{');
        Matcher raw = RAW.matcher(text).region(tag, text.length());
        if (raw.lookingAt()) {
            moveTo(raw.end());
            if (raw.group(2).equals("-")) {
                skipSpaces();
            }
            raw();
            return;
        }
        moveTo(tag + (sign == '-' || sign == '+' ? 3 : 2));
        switch (kind) {
            case '#' -> comment();
            case '{' -> tag(Token.Kind.PRINT_BEGIN, Token.Kind.PRINT_END);
            default -> tag(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END);
        }
    }

    private int nextTag() {
        for (int i = text.indexOf('{', at); i >= 0 && i + 1 < text.length(); i = text.indexOf('{', i + 1)) {
            char second = text.charAt(i + 1);
            if (second == '{' || second == '%' || second == '#') {
                return i;
            }
        }
        return -1;
    }

    /** Returns the text up to {@code end} without the white space that the next tag strips. */
    private void data(int end, char sign, boolean beforeBlock) {
        String data = text.substring(at, end);
        if (sign == '-') {
            data = PyText.strip(data, null, false, true);
        } else if (sign != '+' && beforeBlock) {
            int lineStart = data.lastIndexOf('\n') + 1;
            boolean startsLine = lineStart > 0 || at == 0 || text.charAt(at - 1) == '\n';
            if (startsLine
                    && PyText.strip(data.substring(lineStart), null, true, false)
                            .isEmpty()) {
                data = data.substring(0, lineStart);
            }
        }
        if (!data.isEmpty()) {
            add(Token.Kind.TEXT, data);
        }
        moveTo(end);
    }

    private void raw() {
        Matcher end = END_RAW.matcher(text);
        if (!end.find(at)) {
            throw source.error(line, "{% raw %} is not closed");
        }
        data(end.start(), end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0), true);
        moveTo(end.end());
        afterBlock(end.group(2));
    }

    private void comment() {
        int end = text.indexOf("#}", at);
        if (end < 0) {
            throw source.error(line, "a comment is not closed; '#}' is missing");
        }
        String sign = end > at ? text.substring(end - 1, end) : "";
        moveTo(end + 2);
        afterBlock(sign);
    }

    private void tag(Token.Kind begin, Token.Kind end) {
        int opened = line;
        add(begin, "");
        TagLexer inside = new TagLexer(source, text, at, line);
        String close = begin == Token.Kind.PRINT_BEGIN ? "}}" : "%}";
        while (true) {
            inside.skipSpaces();
            String sign = inside.closedBy(close, begin == Token.Kind.BLOCK_BEGIN);
            if (sign != null) {
                tokens.addAll(inside.tokens());
                moveTo(inside.at());
                add(end, "");
                moveTo(at + sign.length() + 2);
                if (begin == Token.Kind.BLOCK_BEGIN) {
                    afterBlock(sign);
                } else if (sign.equals("-")) {
                    skipSpaces();
                }
                return;
            }
            if (inside.atEnd()) {
                throw source.error(opened, "a tag is not closed; '%s' is missing".formatted(close));
            }
            inside.next();
        }
    }

    private void afterBlock(String sign) {
        if (sign.equals("-")) {
            skipSpaces();
        } else if (!sign.equals("+") && at < text.length() && text.charAt(at) == '\n') {
            moveTo(at + 1);
        }
    }

    private void skipSpaces() {
        int to = at;
        while (to < text.length() && PyText.isSpace(text.charAt(to))) {
            to++;
        }
        moveTo(to);
    }

    private void moveTo(int to) {
        for (int i = at; i < to; i++) {
            if (text.charAt(i) == '\n') {
                line++;
            }
        }
        at = to;
    }

    private void add(Token.Kind kind, String value) {
        tokens.add(new Token(kind, value, line));
    }
}
