package dev.rlhf.jinja;

import dev.rlhf.jinja.Expr.Binary;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses expressions. Precedence from loosest to tightest: {@code if else}, or, and, not, comparisons, {@code + -},
 * {@code ~}, {@code * / // %}, {@code **}, signs; then {@link PrimaryParser}. As in jinja2, {@code ~} binds tighter
 * than {@code +}, and a sign tighter than a filter.
 */
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    private final TokenStream tokens;
    private final PrimaryParser primary;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
        this.primary = new PrimaryParser(tokens, this);
    }

    PrimaryParser primary() {
        return primary;
    }

    Expr expression() {
        tokens.enter();
        int line = tokens.line();
        Expr value = or();
        while (tokens.skipName("if")) {
            Expr test = or();
            Expr otherwise = tokens.skipName("else") ? expression() : null;
            value = new Expr.Conditional(test, value, otherwise, line);
            line = tokens.line();
        }
        tokens.leave();
        return value;
    }

    /**
     * Parses one expression, or several separated by commas as a tuple; {@code if else} is allowed only if
     * {@code conditional}.
     */
    Expr tuple(boolean conditional, @Nullable String endName) {
        int line = tokens.line();
        List<Expr> items = new ArrayList<>();
        boolean several = false;
        while (!endsTuple(endName)) {
            items.add(conditional ? expression() : or());
            if (!tokens.skipOperator(",")) {
                break;
            }
            several = true;
        }
        if (!several && items.isEmpty()) {
            throw tokens.error(
                    "expected an expression, found " + tokens.current().describe());
        }
        return several ? new Expr.TupleOf(items, line) : items.getFirst();
    }

    private boolean endsTuple(@Nullable String endName) {
        Token token = tokens.current();
        return token.is(Token.Kind.PRINT_END)
                || token.is(Token.Kind.BLOCK_END)
                || token.isOperator(")")
                || (endName != null && token.isName(endName));
    }

    private Expr or() {
        Expr left = and();
        while (tokens.current().isName("or")) {
            int line = tokens.next().line();
            left = new Expr.Or(left, and(), line);
        }
        return left;
    }

    private Expr and() {
        Expr left = not();
        while (tokens.current().isName("and")) {
            int line = tokens.next().line();
            left = new Expr.And(left, not(), line);
        }
        return left;
    }

    private Expr not() {
        if (!tokens.current().isName("not")) {
            return compare();
        }
        tokens.enter();
        int line = tokens.next().line();
        Expr of = not();
        tokens.leave();
        return new Expr.Not(of, line);
    }

    private Expr compare() {
        int line = tokens.line();
        Expr first = sum();
        List<String> operators = new ArrayList<>();
        List<Expr> operands = new ArrayList<>();
        while (true) {
            Token token = tokens.current();
            if (token.is(Token.Kind.OPERATOR) && COMPARISONS.contains(token.text())) {
                operators.add(tokens.next().text());
            } else if (token.isName("in")) {
                operators.add(tokens.next().text());
            } else if (token.isName("not") && tokens.ahead().isName("in")) {
                tokens.next();
                tokens.next();
                operators.add("not in");
            } else {
                break;
            }
            operands.add(sum());
        }
        return operands.isEmpty() ? first : new Expr.Compare(first, operators, operands, line);
    }

    private Expr sum() {
        Expr left = concat();
        while (isOperator("+", "-")) {
            Token operator = tokens.next();
            left = new Binary(operator.text(), left, concat(), operator.line());
        }
        return left;
    }

    private Expr concat() {
        int line = tokens.line();
        List<Expr> parts = new ArrayList<>(List.of(product()));
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return parts.size() == 1 ? parts.getFirst() : new Expr.Concat(parts, line);
    }

    private Expr product() {
        Expr left = power();
        while (isOperator("*", "/", "//", "%")) {
            Token operator = tokens.next();
            left = new Binary(operator.text(), left, power(), operator.line());
        }
        return left;
    }

    private Expr power() {
        Expr left = unary(true);
        while (isOperator("**")) {
            Token operator = tokens.next();
            left = new Binary(operator.text(), left, unary(true), operator.line());
        }
        return left;
    }

    private Expr unary(boolean withFilters) {
        Expr value;
        if (isOperator("-", "+")) {
            tokens.enter();
            Token sign = tokens.next();
            value = new Expr.Signed(unary(false), sign.text().equals("-"), sign.line());
            tokens.leave();
        } else {
            value = primary.primary();
        }
        value = primary.postfix(value);
        return withFilters ? primary.filters(value) : value;
    }

    private boolean isOperator(String... operators) {
        Token token = tokens.current();
        return token.is(Token.Kind.OPERATOR) && List.of(operators).contains(token.text());
    }
}
