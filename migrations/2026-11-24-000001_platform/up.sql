CREATE TABLE idempotency_keys (
  scope text NOT NULL,
  route text NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
  body_hash bytea NOT NULL,
  status smallint,
  answer bytea,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (scope, route, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
COMMENT ON TABLE idempotency_keys IS 'Calls that must have their effect once: the key is inserted in the transaction of the effect';
COMMENT ON COLUMN idempotency_keys.scope IS 'Account (or anonymous client) that the key belongs to';
COMMENT ON COLUMN idempotency_keys.route IS 'Method and path';
COMMENT ON COLUMN idempotency_keys.key IS 'What the client sent in Idempotency-Key';
COMMENT ON COLUMN idempotency_keys.body_hash IS 'SHA-256 of the body: another body under the same key is refused';
COMMENT ON COLUMN idempotency_keys.status IS 'HTTP status of the answer';
COMMENT ON COLUMN idempotency_keys.answer IS 'Sealed body of the answer, given again to a repeat';
COMMENT ON COLUMN idempotency_keys.created_at IS 'Swept 24 hours after this';

CREATE TABLE jobs (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  payload jsonb NOT NULL,
  dedupe_key text UNIQUE,
  run_at timestamptz NOT NULL,
  leased_until timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  dead_at timestamptz,
  created_at timestamptz NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE dead_at IS NULL;
COMMENT ON TABLE jobs IS 'Work to do after a commit; enqueued in the transaction that decides it, deleted when done';
COMMENT ON COLUMN jobs.kind IS 'Which job runs it';
COMMENT ON COLUMN jobs.payload IS 'Identifiers only, never personal data';
COMMENT ON COLUMN jobs.dedupe_key IS 'At most one open job with this key';
COMMENT ON COLUMN jobs.run_at IS 'Not before this; moved into the future after a failure';
COMMENT ON COLUMN jobs.leased_until IS 'Somebody works on it until then';
COMMENT ON COLUMN jobs.attempts IS 'How often it was begun';
COMMENT ON COLUMN jobs.last_error IS 'Why the last attempt failed, without personal data';
COMMENT ON COLUMN jobs.dead_at IS 'Given up; shown to a person';

CREATE TABLE person_keys (
  nik_hash bytea PRIMARY KEY,
  wrapped_key bytea NOT NULL,
  master_key_id text NOT NULL,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE person_keys IS 'One data key per person, wrapped by the master key; without the row what it sealed cannot be read';
COMMENT ON COLUMN person_keys.nik_hash IS 'Keyed hash of the NIK';
COMMENT ON COLUMN person_keys.wrapped_key IS 'Data key sealed under the master key';
COMMENT ON COLUMN person_keys.master_key_id IS 'Which master key wrapped it';

CREATE TABLE audit_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  chain text NOT NULL,
  seq integer NOT NULL,
  at timestamptz NOT NULL,
  actor uuid,
  action text NOT NULL,
  subject text NOT NULL,
  data jsonb NOT NULL,
  prev_hash bytea NOT NULL,
  hash bytea NOT NULL,
  UNIQUE (chain, seq)
);
COMMENT ON TABLE audit_entries IS 'Who changed what and who looked at whose papers; append-only, chained per subject';
COMMENT ON COLUMN audit_entries.chain IS 'What the chain is about, such as account:ID or service:CODE';
COMMENT ON COLUMN audit_entries.seq IS 'Place in the chain, from 1';
COMMENT ON COLUMN audit_entries.data IS 'Identifiers, codes and hashes only';
COMMENT ON COLUMN audit_entries.prev_hash IS 'Hash of the entry before; 32 zero bytes for the first';
COMMENT ON COLUMN audit_entries.hash IS 'SHA-256 over prev_hash and this entry';
