package dev.rlhf.checkpoint;

import dev.rlhf.base.InputException;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The maximum size of a checkpoint's weight files, {@code max_shard_size} in transformers. A larger tensor gets a file
 * of its own.
 */
public record ShardSize(long bytes) {
    /** The default, as in transformers. */
    public static final String DEFAULT = "5GB";

    private static final Pattern TEXT = Pattern.compile("(\\d+(?:\\.\\d+)?) ?([KMGT]?B|[KMGT]iB)?");
    private static final String POWERS = "BKMGT";

    /**
     * Parses {@code 5GB}, {@code 500MB} (powers of 1000), {@code 2GiB} (powers of 1024) or a number of bytes.
     *
     * @throws InputException if it is something else, or less than one byte
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
        throw new InputException("max_shard_size: \"" + text + "\" is not a size; write 5GB, 500MB or 2GiB");
    }

    /** Returns the default size. */
    public static ShardSize standard() {
        return parse(DEFAULT);
    }
}
