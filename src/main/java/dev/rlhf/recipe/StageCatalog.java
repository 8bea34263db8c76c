package dev.rlhf.recipe;

import dev.rlhf.base.DidYouMean;
import dev.rlhf.base.InputException;
import dev.rlhf.recipe.options.OptionsModel;
import dev.rlhf.stage.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The stages by the names that recipes and commands use. Immutable; listing a stage does not load its class. */
public final class StageCatalog {
    /**
     * A kind of stage.
     *
     * @param name as in {@code stage: sft} and {@code rlhf sft}
     * @param summary one line for {@code rlhf --help}
     * @param options the record of its options
     * @param stage creates it
     */
    public record Entry<O extends Record>(
            String name, String summary, Class<O> options, Supplier<? extends Stage<O>> stage) {
        /** Reads the options by reflection, at each call. */
        public OptionsModel<O> model() {
            return OptionsModel.of(options);
        }
    }

    private final Map<String, Entry<?>> entries = new LinkedHashMap<>();

    /**
     * Creates a catalog.
     *
     * @param entries in the order to list them; no name may occur twice
     */
    public StageCatalog(List<Entry<?>> entries) {
        for (Entry<?> entry : entries) {
            if (this.entries.put(entry.name(), entry) != null) {
                throw new IllegalArgumentException("two stages are called " + entry.name());
            }
        }
    }

    public List<Entry<?>> entries() {
        return new ArrayList<>(entries.values());
    }

    public List<String> names() {
        return new ArrayList<>(entries.keySet());
    }

    public boolean has(String name) {
        return entries.containsKey(name);
    }

    /**
     * Returns the stage of this name.
     *
     * @throws InputException if no stage has it
     */
    public Entry<?> get(String name) {
        Entry<?> entry = entries.get(name);
        if (entry == null) {
            throw new InputException(unknown(name));
        }
        return entry;
    }

    String unknown(String name) {
        return "\"" + name + "\" is not a stage" + DidYouMean.hintOrStop(name, names()) + " The stages are: "
                + String.join(", ", names());
    }
}
