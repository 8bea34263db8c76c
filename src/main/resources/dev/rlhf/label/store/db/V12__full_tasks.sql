-- Tasks whose places are all taken are found without reading their assignments, so that a claim reads as many rows beside two hundred
-- labelers as beside two.

-- full_until: rankings and claims take all places, and no claim ends before this time. 1970: a place is free, or the task is closed.
ALTER TABLE task ADD COLUMN full_until TIMESTAMP(3) WITH TIME ZONE DEFAULT TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00Z' NOT NULL;
CREATE INDEX task_free ON task (batch_id, is_open, full_until, queue);
DROP INDEX task_in_queue;
UPDATE task t SET full_until = (SELECT MIN(a.lease_until) FROM assignment a WHERE a.task_id = t.id AND a.state = 'claimed')
WHERE t.is_open AND t.id IN (SELECT a.task_id FROM assignment a WHERE a.state = 'claimed')
    AND (SELECT COUNT(*) FROM assignment a WHERE a.task_id = t.id AND a.state IN ('claimed', 'done'))
        >= GREATEST(t.places, (SELECT b.overlap FROM batch b WHERE b.id = t.batch_id));
