package dev.rlhf.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression with its line number. */
sealed interface Expr {
    int line();

    record Const(Object value, int line) implements Expr {}

    record Name(String name, int line) implements Expr {}

    record ListOf(List<Expr> items, int line) implements Expr {}

    record TupleOf(List<Expr> items, int line) implements Expr {}

    record DictOf(List<Expr> keys, List<Expr> values, int line) implements Expr {}

    /** {@code of.name}. */
    record Attribute(Expr of, String name, int line) implements Expr {}

    /** {@code of[key]}. */
    record Element(Expr of, Expr key, int line) implements Expr {}

    /** {@code of[from:to:step]}. */
    record Slice(
            Expr of,
            @Nullable Expr from,
            @Nullable Expr to,
            @Nullable Expr step,
            int line) implements Expr {}

    record Call(Expr function, CallArguments arguments, int line) implements Expr {}

    record Filtered(Expr of, String filter, CallArguments arguments, int line) implements Expr {}

    record Tested(Expr of, String test, CallArguments arguments, int line) implements Expr {}

    record Not(Expr of, int line) implements Expr {}

    record Signed(Expr of, boolean negative, int line) implements Expr {}

    /** {@code + - * / // % **}. */
    record Binary(String operator, Expr left, Expr right, int line) implements Expr {}

    /** {@code a ~ b ~ c}. */
    record Concat(List<Expr> parts, int line) implements Expr {}

    /** {@code a < b <= c}: {@code operators.get(i)} precedes {@code operands.get(i)}. */
    record Compare(Expr first, List<String> operators, List<Expr> operands, int line) implements Expr {}

    record And(Expr left, Expr right, int line) implements Expr {}

    record Or(Expr left, Expr right, int line) implements Expr {}

    /** {@code then if test else otherwise}. */
    record Conditional(Expr test, Expr then, @Nullable Expr otherwise, int line) implements Expr {}

    record Keyword(String name, Expr value) {}

    /** {@code (positional, name=value, *spread, **spreadNamed)}. */
    record CallArguments(
            List<Expr> positional,
            List<Keyword> named,
            @Nullable Expr spread,
            @Nullable Expr spreadNamed) {
        static final CallArguments NONE = new CallArguments(List.of(), List.of(), null, null);
    }
}
