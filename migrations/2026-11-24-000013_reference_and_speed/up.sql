-- Areas, calendars and the catalogue change rarely and are needed by every operation: each server keeps them in memory
-- under the stamp that they were read at. Whoever changes one of them changes the stamp in the same transaction, so a
-- server that reads the stamp knows whether what it has is still so. Random, so that a stamp that was rolled back
-- never comes again.
CREATE TABLE reference_stamp (
  id smallint PRIMARY KEY CHECK (id = 1),
  stamp uuid NOT NULL
);
COMMENT ON TABLE reference_stamp IS 'One row: which stand of areas, calendars and services holds; what servers keep in memory is checked against it';
COMMENT ON COLUMN reference_stamp.id IS 'Always 1';
COMMENT ON COLUMN reference_stamp.stamp IS 'Another one after every change of areas, calendar_versions or service_versions';
INSERT INTO reference_stamp VALUES (1, gen_random_uuid());

CREATE FUNCTION reference_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE reference_stamp SET stamp = gen_random_uuid() WHERE id = 1;
  RETURN NULL;
END $$;
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON areas
  FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON calendar_versions
  FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON service_versions
  FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
GRANT SELECT, UPDATE (stamp) ON reference_stamp TO sepakat_app;

-- A submission in few round trips (docs/architecture.md): functions that lock, read and store what belongs together.
-- They decide nothing; the rules are in the program. They run with the rights of who calls them.

CREATE FUNCTION submission_facts(p_nik_hash bytea, p_fresh_key bytea, p_fresh_key_id text, p_now timestamptz,
                                 p_owner uuid, p_uploads uuid[], p_kepling_area text)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  key person_keys;
BEGIN
  SELECT * INTO key FROM person_keys WHERE nik_hash = p_nik_hash;
  IF NOT FOUND THEN
    -- Two who make it at once end with the same one: the second waits here and then finds the first one's.
    INSERT INTO person_keys (nik_hash, wrapped_key, master_key_id, created_at)
      VALUES (p_nik_hash, p_fresh_key, p_fresh_key_id, p_now) ON CONFLICT DO NOTHING;
    SELECT * INTO key FROM person_keys WHERE nik_hash = p_nik_hash;
  END IF;
  RETURN jsonb_build_object(
    'stamp', (SELECT stamp FROM reference_stamp),
    'wrapped_key', encode(key.wrapped_key, 'hex'),
    'master_key_id', key.master_key_id,
    'verified', (SELECT jsonb_build_object('id', id, 'name', name, 'email', email) FROM accounts
                 WHERE nik_hash = p_nik_hash AND identity_verified_at IS NOT NULL),
    'free_uploads', (SELECT coalesce(jsonb_agg(id), '[]') FROM attachments
                     WHERE id = ANY (p_uploads) AND owner = p_owner
                       AND NOT EXISTS (SELECT FROM request_attachments WHERE attachment_id = attachments.id)),
    'kepling_appointed', EXISTS (SELECT FROM appointments JOIN accounts ON accounts.id = account_id
                                 WHERE appointments.area = p_kepling_area AND position = 'kepling'
                                   AND valid_from <= p_now AND (valid_until IS NULL OR valid_until > p_now)
                                   AND disabled_at IS NULL));
END $$;
COMMENT ON FUNCTION submission_facts IS 'What a submission must know of the database; makes the data key of a person who has none';

CREATE FUNCTION lock_desk(p_lock bigint, p_office text, p_area text, p_position text, p_request uuid,
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

CREATE FUNCTION store_submission(p_request jsonb, p_contents jsonb, p_event jsonb, p_uploads jsonb, p_measures jsonb,
                                 p_assignments jsonb, p_mails jsonb)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO requests SELECT * FROM jsonb_populate_record(NULL::requests, p_request);
  INSERT INTO request_contents SELECT * FROM jsonb_populate_record(NULL::request_contents, p_contents);
  INSERT INTO request_events SELECT * FROM jsonb_populate_record(NULL::request_events, p_event);
  INSERT INTO request_attachments SELECT * FROM jsonb_populate_recordset(NULL::request_attachments, p_uploads);
  INSERT INTO request_measures SELECT * FROM jsonb_populate_record(NULL::request_measures, p_measures);
  INSERT INTO assignments SELECT * FROM jsonb_populate_recordset(NULL::assignments, p_assignments);
  INSERT INTO outbox SELECT line.* FROM jsonb_array_elements(p_mails) AS mail
    CROSS JOIN LATERAL jsonb_populate_record(NULL::outbox, CASE
      WHEN EXISTS (SELECT FROM suppressions WHERE address = mail->>'recipient'
                   AND expires_at > (mail->>'created_at')::timestamptz)
      -- What will never be sent is kept without its text.
      THEN mail || '{"state": "suppressed", "body_text": "", "body_html": ""}' ELSE mail END) AS line
    ON CONFLICT (dedupe_key) DO NOTHING;
END $$;
COMMENT ON FUNCTION store_submission IS 'Inserts a new request with all that belongs to it; each document is a row of its table, by column';

-- Inlined by the planner, so that a prepared statement meets the partial indexes, which a parameter never does.
CREATE FUNCTION is_waiting(state text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT state = 'submitted' $$;
COMMENT ON FUNCTION is_waiting IS 'Whether a request waits for an officer';

-- Each list has an index of what is open, or of one owner, in its own order: none grows with the history.
CREATE INDEX requests_queue_area ON requests (area, step_due_at, id) WHERE state = 'submitted';
CREATE INDEX requests_queue_kecamatan ON requests (kecamatan, step_due_at, id) WHERE state = 'submitted';
-- With the effort, so that a desk is weighed without reading the rows.
DROP INDEX requests_holder;
CREATE INDEX requests_holder ON requests (holder, step_due_at, id) INCLUDE (effort_minutes) WHERE state = 'submitted';
CREATE INDEX requests_untaken ON requests (step_area, step_position, step_due_at, id) WHERE state = 'submitted' AND holder IS NULL;

-- A report reads its days from one index each and never the rows.
DROP INDEX request_measures_submitted;
DROP INDEX request_measures_finished;
CREATE INDEX request_measures_submitted ON request_measures (submitted_at) INCLUDE (area, kecamatan, service_code);
CREATE INDEX request_measures_finished ON request_measures (finished_at)
  INCLUDE (area, kecamatan, service_code, on_time, office_minutes, resident_minutes) WHERE finished_at IS NOT NULL;
