package dev.rlhf.recipe.options;

import dev.rlhf.base.InputException;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Describes a record class of options and creates and reads its instances. The options of its groups ({@link
 * OptionGroup}) count as its own. Immutable, thread-safe.
 *
 * @param record the record class
 * @param options in the order of the record's components
 */
public record OptionsModel<O extends Record>(Class<O> record, List<OptionSpec> options) {
    /**
     * Headings by name of the option group, in the order in which they are listed. Options of other groups are listed
     * with those around them.
     */
    private static final Map<String, String> HEADINGS = new LinkedHashMap<>();

    static {
        HEADINGS.put("", "Options");
        HEADINGS.put("judge", "Questions and judge");
        HEADINGS.put("known", "Known questions and new wordings");
        HEADINGS.put("samples", "Samples");
        HEADINGS.put("rewardModels", "Reward models");
        HEADINGS.put("texts", "Documents");
        HEADINGS.put("rollout", "Rollout");
        HEADINGS.put("kl", "KL penalty");
        HEADINGS.put("rewards", "Rewards");
        HEADINGS.put("advantages", "Advantages");
        HEADINGS.put("loss", "Losses");
        HEADINGS.put("critic", "Critic");
        HEADINGS.put("answerRewards", "Rewards of answers");
        HEADINGS.put("sampling", "Sampling");
        HEADINGS.put("optimizer", "Optimizer");
        HEADINGS.put("lora", "LoRA");
        HEADINGS.put("memory", "Memory");
        HEADINGS.put("loop", "Training loop");
        HEADINGS.put("engine", "Device and precision");
    }

    static boolean hasHeading(String group) {
        return HEADINGS.containsKey(group);
    }

    /** A path given as an option, and what it must be. */
    public record NamedPath(String name, Option.Must must, Path path) {}

    /**
     * Reads a record class.
     *
     * @throws IllegalStateException if a component is not annotated, or has a type that an option cannot have
     */
    public static <O extends Record> OptionsModel<O> of(Class<O> record) {
        return new OptionsModel<>(record, List.copyOf(OptionSpec.of(record)));
    }

    public Optional<OptionSpec> option(String name) {
        return options.stream().filter(option -> option.name().equals(name)).findFirst();
    }

    public List<String> names() {
        return options.stream().map(OptionSpec::name).toList();
    }

    /**
     * Returns the options by heading, in the order in which they are listed: the stage's own first, then the groups, in
     * the same order for all stages.
     */
    public Map<String, List<OptionSpec>> sections() {
        Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
        HEADINGS.keySet().forEach(group -> groups.put(group, new ArrayList<>()));
        options.forEach(
                option -> Objects.requireNonNull(groups.get(option.group())).add(option));
        Map<String, List<OptionSpec>> sections = new LinkedHashMap<>();
        groups.forEach((group, members) -> {
            if (!members.isEmpty()) {
                sections.put(HEADINGS.getOrDefault(group, ""), members);
            }
        });
        return sections;
    }

    /**
     * Creates a record.
     *
     * @param values one for each option, in their order
     * @throws InputException if the constructor of the record, or of a group in it, refuses the combination
     */
    public O create(List<@Nullable Object> values) {
        return create(record, values.iterator());
    }

    private static <R extends Record> R create(Class<R> record, Iterator<@Nullable Object> values) {
        RecordComponent[] components = record.getRecordComponents();
        List<@Nullable Object> arguments = new ArrayList<>();
        for (RecordComponent component : components) {
            arguments.add(
                    component.isAnnotationPresent(OptionGroup.class)
                            ? create(component.getType().asSubclass(Record.class), values)
                            : values.next());
        }
        Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<R> constructor = record.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments.toArray());
        } catch (InvocationTargetException e) {
            throw rethrown(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot create a " + record.getName(), e);
        }
    }

    /**
     * Returns every value, including defaults, as plain strings, numbers, lists and maps, in the order of the options.
     */
    public Map<String, @Nullable Object> values(Record of) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (OptionSpec option : options) {
            values.put(option.name(), plain(option.in(of), option.type()));
        }
        return values;
    }

    /** Returns every path in the options, including nested ones, with its dotted name. */
    public List<NamedPath> paths(Record of) {
        List<NamedPath> paths = new ArrayList<>();
        collectPaths("", of, paths::add);
        return paths;
    }

    private void collectPaths(String prefix, Record of, Consumer<NamedPath> found) {
        for (OptionSpec option : options) {
            collect(prefix + option.name(), option, option.type(), option.in(of), found);
        }
    }

    private static void collect(
            String name, OptionSpec option, OptionType type, @Nullable Object value, Consumer<NamedPath> found) {
        if (value instanceof Path path) {
            found.accept(new NamedPath(name, option.constraints().must(), path));
        } else if (type instanceof OptionType.Group(var model) && value != null) {
            model.collectPaths(name + ".", (Record) value, found);
        } else if (type instanceof OptionType.ListOf(var element) && value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                collect(name + "[" + i + "]", option, element, list.get(i), found);
            }
        }
    }

    private static @Nullable Object plain(@Nullable Object value, OptionType type) {
        return switch (value) {
            case null -> null;
            case Path path -> path.toString();
            case Enum<?> constant -> OptionType.Choice.nameOf(constant);
            case Record nested when type instanceof OptionType.Group(var model) -> model.values(nested);
            case List<?> list
            when type instanceof OptionType.ListOf(var element) -> {
                List<@Nullable Object> items = new ArrayList<>();
                list.forEach(item -> items.add(plain(item, element)));
                yield items;
            }
            default -> value;
        };
    }

    static @Nullable Object invoke(Method accessor, Record of) {
        try {
            return accessor.invoke(of);
        } catch (InvocationTargetException e) {
            throw rethrown(e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("cannot read " + accessor, e);
        }
    }

    private static RuntimeException rethrown(InvocationTargetException e) {
        if (e.getCause() instanceof RuntimeException cause) {
            return cause;
        }
        return new IllegalStateException(e.getCause() == null ? e : e.getCause());
    }
}
