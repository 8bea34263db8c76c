-- Tags and quotas: which tasks a labeler may be given, and how many.

-- A task is given only to labelers who have all tags of the task and of its batch.
CREATE TABLE task_tag (
    task_id BIGINT NOT NULL REFERENCES task,
    tag     VARCHAR(64) NOT NULL,
    PRIMARY KEY (task_id, tag)
);
CREATE TABLE batch_tag (
    batch_id BIGINT NOT NULL REFERENCES batch,
    tag      VARCHAR(64) NOT NULL,
    PRIMARY KEY (batch_id, tag)
);
CREATE TABLE labeler_tag (
    labeler_id BIGINT NOT NULL REFERENCES labeler,
    tag        VARCHAR(64) NOT NULL,
    PRIMARY KEY (labeler_id, tag)
);

-- A labeler's own quota: NULL is the project's (the setting 'quota'), 0 is no limit.
ALTER TABLE labeler ADD COLUMN tasks_per_day INTEGER;
ALTER TABLE labeler ADD COLUMN tasks_total INTEGER;
ALTER TABLE labeler ADD COLUMN minutes_per_day INTEGER;
