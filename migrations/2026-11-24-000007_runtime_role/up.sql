-- The runtime role is created by whoever runs the cluster (docs/operations.md). It reads and writes rows,
-- but can neither change the schema nor rewrite history.
GRANT USAGE ON SCHEMA public TO sepakat_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO sepakat_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO sepakat_app;
REVOKE UPDATE, DELETE, TRUNCATE ON request_events, audit_entries, assignments, service_versions, calendar_versions, register_entries FROM sepakat_app;
-- A number changes its state and, as long as it is reserved, who signs under it; nothing else.
GRANT UPDATE (state, reason, signer, signer_name, signer_office) ON register_entries TO sepakat_app;
-- The book of migrations is the owner's. It is not there when the statements are run by hand.
DO $$ BEGIN
  IF to_regclass('__diesel_schema_migrations') IS NOT NULL THEN
    REVOKE INSERT, UPDATE, DELETE ON __diesel_schema_migrations FROM sepakat_app;
  END IF;
END $$;
