package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.Draft;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.RefusedException.Reason;
import dev.rlhf.label.api.StaleDraftException;
import dev.rlhf.label.store.Assignments.Held;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Stores drafts of labels, one per labeler and task. A draft outlives the claim, so a labeler who comes back late finds
 * it again.
 */
final class Drafts {
    private final Handle handle;
    private final OffsetDateTime now;

    Drafts(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
    }

    static Optional<Draft> read(Handle handle, long assignment) {
        return handle.createQuery(
                        "SELECT version, content FROM draft WHERE assignment_id = :id AND content IS NOT NULL")
                .bind("id", assignment)
                .map((row, context) -> new Draft(row.getInt("version"), row.getString("content")))
                .findOne();
    }

    /**
     * Replaces the version that the page has, 0 if it has none.
     *
     * @param content JSON
     * @return the new version
     * @throws StaleDraftException if another draft was saved, or the draft was dropped
     * @throws RefusedException if the task was not given to this labeler, the label can no longer be changed, or the
     *     draft is too large
     */
    int save(Labeler labeler, long task, int version, String content) {
        if (content.length() > Draft.LIMIT) {
            throw new RefusedException(Reason.TOO_LARGE, "a draft has at most " + Draft.LIMIT + " characters");
        }
        Held held = new Assignments(handle, now).changeable(labeler, task);
        Optional<Draft> current = read(handle, held.id());
        if (version != current.map(Draft::version).orElse(0)) {
            throw new StaleDraftException(current.orElse(null));
        }
        int next = 1
                + handle.createQuery("SELECT COALESCE(MAX(version), 0) FROM draft WHERE assignment_id = :id")
                        .bind("id", held.id())
                        .mapTo(Integer.class)
                        .one();
        handle.createUpdate("MERGE INTO draft KEY (assignment_id) VALUES (:id, :version, :content, :now)")
                .bind("id", held.id())
                .bind("version", next)
                .bind("content", content)
                .bind("now", now)
                .execute();
        return next;
    }

    /**
     * Drops the draft.
     *
     * @throws RefusedException if the task was not given to this labeler
     */
    void drop(Labeler labeler, long task) {
        drop(handle, new Assignments(handle, now).get(labeler, task).id());
    }

    static void drop(Handle handle, long assignment) {
        handle.createUpdate("UPDATE draft SET content = NULL WHERE assignment_id = :id")
                .bind("id", assignment)
                .execute();
    }
}
