CREATE TABLE request_reminders (
  request_id uuid NOT NULL REFERENCES requests (id),
  event_seq integer NOT NULL,
  days_left smallint NOT NULL,
  sent_at timestamptz NOT NULL,
  PRIMARY KEY (request_id, event_seq, days_left)
);
COMMENT ON TABLE request_reminders IS 'Which reminders a resident got while a request waited for them: each once';
COMMENT ON COLUMN request_reminders.event_seq IS 'The event that gave it back; a later return reminds anew';
COMMENT ON COLUMN request_reminders.days_left IS 'Days before the request ends by silence';
COMMENT ON COLUMN request_reminders.sent_at IS 'When its mail was put into the outbox';
GRANT SELECT, INSERT, DELETE ON request_reminders TO sepakat_app;
