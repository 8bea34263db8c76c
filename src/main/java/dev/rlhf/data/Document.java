package dev.rlhf.data;

import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A text to pretrain on.
 *
 * @param key what tells it from others: its id or file name, else the text itself
 */
public record Document(String key, String text) {
    private static final Pattern TEXT_FILE = Pattern.compile(".*\\.txt(\\.gz)?");
    private static final Pattern ROWS_FILE = Pattern.compile(".*\\.jsonl(\\.gz)?");

    /**
     * The documents of a file: a {@code .txt} file is one, whole; a {@code .jsonl} file has one a row,
     * {@code {"text": …, "id"?, "meta"?}}. Both may be {@code .gz}.
     *
     * @throws InputException with file and line
     */
    public static List<Document> read(Path path) {
        String name = path.getFileName().toString();
        if (TEXT_FILE.matcher(name).matches()) {
            return List.of(new Document(name, wholeFile(path)));
        }
        if (ROWS_FILE.matcher(name).matches()) {
            return JsonLines.read(path, Document::parse);
        }
        throw InputException.at(path, "text to pretrain on is a .txt or a .jsonl file, or one of them with .gz");
    }

    private static Document parse(JsonRow row) {
        String text = row.string("text");
        String id = row.id();
        row.meta();
        if (text.isEmpty()) {
            throw row.error("\"text\" is empty");
        }
        return new Document(id != null ? id : text, text);
    }

    private static String wholeFile(Path path) {
        String text = InputFile.text(path);
        if (text.isEmpty()) {
            throw InputException.at(path, "empty file");
        }
        return text;
    }
}
