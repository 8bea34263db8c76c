package dev.rlhf.jinja;

import dev.rlhf.jinja.Stmt.Target;
import java.util.Iterator;
import java.util.List;

/** Executes statements. */
final class Interpreter {
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    private final RenderState state;
    private final Evaluator evaluator;

    Interpreter(RenderState state, Evaluator evaluator) {
        this.state = state;
        this.evaluator = evaluator;
    }

    /** @throws TemplateException if an operation does not fit its values */
    void run(List<Stmt> body, Scope scope, Output out) {
        body(body, scope, out);
    }

    private Flow body(List<Stmt> body, Scope scope, Output out) {
        for (Stmt statement : body) {
            Flow flow = statement(statement, scope, out);
            if (flow != Flow.ON) {
                return flow;
            }
        }
        return Flow.ON;
    }

    private Flow statement(Stmt statement, Scope scope, Output out) {
        switch (statement) {
            case Stmt.Text text -> out.write(text.text());
            case Stmt.Print print -> {
                Object value = evaluator.eval(print.value(), scope);
                state.at(print.value().line());
                out.write(Printing.str(value));
            }
            case Stmt.If choice -> {
                return choose(choice, scope, out);
            }
            case Stmt.For loop -> {
                return loop(loop, scope, out);
            }
            case Stmt.Assign assign -> {
                Object value = evaluator.eval(assign.value(), scope);
                state.at(assign.line());
                assign(assign.target(), value, scope, scope);
            }
            case Stmt.Capture capture -> {
                return capture(capture, scope, out);
            }
            case Stmt.Define macro ->
                scope.set(macro.name(), new Macro(macro, scope, evaluator, inside -> called(macro, inside)));
            case Stmt.Generation generation -> {
                int start = out.length();
                body(generation.body(), scope.inner(), out);
                out.mark(start);
            }
            case Stmt.Break _ -> {
                return Flow.BREAK;
            }
            case Stmt.Continue _ -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.ON;
    }

    private Flow capture(Stmt.Capture capture, Scope scope, Output out) {
        Scope inside = scope.inner();
        Output captured = new Output();
        Flow flow = body(capture.body(), inside, captured);
        if (flow != Flow.ON) {
            return flow;
        }
        inside.set(Stmt.Capture.BODY, captured.text());
        Object value = evaluator.eval(capture.value(), inside);
        state.at(capture.line());
        if (capture.target() == null) {
            out.write(Printing.str(value));
        } else {
            assign(capture.target(), value, scope, scope);
        }
        return Flow.ON;
    }

    private String called(Stmt.Define macro, Scope inside) {
        state.enterMacro();
        Output text = new Output();
        body(macro.body(), inside, text);
        state.leaveMacro();
        return text.text();
    }

    private Flow choose(Stmt.If choice, Scope scope, Output out) {
        for (Stmt.Branch branch : choice.branches()) {
            if (Values.truth(evaluator.eval(branch.test(), scope))) {
                return body(branch.body(), scope, out);
            }
        }
        return body(choice.otherwise(), scope, out);
    }

    private Flow loop(Stmt.For statement, Scope scope, Output out) {
        Object over = evaluator.eval(statement.items(), scope);
        state.at(statement.line());
        Iterator<Object> items = Values.iterate(over);
        Expr test = statement.test();
        boolean sized = test == null && !(over instanceof Lazy);
        Loop loop = new Loop(
                test == null ? items : Lazy.filtered(items, item -> passes(statement.target(), test, item, scope)),
                sized ? Values.length(over) : -1);
        boolean finished = false;
        while (loop.hasNext()) {
            state.step();
            Object item = loop.next();
            Scope inside = scope.inner();
            assign(statement.target(), item, inside, inside);
            inside.set("loop", loop);
            Flow flow = body(statement.body(), inside, out);
            if (flow == Flow.BREAK) {
                break;
            }
            // As in jinja2, a loop in which every iteration was cut short by continue still runs its else branch.
            finished |= flow == Flow.ON;
        }
        return finished ? Flow.ON : body(statement.otherwise(), scope.inner(), out);
    }

    private boolean passes(Target target, Expr test, Object item, Scope scope) {
        Scope inside = scope.inner();
        assign(target, item, inside, inside);
        return Values.truth(evaluator.eval(test, inside));
    }

    private static void assign(Target target, Object value, Scope scope, Scope seen) {
        switch (target) {
            case Target.Variable variable -> scope.set(variable.name(), value);
            case Target.Member member -> {
                if (!(seen.get(member.namespace()) instanceof Namespace namespace)) {
                    throw new TemplateException("cannot assign attribute on non-namespace object");
                }
                namespace.attributes().put(member.name(), value);
            }
            case Target.Several several -> {
                List<Object> values = Values.items(value);
                List<Target> targets = several.targets();
                if (values.size() != targets.size()) {
                    throw new TemplateException(
                            values.size() > targets.size()
                                    ? "too many values to unpack (expected %d)".formatted(targets.size())
                                    : "not enough values to unpack (expected %d, got %d)"
                                            .formatted(targets.size(), values.size()));
                }
                for (int i = 0; i < values.size(); i++) {
                    assign(targets.get(i), values.get(i), scope, seen);
                }
            }
        }
    }
}
