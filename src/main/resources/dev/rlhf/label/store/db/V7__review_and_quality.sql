-- Corrections by admins, pauses of labelers, and the number of rankings that each task wants.

-- A label that was sent back or removed counts nowhere: latest_label is NULL, and withdrawn_label is the label that it was. Sent back:
-- the labeler holds the task again and reads review_note. Removed: the labeler is not given the task again.
ALTER TABLE assignment DROP CONSTRAINT assignment_state;
ALTER TABLE assignment ADD CONSTRAINT assignment_state CHECK (state IN ('claimed', 'done', 'skipped', 'removed'));
ALTER TABLE assignment ADD COLUMN withdrawn_label BIGINT REFERENCES label;
ALTER TABLE assignment ADD COLUMN review_note VARCHAR(1000);

-- adjudicated: the ranks that an admin decided on; NULL for most tasks. They replace the rankings in training.
ALTER TABLE task ADD COLUMN adjudicated INTEGER ARRAY;
ALTER TABLE task ADD COLUMN adjudicated_at TIMESTAMP(3) WITH TIME ZONE;

-- skip_limit: after so many skips nobody else is given the task; NULL: no limit. max_overlap: labelers per task where labelers
-- disagree; NULL: always the overlap. disputed: whether they disagree; kept only for batches with a max_overlap.
ALTER TABLE batch ADD COLUMN skip_limit INTEGER;
ALTER TABLE batch ADD COLUMN max_overlap INTEGER;
ALTER TABLE batch ADD CONSTRAINT batch_skip_limit CHECK (skip_limit >= 1);
ALTER TABLE task ADD COLUMN disputed BOOLEAN DEFAULT FALSE NOT NULL;
-- places: rankings that the task wants; 0 for gold. batch.places is the sum.
ALTER TABLE task ADD COLUMN places INTEGER DEFAULT 0 NOT NULL;
UPDATE task t SET places = CASE WHEN t.is_gold THEN 0 ELSE (SELECT b.overlap FROM batch b WHERE b.id = t.batch_id) END;

-- A labeler who fell below a line of the project. Rows are added, and lifted_at is set once.
CREATE TABLE labeler_pause (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    labeler_id BIGINT NOT NULL REFERENCES labeler,
    paused_at  TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    measure    VARCHAR(16) NOT NULL,
    share      DOUBLE PRECISION NOT NULL,
    line       DOUBLE PRECISION NOT NULL,
    tasks      INTEGER NOT NULL,
    lifted_at  TIMESTAMP(3) WITH TIME ZONE,
    CONSTRAINT labeler_pause_measure CHECK (measure IN ('gold', 'agreement'))
);
CREATE INDEX pause_of_labeler ON labeler_pause (labeler_id);
