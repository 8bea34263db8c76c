package dev.rlhf.model;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The parameters that a kind of model, with a language-model or scalar head, requires of a checkpoint.
 *
 * @param config tells which of them are linear layers, and the full names of stored tensors
 * @param specs all parameters, head included
 * @param fresh names, such as a new head, that may be missing and are then initialised
 * @param unused selects stored tensors, by their full names, that may remain unused
 * @param head module that is trained in full along with adapters; null: none
 */
record RequiredParameters(
        ModelConfig config,
        List<ParameterSpec> specs,
        Set<String> fresh,
        Predicate<String> unused,
        @Nullable String head) {
    /** Returns the same parameters, of which others may be missing. */
    RequiredParameters withFresh(Set<String> names) {
        return new RequiredParameters(config, specs, names, unused, head);
    }
}
