package dev.rlhf.cli;

import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.recipe.options.OptionSpec;
import dev.rlhf.recipe.options.OptionType;
import dev.rlhf.recipe.options.OptionsModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What {@code --help} shows. A stage's options are read off its record; nothing else of the stage is touched. */
final class Help {
    private static final int WIDTH = 110;

    /** A command that is no stage. */
    record Command(String name, String summary) {}

    static final Command RUN = new Command("run", "Run a recipe: one stage, or a whole pipeline.");
    static final Command LABEL = new Command("label", "Import, export and serve rankings.");
    static final Command FETCH = new Command("fetch", "Bring a model from a Hugging Face hub into the cache.");
    static final Command DOCTOR = new Command("doctor", "Check this machine: JDK, engine, GPU, memory, disk.");
    static final Command SCHEMA = new Command("schema", "Print the JSON Schema of recipes, for editors.");
    static final List<Command> COMMANDS = List.of(RUN, LABEL, FETCH, DOCTOR, SCHEMA);

    private Help() {}

    static String root(StageCatalog catalog) {
        CommandSpec root = CommandSpec.create().name("rlhf");
        root.usageMessage()
                .width(WIDTH)
                .description("RLHF post-training: SFT, rankings, reward model, PPO, honest refusals.%n")
                .customSynopsis("rlhf COMMAND [--option value …]", "rlhf run recipes/quickstart.yaml")
                .commandListHeading("%nCommands:%n")
                .footer(
                        "",
                        "rlhf COMMAND --help lists a command's options; --debug shows the stack trace of a failure.",
                        "Exit codes: 0 done, 1 failed, 2 bad input, 3 expectation missed, 130 interrupted (state saved).");
        add(root, RUN.name(), RUN.summary());
        catalog.entries().forEach(entry -> add(root, entry.name(), entry.summary()));
        COMMANDS.stream().skip(1).forEach(command -> add(root, command.name(), command.summary()));
        return new CommandLine(root).getUsageMessage(Ansi.AUTO);
    }

    private static void add(CommandSpec root, String name, String summary) {
        CommandSpec command = CommandSpec.create();
        command.usageMessage().description(escape(summary));
        root.addSubcommand(name, command);
    }

    static String stage(StageCatalog.Entry<?> entry) {
        CommandSpec command = command(entry.name(), entry.summary());
        command.usageMessage()
                .customSynopsis("rlhf " + entry.name() + " [--config FILE] [--junit FILE] [--option value …]")
                .footer("", "Options typed here win over the recipe's. Reference: docs/reference/recipes.md");
        command.addOption(option("--config", "FILE", "A recipe: every option below may stand in it."));
        command.addOption(option("--redo", "", "Run even if the same run is done; the earlier one is kept aside."));
        command.addOption(junit());
        addOptions("--", entry.model(), command);
        return new CommandLine(command).getUsageMessage(Ansi.AUTO);
    }

    static String run() {
        CommandSpec command = command(RUN.name(), RUN.summary());
        command.usageMessage()
                .customSynopsis(
                        "rlhf run RECIPE [--redo STAGE,…|all] [--junit FILE] [--option value …] [--STAGE.option value …]")
                .footer(
                        "",
                        "--option value goes to every stage that has the option, --STAGE.option value to one of them, e.g.",
                        "  rlhf run recipes/quickstart.yaml --seed 2 --output_dir runs/seed-2 --ppo.kl_coef 0.1",
                        "Stages already done with the same options and inputs are skipped; one that was cut off goes on.");
        command.addPositional(PositionalParamSpec.builder()
                .paramLabel("RECIPE")
                .arity("1")
                .description("A YAML file.")
                .build());
        command.addOption(
                option("--redo", "NAMES", "Stages to run even if they are done, with commas between; or all."));
        command.addOption(junit());
        command.addOption(option("--output_dir", "FOLDER", "Folder of the whole pipeline (default: the recipe's)."));
        return new CommandLine(command).getUsageMessage(Ansi.AUTO);
    }

    static String plain(Command plain) {
        CommandSpec command = command(plain.name(), plain.summary());
        command.usageMessage().customSynopsis("rlhf " + plain.name());
        return new CommandLine(command).getUsageMessage(Ansi.AUTO);
    }

    private static CommandSpec command(String name, String summary) {
        CommandSpec command = CommandSpec.create().name("rlhf " + name);
        command.usageMessage()
                .width(WIDTH)
                .description(escape(summary) + "%n")
                .sortOptions(false)
                .sortSynopsis(false)
                .longOptionsMaxWidth(40);
        return command;
    }

    private static void addOptions(String prefix, OptionsModel<?> model, CommandSpec command) {
        for (OptionSpec option : model.options()) {
            if (option.type() instanceof OptionType.Group(var inner)) {
                addOptions(prefix + option.name() + ".", inner, command);
            } else if (option.type() instanceof OptionType.AnyMap) {
                command.addOption(option(prefix + option.name() + ".KEY", "VALUE", description(option)));
            } else {
                command.addOption(option(prefix + option.name(), label(option.type()), description(option)));
            }
        }
    }

    private static String description(OptionSpec option) {
        List<String> facts = new ArrayList<>();
        if (!option.bounds().isEmpty()) {
            facts.add(option.bounds());
        }
        if (option.elementType() instanceof OptionType.Group(var inner)) {
            facts.add("each {" + String.join(", ", inner.names()) + "}");
        }
        if (option.required()) {
            facts.add("required");
        } else if (!option.defaultText().isEmpty()) {
            facts.add("default " + option.defaultText());
        }
        return facts.isEmpty() ? option.help() : option.help() + " (" + String.join("; ", facts) + ")";
    }

    private static CommandLine.Model.OptionSpec junit() {
        return option("--junit", "FILE", "Write a JUnit XML report of the expectations, also if a stage fails.");
    }

    private static String label(OptionType type) {
        return switch (type) {
            case OptionType.Simple.BOOLEAN -> "";
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

    /** Picocli formats descriptions with {@code %} and fills in {@code ${…}}. */
    private static String escape(String text) {
        return text.replace("%", "%%").replace("${", "$\u200b{");
    }
}
