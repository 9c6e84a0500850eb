CREATE TABLE audit_heads (
  chain text PRIMARY KEY,
  seq integer NOT NULL,
  head bytea NOT NULL
);
COMMENT ON TABLE audit_heads IS 'Where each audit chain ends; its row lock lets one append at a time, and a tail that was cut off is missed here';
COMMENT ON COLUMN audit_heads.chain IS 'As in audit_entries';
COMMENT ON COLUMN audit_heads.seq IS 'Number of the newest entry';
COMMENT ON COLUMN audit_heads.head IS 'Hash of the newest entry; 32 zero bytes before the first';
INSERT INTO audit_heads (chain, seq, head)
  SELECT DISTINCT ON (chain) chain, seq, hash FROM audit_entries ORDER BY chain, seq DESC;
CREATE INDEX audit_entries_at ON audit_entries (at DESC, id DESC);
CREATE INDEX audit_entries_subject ON audit_entries (subject, at DESC, id DESC);

CREATE TABLE anchors (
  seq integer PRIMARY KEY,
  day date NOT NULL UNIQUE,
  at timestamptz NOT NULL,
  heads integer NOT NULL,
  prev_hash bytea NOT NULL,
  hash bytea NOT NULL
);
COMMENT ON TABLE anchors IS 'Once a day one hash over the heads of all chains that changed; append-only, chained';
COMMENT ON COLUMN anchors.seq IS 'Place in the chain of anchors, from 1';
COMMENT ON COLUMN anchors.day IS 'The last day, in the cell''s zone, that had ended when it was made';
COMMENT ON COLUMN anchors.heads IS 'How many heads it holds';
COMMENT ON COLUMN anchors.prev_hash IS 'Hash of the anchor before; 32 zero bytes for the first';
COMMENT ON COLUMN anchors.hash IS 'SHA-256 over prev_hash, this row and its heads in the order of their chains';

CREATE TABLE anchor_heads (
  chain text COLLATE "C" NOT NULL,
  seq integer NOT NULL,
  head bytea NOT NULL,
  anchor integer NOT NULL REFERENCES anchors (seq) DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (chain, seq)
);
CREATE INDEX anchor_heads_anchor ON anchor_heads (anchor, chain);
COMMENT ON TABLE anchor_heads IS 'The heads that each anchor holds; append-only';
COMMENT ON COLUMN anchor_heads.chain IS 'events:REQUEST, or the name of an audit chain';
COMMENT ON COLUMN anchor_heads.seq IS 'Number of the newest row of the chain at that moment';
COMMENT ON COLUMN anchor_heads.head IS 'Hash of that row';
COMMENT ON COLUMN anchor_heads.anchor IS 'Which anchor holds it';

CREATE VIEW chain_heads AS
  SELECT ('events:' || id) COLLATE "C" AS chain, event_seq AS seq, event_head AS head FROM requests WHERE event_seq > 0
  UNION ALL
  SELECT chain COLLATE "C", seq, head FROM audit_heads WHERE seq > 0;
COMMENT ON VIEW chain_heads IS 'Where every chain ends, for the anchors';

CREATE VIEW audit_trail AS
  SELECT entry.*, CASE
    WHEN chain LIKE 'request:%' THEN (SELECT kecamatan FROM requests WHERE id = substr(chain, 9)::uuid)
    WHEN chain LIKE 'account:%' THEN coalesce(
      (SELECT area FROM appointments WHERE account_id = substr(chain, 9)::uuid ORDER BY valid_from DESC, id LIMIT 1),
      (SELECT area FROM accounts WHERE id = substr(chain, 9)::uuid))
  END AS place
  FROM audit_entries AS entry;
COMMENT ON VIEW audit_trail IS 'What pengawas reads: entries with the area that their subject belongs to';
COMMENT ON COLUMN audit_trail.place IS 'Null for what belongs to the whole cell';

-- Tables made after migration 7 have no rights of their own yet.
GRANT SELECT, INSERT, UPDATE ON audit_heads TO sepakat_app;
GRANT SELECT, INSERT ON anchors, anchor_heads TO sepakat_app;
GRANT SELECT ON chain_heads, audit_trail TO sepakat_app;
