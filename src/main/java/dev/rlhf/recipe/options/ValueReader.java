package dev.rlhf.recipe.options;

import dev.rlhf.base.DidYouMean;
import dev.rlhf.checkpoint.hub.ModelReference;
import dev.rlhf.recipe.yaml.Node;
import dev.rlhf.recipe.yaml.Place;
import dev.rlhf.recipe.yaml.Scalars;
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

/** Converts single values, as they were written or typed, to the types of their options. Immutable. */
final class ValueReader {
    private final UnaryOperator<Path> movePath;

    /** @param movePath see {@link Binder#Binder} */
    ValueReader(UnaryOperator<Path> movePath) {
        this.movePath = movePath;
    }

    /**
     * Converts a number, boolean, text or path.
     *
     * @throws InvalidValueException if the value is not of the type, or out of the option's bounds
     */
    Object simple(OptionSpec option, OptionType.Simple type, Node node) throws InvalidValueException {
        String text = word(node, type);
        boolean plain = !(node instanceof Node.Scalar scalar) || scalar.plain();
        return switch (type) {
            case STRING -> oneOf(option, text);
            case PATH -> path(option, text, node.place());
            case BOOLEAN -> {
                Boolean bool = plain ? Scalars.bool(text) : null;
                if (bool == null) {
                    throw new InvalidValueException("must be true or false, not " + node.describe());
                }
                yield bool;
            }
            case INT, LONG, DOUBLE -> number(option, type, node, plain ? Scalars.number(text) : null);
        };
    }

    private static String word(Node node, OptionType type) throws InvalidValueException {
        return switch (node) {
            case Node.Scalar(var place, var text, var plain) -> text;
            case Node.Text(var place, var text) -> text;
            default -> throw new InvalidValueException("must be " + article(type) + ", not " + node.describe());
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
            throws InvalidValueException {
        if (number == null) {
            throw new InvalidValueException("must be " + article(type) + ", not " + node.describe());
        }
        if (Double.isInfinite(number.doubleValue())) {
            throw new InvalidValueException(node.describe() + " is too large");
        }
        if (!option.admits(number.doubleValue())) {
            throw new InvalidValueException(node.describe() + " is out of bounds; must be " + option.bounds());
        }
        try {
            return switch (type) {
                case INT -> number.intValueExact();
                case LONG -> number.longValueExact();
                default -> number.doubleValue();
            };
        } catch (ArithmeticException e) {
            boolean fraction = number.stripTrailingZeros().scale() > 0;
            throw new InvalidValueException(
                    fraction ? "must be a whole number, not " + node.describe() : node.describe() + " is too large");
        }
    }

    private static String oneOf(OptionSpec option, String text) throws InvalidValueException {
        List<String> choices = List.of(option.constraints().choices());
        if (choices.isEmpty() || choices.contains(text)) {
            return text;
        }
        throw new InvalidValueException(
                "\"" + text + "\" is not one of " + String.join(", ", choices) + DidYouMean.hint(text, choices));
    }

    /** Returns the enum constant that the text names. */
    static Object choice(OptionType.Choice choice, Node node) throws InvalidValueException {
        String text = word(node, choice);
        for (Enum<?> constant : choice.type().getEnumConstants()) {
            if (OptionType.Choice.nameOf(constant).equals(text)) {
                return constant;
            }
        }
        throw new InvalidValueException("\"" + text + "\" is not one of " + String.join(", ", choice.names())
                + DidYouMean.hint(text, choice.names()));
    }

    private Path path(OptionSpec option, String text, Place place) throws InvalidValueException {
        if (text.isBlank()) {
            throw new InvalidValueException("must be a path, not nothing");
        }
        try {
            Path path = Path.of(text);
            Path moved = place.file() == null ? path : movePath.apply(path);
            return option.constraints().must() == Must.BE_A_MODEL ? ModelReference.resolve(moved) : moved;
        } catch (InvalidPathException e) {
            throw new InvalidValueException("\"" + text + "\" cannot be a path: " + e.getReason());
        }
    }

    /** Converts a tree whose types are not declared, by the rules of {@link Scalars#untyped}. */
    static @Nullable Object untyped(Node node) {
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
