package dev.rlhf.checkpoint;

import dev.rlhf.base.InputException;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The most bytes one weight file of a saved checkpoint may have, {@code max_shard_size} in transformers. A tensor that is larger
 * has a file of its own.
 */
public record ShardSize(long bytes) {
    /** What transformers takes, too. */
    public static final String DEFAULT = "5GB";

    private static final Pattern TEXT = Pattern.compile("(\\d+(?:\\.\\d+)?) ?([KMGT]?B|[KMGT]iB)?");
    private static final String POWERS = "BKMGT";

    /**
     * Reads {@code 5GB}, {@code 500MB} (powers of 1000), {@code 2GiB} (of 1024) or a number of bytes.
     *
     * @throws InputException if it is something else, or less than a byte
     */
    public static ShardSize parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (matcher.matches()) {
            String unit = matcher.group(2) == null ? "B" : matcher.group(2);
            BigDecimal factor = BigDecimal.valueOf(unit.length() == 3 ? 1024 : 1000);
            long bytes = new BigDecimal(matcher.group(1))
                    .multiply(factor.pow(POWERS.indexOf(unit.charAt(0))))
                    .longValue();
            if (bytes > 0) {
                return new ShardSize(bytes);
            }
        }
        throw new InputException("max_shard_size: \"" + text + "\" is no size; write 5GB, 500MB or 2GiB");
    }

    static ShardSize standard() {
        return parse(DEFAULT);
    }
}
