package dev.rlhf.recipe;

import dev.rlhf.base.InputException;
import dev.rlhf.stage.Option;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A record of options as data: what it asks for, how to make one, how to take one apart. Immutable, thread-safe.
 *
 * @param record the record class
 * @param options its components, in their order
 * @param constructor the canonical one
 */
public record OptionsModel<O extends Record>(Class<O> record, List<OptionSpec> options, Constructor<O> constructor) {
    /** A path that was given as an option, and what it must be. */
    record NamedPath(String name, Option.Must must, Path path) {}

    /**
     * Reads a record class.
     *
     * @throws IllegalStateException if it is not one of options: a type that cannot be one, {@code @Option} missing
     */
    public static <O extends Record> OptionsModel<O> of(Class<O> record) {
        RecordComponent[] components = record.getRecordComponents();
        Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<O> constructor = record.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return new OptionsModel<>(
                    record, Stream.of(components).map(OptionSpec::of).toList(), constructor);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(record + " has no canonical constructor", e);
        }
    }

    public Optional<OptionSpec> option(String name) {
        return options.stream().filter(option -> option.name().equals(name)).findFirst();
    }

    public List<String> names() {
        return options.stream().map(OptionSpec::name).toList();
    }

    /**
     * Makes a record.
     *
     * @param values one for each component, in their order
     * @throws InputException if the record's own constructor finds that options do not go together
     */
    public O create(List<@Nullable Object> values) {
        try {
            return constructor.newInstance(values.toArray());
        } catch (InvocationTargetException e) {
            throw rethrown(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + record.getName(), e);
        }
    }

    /** Every value, defaults included, as plain strings, numbers, lists and maps in the order of the components. */
    public Map<String, @Nullable Object> values(Record of) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (OptionSpec option : options) {
            values.put(option.name(), plain(option.in(of), option.type()));
        }
        return values;
    }

    /** Every path in the options, nested ones included, with its dotted name. */
    List<NamedPath> paths(Record of) {
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
