package dev.rlhf.recipe;

import dev.rlhf.recipe.options.OptionSpec;
import dev.rlhf.recipe.options.OptionType;
import dev.rlhf.recipe.options.OptionsModel;
import java.util.ArrayList;
import java.util.List;

/** The reference page of every stage's options, in Markdown; written from the same records that recipes are read with. */
public final class ReferencePage {
    private ReferencePage() {}

    /** What comes before the stages' tables is the caller's. */
    public static String of(StageCatalog catalog) {
        StringBuilder page = new StringBuilder();
        for (StageCatalog.Entry<?> entry : catalog.entries()) {
            page.append("\n## ").append(entry.name()).append("\n\n");
            page.append(entry.summary()).append("\n\n");
            page.append("| option | type | default | allowed | what |\n|---|---|---|---|---|\n");
            rows("", entry.model(), page);
        }
        return page.toString();
    }

    private static void rows(String prefix, OptionsModel<?> model, StringBuilder page) {
        for (OptionSpec option : model.options()) {
            String name = prefix + option.name();
            List<String> cells = new ArrayList<>();
            cells.add("`" + name + "`");
            cells.add(typeOf(option));
            cells.add(defaultOf(option));
            cells.add(option.bounds());
            cells.add(option.help());
            cells.forEach(
                    cell -> page.append("| ").append(cell.replace("|", "\\|")).append(' '));
            page.append("|\n");
            if (option.type() instanceof OptionType.Group(var inner)) {
                rows(name + ".", inner, page);
            } else if (option.elementType() instanceof OptionType.Group(var inner)) {
                rows(name + "[].", inner, page);
            }
        }
    }

    private static String typeOf(OptionSpec option) {
        return option.type() instanceof OptionType.Choice
                ? "word"
                : option.type().describe();
    }

    private static String defaultOf(OptionSpec option) {
        if (option.required()) {
            return "**required**";
        }
        return option.defaultText().isEmpty() ? "none" : "`" + option.defaultText() + "`";
    }
}
