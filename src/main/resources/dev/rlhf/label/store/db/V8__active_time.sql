-- The active time of labels is added to labeler_minute only as far as time has passed on the server's clock.

-- seconds: active time added since this version. seconds_before: the labeler's seconds when the task was handed out or last labelled.
ALTER TABLE labeler ADD COLUMN seconds DOUBLE PRECISION DEFAULT 0 NOT NULL;
ALTER TABLE assignment ADD COLUMN seconds_before DOUBLE PRECISION DEFAULT 0 NOT NULL;
