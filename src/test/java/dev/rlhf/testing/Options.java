package dev.rlhf.testing;

import dev.rlhf.recipe.Overrides;
import dev.rlhf.recipe.Recipes;
import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.stage.StageResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes option records as the command line does, for tests that set a few options and leave the others at their
 * defaults.
 */
public final class Options {
    private Options() {}

    /**
     * Returns options with these names and values, in turn. With a {@code device}, {@code dtype} is float32 unless it
     * is given: on a GPU, {@code auto} would be bfloat16, which cannot be compared with fp32 references.
     */
    public static <O extends Record> O of(Class<O> type, Object... namesAndValues) {
        Map<String, String> typed = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            typed.put((String) namesAndValues[i], String.valueOf(namesAndValues[i + 1]));
        }
        if (typed.containsKey("device")) {
            typed.putIfAbsent("dtype", "float32");
        }
        StageCatalog catalog = new StageCatalog(List.of(
                new StageCatalog.Entry<>("tested", "", type, () -> (options, context) -> new StageResult(Map.of()))));
        return type.cast(new Recipes(catalog)
                .stage("tested", null, new Overrides(typed))
                .stages()
                .getFirst()
                .options());
    }
}
