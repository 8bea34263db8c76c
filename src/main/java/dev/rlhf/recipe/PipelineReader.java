package dev.rlhf.recipe;

import dev.rlhf.base.DidYouMean;
import dev.rlhf.base.InputException;
import dev.rlhf.recipe.options.OptionsModel;
import dev.rlhf.recipe.yaml.Node;
import dev.rlhf.recipe.yaml.Place;
import dev.rlhf.recipe.yaml.Problems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a recipe of several stages. The value of an option is the first of these that is given: {@code --STAGE.option},
 * {@code --option}, the stage's own line, the recipe's line for all stages, the default. Used once.
 */
final class PipelineReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");

    private record Step(String name, StageCatalog.Entry<?> kind, OptionsModel<?> model, Node.Fields written) {}

    private final Recipes recipes;
    private final StageCatalog catalog;
    private final Path file;
    private final Problems problems;

    PipelineReader(Recipes recipes, StageCatalog catalog, Path file, Problems problems) {
        this.recipes = recipes;
        this.catalog = catalog;
        this.file = file;
        this.problems = problems;
    }

    Recipe read(Node.Fields written, Overrides overrides) {
        Path writtenDir = writtenDir(written);
        String typedDir = overrides.values().get(StageRecipe.OUTPUT_DIR);
        if (typedDir != null && typedDir.isBlank()) {
            throw new InputException("--" + StageRecipe.OUTPUT_DIR + ": needs the path of a folder");
        }
        Path outputDir = typedDir == null ? writtenDir : Path.of(typedDir);
        List<Step> steps = steps(written);
        Map<String, Node.Field> shared = shared(written, steps);
        checkOverrides(overrides, steps);
        UnaryOperator<Path> movePath = path -> path.normalize().startsWith(writtenDir.normalize())
                ? outputDir.resolve(writtenDir.normalize().relativize(path.normalize()))
                : path;

        List<StageRecipe<?>> stages = new ArrayList<>();
        List<StageFiles> earlier = new ArrayList<>();
        List<String> later = new ArrayList<>(steps.stream().map(Step::name).toList());
        for (Step step : steps) {
            later.removeFirst();
            Map<String, Node.Field> fields = fields(step, shared, overrides, outputDir);
            StageRecipe<?> stage =
                    recipes.bind(step.kind(), new Node.Fields(step.written().place(), fields), problems, movePath);
            if (stage == null) {
                // report its own mistake, not those that follow from it
                earlier.add(new StageFiles(step.name(), outputDir.resolve(step.name()), Optional.empty()));
            } else {
                stage.checkInputs(earlier, path -> madeLater(path, outputDir, later), problems);
                earlier.addAll(StageFiles.of(stage));
                stages.add(stage);
            }
        }
        checkFolders(outputDir, stages);
        checkDistinct(stages, overrides);
        problems.throwIfAny();
        return new Recipe(Optional.of(file), Optional.of(outputDir), stages);
    }

    /** Continues the message that a path does not exist: which later stage makes it. Empty if none does. */
    private static String madeLater(Path path, Path outputDir, List<String> later) {
        return later.stream()
                .filter(name -> !Files.exists(path) && StageRecipe.isIn(path, outputDir.resolve(name)))
                .map(name -> "; stage " + name + ", which makes it, comes later: move that stage up")
                .findFirst()
                .orElse("");
    }

    private Path writtenDir(Node.Fields written) {
        Node.Field field = written.fields().get(StageRecipe.OUTPUT_DIR);
        if (field != null && !(field.value() instanceof Node.Scalar)) {
            throw new InputException(field.place()
                    .message(
                            StageRecipe.OUTPUT_DIR,
                            "must be a path, not " + field.value().describe()));
        }
        if (field != null) {
            if (Recipes.word(field.value()).isBlank()) {
                throw new InputException(field.place()
                        .message(StageRecipe.OUTPUT_DIR, "has no value; give the path of a folder, or leave it out"));
            }
            try {
                return Path.of(Recipes.word(field.value()));
            } catch (InvalidPathException e) {
                throw new InputException(
                        field.place().message(StageRecipe.OUTPUT_DIR, "cannot be a path: " + e.getReason()), e);
            }
        }
        Path name = file.getFileName();
        return Path.of("runs", String.valueOf(name).replaceFirst("\\.ya?ml$", ""));
    }

    private List<Step> steps(Node.Fields written) {
        Node.Field field = written.fields().get("stages");
        Node list = field == null ? written : field.value();
        if (!(list instanceof Node.Items items) || items.items().isEmpty()) {
            throw new InputException(
                    list.place().message("stages", "must be a list of stages, each beginning with \"- stage: …\""));
        }
        List<Step> steps = new ArrayList<>();
        Map<String, Place> names = new LinkedHashMap<>();
        for (Node item : items.items()) {
            Step step = step(item);
            if (step == null) {
                continue;
            }
            Place before = names.putIfAbsent(step.name(), step.written().place());
            if (before != null) {
                problems.add(
                        step.written().place(),
                        "name",
                        "two stages are called " + step.name() + ", the first on line " + before.line()
                                + "; give one a \"name: …\" of its own");
            }
            steps.add(step);
        }
        return steps;
    }

    private @Nullable Step step(Node item) {
        if (!(item instanceof Node.Fields fields)) {
            problems.add(item.place(), "stages", "must begin with \"- stage: …\", not with " + item.describe());
            return null;
        }
        Node.Field stage = fields.fields().get("stage");
        if (stage == null) {
            problems.add(fields.place(), "stage", "missing; must be one of " + String.join(", ", catalog.names()));
            return null;
        }
        StageCatalog.Entry<?> kind = recipes.kindOrNull(stage, problems);
        if (kind == null) {
            return null;
        }
        Node.Field name = fields.fields().get("name");
        String called = name == null ? kind.name() : Recipes.word(name.value());
        if (!NAME.matcher(called).matches()) {
            problems.add(
                    fields.place(),
                    "name",
                    "must be a word of letters, digits, _ and -, not "
                            + (name == null ? called : name.value().describe()));
        }
        return new Step(called, kind, kind.model(), fields);
    }

    /** Returns the keys beside {@code stages:}, which apply to every stage that has such an option. */
    private Map<String, Node.Field> shared(Node.Fields written, List<Step> steps) {
        Map<String, Node.Field> shared = new LinkedHashMap<>(written.fields());
        List.of("stages", "versions", StageRecipe.OUTPUT_DIR).forEach(shared::remove);
        Set<String> known = optionNames(steps);
        shared.forEach((name, field) -> {
            if (!known.contains(name)) {
                problems.add(
                        field.place(),
                        name,
                        "no stage of this recipe has such an option" + DidYouMean.hint(name, known));
            }
        });
        return shared;
    }

    private void checkOverrides(Overrides overrides, List<Step> steps) {
        Set<String> known = optionNames(steps);
        List<String> names = steps.stream().map(Step::name).toList();
        for (String name : overrides.values().keySet()) {
            String first = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
            boolean stageOption = name.contains(".") && names.contains(first);
            if (!stageOption && !known.contains(first)) {
                Set<String> words = new LinkedHashSet<>(known);
                words.addAll(names);
                String hint = DidYouMean.hint(first, words).replace("did you mean ", "did you mean --");
                problems.add(Place.option("--" + name), "", "no stage of " + file + " has such an option" + hint);
            }
        }
    }

    private static Set<String> optionNames(List<Step> steps) {
        Set<String> names = new LinkedHashSet<>();
        names.add(StageRecipe.OUTPUT_DIR);
        steps.forEach(step -> names.addAll(step.model().names()));
        return names;
    }

    private Map<String, Node.Field> fields(
            Step step, Map<String, Node.Field> shared, Overrides overrides, Path outputDir) {
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        Place place = step.written().place();
        if (step.model().option(StageRecipe.OUTPUT_DIR).isPresent()) {
            Node.Text folder = new Node.Text(
                    Place.commandLine(), outputDir.resolve(step.name()).toString());
            fields.put(StageRecipe.OUTPUT_DIR, new Node.Field(place, folder));
        }
        shared.forEach((name, field) -> {
            if (step.model().option(name).isPresent()) {
                fields.put(name, field);
            }
        });
        fields.putAll(step.written().fields());
        List<Map.Entry<String, String>> ofThisStage = new ArrayList<>();
        overrides.values().forEach((name, text) -> {
            String option = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
            if (name.startsWith(step.name() + ".")) {
                ofThisStage.add(Map.entry(name, text));
            } else if (!name.equals(StageRecipe.OUTPUT_DIR)
                    && step.model().option(option).isPresent()) {
                Recipes.override(fields, name, new Node.Text(Place.option("--" + name), text));
            }
        });
        ofThisStage.forEach(typed -> Recipes.override(
                fields,
                typed.getKey().substring(step.name().length() + 1),
                new Node.Text(Place.option("--" + typed.getKey()), typed.getValue())));
        return fields;
    }

    /** Reports stages that share a folder: each would take the other's results for its own. */
    private void checkFolders(Path outputDir, List<StageRecipe<?>> stages) {
        Map<Path, String> owners = new LinkedHashMap<>();
        owners.put(outputDir.toAbsolutePath().normalize(), "");
        for (StageRecipe<?> stage : stages) {
            Path folder = stage.outputDir()
                    .map(Path::toAbsolutePath)
                    .map(Path::normalize)
                    .orElse(null);
            String owner = folder == null ? null : owners.putIfAbsent(folder, stage.name());
            if (owner != null) {
                String who = owner.isEmpty() ? "the recipe and stage " : "stages " + owner + " and ";
                problems.add(
                        Place.file(file), StageRecipe.OUTPUT_DIR, who + stage.name() + " have the same, " + folder);
            }
        }
    }

    /**
     * Reports stages of one kind that have the same options: their results would be equal. Usually {@code --seed} was
     * meant for one of them, and an evaluation that compares both would find out hours later.
     */
    private void checkDistinct(List<StageRecipe<?>> stages, Overrides overrides) {
        Map<Map<String, @Nullable Object>, String> owners = new HashMap<>();
        for (StageRecipe<?> stage : stages) {
            Map<String, @Nullable Object> options = new HashMap<>(stage.optionValues());
            options.remove(StageRecipe.OUTPUT_DIR);
            options.put("stage", stage.kind().name());
            String owner = owners.putIfAbsent(options, stage.name());
            if (owner != null) {
                String seed = overrides.values().containsKey("seed")
                        ? " (--seed is for all stages, --" + stage.name() + ".seed for this one)"
                        : "";
                problems.add(
                        Place.file(file),
                        "stages",
                        owner + " and " + stage.name() + " have the same options and would have the same results;"
                                + " change one of them, for example its seed" + seed);
            }
        }
    }
}
