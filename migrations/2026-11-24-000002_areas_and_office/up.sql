CREATE TABLE areas (
  code text PRIMARY KEY,
  name text NOT NULL,
  level text NOT NULL CHECK (level IN ('kabupaten', 'kecamatan', 'kelurahan', 'lingkungan')),
  parent text REFERENCES areas (code),
  unit_code text UNIQUE,
  postal_code text,
  population integer
);
CREATE INDEX areas_parent ON areas (parent);
COMMENT ON TABLE areas IS 'Administrative areas by Kemendagri code';
COMMENT ON COLUMN areas.code IS 'Kemendagri code; a lingkungan appends its number to its kelurahan';
COMMENT ON COLUMN areas.unit_code IS 'Short code in letter numbers; only areas that issue letters have one';
COMMENT ON COLUMN areas.population IS 'Census 2020';

CREATE TABLE offices (
  area text PRIMARY KEY REFERENCES areas (code),
  address text NOT NULL,
  phone text NOT NULL DEFAULT '',
  email text NOT NULL DEFAULT '',
  assignment_mode text NOT NULL DEFAULT 'auto' CHECK (assignment_mode IN ('auto', 'pull', 'mixed')),
  version integer NOT NULL DEFAULT 1
);
COMMENT ON TABLE offices IS 'What the letterhead says of an office and how it shares its work';
COMMENT ON COLUMN offices.assignment_mode IS 'auto: given to a person on arrival; pull: taken by Ambil berikutnya; mixed: both';

CREATE TABLE calendar_versions (
  kecamatan text NOT NULL REFERENCES areas (code),
  version integer NOT NULL,
  published_at timestamptz NOT NULL,
  published_by uuid,
  definition jsonb NOT NULL,
  PRIMARY KEY (kecamatan, version)
);
COMMENT ON TABLE calendar_versions IS 'Working hours and closures; a version is never edited, a newer one is published';
COMMENT ON COLUMN calendar_versions.definition IS 'Weekly hours and exceptions (calendar::CalendarVersion)';
