-- Labels of every kind, drafts, gold tasks, and what a batch asks for.

-- A label is a ranking, a skip or "I cannot judge this"; a skip has no ranks and takes no place.
DROP VIEW latest_ranking;
ALTER TABLE ranking RENAME TO label;
ALTER TABLE ranking_flag RENAME TO label_flag;
ALTER TABLE label_flag ALTER COLUMN ranking_id RENAME TO label_id;
ALTER TABLE label ADD COLUMN kind VARCHAR(16) DEFAULT 'ranking' NOT NULL;
ALTER TABLE label ALTER COLUMN ranks DROP NOT NULL;
-- top_k: how many were ranked, NULL for all; the rest shares the rank behind them. strength is as if shown in the stored order.
ALTER TABLE label ADD COLUMN top_k INTEGER;
ALTER TABLE label ADD COLUMN strength INTEGER;
ALTER TABLE label ADD COLUMN scores INTEGER ARRAY;
ALTER TABLE label ADD COLUMN all_bad BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE label ADD COLUMN personal_data BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE label ADD COLUMN reason VARCHAR(500);
ALTER TABLE label ADD COLUMN comment VARCHAR(4000);
ALTER TABLE label ADD CONSTRAINT label_kind CHECK (kind IN ('ranking', 'skip', 'cannot_judge'));
ALTER TABLE label ADD CONSTRAINT label_ranks CHECK ((kind = 'ranking') = (ranks IS NOT NULL));
CREATE INDEX label_time ON label (created_at, id);

-- latest_label: the revision that counts. exported_at: from then on the label stays as it is. A skipped task holds no place.
ALTER TABLE assignment DROP CONSTRAINT assignment_state;
ALTER TABLE assignment ADD CONSTRAINT assignment_state CHECK (state IN ('claimed', 'done', 'skipped'));
ALTER TABLE assignment ADD COLUMN latest_label BIGINT REFERENCES label;
ALTER TABLE assignment ADD COLUMN exported_at TIMESTAMP(3) WITH TIME ZONE;
UPDATE assignment a SET latest_label = (SELECT MAX(l.id) FROM label l WHERE l.assignment_id = a.id);
CREATE INDEX assignment_history ON assignment (labeler_id, latest_label);

-- A draft that was dropped keeps its version, so that an old tab cannot bring it back.
CREATE TABLE draft (
    assignment_id BIGINT PRIMARY KEY REFERENCES assignment,
    version       INTEGER NOT NULL,
    content       VARCHAR(32768),
    updated_at    TIMESTAMP(3) WITH TIME ZONE NOT NULL
);

CREATE TABLE guideline_seen (
    labeler_id BIGINT NOT NULL REFERENCES labeler,
    version    VARCHAR(64) NOT NULL REFERENCES guideline,
    seen_at    TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    PRIMARY KEY (labeler_id, version)
);

-- gold: the known ranks. A gold task has no places: every labeler may be given it, and it is never open.
ALTER TABLE task ADD COLUMN gold INTEGER ARRAY;
ALTER TABLE task ADD COLUMN is_gold BOOLEAN GENERATED ALWAYS AS (gold IS NOT NULL);
CREATE INDEX task_gold ON task (batch_id, is_gold);

-- top_k NULL: all are ranked. flags NULL: the program's own list. places and taken: of all tasks that are not gold, and how many
-- of them are spent by rankings; kept with every label, so that progress need not count through what is done.
ALTER TABLE batch ADD COLUMN top_k INTEGER;
ALTER TABLE batch ADD COLUMN strength BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE batch ADD COLUMN scores BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE batch ADD COLUMN flags VARCHAR(64) ARRAY;
ALTER TABLE batch ADD COLUMN gold_rate DOUBLE PRECISION DEFAULT 0 NOT NULL;
ALTER TABLE batch ADD COLUMN places INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE batch ADD COLUMN taken INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE batch ADD CONSTRAINT batch_gold_rate CHECK (gold_rate BETWEEN 0 AND 0.5);
ALTER TABLE batch ADD CONSTRAINT batch_top_k CHECK (top_k >= 1);
UPDATE batch b SET
    places = b.overlap * (SELECT COUNT(*) FROM task t WHERE t.batch_id = b.id),
    taken = COALESCE((SELECT SUM(LEAST(c.overlap, c.done)) FROM (
        SELECT t.batch_id, o.overlap, COUNT(*) AS done FROM task t JOIN batch o ON o.id = t.batch_id
        JOIN assignment a ON a.task_id = t.id AND a.state = 'done' GROUP BY t.id, t.batch_id, o.overlap) c WHERE c.batch_id = b.id), 0);

-- Skips are in label but not here: whoever reads rankings need not know of them.
CREATE VIEW latest_ranking AS
SELECT l.* FROM assignment a JOIN label l ON l.id = a.latest_label WHERE l.kind = 'ranking';
