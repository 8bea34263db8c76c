package dev.rlhf.stage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes an option of a stage; its name and type are those of the annotated record component. YAML keys, {@code
 * --options}, {@code --help}, validation, the JSON Schema and the reference page are all read from these records.
 *
 * <p>Component types: {@code int}, {@code long}, {@code double}, {@code boolean}, {@code String}, {@code Path}, an enum
 * (written in lower case), a nested record, {@code List} of those, {@code Map<String, Object>} (passed on unchecked).
 * An optional component without a default is {@code @Nullable}, and null if it is omitted. Components have snake_case
 * names, because that is what users type.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Option {
    /**
     * A noun phrase in lower case: the meaning and, if it matters, what to set it to. Bounds and default are added to
     * it.
     */
    String help();

    /**
     * The default as YAML would write it; if empty, the option is required unless the component is {@code @Nullable}.
     */
    String value() default "";

    double min() default Double.NEGATIVE_INFINITY;

    double max() default Double.POSITIVE_INFINITY;

    /** Whether {@link #min} itself is excluded. */
    boolean open() default false;

    /** Whether {@link #max} itself is excluded. */
    boolean openMax() default false;

    /** Allowed values of a String; empty if all are. */
    String[] choices() default {};

    /**
     * Whether the same run may continue with another value: the output folder is kept, though a stage that is done runs
     * again in it. For options that affect when or how a stage waits, not its results so far.
     */
    boolean adjustable() default false;

    /** What a path or each path of a list must be before the stage starts. */
    Must must() default Must.ANYTHING;

    /** See {@link #must()}. */
    enum Must {
        ANYTHING,
        BE_A_FILE,
        BE_A_FOLDER,
        /**
         * A checkpoint folder, or {@code org/name} of a model in the hub's cache, which is replaced by its folder
         * there.
         */
        BE_A_MODEL,
        /** An existing file or folder. */
        EXIST
    }
}
