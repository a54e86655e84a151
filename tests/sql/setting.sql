-- Settings: operators change values within bounds, definers read them.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(28);

select is(pacs_internal.setting('link_lifetime'), '8 hours', 'A setting that nobody changed has the value it came with');
select is(pacs_internal.setting('no_such'), null, 'A setting that is not there has no value');
select is(pacs_internal.setting(null), null, 'Without a name there is no setting');
select is((select count(*) from pacs_data.setting where description = ''), 0::bigint, 'Every setting is described');

set local session authorization demo_operator;
select lives_ok($$update pacs.setting set value = '2 hours' where name = 'link_lifetime'$$, 'An operator changes a value');
select throws_ok(format('update pacs.setting set %I = %L', column_name, 'x'), '42501', null,
  format('An operator does not change the %s of a setting', column_name))
  from unnest(array['name', 'description']) column_name;
select throws_ok($$insert into pacs.setting values ('mine', 'x', 'x')$$, '42501', null, 'An operator adds no setting');
select throws_ok('delete from pacs.setting', '42501', null, 'An operator takes no setting away');
select throws_ok(format('update pacs.setting set value = %L where name = %L', value, name), state, null,
  format('%s cannot be «%s»', name, value))
  from (values ('link_lifetime', '-1 hours', '23514'), ('link_lifetime', '0', '23514'), ('link_lifetime', '100 years', '23514'),
    ('link_lifetime', 'a day or so', '22007'),
    ('public_url', 'pacs.example.org', '23514'), ('public_url', 'javascript:alert(1)', '23514'),
      ('public_url', 'http://x/"><script>', '23514'), ('public_url', '', '23514'),
    ('ae_title', '', '23514'), ('ae_title', 'SEVENTEEN LETTERS', '23514'), ('ae_title', 'BACK\SLASH', '23514'),
      ('ae_title', ' LED', '23514'), ('link_lifetime', null, '23502')) b (name, value, state);
select lives_ok(format('update pacs.setting set value = %L where name = %L', value, name), format('%s can be «%s»', name, value))
  from (values ('link_lifetime', '15 minutes'), ('link_lifetime', '30 days'), ('public_url', 'https://pacs.example.org'),
    ('public_url', 'http://[::1]:8088/pacs/'), ('ae_title', 'PACS-2_A.B')) g (name, value);

set local session authorization demo_mis;
select throws_ok('select * from pacs.setting', '42501', null, 'The information system reads no settings');
reset session authorization;

select * from finish();
rollback;
