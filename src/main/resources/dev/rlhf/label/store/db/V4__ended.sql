-- FALSE: cut off at max_new_tokens. TRUE: ended by itself, or nobody knows.
ALTER TABLE completion ADD COLUMN ended BOOLEAN DEFAULT TRUE NOT NULL;
