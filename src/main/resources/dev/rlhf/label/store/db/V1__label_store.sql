-- The label store. Times are UTC. JSON columns hold what files hold; arrays are in the stored order of a task's completions.

CREATE TABLE labeler (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       VARCHAR(100) NOT NULL,
    kind       VARCHAR(16) NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    CONSTRAINT labeler_name UNIQUE (name),
    CONSTRAINT labeler_kind CHECK (kind IN ('person', 'simulated'))
);

-- Only the SHA-256 of a token is kept: who reads this file cannot sign in with it.
CREATE TABLE labeler_session (
    token_hash BINARY(32) PRIMARY KEY,
    labeler_id BIGINT NOT NULL REFERENCES labeler,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP(3) WITH TIME ZONE NOT NULL
);

-- The row with the highest current_no is what labelers see; publishing an old text again gives it a new number.
CREATE TABLE guideline (
    version    VARCHAR(64) PRIMARY KEY,
    text       CHARACTER LARGE OBJECT NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    current_no BIGINT NOT NULL,
    CONSTRAINT guideline_current UNIQUE (current_no)
);

CREATE TABLE batch (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       VARCHAR(100) NOT NULL,
    overlap    INTEGER NOT NULL,
    priority   INTEGER DEFAULT 0 NOT NULL,
    paused     BOOLEAN DEFAULT FALSE NOT NULL,
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    CONSTRAINT batch_name UNIQUE (name),
    CONSTRAINT batch_overlap CHECK (overlap >= 1)
);

-- is_open: fewer rankings than the batch's overlap. Kept with every ranking, so that a claim need not count through what is done.
CREATE TABLE task (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_id    BIGINT NOT NULL REFERENCES batch,
    external_id VARCHAR(200) NOT NULL,
    position    INTEGER NOT NULL,
    messages    CHARACTER LARGE OBJECT NOT NULL,
    plain       BOOLEAN NOT NULL,
    is_open     BOOLEAN NOT NULL,
    created_at  TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    CONSTRAINT task_external_id UNIQUE (batch_id, external_id),
    CONSTRAINT task_position UNIQUE (batch_id, position)
);
CREATE INDEX task_queue ON task (batch_id, is_open, position);

CREATE TABLE completion (
    task_id     BIGINT NOT NULL REFERENCES task,
    position    INTEGER NOT NULL,
    external_id VARCHAR(200) NOT NULL,
    text        CHARACTER LARGE OBJECT NOT NULL,
    model       VARCHAR(1000),
    PRIMARY KEY (task_id, position),
    CONSTRAINT completion_external_id UNIQUE (task_id, external_id)
);

-- A labeler's hold on a task. shown_order[i] is the stored position of the i-th completion shown; NULL where the ranking was imported.
CREATE TABLE assignment (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id     BIGINT NOT NULL REFERENCES task,
    labeler_id  BIGINT NOT NULL REFERENCES labeler,
    state       VARCHAR(16) NOT NULL,
    shown_order INTEGER ARRAY,
    claimed_at  TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    lease_until TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    done_at     TIMESTAMP(3) WITH TIME ZONE,
    CONSTRAINT assignment_once UNIQUE (task_id, labeler_id),
    CONSTRAINT assignment_state CHECK (state IN ('claimed', 'done'))
);
CREATE INDEX assignment_of_labeler ON assignment (labeler_id, state);

-- Never updated, never deleted: an edit is the next revision.
CREATE TABLE ranking (
    id                BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    assignment_id     BIGINT NOT NULL REFERENCES assignment,
    revision          INTEGER NOT NULL,
    ranks             INTEGER ARRAY NOT NULL,
    seconds_active    DOUBLE PRECISION,
    guideline_version VARCHAR(64),
    submit_key        VARCHAR(64) NOT NULL,
    created_at        TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    CONSTRAINT ranking_revision UNIQUE (assignment_id, revision),
    CONSTRAINT ranking_submit_key UNIQUE (assignment_id, submit_key)
);

CREATE TABLE ranking_flag (
    ranking_id          BIGINT NOT NULL REFERENCES ranking,
    completion_position INTEGER NOT NULL,
    flag                VARCHAR(64) NOT NULL,
    PRIMARY KEY (ranking_id, completion_position, flag)
);

CREATE VIEW latest_ranking AS
SELECT r.* FROM ranking r
WHERE r.revision = (SELECT MAX(n.revision) FROM ranking n WHERE n.assignment_id = r.assignment_id);
