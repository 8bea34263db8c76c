package dev.rlhf.cli;

import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.recipe.options.OptionSpec;
import dev.rlhf.recipe.options.OptionType;
import dev.rlhf.recipe.options.OptionsModel;
import dev.rlhf.stage.Option.Must;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The texts of {@code --help}. The options of a stage are read from its options record; the stage is not loaded. */
final class Help {
    /** Columns that a help text may take. */
    static final int WIDTH = 100;

    /** A command that is not a stage. */
    record Command(String name, String summary) {}

    static final Command RUN = new Command("run", "Run a recipe: a single stage or a whole pipeline.");
    static final Command LABEL = new Command("label", "Import, serve and export rankings.");
    static final Command FETCH = new Command("fetch", "Download a model from a Hugging Face hub into the cache.");
    static final Command DOCTOR =
            new Command("doctor", "Check this machine: JDK, native libraries, GPU, memory, disk.");
    static final Command SCHEMA = new Command("schema", "Print the JSON Schema of recipes, for editors.");
    static final List<Command> COMMANDS = List.of(RUN, LABEL, FETCH, DOCTOR, SCHEMA);

    /** A space at which no line is broken, as between a sign and its number. */
    private static final char NO_BREAK = '\u00a0';

    private Help() {}

    static String root(StageCatalog catalog) {
        CommandSpec root = CommandSpec.create().name("rlhf");
        root.usageMessage()
                .width(WIDTH)
                .description("RLHF post-training: SFT, rankings, reward model, PPO, honest refusals.")
                .customSynopsis("rlhf COMMAND [--option value …]", "       rlhf run recipes/quickstart.yaml")
                .commandListHeading("%nCommands:%n")
                .footer(
                        "",
                        "rlhf COMMAND --help lists a command's options; --debug shows the stack trace of a failure.",
                        "Exit codes: 0 done, 1 failed, 2 bad input, 3 expectation missed,",
                        "130 interrupted (state saved).");
        add(root, RUN.name(), RUN.summary());
        catalog.entries().forEach(entry -> add(root, entry.name(), entry.summary()));
        COMMANDS.stream().skip(1).forEach(command -> add(root, command.name(), command.summary()));
        return text(root);
    }

    private static String text(CommandSpec command) {
        return new CommandLine(command).getUsageMessage(Ansi.AUTO).replace(NO_BREAK, ' ');
    }

    private static void add(CommandSpec root, String name, String summary) {
        CommandSpec command = CommandSpec.create();
        command.usageMessage().description(escape(summary));
        root.addSubcommand(name, command);
    }

    static String stage(StageCatalog.Entry<?> entry) {
        CommandSpec command = command(entry.name(), entry.summary());
        command.usageMessage()
                .customSynopsis("rlhf " + entry.name() + " [--config FILE] [--option value …]")
                .footer(footer(entry.model()));
        List<CommandLine.Model.OptionSpec> required = new ArrayList<>();
        for (OptionSpec option : entry.model().options()) {
            if (option.required()) {
                addOption("--", option, required);
            }
        }
        section(command, "Required", required);
        entry.model().sections().forEach((heading, options) -> {
            List<CommandLine.Model.OptionSpec> optional = new ArrayList<>();
            options.stream().filter(option -> !option.required()).forEach(option -> addOption("--", option, optional));
            section(command, heading, optional);
        });
        section(
                command,
                "Running",
                List.of(
                        option("--config", "FILE", "recipe with any of the options above; those typed here win"),
                        option("--redo", "", "run again even if the same run is done; its results are kept aside"),
                        junit(),
                        help()));
        return text(command);
    }

    private static String[] footer(OptionsModel<?> model) {
        List<String> lines = new ArrayList<>(List.of(""));
        boolean models =
                model.options().stream().anyMatch(option -> option.constraints().must() == Must.BE_A_MODEL);
        if (models) {
            lines.add("MODEL is a checkpoint folder, or the org/name of a fetched model.");
        }
        lines.add("Reference: docs/reference/recipes.md");
        return lines.toArray(String[]::new);
    }

    static String run() {
        CommandSpec command = command(RUN.name(), RUN.summary());
        command.usageMessage()
                .customSynopsis("rlhf run RECIPE [--option value …] [--STAGE.option value …]")
                .footer(
                        "",
                        "--option value sets the option in every stage that has it, --STAGE.option value in one stage:",
                        "  rlhf run recipes/quickstart.yaml --seed 2 --output_dir runs/seed-2 --ppo.kl_coef 0.1",
                        "Stages that are done with the same options and inputs are skipped; interrupted stages "
                                + "resume.");
        command.addPositional(PositionalParamSpec.builder()
                .paramLabel("RECIPE")
                .arity("1")
                .description("YAML file")
                .build());
        command.addOption(
                option("--redo", "STAGE,…|all", "stages to run again even if they are done; results are kept aside"));
        command.addOption(option(
                "--dry_run",
                "",
                "check the recipe and its inputs, and say which stages would run, resume or be skipped"));
        command.addOption(junit());
        command.addOption(option("--output_dir", "FOLDER", "folder of the whole pipeline (default: the recipe's)"));
        command.addOption(help());
        return text(command);
    }

    static String plain(Command plain) {
        CommandSpec command = command(plain.name(), plain.summary());
        command.usageMessage().customSynopsis("rlhf " + plain.name());
        return text(command);
    }

    private static CommandSpec command(String name, String summary) {
        CommandSpec command = CommandSpec.create().name("rlhf " + name);
        command.usageMessage()
                .width(WIDTH)
                .description(escape(summary))
                .sortOptions(false)
                .sortSynopsis(false)
                .longOptionsMaxWidth(40);
        return command;
    }

    private static void section(CommandSpec command, String heading, List<CommandLine.Model.OptionSpec> options) {
        if (!options.isEmpty()) {
            ArgGroupSpec.Builder group =
                    ArgGroupSpec.builder().heading("%n" + heading + ":%n").validate(false);
            options.forEach(group::addArg);
            command.addArgGroup(group.order(command.argGroups().size()).build());
        }
    }

    private static void addOption(String prefix, OptionSpec option, List<CommandLine.Model.OptionSpec> options) {
        if (option.type() instanceof OptionType.Group(var inner)) {
            inner.options().forEach(nested -> addOption(prefix + option.name() + ".", nested, options));
        } else if (option.type() instanceof OptionType.AnyMap) {
            options.add(option(prefix + option.name() + ".KEY", "VALUE", description(option)));
        } else {
            options.add(option(prefix + option.name(), label(option), description(option)));
        }
    }

    private static String description(OptionSpec option) {
        List<String> facts = new ArrayList<>();
        if (option.hasOneValue()) {
            facts.add("always " + option.bounds());
        } else {
            if (!option.bounds().isEmpty()
                    && option.constraints().must() == Must.ANYTHING
                    && !explainsItsChoices(option)) {
                facts.add(option.bounds().replaceAll("([<>]=?) ", "$1" + NO_BREAK));
            }
            if (option.elementType() instanceof OptionType.Group(var inner)) {
                facts.add("each {" + String.join(", ", inner.names()) + "}");
            }
            facts.addAll(defaultOf(option));
        }
        return facts.isEmpty() ? option.help() : option.help() + " (" + String.join("; ", facts) + ")";
    }

    /** Returns whether the help text gives the meaning of each choice: {@code people: …; simulated: …}. */
    private static boolean explainsItsChoices(OptionSpec option) {
        List<String> choices = option.choices();
        return !choices.isEmpty()
                && choices.stream().allMatch(choice -> option.help().contains(choice + ":"));
    }

    /** Returns the default, unless the option itself says it: a switch that is off, an empty list. */
    private static List<String> defaultOf(OptionSpec option) {
        String text = option.defaultText();
        if (option.type() == OptionType.Simple.BOOLEAN) {
            return text.equals("true") ? List.of("default true; off: --" + option.name() + " false") : List.of();
        }
        return text.isEmpty() || text.equals("[]") || text.equals("{}") ? List.of() : List.of("default " + text);
    }

    private static CommandLine.Model.OptionSpec junit() {
        return option("--junit", "FILE", "JUnit XML report of the expectations, also written if a stage fails");
    }

    private static CommandLine.Model.OptionSpec help() {
        return CommandLine.Model.OptionSpec.builder("-h", "--help")
                .arity("0")
                .description("this help")
                .build();
    }

    private static String label(OptionSpec option) {
        return switch (option.type()) {
            case OptionType.Simple.BOOLEAN -> "";
            case OptionType.Simple.PATH ->
                switch (option.constraints().must()) {
                    case BE_A_FILE -> "FILE";
                    case BE_A_FOLDER -> "FOLDER";
                    case BE_A_MODEL -> "MODEL";
                    case ANYTHING, EXIST -> "PATH";
                };
            case OptionType.Simple.STRING -> option.constraints().choices().length > 0 ? "WORD" : "TEXT";
            case OptionType.Simple simple -> simple.describe().toUpperCase(Locale.ROOT);
            case OptionType.Choice choice -> "WORD";
            case OptionType.ListOf list -> "LIST";
            case OptionType.AnyMap any -> "KEY";
            case OptionType.Group group -> "GROUP";
        };
    }

    private static CommandLine.Model.OptionSpec option(String name, String label, String description) {
        return CommandLine.Model.OptionSpec.builder(name)
                .arity(label.isEmpty() ? "0" : "1")
                .paramLabel(label)
                .description(escape(description))
                .build();
    }

    /** Escapes {@code %} and {@code ${…}}, which picocli would replace. */
    private static String escape(String text) {
        return text.replace("%", "%%").replace("${", "$\u200b{");
    }
}
