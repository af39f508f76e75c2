insert into organizations (id, name, city) values
  ('6f9c1d1e-6c39-4b1c-9a55-0d7a5b0c3b01', 'Bakery', 'Berlin'),
  ('6f9c1d1e-6c39-4b1c-9a55-0d7a5b0c3b02', 'Clinic', 'Paris')
on conflict do nothing;
