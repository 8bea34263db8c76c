package dev.rlhf.label;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Tags such as {@code de} or {@code medical}. A task is given only to labelers who have all tags of the task and of its
 * batch. Case does not matter: tags are kept in lower case.
 */
public final class Tags {
    /** Maximum number of tags of a task, a batch or a labeler. */
    public static final int LIMIT = 20;
    /** Maximum length of a tag, in UTF-16 units; the schema has the same limit. */
    public static final int MAX_LENGTH = 64;

    private Tags() {}

    /**
     * Returns the tags in lower case, each once, sorted.
     *
     * @throws IllegalArgumentException if there are too many, or one is empty, too long, or has a comma or a control
     *     character
     */
    public static List<String> checked(Collection<String> tags) {
        List<String> checked = tags.stream()
                .map(tag -> tag.strip().toLowerCase(Locale.ROOT))
                .distinct()
                .sorted()
                .toList();
        if (checked.size() > LIMIT) {
            throw new IllegalArgumentException("tags are at most " + LIMIT + "; there are " + checked.size());
        }
        for (String tag : checked) {
            if (tag.isEmpty() || tag.length() > MAX_LENGTH) {
                throw new IllegalArgumentException("tags have 1 to " + MAX_LENGTH + " characters");
            }
            if (tag.chars().anyMatch(letter -> letter == ',' || Character.isISOControl(letter))) {
                throw new IllegalArgumentException("tags have no commas and no control characters");
            }
        }
        return checked;
    }
}
