package dev.rlhf.cli;

import dev.rlhf.base.DidYouMean;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Shell;
import dev.rlhf.recipe.CiReports;
import dev.rlhf.recipe.JsonSchema;
import dev.rlhf.recipe.Overrides;
import dev.rlhf.recipe.Pipeline;
import dev.rlhf.recipe.Recipe;
import dev.rlhf.recipe.Recipes;
import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.recipe.StageOutcome;
import dev.rlhf.recipe.Versions;
import dev.rlhf.recipe.options.OptionSpec;
import dev.rlhf.recipe.options.OptionType;
import dev.rlhf.recipe.options.TrlOptions;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.WaitingForPeopleException;
import dev.rlhf.tensor.OutOfMemory;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Dispatches to the commands and turns what they throw into messages and exit codes. One per process. */
final class Program {
    /** Prefix of every error message; a message that names a command begins with {@code rlhf COMMAND: } instead. */
    private static final String PREFIX = "rlhf: ";

    private static final String DRY_RUN = "dry_run";

    private static final Pattern PREFIXED = Pattern.compile("rlhf( [a-z-]+)*: .*");

    private static final Set<String> WITHOUT_ARGUMENTS = Set.of("doctor", "schema", "--version", "-V", "version");

    /**
     * Streams, environment variables and signal handling of the process.
     *
     * @param variables environment variables by name
     * @param context called when a stage is about to run; installs the signal handlers
     */
    record Environment(
            PrintStream out, PrintStream err, Map<String, String> variables, Supplier<StageContext> context) {}

    private final StageCatalog catalog;
    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> variables;
    private final Supplier<StageContext> context;

    Program(StageCatalog catalog, Environment environment) {
        this.catalog = catalog;
        this.out = environment.out();
        this.err = environment.err();
        this.variables = environment.variables();
        this.context = environment.context();
    }

    /** Runs one command and returns the process's {@link ExitCode}. */
    int run(String... typed) {
        List<String> args = new ArrayList<>(List.of(typed));
        boolean debug = args.remove("--debug");
        try {
            return dispatch(args);
        } catch (InputException e) {
            printError(String.valueOf(e.getMessage()));
            trace(e, debug);
            return ExitCode.BAD_INPUT;
        } catch (InvalidPathException e) {
            printError("\"" + e.getInput() + "\" cannot be a path: " + e.getReason());
            trace(e, debug);
            return ExitCode.BAD_INPUT;
        } catch (WaitingForPeopleException e) {
            out.println(e.getMessage());
            out.println("Then continue with: rlhf " + Shell.line(args));
            return ExitCode.DONE;
        } catch (InterruptedRunException e) {
            printError(String.valueOf(e.getMessage()));
            return ExitCode.INTERRUPTED;
        } catch (FailedRunException e) {
            err.println(PREFIX + "failed: " + e.getMessage());
            trace(e, debug);
            return ExitCode.FAILED;
        } catch (IOException | UncheckedIOException e) {
            Optional<String> disk = DiskFailures.of(e, resumes(args));
            err.println(PREFIX + "failed: " + disk.orElseGet(() -> oneLine(e) + details(args, e, debug)));
            trace(e, debug);
            return ExitCode.FAILED;
        } catch (Exception | LinkageError | OutOfMemoryError | StackOverflowError | AssertionError e) {
            Optional<String> known = OutOfMemory.describe(e).or(() -> DiskFailures.of(e, resumes(args)));
            err.println(PREFIX + "failed: " + known.orElseGet(() -> oneLine(e) + details(args, e, debug)));
            trace(e, debug);
            return ExitCode.FAILED;
        } finally {
            out.flush();
            err.flush();
        }
    }

    /** Returns whether a command that failed continues from a saved state when it is run again. */
    private boolean resumes(List<String> args) {
        String command = args.isEmpty() ? "" : args.getFirst();
        return command.equals("run")
                || (catalog.has(command)
                        && catalog.get(command).model().option("save_steps").isPresent());
    }

    private int dispatch(List<String> args) throws Exception {
        String first = args.isEmpty() ? "--help" : args.getFirst();
        List<String> rest = args.isEmpty() ? args : args.subList(1, args.size());
        boolean help = rest.contains("--help") || rest.contains("-h");
        if (WITHOUT_ARGUMENTS.contains(first) && !help && !rest.isEmpty()) {
            throw new InputException("rlhf " + first + ": " + rest.getFirst() + ": unexpected; it takes no arguments");
        }
        return switch (first) {
            case "--help", "-h" -> print(Help.root(catalog));
            case "help" ->
                rest.isEmpty()
                        ? print(Help.root(catalog))
                        : dispatch(Stream.concat(rest.stream(), Stream.of("--help"))
                                .toList());
            case "--version", "-V", "version" -> print(version());
            case "run" -> help ? print(Help.run()) : runRecipe(rest);
            case "doctor" ->
                help
                        ? print(Help.plain(Help.DOCTOR))
                        : Doctor.ofThisMachine(Versions.detect()).run(out);
            case "label" -> LabelCommand.execute(rest, out);
            case "fetch" -> FetchCommand.execute(rest, variables, out, err);
            case "schema" -> print(help ? Help.plain(Help.SCHEMA) : JsonSchema.of(catalog));
            default -> {
                if (!catalog.has(first)) {
                    throw unknownCommand(first);
                }
                yield help ? print(Help.stage(catalog.get(first))) : runStage(first, rest);
            }
        };
    }

    private String version() {
        Versions found = Versions.detect();
        return "rlhf %s (Java %s, DJL %s, PyTorch %s)%n"
                .formatted(found.rlhf(), found.java(), found.djl(), found.pytorch());
    }

    private InputException unknownCommand(String word) {
        List<String> commands = new ArrayList<>(catalog.names());
        Help.COMMANDS.forEach(command -> commands.add(command.name()));
        return new InputException(
                "there is no command " + word + DidYouMean.hintOrStop(word, commands) + " See: rlhf --help");
    }

    private int runStage(String kind, List<String> typed) throws Exception {
        Arguments arguments = Arguments.parse(typed, option -> option.equals("redo") || isFlag(option));
        refuseWords(arguments.words());
        Path config =
                arguments.take("config").map(file -> recipe("--config", file)).orElse(null);
        boolean redo = arguments.take("redo").isPresent();
        CiReports ciReports = ciReports(arguments);
        Recipe recipe = new Recipes(catalog).stage(kind, config, new Overrides(arguments.options()));
        return run(recipe, redo ? Set.of(Pipeline.ALL) : Set.of(), ciReports);
    }

    private int runRecipe(List<String> typed) throws Exception {
        Arguments arguments = Arguments.parse(typed, option -> option.equals(DRY_RUN) || isFlag(option));
        if (arguments.words().isEmpty()) {
            throw new InputException("rlhf run: no recipe given; for example: rlhf run recipes/quickstart.yaml");
        }
        refuseWords(arguments.words().subList(1, arguments.words().size()));
        Set<String> redo = arguments.take("redo").map(Program::stageNames).orElse(Set.of());
        boolean dryRun = arguments.take(DRY_RUN).isPresent();
        CiReports ciReports = dryRun ? CiReports.none() : ciReports(arguments);
        arguments.take("junit"); // a dry run writes no report
        Path file = recipe("rlhf run", arguments.words().getFirst());
        Recipe recipe = new Recipes(catalog).load(file, new Overrides(arguments.options()));
        if (dryRun) {
            new Pipeline(Versions.detect(), ciReports).preview(recipe, redo, out);
            return ExitCode.DONE;
        }
        return run(recipe, redo, ciReports);
    }

    private CiReports ciReports(Arguments arguments) {
        return CiReports.of(arguments.take("junit").orElse(null), variables);
    }

    private static Path recipe(String where, String typed) {
        if (typed.isBlank()) {
            throw new InputException(where + ": needs the path of a recipe");
        }
        if (typed.strip().startsWith("{")) {
            throw new InputException(where
                    + ": needs the path of a recipe; an option of a group is typed with a dot, as in --config.n_layer"
                    + " 8");
        }
        return Path.of(typed);
    }

    private static Set<String> stageNames(String typed) {
        Set<String> names = Set.copyOf(Arrays.asList(typed.split(",")));
        if (names.stream().anyMatch(String::isBlank)) {
            throw new InputException("--redo: needs the names of stages, separated by commas, or all");
        }
        return names;
    }

    private int run(Recipe recipe, Set<String> redo, CiReports ciReports) throws Exception {
        ciReports.checkSummary(recipe);
        List<StageOutcome> outcomes = new Pipeline(Versions.detect(), ciReports).run(recipe, redo, context.get());
        return outcomes.stream().allMatch(StageOutcome::met) ? ExitCode.DONE : ExitCode.EXPECTATION_MISSED;
    }

    /**
     * Returns whether an option may be given without a value: if any stage has a true/false option of this name, which
     * may have a stage's name before it, or if only TRL has it, so that it is refused as unknown.
     */
    private boolean isFlag(String option) {
        String name = option.substring(option.lastIndexOf('.') + 1);
        List<OptionSpec> known = catalog.entries().stream()
                .flatMap(entry -> entry.model().options().stream())
                .filter(spec -> spec.name().equals(name))
                .toList();
        return known.stream().anyMatch(spec -> spec.type() == OptionType.Simple.BOOLEAN)
                || (known.isEmpty() && TrlOptions.isFlag(name));
    }

    private static void refuseWords(List<String> words) {
        if (!words.isEmpty()) {
            throw new InputException(words.getFirst() + ": unexpected; options are typed as --option value");
        }
    }

    /** Prints a message, which may have several lines: one for each mistake. */
    private void printError(String message) {
        message.lines().forEach(line -> err.println(PREFIXED.matcher(line).matches() ? line : PREFIX + line));
    }

    private int print(String text) {
        out.print(text);
        return ExitCode.DONE;
    }

    private void trace(Throwable failure, boolean debug) {
        if (debug) {
            failure.printStackTrace(err);
        }
    }

    private static String details(List<String> args, Throwable failure, boolean debug) {
        return debug ? "" : " (" + CrashLog.write(args, failure) + ")";
    }

    private static String oneLine(Throwable failure) {
        String causes = Causes.describe(failure);
        String type = failure.getClass().getSimpleName();
        return causes.equals(type) ? type : type + ": " + causes;
    }
}
