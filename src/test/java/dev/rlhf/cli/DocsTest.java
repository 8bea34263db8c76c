package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.testing.TestContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documentation agrees with the program and the source tree: commands, options, links, paths and class names. */
class DocsTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern CODE_SPAN = Pattern.compile("`([^`\n]+)`");
    private static final Pattern RLHF = Pattern.compile("(?<![\\w/.-])(?:\\./)?rlhf ((?:[a-z]|--)[^`]*)");
    private static final Pattern OPTION = Pattern.compile("--([a-zA-Z_][\\w.]*)");
    private static final Pattern LONE_OPTION = Pattern.compile("--([a-z][a-z0-9_.]*)( .*|=.*)?");
    private static final Pattern REPOSITORY_PATH =
            Pattern.compile("(?:\\./)?((?:src|docs|recipes|bench|tools|labeling-ui|\\.ci)/[\\w./-]+|rlhf|pom\\.xml)");
    private static final Pattern TYPE = Pattern.compile("([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+)(?:[.#(].*)?");
    private static final Pattern DECLARATION = Pattern.compile("\\b(?:class|record|interface|enum) ([A-Z]\\w*)");

    /** Options of every command, and the README's placeholder for the options of a stage. */
    private static final Set<String> COMMON =
            Set.of("help", "version", "debug", "config", "redo", "junit", "snake_case");

    /** Options of {@code bench/run.py}, outside of the benchmarks' own pages. */
    private static final Set<String> BENCHMARK_OPTIONS = Set.of("jobs", "rounds");

    /** Pages whose options belong to Maven and Python scripts. */
    private static final Set<String> FOREIGN_OPTIONS =
            Set.of("CONTRIBUTING.md", "bench/README.md", "bench/peers/README.md", "docs/reference/benchmarks.md");

    /** Words in the explanations that are spelled like types of this project. */
    private static final Set<String> FOREIGN_TYPES = Set.of("VmHWM");

    private final Map<String, String> help = new HashMap<>();

    @Test
    void everyCommandHasTheOptionsThatTheDocsGiveIt() throws IOException {
        List<String> mistakes = new ArrayList<>();
        int commands = 0;
        for (Page page : pages()) {
            for (String line : page.logicalLines()) {
                for (MatchResult found : RLHF.matcher(line).results().toList()) {
                    commands++;
                    check(found.group(1), page.file + ": rlhf " + found.group(1), mistakes);
                }
            }
        }
        assertThat(mistakes).isEmpty();
        assertThat(commands).isGreaterThan(80);
    }

    @Test
    void everyOptionNamedInProseExists() throws IOException {
        Set<String> known = new HashSet<>(COMMON);
        Stages.catalog().names().forEach(stage -> known.addAll(options(help(stage))));
        for (String command : List.of("run", "fetch")) {
            known.addAll(options(help(command)));
        }
        known.addAll(BENCHMARK_OPTIONS);
        labelCommands().forEach(command -> known.addAll(options(help("label " + command))));

        List<String> mistakes = new ArrayList<>();
        for (Page page : pages()) {
            if (!FOREIGN_OPTIONS.contains(page.file)) {
                page.spans(LONE_OPTION, found -> {
                    if (!exists(found.group(1), known::contains)) {
                        mistakes.add(page.file + ": --" + found.group(1));
                    }
                });
            }
        }
        assertThat(mistakes).isEmpty();
    }

    @Test
    void everyCommandIsInTheReadmeAndOnTheCommandLinePage() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String page = Files.readString(Path.of("docs/reference/command-line.md"));
        assertThat(Stages.catalog().names())
                .isNotEmpty()
                .allSatisfy(stage -> assertThat(readme).contains("`rlhf " + stage + "`"));
        assertThat(labelCommands())
                .hasSizeGreaterThan(5)
                .allSatisfy(
                        command -> assertThat(page).containsPattern("`rlhf label [a-z|\\\\]*\\b" + command + "\\b"));
    }

    @Test
    void theQuickstartsTimeIsTheSameEverywhere() throws IOException {
        for (String page : List.of("README.md", "recipes/quickstart.yaml", "docs/how-to/reproduce-recipes-in-ci.md")) {
            assertThat(Files.readString(Path.of(page))).as(page).contains("about 9 minutes");
        }
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> mistakes = new ArrayList<>();
        for (Page page : pages()) {
            for (MatchResult found : LINK.matcher(page.text).results().toList()) {
                String target = found.group(1);
                if (!target.matches("(https?|mailto):.*") && !leadsSomewhere(Path.of(page.file), target)) {
                    mistakes.add(page.file + ": " + target);
                }
            }
        }
        assertThat(mistakes).isEmpty();
    }

    private static boolean leadsSomewhere(Path from, String target) throws IOException {
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? from : from.resolveSibling(parts[0]).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return parts.length == 1
                || Files.readString(file)
                        .lines()
                        .filter(line -> line.startsWith("#"))
                        .anyMatch(line -> anchor(line).equals(parts[1]));
    }

    /** Returns the anchor that GitHub gives a heading. */
    private static String anchor(String heading) {
        return heading.replaceFirst("#+ ", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    @Test
    void everyPathOfTheRepositoryExists() throws IOException {
        List<String> mistakes = new ArrayList<>();
        for (Page page : pages()) {
            page.spans(REPOSITORY_PATH, found -> {
                if (!Files.exists(Path.of(found.group(1)))) {
                    mistakes.add(page.file + ": " + found.group(1));
                }
            });
        }
        assertThat(mistakes).isEmpty();
    }

    @Test
    void everyClassNamedInTheExplanationsExists() throws IOException {
        Set<String> types = declaredTypes();
        List<String> mistakes = new ArrayList<>();
        for (Page page : pages()) {
            if (page.file.matches("docs/explanation/.*|CONTRIBUTING\\.md|bench/README\\.md")) {
                page.spans(TYPE, found -> {
                    if (!types.contains(found.group(1)) && !FOREIGN_TYPES.contains(found.group(1))) {
                        mistakes.add(page.file + ": " + found.group(1));
                    }
                });
            }
        }
        assertThat(mistakes).isEmpty();
    }

    /** A page of the documentation, or the header of a recipe. */
    private record Page(String file, String text) {
        static Page read(Path file) throws IOException {
            String text = Files.readString(file);
            if (file.toString().endsWith(".yaml")) {
                text = String.join(
                        "\n",
                        text.lines()
                                .takeWhile(line -> line.startsWith("#"))
                                .map(line -> "    " + line.substring(1))
                                .toList());
            }
            return new Page(file.toString().replace('\\', '/'), text);
        }

        /** Returns lines of code, with lines that end in a backslash joined, and code spans. */
        List<String> logicalLines() {
            List<String> lines = new ArrayList<>();
            boolean fenced = false;
            for (String line : text.replaceAll("\\\\\n", " ").split("\n")) {
                if (line.strip().startsWith("```")) {
                    fenced = !fenced;
                } else if (fenced || line.startsWith("    ")) {
                    lines.add(line);
                } else {
                    CODE_SPAN.matcher(line).results().forEach(span -> lines.add(span.group(1)));
                }
            }
            return lines;
        }

        void spans(Pattern whole, Consumer<MatchResult> found) {
            CODE_SPAN.matcher(text).results().forEach(span -> {
                Matcher matcher = whole.matcher(span.group(1));
                if (matcher.matches()) {
                    found.accept(matcher.toMatchResult());
                }
            });
        }
    }

    private static List<Page> pages() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String folder : List.of(".", "recipes", "bench", "bench/peers")) {
            files.addAll(filesIn(Files.list(Path.of(folder))));
        }
        for (String tree : List.of("docs", "data")) {
            files.addAll(filesIn(Files.walk(Path.of(tree))));
        }
        List<Page> pages = new ArrayList<>();
        for (Path file : files) {
            pages.add(Page.read(file.normalize()));
        }
        return pages;
    }

    private static List<Path> filesIn(Stream<Path> folder) {
        try (folder) {
            return folder.filter(file -> file.toString().matches(".*\\.(md|yaml)"))
                    .sorted()
                    .toList();
        }
    }

    private void check(String line, String where, List<String> mistakes) {
        List<String> words = Arrays.asList(line.strip().split("\\s+"));
        String first = words.getFirst();
        if (first.startsWith("--")) {
            return;
        }
        if (first.equals("label")) {
            for (String command :
                    words.size() == 1 ? new String[0] : words.get(1).split("\\\\?\\|")) {
                checkOptions(help("label " + command), command, words, where, mistakes);
            }
        } else {
            checkOptions(help(first), first, words, where, mistakes);
        }
    }

    private void checkOptions(String page, String command, List<String> words, String where, List<String> mistakes) {
        if (page.isEmpty()) {
            mistakes.add(where + ": no command " + command);
            return;
        }
        Set<String> known = new HashSet<>(options(page));
        known.addAll(COMMON);
        if (command.equals("run")) {
            Stages.catalog().names().forEach(stage -> known.addAll(options(help(stage))));
        }
        List<String> typed = words.stream()
                .takeWhile(word -> !word.matches("#|\\|\\||&&|;|>"))
                .toList();
        for (String word : typed) {
            MatchResult option = OPTION.matcher(word).results().findFirst().orElse(null);
            boolean ofAStage = command.equals("run") && option != null && known.contains(lastPart(option.group(1)));
            if (option != null && !ofAStage && !exists(option.group(1), known::contains)) {
                mistakes.add(where + ": no option --" + option.group(1));
            }
        }
    }

    private static String lastPart(String option) {
        return option.substring(option.lastIndexOf('.') + 1);
    }

    /** Returns whether an option is known, or a part of one: {@code config.KEY} of {@code config}. */
    private static boolean exists(String option, Predicate<String> known) {
        String name = option.replaceAll("\\.$", "");
        return known.test(name) || known.test(name.replaceFirst("\\..*", "")) || known.test(lastPart(name));
    }

    private static Set<String> options(String page) {
        Set<String> names = new TreeSet<>();
        OPTION.matcher(page).results().forEach(found -> {
            names.add(found.group(1));
            names.add(found.group(1).replaceFirst("\\..*", ""));
        });
        return names;
    }

    /** Returns the output of {@code rlhf COMMAND --help}; empty if there is no such command. */
    private String help(String command) {
        return help.computeIfAbsent(command, words -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PrintStream console = new PrintStream(out, true, StandardCharsets.UTF_8);
            Program.Environment environment =
                    new Program.Environment(console, console, Map.of(), () -> TestContext.printingTo(console));
            int code = new Program(Stages.catalog(), environment).run((words + " --help").split(" "));
            return code == ExitCode.DONE ? out.toString(StandardCharsets.UTF_8) : "";
        });
    }

    private List<String> labelCommands() {
        return Pattern.compile("(?m)^  ([a-z]+)  ")
                .matcher(help("label"))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static Set<String> declaredTypes() throws IOException {
        Set<String> types = new HashSet<>();
        for (String tree : List.of("src/main/java", "src/test/java", "bench/java")) {
            try (Stream<Path> files = Files.walk(Path.of(tree))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
                    try {
                        DECLARATION
                                .matcher(Files.readString(file))
                                .results()
                                .forEach(found -> types.add(found.group(1)));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        }
        return types;
    }
}
