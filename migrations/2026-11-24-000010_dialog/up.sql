CREATE TABLE request_messages (
  id uuid PRIMARY KEY,
  request_id uuid NOT NULL REFERENCES requests (id),
  at timestamptz NOT NULL,
  side text NOT NULL CHECK (side IN ('resident', 'office')),
  author uuid NOT NULL REFERENCES accounts (id),
  position text CHECK (position IN ('kepling', 'petugas', 'seklur', 'lurah', 'kasi', 'sekcam', 'camat', 'admin', 'pengawas')),
  body text,
  CHECK ((side = 'office') = (position IS NOT NULL))
);
CREATE INDEX request_messages_of ON request_messages (request_id, at DESC, id DESC);
COMMENT ON TABLE request_messages IS 'What resident and office write to each other about a request; that it was written is in the audit chain';
COMMENT ON COLUMN request_messages.side IS 'For whom the author wrote';
COMMENT ON COLUMN request_messages.author IS 'Account that wrote it';
COMMENT ON COLUMN request_messages.position IS 'Position of an author of the office at that moment';
COMMENT ON COLUMN request_messages.body IS 'The text; null once it was erased (its hash stays in the audit chain)';

CREATE TABLE request_message_reads (
  request_id uuid NOT NULL REFERENCES requests (id),
  side text NOT NULL CHECK (side IN ('resident', 'office')),
  read_at timestamptz NOT NULL,
  PRIMARY KEY (request_id, side)
);
COMMENT ON TABLE request_message_reads IS 'How far each side has read the messages of a request';
COMMENT ON COLUMN request_message_reads.side IS 'Who has read';
COMMENT ON COLUMN request_message_reads.read_at IS 'Messages of the other side up to this moment were opened';

CREATE TABLE drafts (
  id uuid PRIMARY KEY,
  owner uuid NOT NULL REFERENCES accounts (id),
  service_code text NOT NULL,
  contents bytea NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1
);
CREATE INDEX drafts_owner ON drafts (owner, created_at DESC, id DESC);
CREATE INDEX drafts_age ON drafts (updated_at);
COMMENT ON TABLE drafts IS 'Forms that were put aside; not yet requests, unread by the office';
COMMENT ON COLUMN drafts.contents IS 'Answers as typed, unchecked, and which uploads go with them: sealed JSON';
COMMENT ON COLUMN drafts.updated_at IS 'Swept 30 days later';
COMMENT ON COLUMN drafts.version IS 'Raised by every change; a stale one is refused';

CREATE TABLE draft_attachments (
  draft_id uuid NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
  attachment_id uuid NOT NULL REFERENCES attachments (id),
  PRIMARY KEY (draft_id, attachment_id)
);
CREATE INDEX draft_attachments_attachment ON draft_attachments (attachment_id);
COMMENT ON TABLE draft_attachments IS 'Uploads that a draft names: they are kept as long as the draft';
COMMENT ON COLUMN draft_attachments.draft_id IS 'The draft that keeps the upload';
COMMENT ON COLUMN draft_attachments.attachment_id IS 'The upload';

GRANT SELECT, INSERT, UPDATE, DELETE ON request_messages, request_message_reads, drafts, draft_attachments TO sepakat_app;
