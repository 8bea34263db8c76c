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
 * One option, read from a record component and its {@link Option}. Immutable.
 *
 * @param group the name of the innermost {@link OptionGroup} component around the option that has a heading; empty if
 *     none has
 * @param name the component's name, which is what users type
 * @param constraints the annotation
 * @param help the help text: the annotation's, unless a group overrides it
 * @param defaultText the default as YAML would write it; empty if there is none
 * @param nullable may be omitted although it has no default
 * @param accessors the path from the record to the value: the groups around the option, outermost first, and the option
 */
public record OptionSpec(
        String group,
        String name,
        OptionType type,
        Option constraints,
        String help,
        String defaultText,
        boolean nullable,
        List<Method> accessors) {
    /** Returns the options of a record class in the order of its components, including those of its groups. */
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
                "",
                component.getName(),
                OptionType.of(component.getGenericType()),
                option,
                option.help(),
                option.value(),
                component.getAnnotatedType().isAnnotationPresent(Nullable.class),
                List.of(component.getAccessor()));
    }

    private static List<OptionSpec> ofGroup(RecordComponent component, OptionGroup group) {
        Map<String, String> defaults = byName(group.defaults());
        Map<String, String> help = byName(group.help());
        List<OptionSpec> specs = new ArrayList<>();
        for (OptionSpec spec : of(component.getType().asSubclass(Record.class))) {
            List<Method> path = new ArrayList<>();
            path.add(component.getAccessor());
            path.addAll(spec.accessors);
            String given = defaults.remove(spec.name);
            String text = help.remove(spec.name);
            specs.add(new OptionSpec(
                    spec.group.isEmpty() && OptionsModel.hasHeading(component.getName())
                            ? component.getName()
                            : spec.group,
                    spec.name,
                    spec.type,
                    spec.constraints,
                    text == null ? spec.help : text,
                    given == null ? spec.defaultText : given,
                    spec.nullable,
                    List.copyOf(path)));
        }
        defaults.putAll(help);
        if (!defaults.isEmpty()) {
            throw new IllegalStateException(component.getType().getName() + " has no option " + defaults.keySet());
        }
        return specs;
    }

    private static Map<String, String> byName(String[] settings) {
        Map<String, String> values = new HashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            values.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return values;
    }

    /** Returns whether the option must be given: it has no default and is not nullable. */
    public boolean required() {
        return defaultText.isEmpty() && !nullable;
    }

    /** Returns the allowed values of a text or an enum; empty if all are allowed. */
    public List<String> choices() {
        return elementType() instanceof OptionType.Choice choice ? choice.names() : List.of(constraints.choices());
    }

    /** Describes the allowed values, as in {@code > 0 and <= 1} or {@code one of a, b}; empty if all are allowed. */
    public String bounds() {
        if (!choices().isEmpty()) {
            return "one of " + String.join(", ", choices());
        }
        if (hasOneValue()) {
            return bound(constraints.min());
        }
        List<String> parts = new ArrayList<>();
        if (Double.isFinite(constraints.min())) {
            parts.add((constraints.open() ? "> " : ">= ") + bound(constraints.min()));
        }
        if (Double.isFinite(constraints.max())) {
            parts.add((constraints.openMax() ? "< " : "<= ") + bound(constraints.max()));
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

    /** Returns whether the bounds leave a single value. */
    public boolean hasOneValue() {
        return constraints.min() == constraints.max();
    }

    /** Returns whether a number is within the bounds; NaN never is. */
    public boolean admits(double value) {
        boolean aboveMin = constraints.open() ? value > constraints.min() : value >= constraints.min();
        return aboveMin && (constraints.openMax() ? value < constraints.max() : value <= constraints.max());
    }

    /** Returns the type of a single value; for a list, the type of its elements. */
    public OptionType elementType() {
        return type instanceof OptionType.ListOf list ? list.element() : type;
    }

    /** Returns the option's value in a record of the class that the option was read from. */
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
