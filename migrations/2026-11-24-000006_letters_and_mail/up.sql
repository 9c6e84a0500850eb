CREATE TABLE register_counters (
  area text NOT NULL REFERENCES areas (code),
  year integer NOT NULL,
  last_seq integer NOT NULL,
  PRIMARY KEY (area, year)
);
COMMENT ON TABLE register_counters IS 'Newest number of each area and year; the row lock makes the register gapless';

CREATE TABLE letters (
  id uuid PRIMARY KEY,
  request_id uuid NOT NULL REFERENCES requests (id),
  code text NOT NULL UNIQUE,
  state text NOT NULL CHECK (state IN ('reserved', 'issued', 'void', 'revoked')),
  service_code text NOT NULL,
  area text NOT NULL REFERENCES areas (code),
  holder_masked text NOT NULL,
  data_sealed bytea,
  data_hash bytea,
  wrapped_key bytea NOT NULL,
  master_key_id text NOT NULL,
  template_hash bytea,
  title text,
  signed_at timestamptz,
  valid_until date,
  blob text,
  pdf_sha256 bytea,
  bytes bigint,
  issued_at timestamptz,
  ended_at timestamptz,
  created_at timestamptz NOT NULL
);
-- While a letter is issued anew, the old one still counts and the next is reserved.
CREATE UNIQUE INDEX letters_live ON letters (request_id, state) WHERE state IN ('reserved', 'issued');
CREATE INDEX letters_request ON letters (request_id);
CREATE INDEX letters_pdf ON letters (pdf_sha256);
COMMENT ON TABLE letters IS 'A letter: reserved with the last signature, issued when its file is stored';
COMMENT ON COLUMN letters.code IS 'Random code in the QR; not the tracking code';
COMMENT ON COLUMN letters.holder_masked IS 'Initials of the holder, for public verification';
COMMENT ON COLUMN letters.data_sealed IS 'The values the letter prints, sealed; what is rendered, once';
COMMENT ON COLUMN letters.data_hash IS 'SHA-256 of the canonical letter data';
COMMENT ON COLUMN letters.template_hash IS 'SHA-256 of the layout it was rendered with';
COMMENT ON COLUMN letters.title IS 'As printed; what kind of letter it is, for public verification';
COMMENT ON COLUMN letters.signed_at IS 'Last signature; the creation time written into the file, so that a second rendering is the same';
COMMENT ON COLUMN letters.blob IS 'Name of the sealed PDF in the file store';
COMMENT ON COLUMN letters.pdf_sha256 IS 'Hash of the PDF as handed out: one changed byte is another document';

CREATE TABLE register_entries (
  area text NOT NULL REFERENCES areas (code),
  year integer NOT NULL,
  seq integer NOT NULL,
  number text NOT NULL,
  letter_id uuid NOT NULL REFERENCES letters (id),
  level text NOT NULL CHECK (level IN ('kelurahan', 'kecamatan')),
  service_code text NOT NULL,
  holder_name text NOT NULL,
  signer uuid NOT NULL REFERENCES accounts (id),
  signer_name text NOT NULL,
  signer_office text NOT NULL,
  issued_on date NOT NULL,
  state text NOT NULL CHECK (state IN ('reserved', 'used', 'void', 'revoked')),
  reason text,
  PRIMARY KEY (area, year, seq),
  UNIQUE (letter_id, level)
);
COMMENT ON TABLE register_entries IS 'The agenda book: each number belongs to one letter for ever';
COMMENT ON COLUMN register_entries.issued_on IS 'Date of the signature';
COMMENT ON COLUMN register_entries.signer_office IS 'As printed, such as Lurah Mutiara';
COMMENT ON COLUMN register_entries.reason IS 'Why a number is void or revoked';

CREATE TABLE outbox (
  id uuid PRIMARY KEY,
  dedupe_key text NOT NULL UNIQUE,
  recipient text NOT NULL,
  subject text NOT NULL,
  body_text text NOT NULL,
  body_html text NOT NULL,
  message_id text NOT NULL UNIQUE,
  state text NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'suppressed')),
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL,
  leased_until timestamptz,
  last_error text,
  created_at timestamptz NOT NULL,
  sent_at timestamptz
);
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE state = 'queued';
CREATE INDEX outbox_recent ON outbox (created_at DESC, id DESC);
COMMENT ON TABLE outbox IS 'Mails decided in the transaction of what they tell of; sent at least once, with one Message-ID';
COMMENT ON COLUMN outbox.dedupe_key IS 'Event, recipient and channel: the same mail is enqueued once';
COMMENT ON COLUMN outbox.state IS 'sent means accepted by the mail server, never delivered';

CREATE TABLE suppressions (
  address text PRIMARY KEY,
  reason text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
COMMENT ON TABLE suppressions IS 'Addresses that refused mail for good, until a person says otherwise or time passes';
