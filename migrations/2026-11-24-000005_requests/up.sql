CREATE TABLE requests (
  id uuid PRIMARY KEY,
  tracking_code text NOT NULL UNIQUE,
  service_code text NOT NULL,
  service_version integer NOT NULL,
  area text NOT NULL REFERENCES areas (code),
  lingkungan text NOT NULL REFERENCES areas (code),
  kecamatan text NOT NULL REFERENCES areas (code),
  submitter uuid NOT NULL REFERENCES accounts (id),
  applicant_account uuid REFERENCES accounts (id),
  applicant_hash bytea NOT NULL,
  applicant_name text NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'signing', 'issued', 'rejected', 'cancelled', 'expired', 'revoked')),
  kepling text NOT NULL CHECK (kepling IN ('acts', 'pengantar_uploaded', 'not_appointed')),
  step smallint,
  step_name text CHECK (step_name IN ('endorse', 'verify', 'initial', 'sign')),
  step_position text CHECK (step_position IN ('kepling', 'petugas', 'seklur', 'lurah', 'kasi', 'sekcam', 'camat')),
  step_area text REFERENCES areas (code),
  step_section text,
  step_due_at timestamptz,
  due_at timestamptz,
  target_minutes integer NOT NULL,
  effort_minutes integer NOT NULL,
  holder uuid REFERENCES accounts (id),
  lease_until timestamptz,
  reached_kecamatan boolean NOT NULL DEFAULT false,
  calendar_version integer NOT NULL,
  submitted_at timestamptz NOT NULL,
  ended_at timestamptz,
  event_seq integer NOT NULL,
  event_head bytea NOT NULL,
  version integer NOT NULL DEFAULT 1,
  FOREIGN KEY (service_code, service_version) REFERENCES service_versions (code, version),
  CHECK ((step IS NULL) = (step_position IS NULL)),
  CHECK (state <> 'submitted' OR step IS NOT NULL)
);
CREATE INDEX requests_queue ON requests (step_area, step_position, step_due_at, id) WHERE state = 'submitted';
CREATE INDEX requests_holder ON requests (holder, step_due_at, id) WHERE state = 'submitted';
CREATE INDEX requests_submitter ON requests (submitter, submitted_at DESC, id DESC);
CREATE INDEX requests_applicant_account ON requests (applicant_account, submitted_at DESC, id DESC);
CREATE INDEX requests_applicant_hash ON requests (applicant_hash, service_code);
CREATE INDEX requests_area ON requests (area, submitted_at DESC, id DESC);
CREATE INDEX requests_kecamatan ON requests (kecamatan, submitted_at DESC, id DESC) WHERE reached_kecamatan;
CREATE INDEX requests_returned ON requests (step_due_at) WHERE state = 'returned';
COMMENT ON TABLE requests IS 'Where each request stands now; how it came there is in request_events';
COMMENT ON COLUMN requests.area IS 'The kelurahan that serves the request';
COMMENT ON COLUMN requests.applicant_hash IS 'Keyed hash of the applicant''s NIK';
COMMENT ON COLUMN requests.kepling IS 'What becomes of the kepling''s step; with the service version it gives the route';
COMMENT ON COLUMN requests.step IS 'Number of the step that is due (from 1); null once the request has ended';
COMMENT ON COLUMN requests.step_area IS 'Lingkungan for kepling, else the kelurahan''s or kecamatan''s code';
COMMENT ON COLUMN requests.step_due_at IS 'Entry into the step plus its share of the target, in working minutes';
COMMENT ON COLUMN requests.due_at IS 'When the last of the target''s working minutes ends';
COMMENT ON COLUMN requests.target_minutes IS 'Working minutes promised';
COMMENT ON COLUMN requests.effort_minutes IS 'Minutes of an officer''s attention that one step is expected to take';
COMMENT ON COLUMN requests.holder IS 'The officer it is assigned to';
COMMENT ON COLUMN requests.lease_until IS 'The holder has it open until then';
COMMENT ON COLUMN requests.reached_kecamatan IS 'Kecamatan staff may see it from then on';
COMMENT ON COLUMN requests.event_seq IS 'Number of the newest event';
COMMENT ON COLUMN requests.event_head IS 'Hash of the newest event: the head of the chain';
COMMENT ON COLUMN requests.version IS 'Raised by every change; a stale one is refused';

CREATE TABLE request_contents (
  request_id uuid PRIMARY KEY REFERENCES requests (id),
  relation text CHECK (relation IN ('self', 'same_kk', 'kuasa')),
  applicant jsonb NOT NULL,
  fields jsonb NOT NULL
);
COMMENT ON TABLE request_contents IS 'What the resident wrote; apart from where the request stands, which changes often';
COMMENT ON COLUMN request_contents.relation IS 'Of the submitter to the applicant; null when not said';
COMMENT ON COLUMN request_contents.applicant IS 'Answers about the applicant; NIK and KK sealed';
COMMENT ON COLUMN request_contents.fields IS 'Answers to the service''s own fields; NIK and KK sealed';

CREATE TABLE request_attachments (
  request_id uuid NOT NULL REFERENCES requests (id),
  attachment_id uuid NOT NULL UNIQUE REFERENCES attachments (id),
  kind text NOT NULL,
  place smallint NOT NULL,
  replaced_at timestamptz,
  PRIMARY KEY (request_id, attachment_id)
);
COMMENT ON TABLE request_attachments IS 'Which scans a request carries; one attachment serves one request';
COMMENT ON COLUMN request_attachments.place IS 'Order within its kind';
COMMENT ON COLUMN request_attachments.replaced_at IS 'When a resubmission put others in its place';

CREATE TABLE request_events (
  request_id uuid NOT NULL REFERENCES requests (id),
  seq integer NOT NULL,
  at timestamptz NOT NULL,
  actor uuid,
  action text NOT NULL,
  from_state text NOT NULL,
  to_state text NOT NULL,
  from_step smallint,
  to_step smallint,
  party text CHECK (party IN ('kelurahan', 'kecamatan', 'resident')),
  calendar_version integer NOT NULL,
  data jsonb NOT NULL,
  note_hash bytea,
  prev_hash bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (request_id, seq)
);
CREATE INDEX request_events_at ON request_events (at);
COMMENT ON TABLE request_events IS 'Append-only truth of a request: ids, codes and hashes only, chained per request';
COMMENT ON COLUMN request_events.actor IS 'Account that acted; null for the system';
COMMENT ON COLUMN request_events.party IS 'Who must act after this event; null once it has ended';
COMMENT ON COLUMN request_events.note_hash IS 'SHA-256 of the free text in event_notes';
COMMENT ON COLUMN request_events.hash IS 'SHA-256 over prev_hash and this event';

CREATE TABLE event_notes (
  request_id uuid NOT NULL,
  seq integer NOT NULL,
  note text NOT NULL,
  PRIMARY KEY (request_id, seq),
  FOREIGN KEY (request_id, seq) REFERENCES request_events (request_id, seq)
);
COMMENT ON TABLE event_notes IS 'Free text of an event, apart so that it can be erased';

CREATE TABLE assignments (
  id uuid PRIMARY KEY,
  request_id uuid NOT NULL REFERENCES requests (id) DEFERRABLE INITIALLY DEFERRED,
  step smallint NOT NULL,
  account_id uuid REFERENCES accounts (id),
  reason jsonb NOT NULL,
  assigned_at timestamptz NOT NULL
);
CREATE INDEX assignments_request ON assignments (request_id, assigned_at);
CREATE INDEX assignments_account ON assignments (account_id, assigned_at);
-- Checked at commit: the person is chosen before the request itself is written with its holder.
COMMENT ON TABLE assignments IS 'Who was given a step and why; append-only';
COMMENT ON COLUMN assignments.account_id IS 'Null when nobody could be found';
COMMENT ON COLUMN assignments.reason IS 'The comparison that led to the choice, readable by a superior';

CREATE TABLE request_measures (
  request_id uuid PRIMARY KEY REFERENCES requests (id),
  area text NOT NULL,
  kecamatan text NOT NULL,
  service_code text NOT NULL,
  target_minutes integer NOT NULL,
  submitted_at timestamptz NOT NULL,
  finished_at timestamptz,
  office_minutes integer,
  resident_minutes integer,
  on_time boolean,
  CHECK ((finished_at IS NULL) = (office_minutes IS NULL)),
  CHECK ((finished_at IS NULL) = (on_time IS NULL))
);
CREATE INDEX request_measures_submitted ON request_measures (submitted_at);
CREATE INDEX request_measures_finished ON request_measures (finished_at);
COMMENT ON TABLE request_measures IS 'One row of facts a request: what service levels are counted from';
COMMENT ON COLUMN request_measures.finished_at IS 'When it was issued or rejected; stays null for cancelled and expired ones';
COMMENT ON COLUMN request_measures.office_minutes IS 'Working minutes with kelurahan and kecamatan';
COMMENT ON COLUMN request_measures.resident_minutes IS 'Working minutes with the resident';
COMMENT ON COLUMN request_measures.on_time IS 'office_minutes <= target_minutes at that moment';
