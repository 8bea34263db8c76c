package dev.rlhf.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.base.Sha256;
import dev.rlhf.recipe.yaml.YamlWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Everything that a stage's results depend on: its kind and the format of its results, the value of every option, and
 * the contents of every input file and folder (paths that must exist before the stage starts). The program's version
 * and {@code expect:} are not part of it.
 *
 * @param format {@link dev.rlhf.stage.Stage#format()}; 0 for runs of versions that recorded only a checksum
 * @param set option values that differ from the default, as YAML
 * @param defaults option values equal to the default, as YAML
 * @param inputs the SHA-256 of each input's contents, by path
 */
record Fingerprint(
        String stage, int format, Map<String, String> set, Map<String, String> defaults, Map<String, String> inputs) {
    /** Reads all inputs, at about a gigabyte per second, except those in the stage's own output folder. */
    static Fingerprint of(StageRecipe<?> recipe) throws IOException {
        Map<String, String> set = new LinkedHashMap<>();
        Map<String, String> defaults = new LinkedHashMap<>();
        recipe.optionValues()
                .forEach((option, value) ->
                        (recipe.isDefault(option) ? defaults : set).put(option, YamlWriter.inline(value)));
        Map<String, String> inputs = new LinkedHashMap<>();
        for (Path input : recipe.fixedInputs()) {
            boolean ownOutput = recipe.outputDir()
                    .filter(folder -> StageRecipe.isIn(input, folder))
                    .isPresent();
            if (!ownOutput) {
                inputs.put(input.toString(), sumOf(input.toRealPath())); // a file walk does not follow a link
            }
        }
        return new Fingerprint(recipe.kind().name(), recipe.kind().stage().get().format(), set, defaults, inputs);
    }

    /** Returns a checksum of the whole fingerprint. */
    String sum() {
        MessageDigest digest = Sha256.digest();
        digest.update(toJson().toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The reason why a run differs from an earlier one. */
    enum Cause {
        /** The user changed an option or an input. */
        USER,
        /** The user changed an option with which the same run may continue. */
        ADJUSTMENT,
        /** The program has another version; the user changed nothing. */
        UPGRADE
    }

    /** A difference from an earlier run, as a phrase for messages. */
    record Difference(String what, Cause cause) {}

    /**
     * Returns the differences from an earlier run; if there are none, the results would be the same. An option that the
     * earlier version did not have makes no difference while it has its default.
     *
     * @param adjustable whether the same run may continue with another value of an option
     */
    List<Difference> since(Fingerprint earlier, Predicate<String> adjustable) {
        if (earlier.format() == 0) {
            return List.of(new Difference(
                    "made by an earlier version of rlhf, which did not record its inputs", Cause.UPGRADE));
        }
        if (!stage.equals(earlier.stage())) {
            return List.of(new Difference("stage " + earlier.stage() + " → " + stage, Cause.USER));
        }
        List<Difference> found = new ArrayList<>();
        if (format != earlier.format()) {
            found.add(new Difference(
                    "results of format %d; this version of rlhf writes %d".formatted(earlier.format(), format),
                    Cause.UPGRADE));
        }
        Stream.of(set, defaults)
                .flatMap(values -> values.entrySet().stream())
                .forEach(option -> difference(option.getKey(), option.getValue(), earlier, adjustable)
                        .ifPresent(found::add));
        earlier.set().forEach((option, value) -> {
            if (!set.containsKey(option) && !defaults.containsKey(option)) {
                found.add(new Difference(option + " (was " + value + ") no longer exists", Cause.USER));
            }
        });
        inputs.forEach((input, sum) -> {
            String before = earlier.inputs().get(input);
            if (before != null && !before.equals(sum)) {
                found.add(new Difference("the contents of " + input + " have changed", Cause.USER));
            } else if (before == null && found.isEmpty()) { // not named by an option: the base model of an adapter
                found.add(new Difference(input + " is a new input", Cause.USER));
            }
        });
        return found;
    }

    private Optional<Difference> difference(
            String option, String value, Fingerprint earlier, Predicate<String> adjustable) {
        String before = earlier.set().getOrDefault(option, earlier.defaults().get(option));
        boolean isDefault = defaults.containsKey(option);
        if (before == null ? isDefault : before.equals(value)) {
            return Optional.empty();
        }
        String what = option + (before == null ? " " + value + " is new" : " " + before + " → " + value);
        boolean defaultChanged = isDefault && earlier.defaults().containsKey(option);
        return Optional.of(new Difference(
                what, adjustable.test(option) ? Cause.ADJUSTMENT : defaultChanged ? Cause.UPGRADE : Cause.USER));
    }

    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("stage", stage);
        json.put("format", format);
        put(json, "options", set);
        put(json, "defaults", defaults);
        put(json, "inputs", inputs);
        return json;
    }

    /** Reads the result of {@link #toJson}; a run of a version that recorded only a checksum has format 0. */
    static Fingerprint fromJson(JsonNode json) {
        return new Fingerprint(
                json.path("stage").asText(),
                json.path("format").asInt(),
                strings(json.path("options")),
                strings(json.path("defaults")),
                strings(json.path("inputs")));
    }

    private static void put(ObjectNode json, String key, Map<String, String> values) {
        ObjectNode inner = json.putObject(key);
        values.forEach(inner::put);
    }

    private static Map<String, String> strings(JsonNode json) {
        Map<String, String> values = new LinkedHashMap<>();
        json.properties()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue().asText()));
        return values;
    }

    private static String sumOf(Path input) throws IOException {
        MessageDigest digest = Sha256.digest();
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            for (Path file : files(input)) {
                put(out, input.relativize(file).toString());
                put(out, Long.toString(Files.size(file)));
                try (InputStream in = Files.newInputStream(file)) {
                    in.transferTo(out);
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Lists an input's files without lock files: they exist only during a run, and opening this run's own would release
     * it.
     */
    private static List<Path> files(Path input) throws IOException {
        if (Files.isRegularFile(input)) {
            return List.of(input);
        }
        try (Stream<Path> walk = Files.walk(input)) {
            return walk.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith(RunLock.FILE))
                    .sorted()
                    .toList();
        }
    }

    /** Writes text and a zero byte, so that "a", "bc" and "ab", "c" differ. */
    private static void put(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.write(0);
    }
}
