-- Links: who gets them, what they open, when they stop.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(89);

set local session authorization demo_gateway;
select is((pg_temp.ingest(pg_temp.image(study, series, instance, changes))).outcome, 'stored',
  format('Object %s comes', instance)) from (values
  ('1', '1', '10', '{"00200011": ["IS", "2"]}'::jsonb), ('1', '1', '9', '{"00200011": ["IS", "2"]}'),
    ('1', '2', '3', '{"00200011": ["IS", "1"], "00080060": ["CS", "CT"]}'),
  ('1', '3', '4', '{"00200011": null, "00200013": null}'), ('2', '4', '5', '{}')) o (study, series, instance, changes);
reset session authorization;
update pacs_data.setting set value = '2 hours' where name = 'link_lifetime';
update pacs_data.setting set value = 'https://pacs.example.org/' where name = 'public_url';
create temp table made (name text, token text);
grant select, insert on made to public;
-- A link's token, made as the login of the moment and remembered under a name.
create function pg_temp.make(name text, study text, on_behalf_of text default null) returns text language sql as $$
  insert into made select make.name, substring(url from '/v/(.*)$')
    from pacs.study_links(pg_temp.study_uid(study), on_behalf_of => make.on_behalf_of) where level = 'study'
  returning token
$$;
create function pg_temp.token(name text) returns text language sql stable return (select token from made m
  where m.name = token.name);
create function pg_temp.link_of(name text) returns bigint language sql stable
return (select ('x' || encode(substring(decode(translate(token, '-_', '+/'), 'base64') from 2 for 8), 'hex'))::bit(64)::bigint
  from made m where m.name = link_of.name);
-- The SQLSTATE with which a token fails to open, or null.
create function pg_temp.fails(token text) returns text language sql as $$
  select pg_temp.state_as('demo_gateway', format('select pacs.open_link(%L, ''10.0.0.1'')', token))
$$;

-- Who gets which links ------------------------------------------------------------------------------------------

set local session authorization demo_mis;
select results_eq(format($$select level, series_instance_uid, sop_instance_uid, sop_class_uid, modality, instance_number, regexp_replace(url, '[A-Za-z0-9_-]{40}$', 'TOKEN')
    from pacs.study_links(%L)$$, pg_temp.study_uid('1')),
  format($$values ('study', null, null, null, null, null, 'https://pacs.example.org/v/TOKEN'),
    ('instance', %2$L, %6$L, '1.2.840.10008.5.1.4.1.1.7', 'CT', 3,
      'https://pacs.example.org/dicom-web/studies/%1$s/series/%2$s/instances/%6$s?token=TOKEN'),
    ('instance', %3$L, %7$L, '1.2.840.10008.5.1.4.1.1.7', 'OT', 9,
      'https://pacs.example.org/dicom-web/studies/%1$s/series/%3$s/instances/%7$s?token=TOKEN'),
    ('instance', %3$L, %8$L, '1.2.840.10008.5.1.4.1.1.7', 'OT', 10,
      'https://pacs.example.org/dicom-web/studies/%1$s/series/%3$s/instances/%8$s?token=TOKEN'),
    ('instance', %5$L, %9$L, '1.2.840.10008.5.1.4.1.1.7', 'OT', null,
      'https://pacs.example.org/dicom-web/studies/%1$s/series/%5$s/instances/%9$s?token=TOKEN')$$,
    pg_temp.study_uid('1'), pg_temp.series_uid('2'), pg_temp.series_uid('1'), null, pg_temp.series_uid('3'),
      pg_temp.instance_uid('3'), pg_temp.instance_uid('9'), pg_temp.instance_uid('10'), pg_temp.instance_uid('4')),
  'The information system gets a link to the study and one to each object, in the order in which a person reads them');
select is(count(distinct substring(url from '[A-Za-z0-9_-]{40}$')), 1::bigint, 'All links of one call have one token')
  from pacs.study_links(pg_temp.study_uid('1'), 'wado-rs');
select is(min(expires_at), date_trunc('second', now()) + interval '2 hours', 'Links open for as long as the setting says')
  from pacs.study_links(pg_temp.study_uid('1'));
select is(pg_temp.state_of(format('select * from pacs.study_links(%L, %L)', study, format)), state,
  format('A link to «%s» in the format %s raises %s', study, coalesce(format, 'that is the default'), state))
  from (values ('1.2.3', null, 'PC045'), ('', null, 'PC045'), (null, null, 'PC045'), (pg_temp.study_uid('1'), 'pdf', 'PC082'),
    (pg_temp.study_uid('1'), '', 'PC082'),
    ($$1' or true --$$, null, 'PC045'), ('%', null, 'PC045')) b (study, format, state);
select matches(pg_temp.make('mis', '1', 'Д-р Мельник'), '^[A-Za-z0-9_-]{40}$', 'A token is 40 letters of the alphabet of URLs');
select isnt(pg_temp.make('again', '1', 'Д-р Мельник'), pg_temp.token('mis'), 'Every call makes a token of its own');
set local session authorization demo_physician;
select isnt(pg_temp.make('physician', '1'), null, 'A physician gets a link');
set local session authorization demo_radiologist;
select isnt(pg_temp.make('radiologist', '2'), null, 'A radiologist does');
reset session authorization;
grant execute on all functions in schema pacs to pacs_registrar;
select is(pg_temp.state_as('demo_registrar', format('select * from pacs.study_links(%L)', pg_temp.study_uid('1'))), 'PC045',
  'Who sees no studies is told that there is none, even if the function is given to him');

-- What they open ---------------------------------------------------------------------------------------------------

set local session authorization demo_gateway;
select is(row(o.*)::text, row(pg_temp.study_uid('1'), 'demo_mis', 'Д-р Мельник',
  date_trunc('second', now()) + interval '2 hours')::text,
  'A token opens its study, for the login and the person that it was made for')
  from pacs.open_link(pg_temp.token('mis'), '10.0.0.1') o;
select is((select count(*) from pacs.open_link(pg_temp.token('mis'), null)), 1::bigint, 'It opens again, and without an address');
set local session authorization demo_auditor;
select results_eq($$select event, is_success, actor, on_behalf_of, peer, object_count, cardinality(study_ids), detail from pacs.audit_event where event like 'link%' order by id desc limit 2$$,
  $$values ('link_opened', true, 'demo_gateway'::name, 'Д-р Мельник', null::inet, 1::bigint, 1, '{"role": "demo_mis"}'::jsonb), ('link_opened', true, 'demo_gateway', 'Д-р Мельник', '10.0.0.1', 1, 1, '{"role": "demo_mis"}')$$,
  'Who opened a link is in the trail: where from, made for which login and person');
select results_eq($$select actor, on_behalf_of, cardinality(study_ids) from pacs.audit_event where event = 'link_made' order by id desc limit 3$$,
  $$values ('demo_radiologist'::name, null, 1), ('demo_physician', null, 1), ('demo_mis', 'Д-р Мельник', 1)$$,
    'So is who made it');
reset session authorization;
select is((select count(*) from pacs_data.link, made
  where position(token in link::text) > 0 or position(encode(decode(translate(token, '-_', '+/'), 'base64'),
  'hex') in link::text) > 0), 0::bigint, 'No table holds a token');
select is((select count(*) from pacs_data.audit_event e, made where position(token in e::text) > 0), 0::bigint,
  'nor does the trail');

-- Tokens that are none ------------------------------------------------------------------------------------------------

select is(pg_temp.fails(token), state, format('«%s» is %s', left(token, 50), state))
  from (values (null, 'PC040'), ('', 'PC040'), ('x', 'PC041'), (repeat('A', 40), 'PC041'), (repeat('_', 40), 'PC041'),
  (repeat('A', 39), 'PC041'), (repeat('A', 41), 'PC041'), (repeat('A', 100000), 'PC041'), (repeat('=', 40), 'PC041'),
    (repeat('+', 40), 'PC041'), ($$' or true --$$, 'PC041')) b (token, state);
select is(pg_temp.fails(token), 'PC041', format('A token with %s is none of ours', description))
  from (select pg_temp.token('mis') || E'\n', 'a new line behind it' union all select ' ' || pg_temp.token('mis'),
    'a blank before it' union all select pg_temp.token('mis') || '=', 'padding'
    union all select upper(pg_temp.token('mis')), 'all letters capitals' union all select reverse(pg_temp.token('mis')),
      'its letters reversed') b (token, description);
create function pg_temp.with_byte(token text, place int, value int) returns text language sql immutable
return translate(encode(set_byte(decode(translate(token, '-_', '+/'), 'base64'), place, value), 'base64'), '+/', '-_');
select is((select string_agg(distinct format('byte %s as %s: %s', place, value, coalesce(pg_temp.fails(altered), 'opens')), ', ')
    from generate_series(0, 29) place, lateral (values (0), (255), (1), (128),
      (get_byte(decode(translate(pg_temp.token('mis'), '-_', '+/'), 'base64'), place) # 1),
        (get_byte(decode(translate(pg_temp.token('mis'), '-_', '+/'), 'base64'), place) # 64)) v (value),
          pg_temp.with_byte(pg_temp.token('mis'), place, value) altered
    where altered <> pg_temp.token('mis') and pg_temp.fails(altered) is distinct from 'PC041'), null,
  'A token that was altered in any byte opens nothing');
select is((select string_agg(format('letter %s', place), ', ') from generate_series(1, 40) place,
  lateral (select overlay(pg_temp.token('mis') placing
      case substr(pg_temp.token('mis'), place, 1) when 'A' then 'B' else 'A' end from place for 1) as altered) a
        where pg_temp.fails(altered) is null), null, 'nor does one altered in any letter');
select is(pg_temp.fails(pg_temp.with_byte(pg_temp.token('mis'), 0, 200)), 'PC041',
  'A token that names a generation of the key that never was is none of ours');
select is(pg_temp.fails(overlay(pg_temp.token('again') placing right(pg_temp.token('mis'), 20) from 21)), 'PC041',
  'The signature of one link does not fit another');

-- Rows that were changed: each of these is undone again.
create function pg_temp.fails_after(name text, change text) returns text language plpgsql as $$
declare
  state text;
begin
  begin
    execute format(change, pg_temp.link_of(name));
    state := coalesce(pg_temp.fails(pg_temp.token(name)), 'opens');
    raise exception using errcode = 'XX999';
  exception when sqlstate 'XX999' then
    return state;
  end;
end
$$;
select is(pg_temp.fails_after('mis', 'update pacs_data.link set ' || change || ' where id = %s'), state,
  format('Where %s, a token is %s', description, state)) from (values
  (format('study_id = (select id from pacs_data.study where study_instance_uid = %L)', pg_temp.study_uid('2')), 'PC041',
    'its link was given another study'),
  ('study_id = -1', 'PC041', 'the study is gone'),
  ('role = ''pacs_physician''', 'PC041', 'its link was given another role'),
  ('on_behalf_of = ''Somebody else''', 'PC041', 'its link was given another person'),
  ('on_behalf_of = null', 'PC041', 'its link was taken from its person'),
  ('expires_at = expires_at + interval ''1 year''', 'PC041', 'its link was made longer'),
  ('expires_at = expires_at - interval ''1 second''', 'PC041', 'its link was made shorter'),
  ('id = id + 1', 'PC041', 'its link has another id'),
  ('revoked_at = now()', 'PC043', 'its link was taken back')) c (change, state, description);
select is(pg_temp.fails_after('mis', 'delete from pacs_data.link where id = %s'), 'PC041',
  'A token whose link is gone is none of ours');
select is(pg_temp.fails_after('mis', 'update pacs_data.study set study_instance_uid = ''1.2.3'' where study_instance_uid = '''
  || pg_temp.study_uid('1') || ''' and %s is not null'), 'PC041',
  'A link does not follow to another UID of its study');
select is(pg_temp.fails(pg_temp.token('mis')), null, 'After all this the token still opens');

-- When they stop -----------------------------------------------------------------------------------------------------------

create function pg_temp.make_ending(name text, ends timestamptz, id bigint) returns void language sql as $$
  insert into pacs_data.link (id, study_id, expires_at, role) select make_ending.id, st.id, ends, 'demo_mis'
    from pacs_data.study st where study_instance_uid = pg_temp.study_uid('1');
  insert into made select make_ending.name, pacs_internal.make_token(make_ending.id, ends, pg_temp.study_uid('1'), 'demo_mis',
    null);
$$;
select pg_temp.make_ending('ending', date_trunc('second', now()) + interval '1 second', 7),
  pg_temp.make_ending('ended now', date_trunc('second', now()), -7),
  pg_temp.make_ending('ended', date_trunc('second', now()) - interval '1 second', 9223372036854775807),
    pg_temp.make_ending('ended long ago', '2001-01-01', -9223372036854775808) \g /dev/null
select is(pg_temp.fails(pg_temp.token(name)), state, description)
  from (values ('ending', null, 'A link opens in its last second'), ('ended now', 'PC042', 'and not when it has passed'),
  ('ended', 'PC042', 'A link that ended a second ago opens nothing'),
    ('ended long ago', 'PC042', 'nor does one that ended long ago')) e (name, state, description);

-- Taken back -----------------------------------------------------------------------------------------------------------------

set local session authorization demo_mis;
select isnt(pg_temp.make(name, study, person), null, format('A link for %s to study %s', person, study))
  from (values ('a1', '1', 'A'), ('a2', '2', 'A'), ('b1', '1', 'B'), ('b2', '2', 'B')) l (name, study, person);
set local session authorization demo_physician;
select isnt(pg_temp.make('p1', '1', 'A'), null, 'A physician makes a link for the same person');
set local session authorization demo_mis;
select is(pacs.revoke_links(on_behalf_of => 'B'), 2::bigint, 'A login takes back what it made for a person');
select is(pacs.revoke_links(on_behalf_of => 'B'), 0::bigint, 'once');
select is(pacs.revoke_links(pg_temp.study_uid('2'), 'A'), 1::bigint, 'or for a person and a study');
select is(pacs.revoke_links(role => 'demo_physician'), 0::bigint, 'but nothing that another login made');
select is(pacs.revoke_links('1.2.3'), 0::bigint, 'and nothing of a study that is not there');
select is(pacs.revoke_links(on_behalf_of => $$' or true --$$, study_instance_uid => $$' or true --$$), 0::bigint,
  'A text is never a part of a statement');
select throws_ok('select pacs.revoke_links()', 'PC082', null,
  'All links at once are not taken back by leaving out what is meant');
reset session authorization;
select is(pg_temp.fails(pg_temp.token(name)), state, format('Token %s %s', name, coalesce('raises ' || state, 'opens')))
  from (values ('a1', null), ('a2', 'PC043'), ('b1', 'PC043'), ('b2', 'PC043'), ('p1', null)) r (name, state);
set local session authorization demo_operator;
select is(pacs.revoke_links(pg_temp.study_uid('1'), role => 'demo_physician'), 2::bigint,
  'An operator takes back what a login made for a study');
select is(pacs.revoke_links(on_behalf_of => 'A'), 1::bigint, 'or what any login made for a person');
select cmp_ok(pacs.revoke_links(pg_temp.study_uid('1')), '>', 0::bigint, 'or all of a study');
reset session authorization;
select is((select count(*) from pacs_data.link l join pacs_data.study s on s.id = l.study_id
  where study_instance_uid = pg_temp.study_uid('1') and revoked_at is null and expires_at > now()), 0::bigint,
  'Then none opens any more');
select is(pg_temp.fails(pg_temp.token('radiologist')), null, 'A link to another study does');
set local session authorization demo_auditor;
select results_eq($$select is_success, actor, on_behalf_of, object_count, cardinality(study_ids) from pacs.audit_event where event = 'links_revoked' and on_behalf_of = 'B' order by id limit 1$$,
  $$values (true, 'demo_mis'::name, 'B', 2::bigint, 2)$$, 'Who took links back is in the trail');
reset session authorization;

-- A login that lost its rights takes its links with it.
create role pgpacs_test_nurse login in role pacs_mis;
set local session authorization pgpacs_test_nurse;
select isnt(pg_temp.make('nurse', '1'), null, 'A nurse makes a link');
reset session authorization;
select is(pg_temp.fails(pg_temp.token('nurse')), null, 'which opens');
revoke pacs_mis from pgpacs_test_nurse;
select is(pg_temp.fails(pg_temp.token('nurse')), 'PC043', 'until the nurse sees no studies any more');
drop role pgpacs_test_nurse;
select is(pg_temp.fails(pg_temp.token('nurse')), 'PC043', 'or is gone');

select * from finish();
rollback;
