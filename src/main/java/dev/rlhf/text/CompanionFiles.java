package dev.rlhf.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of a checkpoint, other than weights, that determine how text becomes ids: tokenizer files of all kinds that
 * transformers supports, chat templates, and generation_config.json with the ids that end a text. They are copied
 * unchanged. Preprocessors of images and sound are not included.
 */
public final class CompanionFiles {
    private static final Set<String> FILES = Set.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "vocab.txt",
            "merges.txt",
            "tokenizer.model",
            "spiece.model",
            "sentencepiece.bpe.model",
            "chat_template.jinja",
            "chat_template.json",
            "generation_config.json");
    private static final String TEMPLATES = "additional_chat_templates";

    private CompanionFiles() {}

    /**
     * Returns whether a file is a companion file.
     *
     * @param path relative to the checkpoint folder, with slashes
     */
    public static boolean include(String path) {
        return FILES.contains(path) || path.matches(TEMPLATES + "/[^/]+\\.jinja");
    }

    /** Copies these files from one folder to another; does nothing if both are the same folder. */
    public static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        if (Files.isSameFile(from, to)) {
            return;
        }
        for (Path file : in(from)) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.resolveSibling(""));
            try (InputStream in = Files.newInputStream(file)) { // a copy of the file would be read-only where it is
                Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static List<Path> in(Path folder) throws IOException {
        Path templates = folder.resolve(TEMPLATES);
        try (Stream<Path> own = Files.list(folder);
                Stream<Path> more = Files.isDirectory(templates) ? Files.list(templates) : Stream.empty()) {
            return Stream.concat(own, more)
                    .filter(Files::isRegularFile)
                    .filter(file -> include(folder.relativize(file).toString().replace('\\', '/')))
                    .sorted()
                    .toList();
        }
    }
}
