package dev.rlhf.stage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What one option of a stage is, beside its name and type, which are those of the record component it stands on. YAML keys,
 * {@code --options}, {@code --help}, validation, the JSON Schema and the reference page are all read off these records.
 *
 * <p>Component types: {@code int}, {@code long}, {@code double}, {@code boolean}, {@code String}, {@code Path}, an enum
 * (written in lower case), a nested record, {@code List} of those, {@code Map<String, Object>} (taken as it is). A component
 * without default that may be left out is marked {@code @Nullable} and is null then. Names are snake_case: the component
 * itself is named so, because that is what the user types.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Option {
    /** One line: what it does and, if it matters, what to set it to. */
    String help();

    /** The default as YAML would write it; empty: required, unless the component is {@code @Nullable}. */
    String value() default "";

    double min() default Double.NEGATIVE_INFINITY;

    double max() default Double.POSITIVE_INFINITY;

    /** The bounds themselves are not allowed. */
    boolean open() default false;

    /** Permitted values of a String; empty: any. */
    String[] choices() default {};

    /**
     * The same run may continue with another value: the output folder is kept, though a stage that is done runs again in it. For options
     * that decide when or how a stage waits and not what it has made so far.
     */
    boolean adjustable() default false;

    /** What a path or a list of paths must be for the stage to start. */
    Must must() default Must.ANYTHING;

    /** See {@link #must()}. */
    enum Must {
        ANYTHING,
        BE_A_FILE,
        BE_A_FOLDER,
        /** A checkpoint folder, or {@code org/name} of a model in the hub's cache, which becomes its folder there. */
        BE_A_MODEL,
        /** A file or a folder that is there. */
        EXIST
    }
}
