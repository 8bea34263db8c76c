package dev.rlhf.jinja;

import dev.rlhf.jinja.Stmt.Parameter;
import java.util.ArrayList;
import java.util.List;

/** Parses the parameters of a macro: {@code (a, b=1)}. */
final class SignatureParser {
    private SignatureParser() {}

    static List<Parameter> parameters(TokenStream tokens, ExpressionParser expressions) {
        List<Parameter> parameters = new ArrayList<>();
        tokens.expectOperator("(");
        while (!tokens.current().isOperator(")")) {
            Token name = tokens.expect(Token.Kind.NAME, "a parameter's name");
            TargetParser.assignable(tokens, name);
            if (name.isName("caller") || parameters.stream().anyMatch(other -> name.isName(other.name()))) {
                throw tokens.error(
                        name.line(), "two parameters of a macro have the same name, or one is named 'caller'");
            }
            Expr otherwise = tokens.skipOperator("=") ? expressions.expression() : null;
            if (otherwise == null
                    && !parameters.isEmpty()
                    && parameters.getLast().otherwise() != null) {
                throw tokens.error(name.line(), "a parameter without a default follows one with a default");
            }
            parameters.add(new Parameter(name.text(), otherwise));
            if (!tokens.current().isOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        tokens.next();
        return parameters;
    }
}
