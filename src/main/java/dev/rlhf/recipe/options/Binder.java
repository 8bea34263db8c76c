package dev.rlhf.recipe.options;

import dev.rlhf.base.DidYouMean;
import dev.rlhf.base.InputException;
import dev.rlhf.recipe.yaml.Node;
import dev.rlhf.recipe.yaml.Place;
import dev.rlhf.recipe.yaml.Problems;
import dev.rlhf.recipe.yaml.Scalars;
import dev.rlhf.recipe.yaml.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Binds fields that were written or typed to a record of options, and reports every mistake at its place. A binder
 * binds one record; afterwards it knows where each option was given. Not thread-safe.
 */
public final class Binder {
    private final Problems problems;
    private final ValueReader values;
    private final Map<String, Place> places = new LinkedHashMap<>();

    /**
     * @param movePath maps a path in a recipe to its place if the output folder was replaced; otherwise the identity
     */
    public Binder(Problems problems, UnaryOperator<Path> movePath) {
        this.problems = problems;
        this.values = new ValueReader(movePath);
    }

    /** Returns the places of the options that were given, by their dotted names. */
    public Map<String, Place> places() {
        return places;
    }

    /** Returns the record; null if there was a mistake, which has been added to the problems. */
    public <O extends Record> @Nullable O bind(OptionsModel<O> model, Node.Fields written) {
        return bind(model, written, "");
    }

    private <O extends Record> @Nullable O bind(OptionsModel<O> model, Node.Fields written, String prefix) {
        int before = problems.count();
        written.fields().forEach((name, field) -> {
            if (model.option(name).isEmpty()) {
                String trl = TrlOptions.hint(name, model.names());
                String hint = trl.isEmpty() ? DidYouMean.hint(name, model.names()) : trl;
                String dashes =
                        field.place().file() == null && prefix.isEmpty() ? "; did you mean --" : "; did you mean ";
                problems.add(field.place(), prefix + name, "unknown option" + hint.replace("; did you mean ", dashes));
            }
        });
        List<@Nullable Object> arguments = new ArrayList<>();
        for (OptionSpec option : model.options()) {
            arguments.add(option(option, written, prefix));
        }
        if (problems.count() > before) {
            return null;
        }
        try {
            return model.create(arguments);
        } catch (InputException e) {
            addRule(e, model, written, prefix);
            return null;
        }
    }

    /** Reports a broken rule of the record itself, at the option with which its message begins if it does so. */
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
        } catch (InvalidValueException e) {
            problems.add(place, name, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private @Nullable Object missing(OptionSpec option, Place place, String name) throws InvalidValueException {
        if (option.required()) {
            throw new InvalidValueException("required (" + option.help() + ")");
        }
        if (option.defaultText().isEmpty()) {
            return null;
        }
        String text = option.defaultText().equals("\"\"") ? "" : option.defaultText();
        return value(option, option.type(), new Node.Text(place, text), name);
    }

    private static @Nullable Object nothing(OptionSpec option) throws InvalidValueException {
        if (option.nullable()) {
            return null;
        }
        throw new InvalidValueException("has no value; "
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

    private @Nullable Object value(OptionSpec option, OptionType type, Node node, String name)
            throws InvalidValueException {
        return switch (type) {
            case OptionType.Simple simple -> values.simple(option, simple, node);
            case OptionType.Choice choice -> ValueReader.choice(choice, node);
            case OptionType.ListOf(var element) -> list(option, element, node, name);
            case OptionType.Group(var model) -> group(model, node, name);
            case OptionType.AnyMap any -> {
                if (parsed(node) instanceof Node.Fields fields) {
                    yield ValueReader.untyped(fields);
                }
                throw new InvalidValueException("must be keys and values, not " + node.describe());
            }
        };
    }

    private @Nullable Object group(OptionsModel<?> model, Node node, String name) throws InvalidValueException {
        if (parsed(node) instanceof Node.Fields fields) {
            return bind(model, fields, name + ".");
        }
        throw new InvalidValueException(
                "must be a group of options (" + String.join(", ", model.names()) + "), not " + node.describe());
    }

    private @Nullable Object list(OptionSpec option, OptionType element, Node node, String name)
            throws InvalidValueException {
        boolean words = element instanceof OptionType.Simple || element instanceof OptionType.Choice;
        if (words && node instanceof Node.Text(var place, var text) && !text.startsWith("[")) {
            node = separated(place, text);
        } else if (words && node instanceof Node.Scalar(var place, var text, var plain)) {
            node = plain ? separated(place, text) : new Node.Items(place, List.of(node));
        }
        if (!(parsed(node) instanceof Node.Items items)) {
            throw new InvalidValueException("must be a list, not " + node.describe());
        }
        List<Object> bound = new ArrayList<>();
        for (int i = 0; i < items.items().size(); i++) {
            Node item = items.items().get(i);
            String itemName = name + "[" + i + "]";
            places.put(itemName, item.place());
            try {
                Object value = value(option, element, item, itemName);
                if (value != null) {
                    bound.add(value);
                }
            } catch (InvalidValueException e) {
                problems.add(item.place(), itemName, String.valueOf(e.getMessage()));
            }
        }
        return bound;
    }

    /**
     * Splits text at its commas.
     *
     * @throws InvalidValueException if there is nothing before, between or after them
     */
    private static Node separated(Place place, String text) throws InvalidValueException {
        List<Node> parts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (part.isBlank()) {
                throw new InvalidValueException("\"" + text + "\" has an item without text;"
                        + " if an item is a comma or a space, write the list as [\"…\", \"…\"]");
            }
            parts.add(new Node.Text(place, part.strip()));
        }
        return new Node.Items(place, parts);
    }

    /** Parses typed text as YAML; null if it is empty. */
    private @Nullable Node parsed(Node node) {
        return node instanceof Node.Text(var place, var text) ? YamlReader.readText(text, place, problems) : node;
    }
}
