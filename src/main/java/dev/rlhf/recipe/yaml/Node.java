package dev.rlhf.recipe.yaml;

import java.util.List;
import java.util.Map;

/** What was written, before anyone knows what it is meant to be: a YAML tree in which everything knows its place. */
public sealed interface Node {
    Place place();

    /**
     * One word or text.
     *
     * @param plain not in quotes, so that it may be a number, true, false or null
     */
    record Scalar(Place place, String text, boolean plain) implements Node {}

    record Items(Place place, List<Node> items) implements Node {}

    /** Keys in the order written. */
    record Fields(Place place, Map<String, Field> fields) implements Node {}

    /** A value of the command line, or a default: text that its option's type will tell how to read. */
    record Text(Place place, String text) implements Node {}

    /**
     * A key and what follows it.
     *
     * @param place where the key stands
     */
    record Field(Place place, Node value) {}

    /** What it looks like, for messages. */
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
