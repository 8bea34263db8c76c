package dev.rlhf.stage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a component of an options record as a group of options that several stages share. The component's type is a
 * record of {@link Option}s; they become options of the enclosing record under their own names, in YAML and on the
 * command line.
 *
 * <pre>{@code
 * record SftOptions(
 *         @Option(help = "JSONL to train on") Path dataset,
 *         @OptionGroup(defaults = "learning_rate=2e-5") OptimizerOptions optimizer) {}
 * }</pre>
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface OptionGroup {
    /** Defaults of this stage that differ from the group's own, each as {@code name=value}. */
    String[] defaults() default {};

    /** Help texts of this stage that differ from the group's own, each as {@code name=text}. */
    String[] help() default {};
}
