package dev.rlhf.recipe;

import dev.rlhf.base.InputFile;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.checkpoint.hub.ModelReference;
import dev.rlhf.recipe.options.OptionsModel;
import dev.rlhf.recipe.yaml.Place;
import dev.rlhf.recipe.yaml.Problems;
import dev.rlhf.recipe.yaml.YamlWriter;
import dev.rlhf.stage.Option.Must;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One stage with all its options: the recipe of {@code rlhf sft --config …}, or one step of a pipeline. Immutable. */
public final class StageRecipe<O extends Record> {
    static final String OUTPUT_DIR = "output_dir";

    private final String name;
    private final StageCatalog.Entry<O> kind;
    private final OptionsModel<O> model;
    private final O options;
    private final Expectations expect;
    private final Map<String, Place> places;

    StageRecipe(
            String name,
            StageCatalog.Entry<O> kind,
            OptionsModel<O> model,
            O options,
            Expectations expect,
            Map<String, Place> places) {
        this.name = name;
        this.kind = kind;
        this.model = model;
        this.options = options;
        this.expect = expect;
        this.places = places;
    }

    /** Returns the stage's name in its pipeline, or that of its kind. */
    public String name() {
        return name;
    }

    public StageCatalog.Entry<O> kind() {
        return kind;
    }

    public O options() {
        return options;
    }

    public Expectations expect() {
        return expect;
    }

    /** Returns the folder that the stage writes to, if it has one. */
    public Optional<Path> outputDir() {
        return model.option(OUTPUT_DIR)
                .flatMap(option -> Optional.ofNullable(option.in(options)))
                .map(value -> Path.of(value.toString()));
    }

    /**
     * Returns the files and folders that must exist before the stage starts, including the base model of an adapter.
     */
    List<Path> inputs() {
        return inputs(option -> true);
    }

    /** Returns {@link #inputs()} without those of adjustable options. */
    List<Path> fixedInputs() {
        return inputs(option -> !isAdjustable(option));
    }

    /** Returns whether an input is, or will be, among the files of these stages. */
    boolean readsFrom(List<StageFiles> stages) {
        return model.paths(options).stream()
                .filter(path -> path.must() != Must.ANYTHING)
                .anyMatch(path -> stages.stream().anyMatch(stage -> stage.contains(path.path())));
    }

    /** Returns the paths that need not exist before the stage starts, including all that it writes to. */
    List<Path> outputs() {
        return model.paths(options).stream()
                .filter(path -> path.must() == Must.ANYTHING)
                .map(OptionsModel.NamedPath::path)
                .toList();
    }

    private List<Path> inputs(Predicate<String> wanted) {
        return model.paths(options).stream()
                .filter(path -> path.must() != Must.ANYTHING && wanted.test(path.name()))
                .map(OptionsModel.NamedPath::path)
                .flatMap(path -> AdapterFolder.isAdapter(path)
                        ? Stream.of(path, AdapterFolder.of(path).base())
                        : Stream.of(path))
                .distinct()
                .toList();
    }

    /** Returns every option, including defaults, as plain strings, numbers, lists and maps. */
    Map<String, @Nullable Object> optionValues() {
        return model.values(options);
    }

    /** Returns every option, including defaults, as YAML. */
    String optionsAsYaml() {
        return YamlWriter.write(optionValues());
    }

    /** Returns whether an option has its default, given or not. */
    boolean isDefault(String option) {
        String value = YamlWriter.inline(optionValues().get(option));
        return !places.containsKey(option)
                || model.option(option).orElseThrow().defaultText().equals(value);
    }

    /** Returns whether the same run may continue with another value: {@link dev.rlhf.stage.Option#adjustable()}. */
    boolean isAdjustable(String option) {
        return model.option(option)
                .filter(spec -> spec.constraints().adjustable())
                .isPresent();
    }

    /** Returns the options that were given, as YAML. */
    String givenAsYaml() {
        Map<String, @Nullable Object> given = new LinkedHashMap<>(model.values(options));
        given.keySet().removeIf(option -> !places.containsKey(option));
        return YamlWriter.write(given);
    }

    /** Returns the recipe as data, with every value, including defaults; written as YAML it is a recipe again. */
    public Map<String, @Nullable Object> resolved() {
        Map<String, @Nullable Object> resolved = new LinkedHashMap<>();
        resolved.put("stage", kind.name());
        resolved.put("name", name);
        resolved.putAll(model.values(options));
        if (!expect.bounds().isEmpty()) {
            Map<String, Object> bounds = new LinkedHashMap<>();
            expect.bounds().forEach((metric, bound) -> bounds.put(metric, bound.text()));
            resolved.put("expect", bounds);
        }
        return resolved;
    }

    /**
     * Reports each input that is missing or not what it must be.
     *
     * @param earlier what earlier stages will write; an input among it need not exist
     * @param why continues the message that a path is not what it must be; may be empty
     */
    void checkInputs(List<StageFiles> earlier, Function<Path, String> why, Problems problems) {
        for (OptionsModel.NamedPath path : model.paths(options)) {
            Optional<String> wrong = wrongWith(path, earlier);
            if (wrong.isPresent()) {
                Place place = places.getOrDefault(path.name(), Place.commandLine());
                problems.add(place, path.name(), path.path() + " " + wrong.get() + why.apply(path.path()));
            }
        }
    }

    private static Optional<String> wrongWith(OptionsModel.NamedPath path, List<StageFiles> earlier) {
        if (path.must() == Must.ANYTHING) {
            return Optional.empty();
        }
        List<Optional<String>> makers = earlier.stream()
                .filter(stage -> stage.contains(path.path()))
                .map(stage -> stage.problem(path.path(), path.must()))
                .toList();
        if (makers.isEmpty()) {
            return Optional.ofNullable(wrongWith(path.path(), path.must()));
        }
        return makers.contains(Optional.<String>empty()) ? Optional.empty() : makers.getFirst();
    }

    static boolean isIn(Path path, Path folder) {
        return path.toAbsolutePath()
                .normalize()
                .startsWith(folder.toAbsolutePath().normalize());
    }

    private static @Nullable String wrongWith(Path path, Must must) {
        if (must == Must.BE_A_MODEL) {
            return Files.isDirectory(path) ? HfFolder.problem(path).orElse(null) : ModelReference.missing(path);
        }
        if (!Files.exists(path)) {
            String start = path.isAbsolute()
                    ? ""
                    : "; relative paths start from " + Path.of("").toAbsolutePath();
            return "does not exist" + start;
        }
        if (must == Must.BE_A_FILE) {
            return InputFile.problem(path).orElse(null);
        }
        if (must == Must.BE_A_FOLDER && !Files.isDirectory(path)) {
            return "is not a folder";
        }
        return null;
    }
}
