package dev.rlhf.label.store;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Checks names of new labelers and admins, so that no name can be mistaken for another: no invisible or
 * direction-changing characters, no mixture of alphabets that share letter shapes, and no name that looks like an
 * existing one. Names that a store already has are not checked.
 */
final class NewNames {
    /** Alphabets that share letter shapes. */
    private static final Set<UnicodeScript> SIMILAR = EnumSet.of(
            UnicodeScript.LATIN,
            UnicodeScript.CYRILLIC,
            UnicodeScript.GREEK,
            UnicodeScript.ARMENIAN,
            UnicodeScript.CHEROKEE);

    /** Letters (after case folding) that look like the letter at the same index of {@link #LIKE}. */
    private static final String LOOK = "авсенһіјкморѕтухԁԛԝӏαβεηικμνορτυχօոս|1i0";

    private static final String LIKE = "abcehhljkmopstyxdqwlabenlkmvoptuxonulllo";

    private NewNames() {}

    /**
     * Checks the name of a new labeler or admin.
     *
     * @throws IllegalArgumentException if it has invisible characters, mixes similar alphabets, or looks like an
     *     existing name
     */
    static void check(Handle handle, String name) {
        checkCharacters(name);
        List<String> existing = handle.createQuery("SELECT name FROM labeler")
                .mapTo(String.class)
                .list();
        lookAlike(name, existing).ifPresent(other -> {
            throw new IllegalArgumentException(
                    "'" + name + "' looks like the existing name '" + other + "'; use another name");
        });
    }

    private static void checkCharacters(String name) {
        if (name.codePoints().anyMatch(point -> Character.getType(point) == Character.FORMAT)) {
            throw new IllegalArgumentException(
                    "a name must not contain invisible characters or ones that change the direction of text");
        }
        Set<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
        name.codePoints().mapToObj(UnicodeScript::of).filter(SIMILAR::contains).forEach(scripts::add);
        if (scripts.size() > 1) {
            throw new IllegalArgumentException("the name '" + name + "' mixes the alphabets "
                    + scripts.stream().map(UnicodeScript::name).collect(Collectors.joining(" and "))
                    + "; write it in one of them");
        }
    }

    /**
     * Returns the existing name that looks like a new one, that is, differs only in case, white space and letters of
     * the same shape.
     */
    private static Optional<String> lookAlike(String name, Collection<String> existing) {
        String skeleton = skeleton(name);
        return existing.stream()
                .filter(other -> !other.equals(name) && skeleton(other).equals(skeleton))
                .findFirst();
    }

    private static String skeleton(String name) {
        String folded = Normalizer.normalize(name, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[\\s\\p{Z}]+", "");
        StringBuilder skeleton = new StringBuilder();
        folded.codePoints().forEach(point -> {
            int at = LOOK.indexOf(point);
            skeleton.appendCodePoint(at < 0 ? point : LIKE.charAt(at));
        });
        return skeleton.toString();
    }
}
