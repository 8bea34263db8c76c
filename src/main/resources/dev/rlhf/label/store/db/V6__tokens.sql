-- Tokens with which programs act as an admin. Only the SHA-256 of a token is kept. A revoked token's row is deleted; the audit table
-- keeps its name.
CREATE TABLE api_token (
    token_hash   BINARY(32) PRIMARY KEY,
    name         VARCHAR(64) NOT NULL,
    admin_id     BIGINT NOT NULL REFERENCES labeler,
    created_at   TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    last_used_at TIMESTAMP(3) WITH TIME ZONE,
    CONSTRAINT api_token_name UNIQUE (name)
);

-- Failed attempts to sign in, by address, name and so on, so that a restart does not unblock anybody.
CREATE TABLE sign_in_failure (
    counted_by    VARCHAR(200) PRIMARY KEY,
    failures      INTEGER NOT NULL,
    blocked_until TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    last_at       TIMESTAMP(3) WITH TIME ZONE NOT NULL
);

-- A sequence whose reserved ids are spent writes to the file, and with it all that is unwritten. An import spends many thousands.
-- If the process is killed, reserved ids are lost, which leaves gaps.
ALTER TABLE task ALTER COLUMN id SET CACHE 1000;
ALTER TABLE assignment ALTER COLUMN id SET CACHE 1000;
ALTER TABLE label ALTER COLUMN id SET CACHE 1000;
