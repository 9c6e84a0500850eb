-- A second kecamatan that serves requests, with one kelurahan of two lingkungan.
UPDATE areas SET unit_code = 'AKS' WHERE code = '12.09.21';
INSERT INTO areas (code, name, level, parent, unit_code) VALUES
  ('12.09.21.1001', 'Aek Songsongan', 'kelurahan', '12.09.21', 'ASG'),
  ('12.09.21.1001.01', 'Lingkungan I', 'lingkungan', '12.09.21.1001', NULL),
  ('12.09.21.1001.02', 'Lingkungan II', 'lingkungan', '12.09.21.1001', NULL);
INSERT INTO offices (area, address) VALUES ('12.09.21', 'Aek Songsongan'), ('12.09.21.1001', 'Aek Songsongan');
UPDATE reference_stamp SET stamp = gen_random_uuid();
