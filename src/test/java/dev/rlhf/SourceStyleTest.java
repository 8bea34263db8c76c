package dev.rlhf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules for sources that the formatter does not check. */
class SourceStyleTest {
    private static final int COLUMNS = 120;

    /** The formatter wraps code, but neither comments nor literals. Imports and lines of text blocks may be longer. */
    @ParameterizedTest
    @ValueSource(strings = {"src/main/java", "src/test/java", "bench/java"})
    void noLineExceeds120Columns(String root) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(Path.of(root))) {
            files = walk.filter(file -> file.toString().endsWith(".java")).toList();
        }
        assertThat(files).isNotEmpty();
        List<String> tooLong = new ArrayList<>();
        for (Path file : files) {
            List<String> lines = Files.readAllLines(file);
            boolean inTextBlock = false;
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                boolean startsOrEnds = line.split("\"\"\"", -1).length % 2 == 0;
                boolean exempt = inTextBlock || line.startsWith("import ");
                if (startsOrEnds) {
                    inTextBlock = !inTextBlock;
                }
                boolean tooWide = line.codePointCount(0, line.length()) > COLUMNS;
                if (tooWide && !exempt) {
                    tooLong.add(file + ":" + (i + 1));
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }
}
