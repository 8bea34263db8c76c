package dev.rlhf.data;

import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text to pretrain on.
 *
 * @param id as in the file; null if absent
 */
public record Document(String text, @Nullable String id, Origin origin) {
    private static final Pattern TEXT_FILE = Pattern.compile(".*\\.txt(\\.gz)?");
    private static final Pattern ROWS_FILE = Pattern.compile(".*\\.jsonl(\\.gz)?");

    /**
     * Reads the documents of a file. A {@code .txt} file is one document; a {@code .jsonl} file has one per row,
     * {@code {"text": …, "id"?, "meta"?}}. Both may be compressed, as {@code .gz}.
     *
     * @throws InputException with file and line
     */
    public static List<Document> read(Path path) {
        String name = path.getFileName().toString();
        if (TEXT_FILE.matcher(name).matches()) {
            return List.of(new Document(wholeFile(path), null, new Origin(path, 1)));
        }
        if (ROWS_FILE.matcher(name).matches()) {
            return JsonLines.read(path, Document::parse);
        }
        throw InputException.at(path, "text to pretrain on is a .txt or a .jsonl file, or one of them with .gz");
    }

    /** Returns the {@link ContentKey} of the text, so that equal documents stay together even if their ids differ. */
    public String key() {
        return ContentKey.ofText(text);
    }

    private static Document parse(JsonRow row) {
        String text = row.string("text");
        String id = row.id();
        row.meta();
        if (text.isEmpty()) {
            throw row.error("\"text\" is empty");
        }
        return new Document(text, id, row.origin());
    }

    private static String wholeFile(Path path) {
        String text = InputFile.text(path);
        if (text.isEmpty()) {
            throw InputException.at(path, "empty file");
        }
        return text;
    }
}
