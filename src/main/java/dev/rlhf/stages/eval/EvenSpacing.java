package dev.rlhf.stages.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Picks evenly spread items, without favouring the first. */
final class EvenSpacing {
    private EvenSpacing() {}

    /**
     * Returns {@code count} of the indices below {@code size}, evenly spaced and in order; all if there are not more.
     */
    static List<Integer> evenly(int size, int count) {
        List<Integer> picked = new ArrayList<>();
        int n = Math.min(size, count);
        for (int i = 0; i < n; i++) {
            picked.add((int) ((long) i * size / n));
        }
        return picked;
    }

    /**
     * Returns {@code count} indices in order: divided equally among the groups, as far as these are large enough, and
     * evenly spaced within each.
     */
    static List<Integer> overGroups(List<String> groupOf, int count) {
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < groupOf.size(); i++) {
            groups.computeIfAbsent(groupOf.get(i), group -> new ArrayList<>()).add(i);
        }
        TreeSet<Integer> picked = new TreeSet<>();
        int left = count;
        int groupsLeft = groups.size();
        for (List<Integer> group : groups.values()) {
            int share = Math.ceilDiv(left, groupsLeft--);
            for (int i : evenly(group.size(), share)) {
                picked.add(group.get(i));
            }
            left = count - picked.size();
        }
        return new ArrayList<>(picked);
    }
}
