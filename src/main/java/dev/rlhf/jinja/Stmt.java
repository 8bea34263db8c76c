package dev.rlhf.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement. */
sealed interface Stmt {
    record Text(String text) implements Stmt {}

    record Print(Expr value) implements Stmt {}

    record If(List<Branch> branches, List<Stmt> otherwise) implements Stmt {}

    record Branch(Expr test, List<Stmt> body) {}

    record For(Target target, Expr items, @Nullable Expr test, List<Stmt> body, List<Stmt> otherwise, int line)
            implements Stmt {}

    record Assign(Target target, Expr value, int line) implements Stmt {}

    /**
     * {@code {% set target | filters %}body{% endset %}}, and {@code {% filter filters %}body{% endfilter %}}, which has no target and
     * is output. {@code value} sees the body's text as the variable {@link #BODY}.
     */
    record Capture(@Nullable Target target, Expr value, List<Stmt> body, int line) implements Stmt {
        /** No template can write this name. */
        static final String BODY = " body";
    }

    record Define(String name, List<Parameter> parameters, List<Stmt> body) implements Stmt {}

    record Parameter(String name, @Nullable Expr otherwise) {}

    /** {@code {% generation %}}: what the assistant says. */
    record Generation(List<Stmt> body) implements Stmt {}

    record Break() implements Stmt {}

    record Continue() implements Stmt {}

    /** What can be assigned to. */
    sealed interface Target {
        record Variable(String name) implements Target {}

        /** {@code namespace.name}. */
        record Member(String namespace, String name) implements Target {}

        record Several(List<Target> targets) implements Target {}
    }
}
