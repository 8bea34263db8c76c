package dev.rlhf.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Files of a few rows in the words of {@link TinyModels}. */
public final class TinyData {
    private TinyData() {}

    /** Writes {@code rankings.jsonl}: {@code prompts} prompts, each with a right answer ranked above a wrong one. */
    public static Path rankings(Path folder, int prompts) throws IOException {
        String row = """
                {"id": "t%d", "prompt": "Which city is it? %d", "completions": [{"id": "a", "text": "Paris."}, \
                {"id": "b", "text": "The sea."}], "rankings": [{"labeler": "one", "ranks": [1, 2]}]}
                """;
        return Files.writeString(
                folder.resolve("rankings.jsonl"),
                IntStream.range(0, prompts).mapToObj(i -> row.formatted(i, i)).collect(Collectors.joining()));
    }
}
