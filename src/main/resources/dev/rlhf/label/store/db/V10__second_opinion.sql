-- The scores that a reward model gave to a task's completions. They are never shown to labelers.
CREATE TABLE second_opinion (
    task_id BIGINT PRIMARY KEY REFERENCES task,
    scores  DOUBLE PRECISION ARRAY NOT NULL
);

-- queue: the order in which a batch's tasks are handed out: their position or, with disputed_first, tasks first whose labelers
-- disagree with the second opinion.
ALTER TABLE batch ADD COLUMN disputed_first BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE task ADD COLUMN queue INTEGER DEFAULT 0 NOT NULL;
UPDATE task SET queue = position;
CREATE INDEX task_in_queue ON task (batch_id, is_open, queue);
DROP INDEX task_queue;
