package dev.rlhf.recipe.options;

import dev.rlhf.recipe.yaml.YamlWriter;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One option, read off a record component and its {@link Option}. Immutable.
 *
 * @param name the component's name, which is what users type
 * @param constraints the annotation
 * @param defaultText the default as YAML would write it; empty if there is none
 * @param nullable may be omitted although it has no default
 * @param accessors lead from the record to the value: one, or one for each group around the option and its own
 */
public record OptionSpec(
        String name,
        OptionType type,
        Option constraints,
        String defaultText,
        boolean nullable,
        List<Method> accessors) {
    /** The options of a record class in the order of its components, those of its groups among them. */
    static List<OptionSpec> of(Class<? extends Record> record) {
        List<OptionSpec> specs = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            component.getAccessor().setAccessible(true);
            OptionGroup group = component.getAnnotation(OptionGroup.class);
            if (group == null) {
                specs.add(of(component));
            } else {
                specs.addAll(ofGroup(component, group));
            }
        }
        return specs;
    }

    private static OptionSpec of(RecordComponent component) {
        Option option = component.getAnnotation(Option.class);
        if (option == null) {
            throw new IllegalStateException("@Option is missing on " + component.getName() + " of "
                    + component.getDeclaringRecord().getName());
        }
        return new OptionSpec(
                component.getName(),
                OptionType.of(component.getGenericType()),
                option,
                option.value(),
                component.getAnnotatedType().isAnnotationPresent(Nullable.class),
                List.of(component.getAccessor()));
    }

    private static List<OptionSpec> ofGroup(RecordComponent component, OptionGroup group) {
        Map<String, String> defaults = new HashMap<>();
        for (String setting : group.defaults()) {
            int equals = setting.indexOf('=');
            defaults.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        List<OptionSpec> specs = new ArrayList<>();
        for (OptionSpec spec : of(component.getType().asSubclass(Record.class))) {
            List<Method> path = new ArrayList<>();
            path.add(component.getAccessor());
            path.addAll(spec.accessors);
            String given = defaults.remove(spec.name);
            specs.add(new OptionSpec(
                    spec.name,
                    spec.type,
                    spec.constraints,
                    given == null ? spec.defaultText : given,
                    spec.nullable,
                    List.copyOf(path)));
        }
        if (!defaults.isEmpty()) {
            throw new IllegalStateException(component.getType().getName() + " has no option " + defaults.keySet());
        }
        return specs;
    }

    public String help() {
        return constraints.help();
    }

    /** No default, and it may not be left out. */
    public boolean required() {
        return defaultText.isEmpty() && !nullable;
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
        List<String> parts = new ArrayList<>();
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

    /** Reads its value from a record of the class it was read off. */
    @Nullable
    public Object in(Record options) {
        Object value = options;
        for (Method accessor : accessors) {
            value = OptionsModel.invoke(accessor, (Record) Objects.requireNonNull(value));
        }
        return value;
    }

    private static String bound(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? Long.toString((long) value)
                : YamlWriter.number(value);
    }
}
