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

-- As in migration 13, and with it who acts for the holder of the position and who is the applicant by NIK.
CREATE OR REPLACE FUNCTION lock_desk(p_lock bigint, p_office text, p_area text, p_position text, p_request uuid,
                          p_today date, p_now timestamptz, p_also_in_pull boolean)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  how text;
  who jsonb := '[]';
BEGIN
  PERFORM pg_advisory_xact_lock(p_lock);
  -- A statement of its own: what it sees begins after the lock was got.
  SELECT coalesce((SELECT assignment_mode FROM offices WHERE area = p_office), 'auto') INTO how;
  IF how <> 'pull' OR p_also_in_pull THEN
    SELECT coalesce(jsonb_agg(jsonb_build_object(
             'account', accounts.id, 'nik_hash', encode(accounts.nik_hash, 'hex'), 'section', section, 'acting', acting,
             'absent_from', from_date, 'absent_until', until_date,
             'open_minutes', desk.minutes, 'open_items', desk.items,
             'last_assigned', (SELECT max(assigned_at) FROM assignments WHERE assignments.account_id = accounts.id))
             ORDER BY accounts.id), '[]') INTO who
    FROM appointments
    JOIN accounts ON accounts.id = appointments.account_id
    LEFT JOIN absences ON absences.account_id = accounts.id AND until_date >= p_today
    CROSS JOIN LATERAL (SELECT coalesce(sum(effort_minutes), 0) AS minutes, count(*) AS items FROM requests
                        WHERE holder = accounts.id AND state = 'submitted' AND requests.id <> p_request) AS desk
    WHERE appointments.area = p_area AND position = p_position
      AND valid_from <= p_now AND (valid_until IS NULL OR valid_until > p_now) AND disabled_at IS NULL;
  END IF;
  RETURN jsonb_build_object('mode', how, 'officers', who);
END $$;
COMMENT ON FUNCTION lock_desk IS 'Makes choices for one desk wait for each other until the transaction ends, then reads how the office shares work and who sits there';
