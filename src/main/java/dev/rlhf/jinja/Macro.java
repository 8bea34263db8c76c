package dev.rlhf.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A macro; calling it returns the text of its body. The body sees the scope of the definition, not of the call. */
final class Macro implements Callable {
    private final Stmt.Define definition;
    private final Scope scope;
    private final Evaluator evaluator;
    private final Function<Scope, String> body;

    Macro(Stmt.Define definition, Scope scope, Evaluator evaluator, Function<Scope, String> body) {
        this.definition = definition;
        this.scope = scope;
        this.evaluator = evaluator;
        this.body = body;
    }

    String name() {
        return definition.name();
    }

    @Override
    public Object call(Arguments arguments) {
        List<Stmt.Parameter> parameters = definition.parameters();
        List<Object> given = arguments.positional();
        Map<String, Object> named = new HashMap<>(arguments.named());
        Scope inside = scope.inner();
        if (given.size() > parameters.size()) {
            throw TemplateException.type(
                    "macro %s takes not more than %d argument(s)".formatted(Printing.quote(name()), parameters.size()));
        }
        for (int i = 0; i < parameters.size(); i++) {
            Stmt.Parameter parameter = parameters.get(i);
            Object value = i < given.size() ? given.get(i) : named.remove(parameter.name());
            if (value == null && parameter.otherwise() != null) {
                value = evaluator.eval(parameter.otherwise(), inside);
            }
            inside.set(
                    parameter.name(),
                    value == null
                            ? new Undefined("parameter %s was not provided".formatted(Printing.quote(parameter.name())))
                            : value);
        }
        if (!named.isEmpty()) {
            throw TemplateException.type("macro %s takes no keyword argument %s"
                    .formatted(
                            Printing.quote(name()),
                            Printing.quote(named.keySet().iterator().next())));
        }
        return body.apply(inside);
    }
}
