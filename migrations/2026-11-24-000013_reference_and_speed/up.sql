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
