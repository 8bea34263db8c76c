package dev.rlhf.recipe;

import dev.rlhf.recipe.internal.YamlWriter;
import dev.rlhf.stage.Option;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One option, read off a record component and its {@link Option}. Immutable.
 *
 * @param name the component's name, which is what users type
 * @param constraints the annotation
 * @param nullable may be left out although it has no default
 * @param accessor reads it from a record
 */
public record OptionSpec(String name, OptionType type, Option constraints, boolean nullable, Method accessor) {
    static OptionSpec of(RecordComponent component) {
        Option option = component.getAnnotation(Option.class);
        if (option == null) {
            throw new IllegalStateException("@Option is missing on " + component.getName() + " of "
                    + component.getDeclaringRecord().getName());
        }
        component.getAccessor().setAccessible(true);
        return new OptionSpec(
                component.getName(),
                OptionType.of(component.getGenericType()),
                option,
                component.getAnnotatedType().isAnnotationPresent(Nullable.class),
                component.getAccessor());
    }

    public String help() {
        return constraints.help();
    }

    /** The default as YAML would write it; empty if there is none. */
    public String defaultText() {
        return constraints.value();
    }

    /** No default, and it may not be left out. */
    public boolean required() {
        return constraints.value().isEmpty() && !nullable;
    }

    /** What values are allowed, e.g. {@code > 0 and <= 1}, {@code one of a, b}; empty: any. */
    public String bounds() {
        if (constraints.choices().length > 0) {
            return "one of " + String.join(", ", constraints.choices());
        }
        if (elementType() instanceof OptionType.Choice choice) {
            return "one of " + String.join(", ", choice.names());
        }
        String equal = constraints.open() ? " " : "= ";
        List<String> parts = new java.util.ArrayList<>();
        if (Double.isFinite(constraints.min())) {
            parts.add(">" + equal + bound(constraints.min()));
        }
        if (Double.isFinite(constraints.max())) {
            parts.add("<" + equal + bound(constraints.max()));
        }
        String path = switch (constraints.must()) {
            case ANYTHING -> "";
            case BE_A_FILE -> "a file that exists";
            case BE_A_FOLDER -> "a folder that exists";
            case BE_A_MODEL -> "a checkpoint folder, or org/name of a fetched model";
            case EXIST -> "a file or folder that exists";
        };
        return parts.isEmpty() ? path : String.join(" and ", parts);
    }

    /** Whether a number is within the bounds; NaN never is. */
    public boolean admits(double value) {
        return constraints.open()
                ? value > constraints.min() && value < constraints.max()
                : value >= constraints.min() && value <= constraints.max();
    }

    /** The type of one value: of a list, that of its elements. */
    public OptionType elementType() {
        return type instanceof OptionType.ListOf list ? list.element() : type;
    }

    /** Its value in a record that has this component. */
    @Nullable
    Object in(Record options) {
        return OptionsModel.invoke(accessor, options);
    }

    private static String bound(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? Long.toString((long) value)
                : YamlWriter.number(value);
    }
}
