package dev.rlhf.label.store;

import dev.rlhf.label.agreement.PairwiseAgreement;
import dev.rlhf.label.agreement.Tideman;
import dev.rlhf.label.api.GoldScore;
import dev.rlhf.label.api.Pace;
import dev.rlhf.label.api.QualityDay;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads how the quality of labels changes by day, and how fast labelers are, in the caller's transaction. */
final class QualityReader {
    private final Handle handle;

    QualityReader(Handle handle) {
        this.handle = handle;
    }

    /**
     * Returns the days on which rankings were made, oldest first.
     *
     * @param batch null: all batches
     * @param labeler null: all labelers
     */
    List<QualityDay> days(@Nullable String batch, @Nullable String labeler) {
        List<LatestLabel> labels = LatestLabel.read(handle, batch);
        Map<Long, Map<String, List<Integer>>> ranks = new HashMap<>();
        for (LatestLabel label : labels) {
            if (label.gold() == null && label.ranks() != null) {
                ranks.computeIfAbsent(label.task(), _ -> new HashMap<>()).put(label.labeler(), label.ranks());
            }
        }
        Map<LocalDate, QualityDay> days = new TreeMap<>();
        for (LatestLabel label : labels) {
            if (label.ranks() != null && (labeler == null || labeler.equals(label.labeler()))) {
                LocalDate day = label.at().atOffset(ZoneOffset.UTC).toLocalDate();
                QualityDay before =
                        days.getOrDefault(day, new QualityDay(day, 0, GoldScore.NONE, 0, PairwiseAgreement.NONE));
                days.put(day, plus(before, label, label.ranks(), ranks.getOrDefault(label.task(), Map.of())));
            }
        }
        return List.copyOf(days.values());
    }

    private static QualityDay plus(
            QualityDay day, LatestLabel label, List<Integer> own, Map<String, List<Integer>> ranks) {
        if (label.gold() != null) {
            return new QualityDay(
                    day.day(),
                    day.rankings(),
                    day.gold().plus(own, label.gold()),
                    day.agreementTasks(),
                    day.agreement());
        }
        List<List<Integer>> others = new ArrayList<>();
        ranks.forEach((name, other) -> {
            if (!name.equals(label.labeler())) {
                others.add(other);
            }
        });
        return new QualityDay(
                day.day(),
                day.rankings() + 1,
                day.gold(),
                day.agreementTasks() + (others.isEmpty() ? 0 : 1),
                others.isEmpty()
                        ? day.agreement()
                        : day.agreement().plus(PairwiseAgreement.between(own, Tideman.order(others))));
    }

    /** Returns everybody whose rankings have a time, the fastest first. */
    List<Pace> pace(@Nullable String batch) {
        return handle.createQuery("""
                        SELECT w.name, COUNT(*) AS rankings, MEDIAN(l.seconds_active / m.seconds) AS relative,
                            COUNT(CASE WHEN l.seconds_active < %s * m.seconds THEN 1 END) AS fast,
                            COUNT(CASE WHEN l.seconds_active > %s * m.seconds THEN 1 END) AS slow
                        FROM assignment a JOIN label l ON l.id = a.latest_label JOIN labeler w ON w.id = a.labeler_id
                        JOIN task t ON t.id = a.task_id JOIN batch b ON b.id = t.batch_id
                        JOIN %s m ON m.batch_id = t.batch_id
                        WHERE l.kind = 'ranking' AND l.seconds_active IS NOT NULL AND m.seconds > 0
                            AND (:batch IS NULL OR b.name = :batch)
                        GROUP BY w.name ORDER BY relative""".formatted(LabelBrowser.FAST, LabelBrowser.SLOW, LabelBrowser.MEDIANS))
                .bind("batch", batch)
                .map((row, context) -> new Pace(
                        row.getString("name"),
                        row.getInt("rankings"),
                        row.getDouble("relative"),
                        row.getInt("fast"),
                        row.getInt("slow")))
                .list();
    }
}
