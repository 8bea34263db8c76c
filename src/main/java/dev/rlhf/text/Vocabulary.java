package dev.rlhf.text;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tokens of a tokenizer: their ids and spellings, and which of them are special. Immutable. */
final class Vocabulary {
    private final Map<String, Integer> ids;
    private final Map<String, Integer> special;
    private final Set<Integer> specialIds;
    private final @Nullable String[] spellings;

    Vocabulary(Map<String, Integer> ids, Map<String, Integer> special) {
        this.ids = ids;
        this.special = special;
        this.specialIds = Set.copyOf(special.values());
        this.spellings = new @Nullable
                String[ids.values().stream().mapToInt(id -> id + 1).max().orElse(0)];
        ids.forEach((token, id) -> spellings[id] = token);
    }

    /** Returns the highest id plus one. */
    int size() {
        return spellings.length;
    }

    OptionalInt idOf(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Returns the spelling of a token; {@code <id>} for ids that have none. */
    String spelling(int id) {
        String token = id >= 0 && id < spellings.length ? spellings[id] : null;
        return token == null ? "<" + id + ">" : token;
    }

    /** Returns the special tokens and their ids. */
    Map<String, Integer> special() {
        return special;
    }

    boolean isSpecial(int id) {
        return specialIds.contains(id);
    }
}
