CREATE TABLE service_versions (
  code text NOT NULL,
  version integer NOT NULL,
  definition jsonb NOT NULL,
  published_at timestamptz NOT NULL,
  published_by uuid REFERENCES accounts (id),
  PRIMARY KEY (code, version)
);
COMMENT ON TABLE service_versions IS 'The catalogue; a published version is immutable and a request keeps the one it was made with';
COMMENT ON COLUMN service_versions.definition IS 'services::ServiceDefinition as JSON';

CREATE TABLE attachments (
  id uuid PRIMARY KEY,
  owner uuid NOT NULL REFERENCES accounts (id),
  media_type text NOT NULL CHECK (media_type IN ('image/jpeg', 'application/pdf')),
  bytes bigint NOT NULL,
  sha256 bytea NOT NULL,
  blob text NOT NULL UNIQUE,
  wrapped_key bytea NOT NULL,
  master_key_id text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX attachments_owner ON attachments (owner, created_at);
COMMENT ON TABLE attachments IS 'Scans that were uploaded; the sealed bytes lie in the file store';
COMMENT ON COLUMN attachments.media_type IS 'What it is after cleaning: photos become JPEG';
COMMENT ON COLUMN attachments.sha256 IS 'Hash of the cleaned bytes';
COMMENT ON COLUMN attachments.blob IS 'Name in the file store; the file is written before this row';
COMMENT ON COLUMN attachments.wrapped_key IS 'The file''s own data key under the master key';
