package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Options are declared once; the names declared more than once mean different things. The reasons are in
 * docs/explanation/architecture.md.
 */
class OptionDeclarationsTest {
    @Test
    void stagesShareOptionsThatMeanTheSame() {
        Map<String, Set<String>> declared = new TreeMap<>();
        for (StageCatalog.Entry<?> entry : Stages.catalog().entries()) {
            collect("", entry.model().record(), declared);
        }
        assertThat(repeated(declared))
                .isEqualTo(Map.ofEntries(
                        Map.entry("dataset", Set.of("DatasetOptions", "PretrainOptions", "RewardOptions")),
                        Map.entry("db", Set.of("RankOptions", "RewardOptions")),
                        Map.entry("documents", Set.of("DocumentOptions", "Texts")),
                        Map.entry("dtype", Set.of("EngineOptions", "MergeOptions")),
                        Map.entry("input", Set.of("PromptOptions", "RankOptions", "RowsFileOptions")),
                        Map.entry("max_steps", Set.of("EpochOptions", "PretrainOptions")),
                        Map.entry("model_name_or_path", Set.of("ModelOptions", "PretrainOptions")),
                        Map.entry("num_samples", Set.of("ProbeOptions", "Samples")),
                        Map.entry("output", Set.of("GenerateOptions", "RowsFileOptions")),
                        Map.entry("prompts", Set.of("SampleOptions", "Samples")),
                        Map.entry("reward_model_path", Set.of("GenerateOptions", "PpoOptions")),
                        Map.entry("temperature", Set.of("SamplingOptions", "TemperatureOptions")),
                        Map.entry("top_k", Set.of("Rollout", "SamplingOptions")),
                        Map.entry("top_p", Set.of("Rollout", "TopPOptions"))));
    }

    @Test
    void commandsShareOptionsThatMeanTheSame() {
        Map<String, Set<String>> declared = new TreeMap<>();
        collect(new CommandLine(new LabelCommand()).getCommandSpec(), declared);
        collect(new CommandLine(new FetchCommand(Map.of(), System.out, System.err)).getCommandSpec(), declared);
        assertThat(declared).containsKeys("--help", "--db", "--base_url", "--revision");
        assertThat(repeated(declared))
                .isEqualTo(Map.ofEntries(
                        Map.entry("--admin", Set.of("Change", "LabelInit", "LabelSource")),
                        Map.entry("--batch", Set.of("LabelExport", "LabelImport", "LabelStats")),
                        Map.entry("--db", Set.of("StoreOption", "TokenSource")),
                        Map.entry("--format", Set.of("LabelExport", "LabelImport")),
                        Map.entry("--input", Set.of("LabelImport", "LabelRestore")),
                        Map.entry("--labeler", Set.of("LabelExport", "Limits")),
                        Map.entry("--output", Set.of("LabelBackup", "LabelExport", "LabelTime")),
                        Map.entry("--since", Set.of("LabelExport", "LabelTime")),
                        Map.entry("--tags", Set.of("BatchChangeOptions", "Limits")),
                        Map.entry("--until", Set.of("LabelExport", "LabelTime")),
                        Map.entry("--zone", Set.of("LabelTime", "Limits"))));
    }

    /** Adds the options of a record; those of the elements of a list are named by the list. */
    private static void collect(String prefix, Class<?> options, Map<String, Set<String>> declared) {
        for (RecordComponent component : options.getRecordComponents()) {
            if (component.isAnnotationPresent(OptionGroup.class)) {
                collect(prefix, component.getType(), declared);
                continue;
            }
            assertThat(component.isAnnotationPresent(Option.class))
                    .as("%s", component)
                    .isTrue();
            String name = prefix + component.getName();
            add(name, options.getSimpleName(), declared);
            Type element = component.getGenericType() instanceof ParameterizedType list
                    ? list.getActualTypeArguments()[0]
                    : component.getType();
            if (element instanceof Class<?> type && type.isRecord()) {
                collect(name + ".", type, declared);
            }
        }
    }

    private static void collect(CommandSpec command, Map<String, Set<String>> declared) {
        command.options()
                .forEach(option -> add(
                        option.longestName(),
                        ((Field) option.userObject()).getDeclaringClass().getSimpleName(),
                        declared));
        command.subcommands().values().forEach(sub -> collect(sub.getCommandSpec(), declared));
    }

    private static void add(String name, String type, Map<String, Set<String>> declared) {
        declared.computeIfAbsent(name, key -> new TreeSet<>()).add(type);
    }

    private static Map<String, Set<String>> repeated(Map<String, Set<String>> declared) {
        declared.values().removeIf(types -> types.size() == 1);
        return declared;
    }
}
