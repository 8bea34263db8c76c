package dev.rlhf.recipe.yaml;

import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Reads YAML into {@link Node}s. Only the structure is taken from YAML; the type of a scalar is decided by its option,
 * so that {@code 1e-4} is a number and {@code no} a word. A repeated key is a problem; anchors are allowed, tags are
 * not.
 */
public final class YamlReader {
    private final Problems problems;
    private final IntFunction<Place> places;
    private final List<org.yaml.snakeyaml.nodes.Node> open = new ArrayList<>();

    private YamlReader(Problems problems, IntFunction<Place> places) {
        this.problems = problems;
        this.places = places;
    }

    /**
     * Reads a whole file, which must be a mapping.
     *
     * @throws InputException if the file cannot be read or is not YAML
     */
    public static Node.Fields readFile(Path file, Problems problems) {
        YamlReader reader = new YamlReader(problems, line -> Place.line(file, line));
        Node root = reader.read(text(file));
        if (root instanceof Node.Fields fields) {
            return fields;
        }
        throw InputException.at(
                file,
                root == null ? 1 : Math.max(1, root.place().line()),
                "a recipe is a list of \"option: value\" lines, this is " + (root == null ? "empty" : root.describe()));
    }

    /** Reads what was typed after an option; null if it is empty. */
    public static @Nullable Node readText(String text, Place place, Problems problems) {
        return new YamlReader(problems, line -> place).read(text);
    }

    private static String text(Path file) {
        if (!Files.exists(file)) {
            String start = file.isAbsolute()
                    ? ""
                    : "; relative paths start from " + Path.of("").toAbsolutePath();
            throw new InputException(file + ": no such recipe" + start);
        }
        return InputFile.text(file);
    }

    private @Nullable Node read(String text) {
        try {
            org.yaml.snakeyaml.nodes.Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
            return root == null ? null : convert(root);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            String what = String.valueOf(e.getProblem()).startsWith("but ")
                    ? e.getContext() + ", " + e.getProblem()
                    : String.valueOf(e.getProblem());
            throw new InputException(places.apply(line).message("", "not valid YAML: " + what), e);
        } catch (ReaderException e) {
            int line = 1
                    + (int) text.codePoints()
                            .limit(e.getPosition())
                            .filter(c -> c == '\n')
                            .count();
            String what = "not valid YAML: holds the control character U+%04X".formatted(e.getCodePoint());
            throw new InputException(places.apply(line).message("", what), e);
        } catch (YAMLException e) {
            throw new InputException(places.apply(1).message("", "not valid YAML: " + firstLine(e)), e);
        }
    }

    private static String firstLine(YAMLException e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message.lines().findFirst().orElse("");
    }

    private Node convert(org.yaml.snakeyaml.nodes.Node node) {
        Place place = places.apply(node.getStartMark().getLine() + 1);
        if (node instanceof ScalarNode scalar) {
            return new Node.Scalar(place, scalar.getValue(), scalar.getScalarStyle() == ScalarStyle.PLAIN);
        }
        if (open.contains(node)) {
            problems.add(place, "", "an anchor that contains itself");
            return new Node.Scalar(place, "", true);
        }
        open.add(node);
        Node converted = node instanceof SequenceNode sequence
                ? new Node.Items(
                        place, sequence.getValue().stream().map(this::convert).toList())
                : fields((MappingNode) node, place);
        open.removeLast();
        return converted;
    }

    private Node.Fields fields(MappingNode mapping, Place place) {
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Place keyPlace = places.apply(tuple.getKeyNode().getStartMark().getLine() + 1);
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(keyPlace, "", "a key must be a word");
                continue;
            }
            Node.Field before =
                    fields.putIfAbsent(key.getValue(), new Node.Field(keyPlace, convert(tuple.getValueNode())));
            if (before != null) {
                problems.add(
                        keyPlace,
                        key.getValue(),
                        "given twice, first on line " + before.place().line());
            }
        }
        return new Node.Fields(place, fields);
    }
}
