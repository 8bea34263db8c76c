package dev.rlhf.recipe.options;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The types that an option may have, as listed at {@link dev.rlhf.stage.Option}. Immutable. */
public sealed interface OptionType {
    /** Types whose values are a single word. */
    enum Simple implements OptionType {
        INT("int"),
        LONG("int"),
        DOUBLE("number"),
        BOOLEAN("true|false"),
        STRING("text"),
        PATH("path");

        private final String description;

        Simple(String description) {
            this.description = description;
        }

        @Override
        public String describe() {
            return description;
        }
    }

    /** A constant of an enum, written in lower case. */
    record Choice(Class<? extends Enum<?>> type) implements OptionType {
        public List<String> names() {
            return Stream.of(type.getEnumConstants()).map(Choice::nameOf).toList();
        }

        public static String nameOf(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String describe() {
            return String.join("|", names());
        }
    }

    /** A group of options. */
    record Group(OptionsModel<?> model) implements OptionType {
        @Override
        public String describe() {
            return "group";
        }
    }

    /** A list, in the order written. */
    record ListOf(OptionType element) implements OptionType {
        @Override
        public String describe() {
            return "list of " + element.describe();
        }
    }

    /** Keys and values that are not checked here: {@code Map<String, Object>}. */
    record AnyMap() implements OptionType {
        @Override
        public String describe() {
            return "keys and values";
        }
    }

    /** Describes the type in one or two words, for help texts. */
    String describe();

    /**
     * Returns the type of a record component.
     *
     * @throws IllegalStateException if options cannot have this type
     */
    static OptionType of(Type type) {
        if (type instanceof ParameterizedType generic) {
            if (generic.getRawType() == List.class) {
                return new ListOf(of(generic.getActualTypeArguments()[0]));
            }
            if (generic.getRawType() == Map.class
                    && Arrays.equals(generic.getActualTypeArguments(), new Type[] {String.class, Object.class})) {
                return new AnyMap();
            }
        }
        if (type instanceof Class<?> plain) {
            return ofClass(plain);
        }
        throw new IllegalStateException("options cannot have type " + type);
    }

    private static OptionType ofClass(Class<?> type) {
        if (type == int.class || type == Integer.class) {
            return Simple.INT;
        } else if (type == long.class || type == Long.class) {
            return Simple.LONG;
        } else if (type == double.class || type == Double.class) {
            return Simple.DOUBLE;
        } else if (type == boolean.class || type == Boolean.class) {
            return Simple.BOOLEAN;
        } else if (type == String.class) {
            return Simple.STRING;
        } else if (type == Path.class) {
            return Simple.PATH;
        } else if (type.isEnum()) {
            @SuppressWarnings("unchecked") // checked above
            Class<? extends Enum<?>> choices = (Class<? extends Enum<?>>) type;
            return new Choice(choices);
        } else if (type.isRecord()) {
            return new Group(OptionsModel.of(type.asSubclass(Record.class)));
        }
        throw new IllegalStateException("options cannot have type " + type);
    }
}
