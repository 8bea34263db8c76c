-- Counters and positions, kept in the transactions that change what they count: a claim, a label and the progress read as many
-- rows in a store of a million labels as in an empty one.

-- How many tasks a labeler was given, has ranked and has skipped.
ALTER TABLE labeler ADD COLUMN given INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE labeler ADD COLUMN done INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE labeler ADD COLUMN skipped INTEGER DEFAULT 0 NOT NULL;
UPDATE labeler l SET
    given = (SELECT COUNT(*) FROM assignment a WHERE a.labeler_id = l.id),
    done = (SELECT COUNT(*) FROM assignment a WHERE a.labeler_id = l.id AND a.state = 'done'),
    skipped = (SELECT COUNT(*) FROM assignment a WHERE a.labeler_id = l.id AND a.state = 'skipped');

-- Work done here, imports left out, by minutes since 1970 UTC: a day of any time zone is at most 1440 rows.
-- done: tasks labelled for the first time in that minute that are ranked now. seconds: active time of that minute's labels.
CREATE TABLE labeler_minute (
    labeler_id BIGINT NOT NULL REFERENCES labeler,
    utc_minute     BIGINT NOT NULL,
    done       INTEGER NOT NULL,
    seconds    DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (labeler_id, utc_minute)
);
INSERT INTO labeler_minute
SELECT w.labeler_id, w.utc_minute, SUM(w.done), SUM(w.seconds) FROM (
    SELECT a.labeler_id, CAST(FLOOR(EXTRACT(EPOCH FROM l.created_at) / 60) AS BIGINT) AS utc_minute,
        CASE WHEN l.revision = 1 AND a.state = 'done' THEN 1 ELSE 0 END AS done,
        GREATEST(0, COALESCE(l.seconds_active, 0) - COALESCE(p.seconds_active, 0)) AS seconds
    FROM assignment a JOIN label l ON l.assignment_id = a.id
    LEFT JOIN label p ON p.assignment_id = a.id AND p.revision = l.revision - 1
    WHERE a.shown_order IS NOT NULL) w
GROUP BY w.labeler_id, w.utc_minute;

-- gold_done: rankings of the batch's gold tasks.
ALTER TABLE batch ADD COLUMN gold_done INTEGER DEFAULT 0 NOT NULL;
UPDATE batch b SET gold_done = (SELECT COUNT(*) FROM task t JOIN assignment a ON a.task_id = t.id AND a.state = 'done'
    WHERE t.batch_id = b.id AND t.is_gold = TRUE);

-- How far a labeler has gone through a batch. An open task before that position that the labeler was not given is in passed_task:
-- others held all its places when the labeler came by, or it was opened again later.
CREATE TABLE queue_position (
    labeler_id BIGINT NOT NULL REFERENCES labeler,
    batch_id   BIGINT NOT NULL REFERENCES batch,
    position   INTEGER NOT NULL,
    PRIMARY KEY (labeler_id, batch_id)
);
CREATE TABLE passed_task (
    labeler_id BIGINT NOT NULL REFERENCES labeler,
    batch_id   BIGINT NOT NULL REFERENCES batch,
    task_id    BIGINT NOT NULL REFERENCES task,
    PRIMARY KEY (labeler_id, batch_id, task_id)
);
