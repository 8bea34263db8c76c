package dev.rlhf.checkpoint;

import dev.rlhf.base.InputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * Where the tensors that a model needs and those that a checkpoint has differ. All differences are collected and said at once;
 * what is the same in every layer is one entry, so that hundreds of names stay readable:
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

    /** The model needs it and the checkpoint has none. */
    public void missing(String name) {
        missing.add(name, "");
    }

    /** Both have it, in different shapes. */
    public void misshaped(String name, long[] stored, long[] needed) {
        misshaped.add(name, " is " + Arrays.toString(stored) + ", not " + Arrays.toString(needed));
    }

    /** The checkpoint has it and the model has no use for it. */
    public void unexpected(String name) {
        unexpected.add(name, "");
    }

    /** @throws InputException if anything was noted */
    public void throwIfAny(Path folder) {
        throwIfAny(folder, "the weights do not fit config.json; both must be of one checkpoint");
    }

    /** The same, under another first line. */
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

    /** One sort of difference; names that differ in layer numbers alone count as one entry. */
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
