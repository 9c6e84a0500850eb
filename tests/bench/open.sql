-- What waits now, the same at every size: how much lies open follows from how fast people work, not from how old the
-- portal is. 6,000 requests, a week's work: 1,000 with the kepling, 3,600 with petugas, 700 each with seklur and lurah.
-- What an earlier run left open goes.
DELETE FROM request_contents USING requests r WHERE r.id = request_id AND r.state <> 'issued';
DELETE FROM request_events USING requests r WHERE r.id = request_id AND r.state <> 'issued';
DELETE FROM assignments USING requests r WHERE r.id = request_id AND r.state <> 'issued';
DELETE FROM request_measures USING requests r WHERE r.id = request_id AND r.state <> 'issued';
DELETE FROM request_attachments USING requests r WHERE r.id = request_id AND r.state <> 'issued';
DELETE FROM request_messages USING requests r WHERE r.id = request_id AND r.state <> 'issued';
DELETE FROM attachments WHERE NOT EXISTS (SELECT FROM request_attachments WHERE attachment_id = attachments.id);
DELETE FROM requests WHERE state <> 'issued';
DELETE FROM idempotency_keys;
DELETE FROM outbox;
DELETE FROM sessions WHERE id NOT IN (SELECT id FROM bench_session) AND kind = 'api';

CREATE TEMP TABLE o AS
  SELECT stage, n, bench_id('d' || stage || '000000', n) AS id, b.request_id AS model,
         now() - interval '3 days' + n * interval '50 seconds' AS at,
         now() - interval '2 days' + (n * 4 + stage) * interval '17 seconds' AS due
  FROM (VALUES (0, 1000), (1, 3600), (2, 700), (3, 700)) AS v (of_stage, count)
  CROSS JOIN LATERAL generate_series(1, count) n JOIN bench_t b ON b.stage = of_stage AND b.slot = n % {slots};
INSERT INTO requests SELECT c.* FROM o JOIN bench_model t ON t.id = o.model
  CROSS JOIN LATERAL jsonb_populate_record(NULL::requests, to_jsonb(t) || jsonb_build_object('id', o.id,
    'tracking_code', 'Y' || o.stage || upper(substr(md5(o.n::text), 1, 15)), 'submitted_at', o.at, 'step_due_at', o.due, 'due_at', o.due)) c;
INSERT INTO request_contents (request_id, relation, applicant, fields)
  SELECT o.id, relation, applicant, fields FROM o JOIN bench_contents t ON t.request_id = o.model;
INSERT INTO request_events (request_id, seq, at, actor, action, from_state, to_state, from_step, to_step, party, calendar_version, data, note_hash, prev_hash, hash)
  SELECT o.id, seq, o.at + (seq - 1) * interval '1 hour', actor, action, from_state, to_state, from_step, to_step, party,
         calendar_version, data, note_hash, prev_hash, hash
  FROM o JOIN bench_events t ON t.request_id = o.model;
INSERT INTO assignments (id, request_id, step, account_id, reason, assigned_at)
  SELECT gen_random_uuid(), o.id, step, account_id, reason, o.at FROM o JOIN bench_assignments t ON t.request_id = o.model;
INSERT INTO request_measures (request_id, area, kecamatan, service_code, target_minutes, submitted_at)
  SELECT o.id, area, kecamatan, service_code, target_minutes, o.at FROM o JOIN bench_model t ON t.id = o.model;
INSERT INTO attachments (id, owner, media_type, bytes, sha256, blob, wrapped_key, master_key_id, created_at)
  SELECT bench_id('9' || stage || '00000' || p, n), t.submitter, 'image/jpeg', 200000, sha256(''), 'bench/o' || stage || '/' || n || '/' || p, sha256(''), '1', o.at
  FROM o CROSS JOIN generate_series(0, 1) p JOIN bench_model t ON t.id = o.model;
INSERT INTO request_attachments (request_id, attachment_id, kind, place)
  SELECT o.id, bench_id('9' || stage || '00000' || p, n), CASE p WHEN 0 THEN 'ktp' ELSE 'kk' END, p FROM o CROSS JOIN generate_series(0, 1) p;
INSERT INTO request_messages (id, request_id, at, side, author, body)
  SELECT gen_random_uuid(), o.id, o.at + interval '1 hour', 'resident', t.submitter, 'Apakah surat saya sudah diproses?'
  FROM o JOIN bench_model t ON t.id = o.model WHERE n % 4 = 0;
DROP TABLE o;
