package dev.rlhf.jinja;

import dev.rlhf.jinja.Expr.CallArguments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Evaluates expressions. */
final class Evaluator {
    /** Names that jinja2 predefines and this engine does not support; variables may shadow them. */
    private static final Set<String> UNSUPPORTED =
            Set.of("caller", "cycler", "joiner", "kwargs", "lipsum", "self", "super", "varargs");

    private final RenderState state;
    private final Map<String, Object> globals;

    Evaluator(RenderState state, Map<String, Object> globals) {
        this.state = state;
        this.globals = globals;
    }

    /** @throws TemplateException if an operation does not fit its values */
    Object eval(Expr expression, Scope scope) {
        return switch (expression) {
            case Expr.Const constant -> constant.value();
            case Expr.Name name -> variable(name, scope);
            case Expr.ListOf list -> all(list.items(), scope);
            case Expr.TupleOf tuple -> new Tuple(all(tuple.items(), scope));
            case Expr.DictOf dict -> dict(dict, scope);
            case Expr.Attribute attribute -> {
                Object of = eval(attribute.of(), scope);
                state.at(attribute.line());
                yield Items.attribute(of, attribute.name());
            }
            case Expr.Element element -> {
                Object of = eval(element.of(), scope);
                Object key = eval(element.key(), scope);
                state.at(element.line());
                yield Items.element(of, key);
            }
            case Expr.Slice slice -> slice(slice, scope);
            case Expr.Call call -> call(call, scope);
            case Expr.Filtered filtered -> {
                Object of = eval(filtered.of(), scope);
                Arguments arguments = arguments(filtered.arguments(), scope);
                state.at(filtered.line());
                yield Filters.named(filtered.filter()).apply(of, arguments);
            }
            case Expr.Tested tested -> {
                Object of = eval(tested.of(), scope);
                Arguments arguments = arguments(tested.arguments(), scope);
                state.at(tested.line());
                yield Tests.named(tested.test()).apply(of, arguments);
            }
            case Expr.Not not -> !Values.truth(eval(not.of(), scope));
            case Expr.Signed signed -> {
                Object of = eval(signed.of(), scope);
                state.at(signed.line());
                yield Arithmetic.sign(of, signed.negative());
            }
            case Expr.Binary binary -> {
                Object left = eval(binary.left(), scope);
                Object right = eval(binary.right(), scope);
                state.at(binary.line());
                yield Arithmetic.binary(binary.operator(), left, right);
            }
            case Expr.Concat concat -> {
                StringBuilder text = new StringBuilder();
                for (Expr part : concat.parts()) {
                    text.append(Printing.str(eval(part, scope)));
                    state.at(part.line());
                    Limits.text(text.length());
                }
                yield text.toString();
            }
            case Expr.Compare compare -> compare(compare, scope);
            case Expr.And and -> {
                Object left = eval(and.left(), scope);
                yield Values.truth(left) ? eval(and.right(), scope) : left;
            }
            case Expr.Or or -> {
                Object left = eval(or.left(), scope);
                yield Values.truth(left) ? left : eval(or.right(), scope);
            }
            case Expr.Conditional conditional -> conditional(conditional, scope);
        };
    }

    private Object variable(Expr.Name name, Scope scope) {
        Object value = scope.get(name.name());
        if (value == null) {
            value = globals.get(name.name());
        }
        if (value == null && UNSUPPORTED.contains(name.name())) {
            state.at(name.line());
            throw TemplateException.unsupported(Printing.quote(name.name()));
        }
        return value == null ? Undefined.variable(name.name()) : value;
    }

    private List<Object> all(List<Expr> expressions, Scope scope) {
        List<Object> values = new ArrayList<>(expressions.size());
        expressions.forEach(one -> values.add(eval(one, scope)));
        return values;
    }

    private Object dict(Expr.DictOf of, Scope scope) {
        Dict dict = new Dict();
        for (int i = 0; i < of.keys().size(); i++) {
            Object key = eval(of.keys().get(i), scope);
            Object value = eval(of.values().get(i), scope);
            state.at(of.line());
            dict.put(key, value);
        }
        return dict;
    }

    private Object slice(Expr.Slice slice, Scope scope) {
        Object of = eval(slice.of(), scope);
        Object from = bound(slice.from(), scope);
        Object to = bound(slice.to(), scope);
        Object step = bound(slice.step(), scope);
        state.at(slice.line());
        return Items.slice(of, from, to, step);
    }

    private Object bound(@Nullable Expr expression, Scope scope) {
        return expression == null ? None.NONE : eval(expression, scope);
    }

    private Object call(Expr.Call call, Scope scope) {
        Object function = eval(call.function(), scope);
        Arguments arguments = arguments(call.arguments(), scope);
        state.at(call.line());
        return switch (function) {
            case Callable callable -> callable.call(arguments);
            case Undefined undefined -> throw undefined.error();
            default ->
                throw TemplateException.type(Printing.quote(Values.typeName(function)) + " object is not callable");
        };
    }

    private Arguments arguments(CallArguments given, Scope scope) {
        List<Object> positional = all(given.positional(), scope);
        Map<String, Object> named = new LinkedHashMap<>();
        given.named().forEach(one -> named.put(one.name(), eval(one.value(), scope)));
        if (given.spread() != null) {
            positional.addAll(Values.items(eval(given.spread(), scope)));
        }
        if (given.spreadNamed() != null) {
            if (!(eval(given.spreadNamed(), scope) instanceof Dict more)) {
                throw TemplateException.type("the argument after ** must be a mapping");
            }
            more.entries().forEach(entry -> {
                if (named.put(Values.text(entry.key(), "a keyword"), entry.value()) != null) {
                    throw TemplateException.type(
                            "got multiple values for keyword argument " + Printing.repr(entry.key()));
                }
            });
        }
        return new Arguments(positional, named);
    }

    private Object compare(Expr.Compare compare, Scope scope) {
        Object left = eval(compare.first(), scope);
        for (int i = 0; i < compare.operators().size(); i++) {
            Object right = eval(compare.operands().get(i), scope);
            state.at(compare.line());
            if (!holds(compare.operators().get(i), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private static boolean holds(String operator, Object left, Object right) {
        return switch (operator) {
            case "==" -> Comparison.equal(left, right);
            case "!=" -> !Comparison.equal(left, right);
            case "in" -> Values.contains(right, left);
            case "not in" -> !Values.contains(right, left);
            default -> Comparison.ordered(left, right, operator);
        };
    }

    private Object conditional(Expr.Conditional conditional, Scope scope) {
        if (Values.truth(eval(conditional.test(), scope))) {
            return eval(conditional.then(), scope);
        }
        return conditional.otherwise() == null
                ? new Undefined(
                        "the inline if-expression on line %d evaluated to false and no else section was defined."
                                .formatted(conditional.line()))
                : eval(conditional.otherwise(), scope);
    }
}
