-- dicom.keyed_digest and dicom.key_generation: who may sign, and with what.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(18);

select is(dicom.keyed_digest('link', 1, message), pgcrypto.hmac(message,
  pg_read_binary_file(current_setting('pgpacs.key_directory') || '/link.1'), 'sha256'),
    format('The keyed digest of %s bytes is HMAC-SHA256', length(message)))
  from (values (''::bytea), ('message'), (decode(repeat('ff', 5000), 'hex'))) m (message);
select is(dicom.key_generation('link'), 1, 'The generation of a key that was made once is 1');
select is(pg_temp.state_of(format('select dicom.keyed_digest(%L, %s, %L)', key, generation, 'x')), state,
  format('Signing with generation %s of the key «%s» raises %s', generation, key, state))
  from (values ('link', 2, 'PC060'), ('link', 0, 'PC060'), ('link', -1, 'PC060'), ('nobody', 1, 'PC060'),
    ('../secrets/link', 1, 'PC007'), ('', 1, 'PC007'), ('Link', 1, 'PC007'),
    ('link.1/../link', 1, 'PC007'), (repeat('k', 65), 1, 'PC007')) k (key, generation, state);
select is(pg_temp.state_of(format('select dicom.key_generation(%L)', key)), state,
  format('The generation of the key «%s» raises %s', key, state))
  from (values ('nobody', 'PC060'), ('', 'PC007'), ('../keys/link', 'PC007')) k (key, state);
select is(dicom.keyed_digest('link', 1, null), null, 'There is no digest of nothing');
select is((select string_agg(login || ' ' || statement, ', ')
  from unnest(array['demo_gateway', 'demo_mis', 'demo_card_feed', 'demo_physician', 'demo_radiologist', 'demo_registrar',
  'demo_analyst',
      'demo_operator', 'demo_auditor', 'demo_trust']) login, unnest(array['select dicom.keyed_digest(''link'', 1, ''x'')',
        'select dicom.key_generation(''link'')']) statement
    where pg_temp.state_as(login, statement) is distinct from '42501'), null,
      'Nobody who can log in signs anything, nor asks for keys');

select * from finish();
rollback;
