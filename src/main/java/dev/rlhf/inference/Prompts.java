package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.data.PromptRow;
import dev.rlhf.text.Chat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Encodes the prompts of a file. */
public final class Prompts {
    private Prompts() {}

    /**
     * Encodes prompts in the order of the rows.
     *
     * @param encode encodes one conversation
     * @throws InputException with file and row if a prompt cannot be encoded
     */
    public static List<int[]> encode(Path file, List<PromptRow> rows, Function<Chat, int[]> encode) {
        List<int[]> all = new ArrayList<>();
        for (PromptRow row : rows) {
            try {
                all.add(encode.apply(row.chat()));
            } catch (InputException e) {
                throw new InputException("%s: row %d: %s".formatted(file, all.size() + 1, e.getMessage()), e);
            }
        }
        return all;
    }
}
