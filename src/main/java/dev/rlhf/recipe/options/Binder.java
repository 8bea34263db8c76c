package dev.rlhf.recipe.options;

import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.hub.ModelReference;
import dev.rlhf.recipe.yaml.Node;
import dev.rlhf.recipe.yaml.Place;
import dev.rlhf.recipe.yaml.Problems;
import dev.rlhf.recipe.yaml.Scalars;
import dev.rlhf.recipe.yaml.YamlReader;
import dev.rlhf.stage.Option.Must;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of options from what was written, noting every mistake at its place. One binder binds one record: afterwards
 * it knows where each of its options was given. Not thread-safe.
 */
public final class Binder {
    /** Thrown within a value and turned into a problem at its place. */
    private static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        Unfit(String what) {
            super(what, null, false, false);
        }
    }

    private final Problems problems;
    private final UnaryOperator<Path> movePath;
    private final Map<String, Place> places = new LinkedHashMap<>();

    /** @param movePath where a path that stands in a recipe has gone; identity if nowhere */
    public Binder(Problems problems, UnaryOperator<Path> movePath) {
        this.problems = problems;
        this.movePath = movePath;
    }

    /** Where each option was given, by its dotted name; those left to their defaults are absent. */
    public Map<String, Place> places() {
        return places;
    }

    /** The record, or null if there was a mistake, which has then been noted. */
    public <O extends Record> @Nullable O bind(OptionsModel<O> model, Node.Fields written) {
        return bind(model, written, "");
    }

    private <O extends Record> @Nullable O bind(OptionsModel<O> model, Node.Fields written, String prefix) {
        int before = problems.count();
        written.fields().forEach((name, field) -> {
            if (model.option(name).isEmpty()) {
                String hint = DidYouMean.hint(name, model.names());
                String dashes =
                        field.place().file() == null && prefix.isEmpty() ? "; did you mean --" : "; did you mean ";
                problems.add(field.place(), prefix + name, "unknown option" + hint.replace("; did you mean ", dashes));
            }
        });
        List<@Nullable Object> values = new ArrayList<>();
        for (OptionSpec option : model.options()) {
            values.add(option(option, written, prefix));
        }
        if (problems.count() > before) {
            return null;
        }
        try {
            return model.create(values);
        } catch (InputException e) {
            addRule(e, model, written, prefix);
            return null;
        }
    }

    /** A rule of the record itself; if its message begins with an option's name, it is shown at that option. */
    private void addRule(InputException e, OptionsModel<?> model, Node.Fields written, String prefix) {
        String message = String.valueOf(e.getMessage());
        int colon = message.indexOf(':');
        String name = colon < 0 ? "" : message.substring(0, colon);
        if (model.option(name).isEmpty()) {
            problems.add(written.place(), prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1), message);
            return;
        }
        Node.Field field = written.fields().get(name);
        Place place = field == null ? written.place() : field.place();
        problems.add(place, prefix + name, message.substring(colon + 1).strip());
    }

    private @Nullable Object option(OptionSpec option, Node.Fields written, String prefix) {
        String name = prefix + option.name();
        Node.Field field = written.fields().get(option.name());
        if (field != null) {
            places.put(name, field.place());
        }
        Place place = field == null ? written.place() : field.place();
        try {
            if (field == null) {
                return missing(option, written.place(), name);
            }
            if (isNull(field.value(), option)) {
                return nothing(option);
            }
            return value(option, option.type(), field.value(), name);
        } catch (Unfit e) {
            problems.add(place, name, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private @Nullable Object missing(OptionSpec option, Place place, String name) throws Unfit {
        if (option.required()) {
            throw new Unfit("required (" + option.help() + ")");
        }
        if (option.defaultText().isEmpty()) {
            return null;
        }
        String text = option.defaultText().equals("\"\"") ? "" : option.defaultText();
        return value(option, option.type(), new Node.Text(place, text), name);
    }

    private static @Nullable Object nothing(OptionSpec option) throws Unfit {
        if (option.nullable()) {
            return null;
        }
        throw new Unfit("has no value; "
                + (option.required()
                        ? "give one (" + option.type().describe() + ")"
                        : "leave it out for the default, which is " + option.defaultText()));
    }

    private static boolean isNull(Node node, OptionSpec option) {
        return switch (node) {
            case Node.Scalar(var place, var text, var plain) -> plain && Scalars.isNull(text);
            case Node.Text(var place, var text) ->
                option.type() == OptionType.Simple.STRING
                        ? option.nullable() && text.equals("null")
                        : Scalars.isNull(text);
            default -> false;
        };
    }

    private @Nullable Object value(OptionSpec option, OptionType type, Node node, String name) throws Unfit {
        return switch (type) {
            case OptionType.Simple simple -> simple(option, simple, node);
            case OptionType.Choice choice -> choice(choice, node);
            case OptionType.ListOf(var element) -> list(option, element, node, name);
            case OptionType.Group(var model) -> group(model, node, name);
            case OptionType.AnyMap any -> {
                if (parsed(node) instanceof Node.Fields fields) {
                    yield untyped(fields);
                }
                throw new Unfit("must be keys and values, not " + node.describe());
            }
        };
    }

    private @Nullable Object group(OptionsModel<?> model, Node node, String name) throws Unfit {
        if (parsed(node) instanceof Node.Fields fields) {
            return bind(model, fields, name + ".");
        }
        throw new Unfit(
                "must be a group of options (" + String.join(", ", model.names()) + "), not " + node.describe());
    }

    private @Nullable Object list(OptionSpec option, OptionType element, Node node, String name) throws Unfit {
        boolean words = element instanceof OptionType.Simple || element instanceof OptionType.Choice;
        if (words && node instanceof Node.Text(var place, var text) && !text.startsWith("[")) {
            node = separated(place, text);
        } else if (words && node instanceof Node.Scalar(var place, var text, var plain)) {
            node = plain ? separated(place, text) : new Node.Items(place, List.of(node));
        }
        if (!(parsed(node) instanceof Node.Items items)) {
            throw new Unfit("must be a list, not " + node.describe());
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < items.items().size(); i++) {
            Node item = items.items().get(i);
            String itemName = name + "[" + i + "]";
            places.put(itemName, item.place());
            try {
                Object value = value(option, element, item, itemName);
                if (value != null) {
                    values.add(value);
                }
            } catch (Unfit e) {
                problems.add(item.place(), itemName, String.valueOf(e.getMessage()));
            }
        }
        return values;
    }

    /** Words with commas between, as a list. */
    private static Node separated(Place place, String text) {
        return new Node.Items(
                place,
                List.of(text.split(",")).stream()
                        .map(part -> (Node) new Node.Text(place, part.strip()))
                        .toList());
    }

    /** Typed text becomes YAML; null if there is nothing in it. */
    private @Nullable Node parsed(Node node) {
        return node instanceof Node.Text(var place, var text) ? YamlReader.readText(text, place, problems) : node;
    }

    private Object simple(OptionSpec option, OptionType.Simple type, Node node) throws Unfit {
        String text = word(node, type);
        boolean plain = !(node instanceof Node.Scalar scalar) || scalar.plain();
        return switch (type) {
            case STRING -> oneOf(option, text);
            case PATH -> path(option, text, node.place());
            case BOOLEAN -> {
                Boolean bool = plain ? Scalars.bool(text) : null;
                if (bool == null) {
                    throw new Unfit("must be true or false, not " + node.describe());
                }
                yield bool;
            }
            case INT, LONG, DOUBLE -> number(option, type, node, plain ? Scalars.number(text) : null);
        };
    }

    private static String word(Node node, OptionType type) throws Unfit {
        return switch (node) {
            case Node.Scalar(var place, var text, var plain) -> text;
            case Node.Text(var place, var text) -> text;
            default -> throw new Unfit("must be " + article(type) + ", not " + node.describe());
        };
    }

    private static String article(OptionType type) {
        return switch (type) {
            case OptionType.Simple.INT, OptionType.Simple.LONG -> "a whole number";
            case OptionType.Simple.BOOLEAN -> "true or false";
            case OptionType.Simple.STRING -> "text";
            case OptionType.Choice choice -> "one of " + String.join(", ", choice.names());
            default -> "a " + type.describe();
        };
    }

    private static Object number(OptionSpec option, OptionType.Simple type, Node node, @Nullable BigDecimal number)
            throws Unfit {
        if (number == null) {
            throw new Unfit("must be " + article(type) + ", not " + node.describe());
        }
        if (Double.isInfinite(number.doubleValue())) {
            throw new Unfit(node.describe() + " is too large");
        }
        if (!option.admits(number.doubleValue())) {
            throw new Unfit(node.describe() + " is out of bounds; must be " + option.bounds());
        }
        try {
            return switch (type) {
                case INT -> number.intValueExact();
                case LONG -> number.longValueExact();
                default -> number.doubleValue();
            };
        } catch (ArithmeticException e) {
            boolean fraction = number.stripTrailingZeros().scale() > 0;
            throw new Unfit(
                    fraction ? "must be a whole number, not " + node.describe() : node.describe() + " is too large");
        }
    }

    private static String oneOf(OptionSpec option, String text) throws Unfit {
        List<String> choices = List.of(option.constraints().choices());
        if (choices.isEmpty() || choices.contains(text)) {
            return text;
        }
        throw new Unfit(
                "\"" + text + "\" is not one of " + String.join(", ", choices) + DidYouMean.hint(text, choices));
    }

    private static Object choice(OptionType.Choice choice, Node node) throws Unfit {
        String text = word(node, choice);
        for (Enum<?> constant : choice.type().getEnumConstants()) {
            if (OptionType.Choice.nameOf(constant).equals(text)) {
                return constant;
            }
        }
        throw new Unfit("\"" + text + "\" is not one of " + String.join(", ", choice.names())
                + DidYouMean.hint(text, choice.names()));
    }

    private Path path(OptionSpec option, String text, Place place) throws Unfit {
        if (text.isBlank()) {
            throw new Unfit("must be a path, not nothing");
        }
        try {
            Path path = Path.of(text);
            Path moved = place.file() == null ? path : movePath.apply(path);
            return option.constraints().must() == Must.BE_A_MODEL ? ModelReference.resolve(moved) : moved;
        } catch (InvalidPathException e) {
            throw new Unfit("\"" + text + "\" cannot be a path: " + e.getReason());
        }
    }

    private @Nullable Object untyped(Node node) {
        return switch (node) {
            case Node.Scalar(var place, var text, var plain) -> plain ? Scalars.untyped(text) : text;
            case Node.Text(var place, var text) -> Scalars.untyped(text);
            case Node.Items(var place, var items) -> {
                List<@Nullable Object> values = new ArrayList<>();
                items.forEach(item -> values.add(untyped(item)));
                yield values;
            }
            case Node.Fields(var place, var fields) -> {
                Map<String, @Nullable Object> values = new LinkedHashMap<>();
                fields.forEach((key, field) -> values.put(key, untyped(field.value())));
                yield values;
            }
        };
    }
}
