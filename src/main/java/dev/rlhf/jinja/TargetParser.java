package dev.rlhf.jinja;

import dev.rlhf.jinja.Stmt.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Parses the left side of {@code =} and {@code in}: names, tuples of names, and in {@code set} members of a namespace.
 */
final class TargetParser {
    private static final Set<String> CONSTANTS = Set.of("true", "false", "none", "True", "False", "None");

    private final TokenStream tokens;

    TargetParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** Parses a name or a tuple of names. */
    Target target() {
        return several(false, false);
    }

    /** Parses a name, a member of a namespace, or a tuple of these. */
    Target targetOrMember() {
        return several(true, false);
    }

    private Target several(boolean members, boolean inBrackets) {
        tokens.enter();
        List<Target> targets = new ArrayList<>();
        boolean comma = false;
        do {
            // As in jinja2, a trailing comma is allowed only inside brackets.
            if (comma && inBrackets && tokens.current().isOperator(")")) {
                break;
            }
            targets.add(single(members));
            comma |= tokens.current().isOperator(",");
        } while (tokens.skipOperator(","));
        tokens.leave();
        return comma ? new Target.Several(targets) : targets.getFirst();
    }

    private Target single(boolean members) {
        if (tokens.skipOperator("(")) {
            Target inside = several(false, true);
            tokens.expectOperator(")");
            return inside;
        }
        Token name = tokens.expect(Token.Kind.NAME, "a name to assign to");
        assignable(tokens, name);
        if (members && tokens.skipOperator(".")) {
            return new Target.Member(
                    name.text(),
                    tokens.expect(Token.Kind.NAME, "a name after '.'").text());
        }
        return new Target.Variable(name.text());
    }

    static void assignable(TokenStream tokens, Token name) {
        if (CONSTANTS.contains(name.text())) {
            throw tokens.error(name.line(), "'%s' cannot be assigned to".formatted(name.text()));
        }
    }
}
