package dev.rlhf.jinja;

import dev.rlhf.jinja.Stmt.Branch;
import dev.rlhf.jinja.Stmt.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses a whole template: text, output expressions and statements. Not thread-safe. */
final class StatementParser {
    private static final Set<String> REFUSED = Set.of(
            "autoescape",
            "block",
            "call",
            "debug",
            "do",
            "extends",
            "from",
            "import",
            "include",
            "pluralize",
            "print",
            "trans",
            "with");

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private final TargetParser targets;
    private boolean marked;
    /** Whether {@code break} and {@code continue} are allowed here; a macro body starts outside any loop. */
    private boolean inLoop;

    /** Whether the text being parsed is captured; {@code generation} must not begin there. */
    private boolean captured;

    private StatementParser(TokenStream tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
        this.targets = new TargetParser(tokens);
    }

    /** @param marked whether the template has {@code {% generation %}} blocks */
    record Template(List<Stmt> body, boolean marked) {}

    /** @throws dev.rlhf.base.InputException if the syntax is wrong or a statement, filter or test is not supported */
    static Template parse(Source source) {
        StatementParser parser = new StatementParser(new TokenStream(source));
        List<Stmt> body = parser.body();
        if (!parser.tokens.current().is(Token.Kind.END)) {
            throw parser.unexpected();
        }
        return new Template(body, parser.marked);
    }

    /** Parses up to one of the tags {@code ends}, which becomes the current token, after its opening brace. */
    private List<Stmt> body(String... ends) {
        tokens.enter();
        List<Stmt> body = new ArrayList<>();
        while (true) {
            Token token = tokens.current();
            switch (token.kind()) {
                case TEXT -> body.add(new Stmt.Text(tokens.next().text()));
                case PRINT_BEGIN -> {
                    tokens.next();
                    body.add(new Stmt.Print(expressions.tuple(true, null)));
                    tokens.expect(Token.Kind.PRINT_END, "'}}'");
                }
                case BLOCK_BEGIN -> {
                    tokens.next();
                    if (tokens.current().is(Token.Kind.NAME)
                            && List.of(ends).contains(tokens.current().text())) {
                        tokens.leave();
                        return body;
                    }
                    body.add(statement());
                    endBlock();
                }
                default -> {
                    if (ends.length > 0) {
                        throw tokens.error("the template ends before {%% %s %%}".formatted(ends[ends.length - 1]));
                    }
                    tokens.leave();
                    return body;
                }
            }
        }
    }

    /** Parses a statement's body up to its end tag, which is consumed except for the closing brace. */
    private List<Stmt> closedBody(String end) {
        startBody();
        List<Stmt> body = body(end);
        tokens.next();
        return body;
    }

    private void startBody() {
        tokens.skipOperator(":");
        endBlock();
    }

    private void endBlock() {
        tokens.expect(Token.Kind.BLOCK_END, "'%}'");
    }

    private Stmt statement() {
        Token tag = tokens.expect(Token.Kind.NAME, "a statement");
        return switch (tag.text()) {
            case "if" -> ifElse();
            case "for" -> loop(tag.line());
            case "set" -> set(tag.line());
            case "macro" -> macro();
            case "filter" -> filterBlock(tag.line());
            case "generation" -> generation(tag.line());
            case "break" -> jump(tag, new Stmt.Break());
            case "continue" -> jump(tag, new Stmt.Continue());
            default -> {
                if (REFUSED.contains(tag.text())) {
                    throw tokens.unsupported(tag.line(), "{% " + tag.text() + " %}");
                }
                throw tokens.error(tag.line(), "unknown or misplaced tag {% " + tag.text() + " %}");
            }
        };
    }

    private Stmt ifElse() {
        List<Branch> branches = new ArrayList<>();
        List<Stmt> otherwise = List.of();
        while (true) {
            Expr test = expressions.tuple(false, null);
            startBody();
            branches.add(new Branch(test, body("elif", "else", "endif")));
            Token next = tokens.next();
            if (next.isName("else")) {
                otherwise = closedBody("endif");
            }
            if (!next.isName("elif")) {
                return new Stmt.If(branches, otherwise);
            }
        }
    }

    private Stmt loop(int line) {
        Stmt.Target target = targets.target();
        if (target instanceof Stmt.Target.Variable name && name.name().equals("loop")) {
            throw tokens.error(line, "a for-loop cannot assign to 'loop'");
        }
        tokens.expectName("in");
        Expr items = expressions.tuple(false, "recursive");
        Expr test = tokens.skipName("if") ? expressions.expression() : null;
        if (tokens.current().isName("recursive")) {
            throw tokens.unsupported(line, "a recursive loop");
        }
        boolean outer = inLoop;
        inLoop = true;
        startBody();
        List<Stmt> body = body("endfor", "else");
        inLoop = outer;
        List<Stmt> otherwise = tokens.next().isName("else") ? closedBody("endfor") : List.of();
        return new Stmt.For(target, items, test, body, otherwise, line);
    }

    private Stmt set(int line) {
        Stmt.Target target = targets.targetOrMember();
        if (tokens.skipOperator("=")) {
            return new Stmt.Assign(target, expressions.tuple(true, null), line);
        }
        Expr value = filters(new Expr.Name(Stmt.Capture.BODY, line));
        return captured(() -> new Stmt.Capture(target, value, closedBody("endset"), line), false);
    }

    private Expr filters(Expr of) {
        Expr value = of;
        while (tokens.skipOperator("|")) {
            value = expressions.primary().filter(value);
        }
        return value;
    }

    private Stmt filterBlock(int line) {
        Expr value = filters(expressions.primary().filter(new Expr.Name(Stmt.Capture.BODY, line)));
        return captured(() -> new Stmt.Capture(null, value, closedBody("endfilter"), line), false);
    }

    private interface Inside {
        Stmt parse();
    }

    /** Parses a statement whose body is captured instead of written to the output. */
    private Stmt captured(Inside inside, boolean ownFunction) {
        boolean outerLoop = inLoop;
        boolean outerCaptured = captured;
        inLoop &= !ownFunction;
        captured = true;
        Stmt statement = inside.parse();
        inLoop = outerLoop;
        captured = outerCaptured;
        return statement;
    }

    private Stmt macro() {
        Token name = tokens.expect(Token.Kind.NAME, "the macro's name");
        TargetParser.assignable(tokens, name);
        List<Parameter> parameters = SignatureParser.parameters(tokens, expressions);
        return captured(() -> new Stmt.Define(name.text(), parameters, closedBody("endmacro")), true);
    }

    private Stmt generation(int line) {
        if (captured) {
            throw tokens.unsupported(line, "{% generation %} inside a macro, a set block or another {% generation %}");
        }
        marked = true;
        return captured(() -> new Stmt.Generation(closedBody("endgeneration")), true);
    }

    private Stmt jump(Token tag, Stmt statement) {
        if (!inLoop) {
            throw tokens.error(tag.line(), "{%% %s %%} outside of a loop".formatted(tag.text()));
        }
        return statement;
    }

    private RuntimeException unexpected() {
        return tokens.error("unexpected " + tokens.current().describe());
    }
}
