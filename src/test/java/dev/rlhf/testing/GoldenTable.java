package dev.rlhf.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The distances of this run's golden comparisons from their references. At the end of the JVM they are written to
 * target/golden.jsonl, one line per compared value, and with {@code -Drlhf.update_docs=true} to
 * docs/reference/golden.md, where cases that this run did not compare keep their rows. No test compares the numbers of
 * that page, because their last digits depend on the machine. Thread-safe.
 */
final class GoldenTable {
    static final Path CASES = Path.of("src/test/resources/golden");
    static final Path PAGE = Path.of("docs/reference/golden.md");
    static final String MARK = "<!-- below: generated -->\n";
    private static final Path LINES = Path.of("target/golden.jsonl");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The table of this JVM, which runs all tests. */
    static final GoldenTable OF_THIS_RUN = new GoldenTable();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(OF_THIS_RUN::write));
    }

    /**
     * @param error of the number that used most of what the tolerance allows it
     * @param share of its tolerance that this number used
     */
    record Compared(String value, double relative, double absolute, long numbers, double error, double share) {
        String tolerance() {
            if (relative == 0 && absolute == 0) {
                return "identical";
            }
            String either = relative == 0 ? "" : digits(relative) + " relative";
            return either + (absolute == 0 ? "" : (relative == 0 ? "" : " + ") + digits(absolute));
        }

        Compared with(Compared other) {
            Compared worse = other.share > share ? other : this;
            return new Compared(
                    worse.value,
                    relative,
                    absolute,
                    numbers + other.numbers,
                    worse.error,
                    Math.max(share, other.share));
        }
    }

    private final SortedMap<String, List<Compared>> cases = new TreeMap<>();

    synchronized void add(String golden, Compared compared) {
        cases.computeIfAbsent(golden, name -> new ArrayList<>()).add(compared);
    }

    /** Returns the names of all cases: folders with a case.json. */
    static Set<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(CASES)) {
            return files.filter(file -> file.endsWith("case.json"))
                    .map(file -> CASES.relativize(file.getParent()).toString().replace('\\', '/'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private synchronized void write() {
        try {
            Files.createDirectories(LINES.getParent());
            Files.writeString(LINES, lines());
            if (Boolean.getBoolean("rlhf.update_docs")) {
                String page = Files.readString(PAGE);
                int mark = page.indexOf(MARK) + MARK.length();
                Files.writeString(PAGE, page.substring(0, mark) + page(page.substring(mark)));
            }
        } catch (IOException e) {
            e.printStackTrace();
        }
    }

    private String lines() {
        StringBuilder lines = new StringBuilder();
        cases.forEach((golden, values) -> {
            for (Compared c : values) {
                ObjectNode line = JSON.createObjectNode().put("case", golden).put("value", c.value());
                line.put("tolerance", c.tolerance()).put("numbers", c.numbers());
                lines.append(line.put("error", c.error()).put("share", c.share()))
                        .append('\n');
            }
        });
        return lines.toString();
    }

    /**
     * A table a folder; a case has a row for each of its tolerances.
     *
     * @param before the page as it was, for the cases that this run did not compare
     */
    String page(String before) throws IOException {
        SortedMap<String, String> rows = rowsOf(before);
        rows.keySet().retainAll(names());
        for (Map.Entry<String, List<Compared>> entry : cases.entrySet()) {
            rows.put(entry.getKey(), rows(entry.getKey(), entry.getValue()));
        }
        StringBuilder page = new StringBuilder();
        String group = "";
        for (Map.Entry<String, String> entry : rows.entrySet()) {
            String golden = entry.getKey();
            String folder = golden.contains("/") ? golden.substring(0, golden.indexOf('/')) : golden;
            if (!folder.equals(group)) {
                group = folder;
                page.append("\n## ").append(group).append("\n\n");
                page.append("| case | numbers | tolerance | closest to it | error | of the tolerance | noise |\n");
                page.append("|---|--:|---|---|--:|--:|--:|\n");
            }
            page.append(entry.getValue());
        }
        return page.toString();
    }

    private static String rows(String golden, List<Compared> values) throws IOException {
        JsonNode about = JSON.readTree(CASES.resolve(golden + "/case.json").toFile());
        String first = "`" + golden + "` " + about.path("what").asText().replace("|", "\\|");
        StringBuilder rows = new StringBuilder();
        for (Compared row : byTolerance(values)) {
            rows.append("| ").append(first).append(" | ").append(row.numbers());
            rows.append(" | ").append(row.tolerance()).append(" | ").append(row.value());
            rows.append(" | ").append(digits(row.error())).append(" | ").append(digits(row.share()));
            rows.append(" | ").append(noise(about.path("noise"), row.value())).append(" |\n");
            first = "";
        }
        return rows.toString();
    }

    /** Returns the rows of all cases of a page. */
    static SortedMap<String, String> rowsOf(String page) {
        SortedMap<String, String> rows = new TreeMap<>();
        String golden = "";
        for (String line : page.lines().toList()) {
            if (line.startsWith("| `")) {
                golden = line.substring(3, line.indexOf('`', 3));
            } else if (!line.startsWith("|  |")) {
                continue;
            }
            rows.merge(golden, line + "\n", String::concat);
        }
        return rows;
    }

    private static List<Compared> byTolerance(List<Compared> values) {
        SortedMap<String, Compared> rows = new TreeMap<>();
        values.forEach(value -> rows.merge(value.tolerance(), value, Compared::with));
        return List.copyOf(rows.values());
    }

    /** Returns the reference's own error, by the longest name that is a prefix of this one or has it as a prefix. */
    private static String noise(JsonNode noise, String value) {
        String best = "";
        for (Iterator<String> keys = noise.fieldNames(); keys.hasNext(); ) {
            String key = keys.next();
            if ((value.startsWith(key) || key.startsWith(value)) && key.length() > best.length()) {
                best = key;
            }
        }
        return best.isEmpty() ? "" : digits(noise.path(best).asDouble());
    }

    private static String digits(double x) {
        return x == 0 ? "0" : String.format(Locale.ROOT, "%.1e", x);
    }
}
