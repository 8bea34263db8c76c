package dev.rlhf.jinja;

import dev.rlhf.jinja.Expr.CallArguments;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses names, literals and brackets, followed by any of {@code .name}, {@code [key]}, {@code (…)}, {@code |filter}
 * and {@code is test}.
 */
final class PrimaryParser {
    private final TokenStream tokens;
    private final ExpressionParser expressions;

    PrimaryParser(TokenStream tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    Expr primary() {
        Token token = tokens.current();
        int line = token.line();
        return switch (token.kind()) {
            case NAME -> name(tokens.next());
            case STRING -> {
                StringBuilder text = new StringBuilder();
                while (tokens.current().is(Token.Kind.STRING)) {
                    text.append(tokens.next().text());
                }
                yield new Expr.Const(text.toString(), line);
            }
            case INTEGER -> new Expr.Const(integer(tokens.next()), line);
            case FLOAT -> new Expr.Const(Double.valueOf(tokens.next().text().replace("_", "")), line);
            default -> brackets();
        };
    }

    static Expr name(Token token) {
        return switch (token.text()) {
            case "true", "True" -> new Expr.Const(true, token.line());
            case "false", "False" -> new Expr.Const(false, token.line());
            case "none", "None" -> new Expr.Const(None.NONE, token.line());
            default -> new Expr.Name(token.text(), token.line());
        };
    }

    private Long integer(Token token) {
        try {
            return (Long) Numbers.integer(token.text(), 0L, 0);
        } catch (TemplateException error) {
            throw tokens.error(token.line(), error.what());
        }
    }

    private Expr brackets() {
        int line = tokens.line();
        if (tokens.skipOperator("(")) {
            Expr inside = tokens.current().isOperator(")")
                    ? new Expr.TupleOf(List.of(), line)
                    : expressions.tuple(true, null);
            tokens.expectOperator(")");
            return inside;
        }
        if (tokens.skipOperator("[")) {
            List<Expr> items = new ArrayList<>();
            while (!tokens.current().isOperator("]")) {
                items.add(expressions.expression());
                if (!tokens.skipOperator(",")) {
                    break;
                }
            }
            tokens.expectOperator("]");
            return new Expr.ListOf(items, line);
        }
        if (tokens.skipOperator("{")) {
            return dict(line);
        }
        throw tokens.error("expected an expression, found " + tokens.current().describe());
    }

    private Expr dict(int line) {
        List<Expr> keys = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        while (!tokens.current().isOperator("}")) {
            keys.add(expressions.expression());
            tokens.expectOperator(":");
            values.add(expressions.expression());
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator("}");
        return new Expr.DictOf(keys, values, line);
    }

    Expr postfix(Expr value) {
        Expr result = value;
        while (true) {
            Token token = tokens.current();
            if (token.isOperator(".")) {
                result = dot(result);
            } else if (token.isOperator("[")) {
                result = subscript(result);
            } else if (token.isOperator("(")) {
                result = new Expr.Call(result, arguments(), token.line());
            } else {
                return result;
            }
        }
    }

    private Expr dot(Expr of) {
        int line = tokens.next().line();
        if (tokens.current().is(Token.Kind.INTEGER)) {
            return new Expr.Element(of, new Expr.Const(integer(tokens.next()), line), line);
        }
        return new Expr.Attribute(
                of, tokens.expect(Token.Kind.NAME, "a name after '.'").text(), line);
    }

    private Expr subscript(Expr of) {
        int line = tokens.next().line();
        Expr first = tokens.current().isOperator(":") ? null : expressions.expression();
        Expr result;
        if (tokens.skipOperator(":")) {
            Expr to = bound();
            Expr step = tokens.skipOperator(":") ? bound() : null;
            result = new Expr.Slice(of, first, to, step, line);
        } else if (first == null) {
            throw tokens.error(
                    "expected an expression, found " + tokens.current().describe());
        } else {
            result = new Expr.Element(of, first, line);
        }
        if (tokens.current().isOperator(",")) {
            throw tokens.unsupported(line, "a subscript with a comma");
        }
        tokens.expectOperator("]");
        return result;
    }

    private @Nullable Expr bound() {
        Token token = tokens.current();
        return token.isOperator(":") || token.isOperator("]") || token.isOperator(",")
                ? null
                : expressions.expression();
    }

    private CallArguments arguments() {
        int line = tokens.expectOperator("(").line();
        List<Expr> positional = new ArrayList<>();
        List<Expr.Keyword> named = new ArrayList<>();
        Expr spread = null;
        Expr spreadNamed = null;
        while (!tokens.current().isOperator(")")) {
            boolean inOrder;
            if (tokens.skipOperator("*")) {
                inOrder = spread == null && spreadNamed == null;
                spread = expressions.expression();
            } else if (tokens.skipOperator("**")) {
                inOrder = spreadNamed == null;
                spreadNamed = expressions.expression();
            } else if (tokens.current().is(Token.Kind.NAME) && tokens.ahead().isOperator("=")) {
                inOrder = spreadNamed == null;
                String name = tokens.next().text();
                tokens.next();
                named.add(new Expr.Keyword(name, expressions.expression()));
            } else {
                inOrder = spread == null && spreadNamed == null && named.isEmpty();
                positional.add(expressions.expression());
            }
            if (!inOrder) {
                throw tokens.error(line, "positional arguments must come before *args, name=value and **kwargs");
            }
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator(")");
        if (named.stream().map(Expr.Keyword::name).distinct().count() < named.size()) {
            throw tokens.error(line, "an argument is given twice");
        }
        return new CallArguments(positional, named, spread, spreadNamed);
    }

    /** Parses the filters, tests and calls that follow a value; jinja2 accepts calls here too. */
    Expr filters(Expr value) {
        Expr result = value;
        while (true) {
            Token token = tokens.current();
            if (tokens.skipOperator("|")) {
                result = filter(result);
            } else if (token.isName("is")) {
                result = test(result);
            } else if (token.isOperator("(")) {
                result = new Expr.Call(result, arguments(), token.line());
            } else {
                return result;
            }
        }
    }

    /** Parses one filter after its {@code |}. */
    Expr filter(Expr of) {
        Token name = tokens.expect(Token.Kind.NAME, "a filter's name");
        if (Filters.find(name.text()) == null || tokens.current().isOperator(".")) {
            throw tokens.unsupported(name.line(), "the filter '" + name.text() + "'");
        }
        return new Expr.Filtered(of, name.text(), argumentsIfAny(), name.line());
    }

    private CallArguments argumentsIfAny() {
        return tokens.current().isOperator("(") ? arguments() : CallArguments.NONE;
    }

    private Expr test(Expr of) {
        tokens.next();
        boolean negated = tokens.skipName("not");
        Token name = tokens.expect(Token.Kind.NAME, "a test's name");
        if (Tests.find(name.text()) == null || tokens.current().isOperator(".")) {
            throw tokens.unsupported(name.line(), "the test '" + name.text() + "'");
        }
        boolean inBrackets = tokens.current().isOperator("(");
        CallArguments arguments = argumentsIfAny();
        if (!inBrackets && beginsOperand(tokens.current())) {
            if (tokens.current().isName("is")) {
                throw tokens.error("tests with 'is' cannot be chained");
            }
            arguments = new CallArguments(List.of(postfix(primary())), List.of(), null, null);
        }
        Expr tested = new Expr.Tested(of, name.text(), arguments, name.line());
        return negated ? new Expr.Not(tested, name.line()) : tested;
    }

    private static boolean beginsOperand(Token token) {
        return switch (token.kind()) {
            case NAME -> !token.isName("else") && !token.isName("or") && !token.isName("and");
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.isOperator("[") || token.isOperator("{");
            default -> false;
        };
    }
}
