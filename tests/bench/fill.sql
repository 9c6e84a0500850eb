-- The history: every ended request is a copy of one that really walked to its letter (bench_t, made by the portal's own
-- operations), with its own id, code, person, times and numbers. {ended} of them, 105 seconds apart: 300,000 a year.
-- {accounts} residents. Rows of letters go without their sealed data, which no measured path reads.
INSERT INTO accounts SELECT c.* FROM generate_series(1, {accounts}) i
  JOIN accounts t ON t.id = '{resident}'
  CROSS JOIN LATERAL jsonb_populate_record(t, jsonb_build_object('id', bench_id('c0000000', i),
    'email', 'w' || i || '@bench.example', 'nik_hash', '\x' || encode(sha256(i::text::bytea), 'hex'))) c;
INSERT INTO person_keys SELECT sha256(i::text::bytea), k.wrapped_key, k.master_key_id, k.created_at
  FROM generate_series(1, {accounts}) i JOIN accounts a ON a.id = '{resident}' JOIN person_keys k ON k.nik_hash = a.nik_hash;
INSERT INTO sessions (id, account_id, kind, token_hash, created_at, last_used_at, expires_at)
  SELECT bench_id('5e000000', i), bench_id('c0000000', i), 'browser', sha256(('s' || i)::bytea), now(), now(), now() + interval '12 hours'
  FROM generate_series(1, {accounts}) i;

CREATE TABLE bench_e AS
  SELECT i, bench_id('e0000000', {ended} - i + 1) AS id, bench_id('e1000000', {ended} - i + 1) AS letter,
         now() - interval '3 days' - i * interval '105 seconds' AS at, b.request_id AS model, b.slot,
         CASE WHEN i > {own} THEN bench_id('c0000000', 1 + i % {accounts}) END AS account,
         CASE WHEN i > {own} THEN sha256((1 + i % {accounts})::text::bytea) END AS nik_hash
  FROM generate_series({ended}, 1, -1) i JOIN bench_t b ON b.stage = 4 AND b.slot = i % {slots} ORDER BY i DESC;
INSERT INTO requests SELECT c.* FROM bench_e e JOIN requests t ON t.id = e.model
  CROSS JOIN LATERAL jsonb_populate_record(t, jsonb_strip_nulls(jsonb_build_object('id', e.id,
    'tracking_code', 'X' || upper(substr(md5(e.i::text), 1, 15)), 'submitted_at', e.at, 'ended_at', e.at + interval '1 day',
    'due_at', e.at + interval '2 days', 'submitter', e.account, 'applicant_account', e.account,
    'applicant_hash', '\x' || encode(e.nik_hash, 'hex')))) c;
INSERT INTO request_contents (request_id, relation, applicant, fields)
  SELECT e.id, relation, applicant, fields FROM bench_e e JOIN request_contents t ON t.request_id = e.model;
INSERT INTO request_events (request_id, seq, at, actor, action, from_state, to_state, from_step, to_step, party, calendar_version, data, note_hash, prev_hash, hash)
  SELECT e.id, seq, e.at + (seq - 1) * interval '4 hours', actor, action, from_state, to_state, from_step, to_step, party,
         calendar_version, data, note_hash, prev_hash, t.hash
  FROM bench_e e JOIN request_events t ON t.request_id = e.model;
INSERT INTO assignments (id, request_id, step, account_id, reason, assigned_at)
  SELECT bench_id('a' || step || '000000', {ended} - e.i + 1), e.id, step, account_id, reason, e.at + step * interval '4 hours'
  FROM bench_e e JOIN (SELECT DISTINCT ON (request_id, step) * FROM assignments) t ON t.request_id = e.model;
INSERT INTO request_measures (request_id, area, kecamatan, service_code, target_minutes, submitted_at, finished_at, office_minutes, resident_minutes, on_time)
  SELECT e.id, area, kecamatan, service_code, target_minutes, e.at, e.at + interval '1 day', e.i::bigint * 7919 % 900, e.i % 60, e.i::bigint * 7919 % 900 <= target_minutes
  FROM bench_e e JOIN request_measures t ON t.request_id = e.model;
INSERT INTO attachments (id, owner, media_type, bytes, sha256, blob, wrapped_key, master_key_id, created_at)
  SELECT bench_id('b' || p || '000000', {ended} - e.i + 1), coalesce(e.account, t.owner), media_type, bytes, sha256, 'bench/e' || e.i || '/' || p,
         wrapped_key, master_key_id, e.at
  FROM bench_e e CROSS JOIN generate_series(0, 1) p JOIN LATERAL (SELECT a.* FROM attachments a JOIN request_attachments r ON r.attachment_id = a.id
       WHERE r.request_id = e.model LIMIT 1) t ON true;
INSERT INTO request_attachments (request_id, attachment_id, kind, place)
  SELECT e.id, bench_id('b' || p || '000000', {ended} - e.i + 1), CASE p WHEN 0 THEN 'ktp' ELSE 'kk' END, p
  FROM bench_e e CROSS JOIN generate_series(0, 1) p;
INSERT INTO letters SELECT c.* FROM bench_e e JOIN letters t ON t.request_id = e.model
  CROSS JOIN LATERAL jsonb_populate_record(t, jsonb_build_object('id', e.letter, 'request_id', e.id, 'code', 'L' || upper(md5(e.i::text)),
    'data_sealed', NULL, 'blob', NULL, 'pdf_sha256', '\x' || encode(sha256(e.i::text::bytea), 'hex'))) c;
INSERT INTO register_entries SELECT c.* FROM bench_e e JOIN letters l ON l.request_id = e.model JOIN register_entries t ON t.letter_id = l.id
  CROSS JOIN LATERAL jsonb_populate_record(t, jsonb_build_object('letter_id', e.letter, 'seq', 1000 + {ended} - e.i)) c;
INSERT INTO audit_entries (chain, seq, at, actor, action, subject, data, prev_hash, hash)
  SELECT 'request:' || e.id, 1, e.at, e.account, 'request_viewed', 'request:' || e.id, '{}', sha256(''), sha256(e.i::text::bytea) FROM bench_e e;
INSERT INTO request_messages (id, request_id, at, side, author, body)
  SELECT bench_id('77000000', {ended} - e.i + 1), e.id, e.at + interval '5 hours', 'resident', t.submitter, 'Apakah surat saya sudah diproses?'
  FROM bench_e e JOIN requests t ON t.id = e.id WHERE e.i % 4 = 0;
INSERT INTO request_message_reads (request_id, side, read_at)
  SELECT request_id, 'office', at + interval '1 hour' FROM request_messages;
DROP TABLE bench_e;
