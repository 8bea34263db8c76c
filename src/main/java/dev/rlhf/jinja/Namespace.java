package dev.rlhf.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** {@code namespace(…)}: the only mutable value, changed by {@code set ns.name = …}. Equal only to itself. */
final class Namespace {
    private final Map<String, Object> attributes = new LinkedHashMap<>();

    Map<String, Object> attributes() {
        return attributes;
    }
}
