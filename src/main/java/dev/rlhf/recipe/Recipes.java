package dev.rlhf.recipe;

import dev.rlhf.base.InputException;
import dev.rlhf.base.Shell;
import dev.rlhf.recipe.options.Binder;
import dev.rlhf.recipe.options.OptionsModel;
import dev.rlhf.recipe.yaml.Node;
import dev.rlhf.recipe.yaml.Place;
import dev.rlhf.recipe.yaml.Problems;
import dev.rlhf.recipe.yaml.YamlReader;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.StageOutputs;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads recipes. All mistakes are reported together as the message of one {@link InputException}, one line each, such
 * as {@code recipes/sft.yaml:14: learning_rat: unknown option; did you mean learning_rate?}. Thread-safe.
 */
public final class Recipes {
    /** Keys of a stage that are not options. */
    static final List<String> STAGE_KEYS = List.of("stage", "name", "expect", "versions");

    private final StageCatalog catalog;

    public Recipes(StageCatalog catalog) {
        this.catalog = catalog;
    }

    /** Reads a recipe, which is a single stage or a pipeline. */
    public Recipe load(Path file, Overrides overrides) {
        Problems problems = new Problems();
        Node.Fields written = YamlReader.readFile(file, problems);
        if (written.fields().containsKey("stages")) {
            return new PipelineReader(this, catalog, file, problems).read(written, overrides);
        }
        Node.Field stage = written.fields().get("stage");
        if (stage == null) {
            throw InputException.at(
                    file,
                    "says neither \"stage: …\" nor \"stages: …\"; the stages are "
                            + String.join(", ", catalog.names()));
        }
        StageCatalog.Entry<?> kind = kind(stage, problems);
        return single(Optional.of(file), read(kind, written, overrides, problems), problems);
    }

    /**
     * Reads the recipe of {@code rlhf KIND [--config FILE] --option value …}.
     *
     * @param file null if all options were typed
     */
    public Recipe stage(String kind, @Nullable Path file, Overrides overrides) {
        Problems problems = new Problems();
        StageCatalog.Entry<?> entry = catalog.get(kind);
        if (file == null) {
            Node.Fields nothing = new Node.Fields(Place.commandLine(), Map.of());
            return single(Optional.empty(), read(entry, nothing, overrides, problems), problems);
        }
        Node.Fields written = YamlReader.readFile(file, problems);
        Node.Field stages = written.fields().get("stages");
        if (stages != null) {
            throw new InputException(
                    stages.place().message("stages", "this is a pipeline; run it with: rlhf run " + Shell.quote(file)));
        }
        Node.Field stage = written.fields().get("stage");
        if (stage != null && !kind(stage, problems).name().equals(kind)) {
            String other = word(stage.value());
            throw new InputException(stage.place()
                    .message(
                            "stage",
                            "this is a recipe for " + other + "; run it with: rlhf " + other + " --config "
                                    + Shell.quote(file)));
        }
        return single(Optional.of(file), read(entry, written, overrides, problems), problems);
    }

    private static Recipe single(Optional<Path> file, @Nullable StageRecipe<?> stage, Problems problems) {
        if (stage != null) {
            stage.checkInputs(List.of(), path -> "", problems);
        }
        problems.throwIfAny();
        if (stage == null) {
            throw new IllegalStateException("no stage and no problem");
        }
        return new Recipe(file, Optional.empty(), List.of(stage));
    }

    private @Nullable StageRecipe<?> read(
            StageCatalog.Entry<?> kind, Node.Fields written, Overrides overrides, Problems problems) {
        Map<String, Node.Field> fields = new LinkedHashMap<>(written.fields());
        OptionsModel<?> model = kind.model();
        overrides.values().forEach((name, text) -> {
            boolean ofThisStage = name.startsWith(kind.name() + ".")
                    && model.option(kind.name()).isEmpty();
            String option = ofThisStage ? name.substring(kind.name().length() + 1) : name;
            override(fields, option, new Node.Text(Place.option("--" + name), text));
        });
        return bind(kind, new Node.Fields(written.place(), fields), problems, UnaryOperator.identity());
    }

    /** Binds a stage to its fields; null if there was a mistake, which has been added to {@code problems}. */
    <O extends Record> @Nullable StageRecipe<O> bind(
            StageCatalog.Entry<O> kind, Node.Fields written, Problems problems, UnaryOperator<Path> movePath) {
        Map<String, Node.Field> fields = new LinkedHashMap<>(written.fields());
        STAGE_KEYS.forEach(fields::remove);
        Node.Field expect = written.fields().get("expect");
        OptionsModel<O> model = kind.model();
        Binder binder = new Binder(problems, movePath);
        O options = binder.bind(model, new Node.Fields(written.place(), fields));
        Optional<MetricNames> metrics = options == null
                ? Optional.empty()
                : kind.stage().get().outputs(options).map(StageOutputs::metrics);
        Expectations expectations = expect == null
                ? Expectations.none()
                : Expectations.read(
                        expect.value(),
                        metric -> metrics.flatMap(names -> names.problem(metric, kind.name())),
                        problems);
        if (options == null) {
            return null;
        }
        Node.Field name = written.fields().get("name");
        Map<String, Place> places = new LinkedHashMap<>(binder.places());
        return new StageRecipe<>(
                name == null ? kind.name() : word(name.value()), kind, model, options, expectations, places);
    }

    /**
     * Returns the kind named by a {@code stage:} key; null if there is none, which has been added to {@code problems}.
     */
    StageCatalog.@Nullable Entry<?> kindOrNull(Node.Field stage, Problems problems) {
        if (!(stage.value() instanceof Node.Scalar scalar) || scalar.text().isEmpty()) {
            problems.add(
                    stage.place(),
                    "stage",
                    "must be one of " + String.join(", ", catalog.names()) + ", not "
                            + stage.value().describe());
            return null;
        }
        String name = scalar.text();
        if (catalog.has(name)) {
            return catalog.get(name);
        }
        problems.add(stage.place(), "stage", catalog.unknown(name));
        return null;
    }

    private StageCatalog.Entry<?> kind(Node.Field stage, Problems problems) {
        StageCatalog.Entry<?> kind = kindOrNull(stage, problems);
        if (kind == null) {
            problems.throwIfAny();
            throw new IllegalStateException("no stage and no problem");
        }
        return kind;
    }

    /** Replaces a field by a typed value; {@code a.b} is field b of group a. */
    static void override(Map<String, Node.Field> fields, String name, Node.Text value) {
        int dot = name.indexOf('.');
        if (dot < 0) {
            fields.put(name, new Node.Field(value.place(), value));
            return;
        }
        String group = name.substring(0, dot);
        Node.Field before = fields.get(group);
        Map<String, Node.Field> inner = before != null && before.value() instanceof Node.Fields written
                ? new LinkedHashMap<>(written.fields())
                : new LinkedHashMap<>();
        override(inner, name.substring(dot + 1), value);
        Place place = before == null ? value.place() : before.place();
        fields.put(group, new Node.Field(place, new Node.Fields(place, inner)));
    }

    static String word(Node node) {
        return node instanceof Node.Scalar scalar ? scalar.text() : node.describe();
    }
}
