CREATE TABLE accounts (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  email_verified_at timestamptz,
  name text NOT NULL,
  nik_hash bytea,
  nik_sealed bytea,
  kk_sealed bytea,
  birth_date date,
  sex text CHECK (sex IN ('L', 'P')),
  phone text,
  area text REFERENCES areas (code),
  password_hash text,
  identity_verified_at timestamptz,
  identity_verified_by uuid REFERENCES accounts (id),
  totp_secret_sealed bytea,
  totp_pending_sealed bytea,
  totp_confirmed_at timestamptz,
  totp_last_step bigint,
  nip text,
  rank text,
  created_at timestamptz NOT NULL,
  disabled_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  CHECK ((nik_hash IS NULL) = (nik_sealed IS NULL))
);
CREATE UNIQUE INDEX accounts_nik_email ON accounts (nik_hash, email);
CREATE UNIQUE INDEX accounts_email_without_nik ON accounts (email) WHERE nik_hash IS NULL;
CREATE UNIQUE INDEX accounts_verified_nik ON accounts (nik_hash) WHERE identity_verified_at IS NOT NULL;
CREATE INDEX accounts_email ON accounts (email, created_at);
CREATE INDEX accounts_nik ON accounts (nik_hash, created_at);
COMMENT ON TABLE accounts IS 'People who can log in: residents and staff; one person may be both';
COMMENT ON COLUMN accounts.email IS 'Lower case; one address may serve a family';
COMMENT ON COLUMN accounts.nik_hash IS 'Keyed hash, for looking up; null for staff who have no resident account';
COMMENT ON COLUMN accounts.nik_sealed IS 'NIK under the person''s data key';
COMMENT ON COLUMN accounts.kk_sealed IS 'KK number under the person''s data key';
COMMENT ON COLUMN accounts.password_hash IS 'argon2id in PHC form; null until an invitation is accepted';
COMMENT ON COLUMN accounts.identity_verified_at IS 'When petugas compared the person with the KTP';
COMMENT ON COLUMN accounts.totp_secret_sealed IS 'Secret of the second factor under the master key';
COMMENT ON COLUMN accounts.totp_pending_sealed IS 'Secret shown for enrolment, not confirmed by a code yet; the confirmed one stays in force until then';
COMMENT ON COLUMN accounts.totp_last_step IS 'Newest time step accepted: a code works once';
COMMENT ON COLUMN accounts.nip IS 'Civil servant number printed under a signature';
COMMENT ON COLUMN accounts.rank IS 'Pangkat and golongan printed under a signature';

CREATE TABLE recovery_codes (
  account_id uuid NOT NULL REFERENCES accounts (id),
  code_hash bytea NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (account_id, code_hash)
);
COMMENT ON TABLE recovery_codes IS 'One-time codes for a lost second factor';

CREATE TABLE appointments (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts (id),
  area text NOT NULL REFERENCES areas (code),
  position text NOT NULL CHECK (position IN ('kepling', 'petugas', 'seklur', 'lurah', 'kasi', 'sekcam', 'camat', 'admin', 'pengawas')),
  section text,
  title text,
  acting text CHECK (acting IN ('an', 'plt')),
  valid_from timestamptz NOT NULL,
  valid_until timestamptz,
  CHECK (valid_until > valid_from)
);
CREATE INDEX appointments_account ON appointments (account_id);
CREATE INDEX appointments_place ON appointments (area, position);
COMMENT ON TABLE appointments IS 'Who holds which position where and when: the only source of authority';
COMMENT ON COLUMN appointments.section IS 'Section of a kasi';
COMMENT ON COLUMN appointments.title IS 'Title printed on letters when it differs from the position';
COMMENT ON COLUMN appointments.acting IS 'Signs for the absent holder: a.n. or Plt.';

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts (id),
  kind text NOT NULL CHECK (kind IN ('api', 'browser')),
  token_hash bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  second_factor_at timestamptz,
  user_agent text NOT NULL DEFAULT ''
);
CREATE INDEX sessions_account ON sessions (account_id, created_at);
COMMENT ON TABLE sessions IS 'A logged-in device: a browser cookie or a family of refresh tokens';
COMMENT ON COLUMN sessions.token_hash IS 'SHA-256 of the cookie, or of the newest refresh token';
COMMENT ON COLUMN sessions.second_factor_at IS 'When the second factor was last shown in this session';

CREATE TABLE used_refresh_tokens (
  token_hash bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES sessions (id),
  used_at timestamptz NOT NULL
);
COMMENT ON TABLE used_refresh_tokens IS 'Spent refresh tokens: seeing one again means it was stolen, and ends the session';

CREATE TABLE mail_tokens (
  token_hash bytea PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts (id),
  purpose text NOT NULL CHECK (purpose IN ('verify_email', 'reset_password', 'invitation')),
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  created_at timestamptz NOT NULL
);
CREATE INDEX mail_tokens_account ON mail_tokens (account_id, purpose);
COMMENT ON TABLE mail_tokens IS 'Single-use links sent by mail';

CREATE TABLE login_failures (
  login_hash bytea NOT NULL,
  minute timestamptz NOT NULL,
  failures integer NOT NULL,
  PRIMARY KEY (login_hash, minute)
);
COMMENT ON TABLE login_failures IS 'Failed logins per login name and minute, shared by all servers; swept daily';
COMMENT ON COLUMN login_failures.login_hash IS 'Keyed hash of what was typed as login';

CREATE TABLE absences (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts (id),
  from_date date NOT NULL,
  until_date date NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid NOT NULL REFERENCES accounts (id),
  CHECK (until_date >= from_date)
);
CREATE INDEX absences_account ON absences (account_id, until_date);
COMMENT ON TABLE absences IS 'Days on which an officer gets no work';
COMMENT ON COLUMN absences.until_date IS 'Last day of the absence, inclusive';
