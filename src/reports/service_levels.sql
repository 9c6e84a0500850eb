-- The one definition of the service levels (design section 9).
-- $1 from, $2 before: moments; $3 kelurahan, $4 kecamatan that may be seen; $5 zone of months and days;
-- $6..$9 whether rows are kept apart by area, service, month, day.
WITH facts AS (
  SELECT CASE WHEN $6 THEN area END AS area,
         CASE WHEN $7 THEN service_code END AS service,
         CASE WHEN $8 THEN to_char(at AT TIME ZONE $5, 'YYYY-MM') END AS month,
         CASE WHEN $9 THEN to_char(at AT TIME ZONE $5, 'YYYY-MM-DD') END AS day,
         is_finished, on_time, office_minutes, resident_minutes
  FROM service_level_facts
  WHERE at >= $1 AND at < $2 AND (area = ANY ($3) OR kecamatan = ANY ($4))
)
SELECT area, service, month, day,
       grouping(area) = 1 AS is_total,
       count(*) FILTER (WHERE NOT is_finished) AS received,
       count(*) FILTER (WHERE is_finished) AS finished,
       count(*) FILTER (WHERE on_time) AS on_time,
       (count(*) FILTER (WHERE on_time))::float8 / nullif(count(*) FILTER (WHERE is_finished), 0) AS on_time_share,
       -- Between two requests the percentile lies between their minutes; shown as whole minutes, halves upwards.
       floor(percentile_cont(0.5) WITHIN GROUP (ORDER BY office_minutes) + 0.5)::int8 AS office_p50,
       floor(percentile_cont(0.9) WITHIN GROUP (ORDER BY office_minutes) + 0.5)::int8 AS office_p90,
       floor(percentile_cont(0.5) WITHIN GROUP (ORDER BY resident_minutes) + 0.5)::int8 AS resident_p50,
       floor(percentile_cont(0.9) WITHIN GROUP (ORDER BY resident_minutes) + 0.5)::int8 AS resident_p90
FROM facts
GROUP BY GROUPING SETS ((area, service, month, day), ())
ORDER BY is_total, area, service, month, day;
