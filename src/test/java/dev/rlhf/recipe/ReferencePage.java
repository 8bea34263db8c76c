package dev.rlhf.recipe;

import dev.rlhf.recipe.options.OptionSpec;
import dev.rlhf.recipe.options.OptionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The Markdown reference of every stage's options, read from the same records that recipes are bound to. */
public final class ReferencePage {
    private ReferencePage() {}

    /** Returns the stages' tables; the text before them is the caller's. */
    public static String of(StageCatalog catalog) {
        StringBuilder page = new StringBuilder();
        for (StageCatalog.Entry<?> entry : catalog.entries()) {
            page.append("\n## ").append(entry.name()).append("\n\n");
            page.append(entry.summary()).append("\n\n");
            page.append("| option | type | default | allowed | description |\n|---|---|---|---|---|\n");
            Map<String, List<OptionSpec>> sections = entry.model().sections();
            sections.forEach((heading, options) -> {
                if (sections.size() > 1) {
                    page.append("| **").append(heading).append("** | | | | |\n");
                }
                rows("", options, page);
            });
        }
        return page.toString();
    }

    private static void rows(String prefix, List<OptionSpec> options, StringBuilder page) {
        for (OptionSpec option : options) {
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
                rows(name + ".", inner.options(), page);
            } else if (option.elementType() instanceof OptionType.Group(var inner)) {
                rows(name + "[].", inner.options(), page);
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
