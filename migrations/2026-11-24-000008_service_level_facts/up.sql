CREATE VIEW service_level_facts AS
  SELECT request_id, area, kecamatan, service_code, submitted_at AS at, false AS is_finished,
         NULL::boolean AS on_time, NULL::integer AS office_minutes, NULL::integer AS resident_minutes
  FROM request_measures
  UNION ALL
  SELECT request_id, area, kecamatan, service_code, finished_at, true, on_time, office_minutes, resident_minutes
  FROM request_measures
  WHERE finished_at IS NOT NULL;
COMMENT ON VIEW service_level_facts IS 'What the room measures shows to reports: one line when a request came in, one when it was done with';
COMMENT ON COLUMN service_level_facts.at IS 'Submitted or finished then: a period counts each line where it falls';
COMMENT ON COLUMN service_level_facts.is_finished IS 'Which of the two lines it is; minutes and on_time only stand in the second';
GRANT SELECT ON service_level_facts TO sepakat_app;
