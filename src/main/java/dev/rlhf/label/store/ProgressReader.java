package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.LabelingProgress;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads progress from counters. */
final class ProgressReader {
    private final Handle handle;
    private final OffsetDateTime now;

    ProgressReader(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
    }

    /**
     * Returns a labeler's progress.
     *
     * @param zone decides when today began
     */
    LabelingProgress of(Labeler labeler, ZoneOffset zone) {
        Totals totals = handle.createQuery("SELECT done, skipped FROM labeler WHERE id = :me")
                .bind("me", labeler.id())
                .map((row, context) -> new Totals(row.getInt("done"), row.getInt("skipped")))
                .one();
        Day today = today(labeler, now.withOffsetSameInstant(zone).truncatedTo(ChronoUnit.DAYS));
        int[] all = all();
        return new LabelingProgress(
                labeler.name(), totals.done(), totals.skipped(), today.count(), today.seconds(), all[0], all[1]);
    }

    private record Totals(int done, int skipped) {}

    private record Day(int count, double seconds) {}

    private Day today(Labeler labeler, OffsetDateTime midnight) {
        return handle.createQuery("""
                        SELECT COALESCE(SUM(done), 0) AS count, COALESCE(SUM(seconds), 0) AS seconds FROM labeler_minute
                        WHERE labeler_id = :me AND utc_minute >= :midnight""")
                .bind("me", labeler.id())
                .bind("midnight", LabelerCounters.minute(midnight))
                .map((row, context) -> new Day(row.getInt("count"), row.getDouble("seconds")))
                .one();
    }

    /**
     * Returns the numbers of rankings made and wanted. Both include gold tasks, because otherwise a count that does not
     * change would reveal a gold task. How many gold rankings will be made is not known, so the number expected from
     * the rate is wanted, and no more once all other tasks are done.
     */
    private int[] all() {
        record Batch(int places, int taken, int gold, double rate) {}
        List<Batch> batches = handle.createQuery("SELECT places, taken, gold_rate, gold_done FROM batch")
                .map((row, context) -> new Batch(
                        row.getInt("places"), row.getInt("taken"), row.getInt("gold_done"), row.getDouble("gold_rate")))
                .list();
        int rankings = 0;
        int wanted = 0;
        for (Batch batch : batches) {
            int left = batch.places() - batch.taken();
            int likely = (int) Math.round(batch.places() * batch.rate() / (1 - batch.rate()));
            rankings += batch.taken() + batch.gold();
            wanted += left == 0 ? batch.taken() + batch.gold() : batch.places() + Math.max(likely, batch.gold());
        }
        return new int[] {rankings, wanted};
    }
}
