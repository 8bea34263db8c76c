-- Who may do what. Before, whoever reached the server could join under any name; sessions opened that way end here.

DELETE FROM labeler_session;

ALTER TABLE labeler ADD COLUMN role VARCHAR(16) DEFAULT 'labeler' NOT NULL;
ALTER TABLE labeler ADD CONSTRAINT labeler_role CHECK (role IN ('labeler', 'admin'));
ALTER TABLE labeler ADD COLUMN disabled_at TIMESTAMP(3) WITH TIME ZONE;

-- PBKDF2 with HMAC-SHA-256.
CREATE TABLE admin_password (
    labeler_id BIGINT PRIMARY KEY REFERENCES labeler,
    salt       BINARY(16) NOT NULL,
    iterations INTEGER NOT NULL,
    hash       BINARY(32) NOT NULL,
    changed_at TIMESTAMP(3) WITH TIME ZONE NOT NULL
);

-- Opens one session, once. use_key_hash: of the key the client sent with it, so that the same client may repeat what got lost.
CREATE TABLE invite (
    token_hash   BINARY(32) PRIMARY KEY,
    labeler_id   BIGINT NOT NULL REFERENCES labeler,
    created_at   TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    expires_at   TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    used_at      TIMESTAMP(3) WITH TIME ZONE,
    use_key_hash BINARY(32)
);
CREATE INDEX invite_of_labeler ON invite (labeler_id);
CREATE INDEX session_of_labeler ON labeler_session (labeler_id);

-- What admins did, and what happened at the door. Rows are only ever added. address is NULL for the command line.
CREATE TABLE audit (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    actor   VARCHAR(100) NOT NULL,
    address VARCHAR(64),
    action  VARCHAR(64) NOT NULL,
    subject VARCHAR(200),
    detail  VARCHAR(1000)
);

-- One value a name, such as base_url: where labelers reach the server.
CREATE TABLE setting (
    name    VARCHAR(64) PRIMARY KEY,
    content VARCHAR(1000) NOT NULL
);
