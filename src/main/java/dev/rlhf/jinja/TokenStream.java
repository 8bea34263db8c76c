package dev.rlhf.jinja;

import dev.rlhf.base.InputException;
import java.util.List;

/** The tokens of a template and the current position. */
final class TokenStream {
    private final Source source;
    private final List<Token> tokens;
    private int at;
    private int depth;

    TokenStream(Source source) {
        this.source = source;
        this.tokens = Lexer.tokens(source);
    }

    Token current() {
        return tokens.get(at);
    }

    Token ahead() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    /** Returns the current token and moves to the next. */
    Token next() {
        Token token = current();
        if (!token.is(Token.Kind.END)) {
            at++;
        }
        return token;
    }

    boolean skipName(String name) {
        boolean there = current().isName(name);
        if (there) {
            next();
        }
        return there;
    }

    boolean skipOperator(String operator) {
        boolean there = current().isOperator(operator);
        if (there) {
            next();
        }
        return there;
    }

    Token expect(Token.Kind kind, String what) {
        if (!current().is(kind)) {
            throw error("expected %s, found %s".formatted(what, current().describe()));
        }
        return next();
    }

    Token expectOperator(String operator) {
        if (!current().isOperator(operator)) {
            throw error("expected '%s', found %s".formatted(operator, current().describe()));
        }
        return next();
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw error("expected '%s', found %s".formatted(name, current().describe()));
        }
    }

    /** Enters a construct that can contain itself; {@link #leave} closes it. */
    void enter() {
        if (++depth > Limits.DEPTH) {
            throw error("nested more than " + Limits.DEPTH + " deep");
        }
    }

    void leave() {
        depth--;
    }

    int line() {
        return current().line();
    }

    InputException error(String what) {
        return source.error(line(), what);
    }

    InputException error(int line, String what) {
        return source.error(line, what);
    }

    InputException unsupported(int line, String what) {
        return source.unsupported(line, what);
    }
}
