-- Better answers that labelers write, and tasks that ask for a verdict on one answer.

-- demonstrations: whether labelers may write a better answer. demonstration: that answer.
ALTER TABLE batch ADD COLUMN demonstrations BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE label ADD COLUMN demonstration VARCHAR(16000);

-- answers: the reference answers of a judging task as a JSON list; NULL for every other task. A judging task has one completion.
ALTER TABLE task ADD COLUMN answers CHARACTER LARGE OBJECT;
ALTER TABLE label ADD COLUMN verdict VARCHAR(16);
ALTER TABLE label DROP CONSTRAINT label_kind;
ALTER TABLE label ADD CONSTRAINT label_kind CHECK (kind IN ('ranking', 'verdict', 'skip', 'cannot_judge'));
ALTER TABLE label ADD CONSTRAINT label_verdict CHECK ((kind = 'verdict') = (verdict IS NOT NULL));
