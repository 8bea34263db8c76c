package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.BatchSettings;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.store.assignment.TagTable;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads and changes batches and their settings. */
final class Batches {
    private Batches() {}

    static Optional<Long> find(Handle handle, String name) {
        return handle.createQuery("SELECT id FROM batch WHERE name = :name")
                .bind("name", name)
                .mapTo(Long.class)
                .findOne();
    }

    /** Returns the id of the batch with this name, which is created if it does not exist. */
    static long make(Handle handle, String name, OffsetDateTime now) {
        return find(handle, name)
                .orElseGet(() -> handle.createUpdate(
                                "INSERT INTO batch (name, overlap, created_at) VALUES (:name, 1, :now)")
                        .bind("name", name)
                        .bind("now", now)
                        .executeAndReturnGeneratedKeys("id")
                        .mapTo(Long.class)
                        .one());
    }

    /** @throws InputException if there is no such batch */
    static BatchSettings settings(Handle handle, String name) {
        return read(handle, "name = :value", name).orElseThrow(() -> unknown(name));
    }

    static BatchSettings ofTask(Handle handle, long task) {
        return read(handle, "id = (SELECT batch_id FROM task WHERE id = :value)", task)
                .orElseThrow();
    }

    /** @throws InputException if there is no such batch */
    static void change(Handle handle, String name, BatchChange change) {
        change(handle, find(handle, name).orElseThrow(() -> unknown(name)), change);
    }

    /** Changes a batch by id; recounts its places if the number of labelers changes. */
    static void change(Handle handle, long batch, BatchChange change) {
        set(handle, batch, "overlap", change.overlap());
        set(handle, batch, "priority", change.priority());
        set(handle, batch, "paused", change.paused());
        setOrClear(handle, batch, "top_k", change.topK());
        setOrClear(handle, batch, "skip_limit", change.skipLimit());
        setOrClear(handle, batch, "max_overlap", change.maxOverlap());
        set(handle, batch, "strength", change.strength());
        set(handle, batch, "scores", change.scores());
        set(handle, batch, "gold_rate", change.goldRate());
        set(handle, batch, "demonstrations", change.demonstrations());
        set(handle, batch, "disputed_first", change.disputedFirst());
        List<String> tags = change.tags();
        if (tags != null) {
            new TagTable(handle).set(TagTable.Owner.BATCH, batch, tags);
        }
        List<String> flags = change.flags();
        if (flags != null) {
            handle.createUpdate("UPDATE batch SET flags = :flags WHERE id = :id")
                    .bindArray("flags", String.class, flags)
                    .bind("id", batch)
                    .execute();
        }
        if (change.overlap() != null
                || change.skipLimit() != null
                || change.maxOverlap() != null
                || change.disputedFirst() != null) {
            Assignments.recount(handle, batch);
        }
    }

    /** Sets a column to null for 0. */
    private static void setOrClear(Handle handle, long batch, String column, @Nullable Integer value) {
        if (value != null && value == 0) {
            handle.createUpdate("UPDATE batch SET " + column + " = NULL WHERE id = :id")
                    .bind("id", batch)
                    .execute();
        } else {
            set(handle, batch, column, value);
        }
    }

    /** @param column a constant, never user input */
    private static void set(Handle handle, long batch, String column, @Nullable Object value) {
        if (value != null) {
            handle.createUpdate("UPDATE batch SET " + column + " = :value WHERE id = :id")
                    .bind("value", value)
                    .bind("id", batch)
                    .execute();
        }
    }

    private static Optional<BatchSettings> read(Handle handle, String condition, Object value) {
        return handle.createQuery(
                        "SELECT id, overlap, priority, paused, top_k, strength, scores, flags, gold_rate, skip_limit,"
                                + " max_overlap, demonstrations, disputed_first FROM batch WHERE " + condition)
                .bind("value", value)
                .map((row, context) -> new BatchSettings(
                        row.getInt("overlap"),
                        row.getInt("priority"),
                        row.getBoolean("paused"),
                        row.getObject("top_k", Integer.class),
                        row.getBoolean("strength"),
                        row.getBoolean("scores"),
                        flags(row),
                        row.getDouble("gold_rate"),
                        row.getObject("skip_limit", Integer.class),
                        row.getObject("max_overlap", Integer.class),
                        row.getBoolean("demonstrations"),
                        row.getBoolean("disputed_first"),
                        new TagTable(handle).of(TagTable.Owner.BATCH, row.getLong("id"))))
                .findOne();
    }

    private static List<String> flags(ResultSet row) throws SQLException {
        Array array = row.getArray("flags");
        return array == null
                ? BatchSettings.DEFAULT_FLAGS
                : Arrays.stream((Object[]) array.getArray())
                        .map(String.class::cast)
                        .toList();
    }

    private static InputException unknown(String name) {
        return new InputException("no batch '" + name + "' in the label store");
    }
}
