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
     * {@code {% set target | filters %}body{% endset %}}, or {@code {% filter filters %}body{% endfilter %}}, which has
     * no target and is output. {@code value} reads the text of the body from the variable {@link #BODY}.
     */
    record Capture(@Nullable Target target, Expr value, List<Stmt> body, int line) implements Stmt {
        /** A name that no template can contain. */
        static final String BODY = " body";
    }

    record Define(String name, List<Parameter> parameters, List<Stmt> body) implements Stmt {}

    record Parameter(String name, @Nullable Expr otherwise) {}

    /** {@code {% generation %}}: marks the assistant's text. */
    record Generation(List<Stmt> body) implements Stmt {}

    record Break() implements Stmt {}

    record Continue() implements Stmt {}

    /** The target of an assignment. */
    sealed interface Target {
        record Variable(String name) implements Target {}

        /** {@code namespace.name}. */
        record Member(String namespace, String name) implements Target {}

        record Several(List<Target> targets) implements Target {}
    }
}
