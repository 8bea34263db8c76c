package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The table of labelers. */
final class Labelers {
    private static final RowMapper<Labeler> LABELER = (row, context) ->
            new Labeler(row.getLong("id"), row.getString("name"), LabelerKind.of(row.getString("kind")));

    private Labelers() {}

    static Optional<Labeler> find(Handle handle, String name) {
        return handle.createQuery("SELECT id, name, kind FROM labeler WHERE name = :name")
                .bind("name", name)
                .map(LABELER)
                .findOne();
    }

    static long insert(Handle handle, String name, LabelerKind kind, OffsetDateTime now) {
        return handle.createUpdate("INSERT INTO labeler (name, kind, created_at) VALUES (:name, :kind, :now)")
                .bind("name", name)
                .bind("kind", kind.word())
                .bind("now", now)
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one();
    }
}
