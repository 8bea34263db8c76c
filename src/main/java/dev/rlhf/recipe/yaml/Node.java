package dev.rlhf.recipe.yaml;

import java.util.List;
import java.util.Map;

/** A YAML tree in which every value knows its place; scalars are text whose type is not decided yet. */
public sealed interface Node {
    Place place();

    /**
     * A word or text.
     *
     * @param plain whether it is not in quotes, so that it may be a number, true, false or null
     */
    record Scalar(Place place, String text, boolean plain) implements Node {}

    /** A list. */
    record Items(Place place, List<Node> items) implements Node {}

    /** A mapping, with its keys in the order written. */
    record Fields(Place place, Map<String, Field> fields) implements Node {}

    /** Text from the command line or a default value, which is read according to its option's type. */
    record Text(Place place, String text) implements Node {}

    /**
     * A key and its value.
     *
     * @param place the place of the key
     */
    record Field(Place place, Node value) {}

    /** Describes the node for messages. */
    default String describe() {
        return switch (this) {
            case Scalar(var place, var text, var plain) ->
                text.isEmpty() ? "nothing" : plain ? text : "the text \"" + text + "\"";
            case Items items -> "a list";
            case Fields fields -> "a group of keys";
            case Text(var place, var text) -> text.isEmpty() ? "nothing" : text;
        };
    }
}
