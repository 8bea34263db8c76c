package dev.rlhf.bench;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A job's command line, {@code --name value …}. Immutable. */
public final class Flags {
    private static final Map<String, String> OF_ALL_JOBS =
            Map.of("model", "", "text", "", "device", "cpu", "dtype", "float32", "threads", "0", "seconds", "0");

    private final Map<String, String> values;

    private Flags(Map<String, String> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    /**
     * Reads flags; flags that are not given keep their defaults.
     *
     * @throws IllegalArgumentException if a flag is unknown or has no value
     */
    static Flags parse(List<String> words, Map<String, String> defaults) {
        Map<String, String> values = new LinkedHashMap<>(OF_ALL_JOBS);
        values.putAll(defaults);
        for (int i = 0; i < words.size(); i += 2) {
            String name = words.get(i).replaceFirst("^--", "").replace('-', '_');
            if (!words.get(i).startsWith("--") || !values.containsKey(name)) {
                throw new IllegalArgumentException(words.get(i) + ": there are " + values.keySet());
            }
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException(words.get(i) + " needs a value");
            }
            values.put(name, words.get(i + 1));
        }
        return new Flags(values);
    }

    public String text(String name) {
        String value = values.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("--" + name + " is needed");
        }
        return value;
    }

    public int integer(String name) {
        return Integer.parseInt(text(name));
    }

    /** Returns the seconds after which no further step is timed: {@code --seconds}, where 0 is no limit. */
    public double limit() {
        double seconds = Double.parseDouble(text("seconds"));
        return seconds > 0 ? seconds : Double.POSITIVE_INFINITY;
    }

    public Path path(String name) {
        return Path.of(text(name));
    }

    /**
     * Returns the flags of another job: those that are given here as {@code job_NAME} or for all jobs, and defaults for
     * the rest.
     */
    public Flags of(String job, Map<String, String> defaults) {
        Map<String, String> others = new LinkedHashMap<>(defaults);
        OF_ALL_JOBS.keySet().forEach(name -> others.put(name, values.get(name)));
        defaults.keySet()
                .forEach(name ->
                        others.computeIfPresent(name, (_, value) -> values.getOrDefault(job + "_" + name, value)));
        return new Flags(others);
    }

    /** Returns all flags, as they are printed in the job's line. */
    Map<String, String> values() {
        return values;
    }
}
