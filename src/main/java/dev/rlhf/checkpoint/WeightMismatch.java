package dev.rlhf.checkpoint;

import dev.rlhf.base.InputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * The differences between the tensors that a model needs and those that a checkpoint has. All are collected and
 * reported at once; names that differ only in their layer number share one entry:
 *
 * <pre>{@code
 * path/to/model: the weights do not fit config.json; both must be of one checkpoint
 *   48 missing: model.layers.*.self_attn.q_proj.bias (24), model.layers.*.self_attn.k_proj.bias (24)
 *   1 of another shape: lm_head.weight is [100, 32], not [128, 32]
 * }</pre>
 *
 * Not thread-safe.
 */
public final class WeightMismatch {
    private static final int SHOWN = 8;
    private static final Pattern LAYER_NUMBER = Pattern.compile("(?<=\\.)\\d+(?=\\.)");

    private final Kind missing = new Kind("missing");
    private final Kind misshaped = new Kind("of another shape");
    private final Kind unexpected = new Kind("unexpected");

    /** Adds a tensor that the model needs and the checkpoint lacks. */
    public void missing(String name) {
        missing.add(name, "");
    }

    /** Adds a tensor whose shape differs between model and checkpoint. */
    public void misshaped(String name, long[] stored, long[] needed) {
        misshaped.add(name, " is " + Arrays.toString(stored) + ", not " + Arrays.toString(needed));
    }

    /** Adds a tensor of the checkpoint that the model does not use. */
    public void unexpected(String name) {
        unexpected.add(name, "");
    }

    /** @throws InputException if there is any difference */
    public void throwIfAny(Path folder) {
        throwIfAny(folder, "the weights do not fit config.json; both must be of one checkpoint");
    }

    /**
     * Reports the differences under another first line.
     *
     * @throws InputException if there is any difference
     */
    public void throwIfAny(Path folder, String headline) {
        StringJoiner lines = new StringJoiner("\n  ");
        lines.add(folder + ": " + headline);
        for (Kind kind : new Kind[] {missing, misshaped, unexpected}) {
            if (kind.count > 0) {
                lines.add(kind.toString());
            }
        }
        if (missing.count + misshaped.count + unexpected.count > 0) {
            throw new InputException(lines.toString());
        }
    }

    /** The differences of one kind; names that differ only in layer numbers share one entry. */
    private static final class Kind {
        private record Entry(String pattern, String what) {}

        private record Names(String first, int count) {}

        private final String title;
        private final Map<Entry, Names> entries = new LinkedHashMap<>();
        private int count;

        Kind(String title) {
            this.title = title;
        }

        void add(String name, String what) {
            count++;
            Entry entry = new Entry(LAYER_NUMBER.matcher(name).replaceAll("*"), what);
            entries.merge(entry, new Names(name, 1), (before, one) -> new Names(before.first, before.count + 1));
        }

        @Override
        public String toString() {
            StringJoiner text = new StringJoiner(", ", count + " " + title + ": ", "");
            entries.entrySet().stream().limit(SHOWN).forEach(entry -> {
                Names names = entry.getValue();
                String name = names.count == 1 ? names.first : entry.getKey().pattern + " (" + names.count + ")";
                text.add(name + entry.getKey().what);
            });
            return entries.size() > SHOWN ? text + ", and " + (entries.size() - SHOWN) + " more such" : text.toString();
        }
    }
}
