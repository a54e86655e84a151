-- Where frames lie: kept at ingest, found in bytes, read as rows; and the functional groups of each.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(51);

-- An encapsulated Pixel Data: the value of its basic offset table, then its fragments.
create function pg_temp.fragments(variadic items bytea[]) returns bytea language sql immutable
return pg_temp.tag('7FE00010') || 'OB'::bytea || '\x0000ffffffff'
  || (select string_agg(pg_temp.tag('FFFEE000') || pg_temp.le(length(i), 4) || i, '' order by n) from unnest(items) with ordinality x (i, n))
  || pg_temp.tag('FFFEE0DD') || '\x00000000';
-- Attributes without pixels, of 2 × 2 pixels of 8 bits.
create function pg_temp.still(instance text, frames text default null, changes jsonb default '{}') returns jsonb language sql immutable
return pg_temp.image('1', '1', instance, jsonb_build_object('7FE00010', null, '00280002', array['US', '\x0100'], '00280100', array['US', '\x0800'],
  '00280008', case when frames is not null then array['IS', frames] end) || changes);
create function pg_temp.places(data bytea, uid text default '1.2.840.10008.1.2.1') returns text language sql
return (select coalesce(string_agg(format('%s:%s+%s', frame, frame_offset, frame_length), ' ' order by frame), '') from dicom.frames(data, uid));
\set soi '\\xffd8ffe000104a464946'
\set more '\\x30313233343536373839'

-- dicom.frames ---------------------------------------------------------------------------------------------

create temp table shape on commit drop as select pg_temp.data_set(pg_temp.still('1', '2')) as two, pg_temp.data_set(pg_temp.still('1')) as one;
select is(pg_temp.places(two || pg_temp.element('7FE00010', 'OB', '\x0102030405060708', true)),
  format('1:%s+4 2:%s+4', length(two) + 12, length(two) + 16), 'Native frames follow each other') from shape;
select is(pg_temp.places(one || pg_temp.element('7FE00010', 'OB', '\x01020304', true)), format('1:%s+4', length(one) + 12),
  'Without Number of Frames there is one') from shape;
select is(pg_temp.places(one || pg_temp.fragments('', :'soi', :'more'), '1.2.840.10008.1.2.4.50'), format('1:%s+36', length(one) + 20),
  'One frame is all fragments, with the headers of their items') from shape;
select is(pg_temp.places(two || pg_temp.fragments('\x0000000024000000', :'soi', :'more', :'soi'), '1.2.840.10008.1.2.4.50'),
  format('1:%s+36 2:%s+18', length(two) + 28, length(two) + 64), 'Frames are where the basic offset table says') from shape;
select is(pg_temp.places(two || pg_temp.fragments(table_item, :'soi', :'more', :'soi'), '1.2.840.10008.1.2.4.50'),
  format('1:%s+36 2:%s+18', length(two) + 20 + length(table_item), length(two) + 56 + length(table_item)),
  format('without one (%s), where a codestream begins', table_item)) from shape, (values (''::bytea), ('\x0000000023000000'), ('\x00000000')) t (table_item);
select is(pg_temp.places(two || pg_temp.fragments('', :'more', :'more'), '1.2.840.10008.1.2.4.102'), '', 'A video has no frames') from shape;
select is(pg_temp.places(two || pg_temp.fragments('', :'more', :'more', :'more'), '1.2.840.10008.1.2.4.50'), '',
  'There are none where they cannot be told apart') from shape;
select is(pg_temp.places(two), '', 'nor without Pixel Data') from shape;
select is((select string_agg(frame_offset::text, ' ') from dicom.frames(two || '\xe07f10004f42000008000000', gaps => array[length(two) + 12, 8])),
  format('%s %s', length(two) + 12, length(two) + 16), 'Native pixels need not be there') from shape;
select is(pg_temp.state_of(format('select * from dicom.frames(%L::bytea, %L)', left_of, '1.2.840.10008.1.2.4.50')), 'PC002', 'A file that is cut raises PC002')
  from shape, lateral (select substr(whole, 1, length(whole) - 10) as left_of from (select two || pg_temp.fragments('', :'soi', :'soi') as whole) w) l;
select is(pg_temp.state_of(format('select dicom.frame_table(%L, %L, %L, %L)', two, '1.2.840.10008.1.2.4.50', '{}', numbers)), 'PC007',
  format('Fragments are no %s', numbers)) from shape, (values ('{1}'), ('{0,0,-1,0}'), ('{0,7}'), ('{0,null}')) n (numbers);

-- Ingest ---------------------------------------------------------------------------------------------------

-- As the daemon sends it: the fragments are a gap, and their lengths and marks stand beside.
create function pg_temp.ingest_film(attributes jsonb, items bytea, fragments bigint[], uid text, file_id uuid default gen_random_uuid(),
    damaged_file_id uuid default null)
  returns text language plpgsql as $$
declare
  before bytea := pg_temp.data_set(attributes) || pg_temp.tag('7FE00010') || 'OB'::bytea || '\x0000ffffffff';
begin
  return (select outcome from pacs.ingest_instance(
    transfer_id => 1, header => before || pg_temp.tag('FFFEE0DD') || '\x00000000', gaps => array[length(before), length(items)],
    transfer_syntax_uid => uid, sop_class_uid => '1.2.840.10008.5.1.4.1.1.7', sop_instance_uid => attributes -> '00080018' ->> 1,
    store_id => 1::smallint, file_id => file_id, file_size => 10000, data_set_offset => 300, sha256 => sha256(before || items),
    damaged_file_id => damaged_file_id, fragments => fragments));
end
$$;
create function pg_temp.kept(instance text) returns text language sql stable
return (select format('%s+%s %s', i.pixel_data_offset - length(pg_temp.data_set(pg_temp.still(instance, '2'))), i.pixel_data_length,
          coalesce((select format('%s %s', frame_offsets, frame_lengths) from pacs_data.frame_table where instance_id = i.id), 'derived'))
        from pacs_data.instance i where sop_instance_uid = pg_temp.instance_uid(instance));
-- What the view gives, offsets from where a header of two frames would end.
create function pg_temp.seen(instance text) returns text language sql stable
return (select coalesce(string_agg(format('%s:%s+%s/%s', frame, frame_offset - at, frame_length, file_offset - at), ' ' order by frame), '')
        from pacs.frame, lateral (select length(pg_temp.data_set(pg_temp.still(instance, '2'))) as at) a
        where sop_instance_uid = pg_temp.instance_uid(instance));

set local session authorization demo_gateway;
select is(pg_temp.ingest_film(pg_temp.still('1', '2'), repeat('x', 54 + 16)::bytea, '{8,1,10,3,10,0,10,3}', '1.2.840.10008.1.2.4.50'), 'stored', 'A film is stored');
select is(pg_temp.ingest_film(pg_temp.still('2', '1'), repeat('x', 18 + 12)::bytea, '{4,1,10,3}', '1.2.840.10008.1.2.4.50'), 'stored', 'So is an image');
select is(pg_temp.ingest_film(pg_temp.still('3', '2'), repeat('x', 54 + 16)::bytea, '{8,2,10,1,10,0,10,0}', '1.2.840.10008.1.2.4.50'), 'stored', 'and a film in pieces');
select is(pg_temp.ingest_film(pg_temp.still('4', '1'), repeat('x', 18 + 8)::bytea, '{0,0,10,0}', '1.2.840.10008.1.2.4.102'), 'stored', 'and a video');
select is((pg_temp.ingest(pg_temp.still('5', '2', '{"7FE00010": ["OB", "\\x0102030405060708"]}'))).outcome, 'stored', 'and a film that is not compressed');
reset session authorization;
select is(pg_temp.kept('1'), format('%s+54 {%s,%s} {36,18}', 28, n + 28, n + 64), 'Its frames are kept, in the data set')
  from (select length(pg_temp.data_set(pg_temp.still('1', '2'))) as n) l;
select is(pg_temp.kept('2'), '24+18 derived', 'The one of an image follows from where its pixels lie, after the basic offset table');
select matches(pg_temp.kept('3'), '^28\+54 \{\} \{\}$|^28\+54 derived$', 'Where frames cannot be told apart there are none');
select is(pg_temp.kept('4'), '20+18 {} {}', 'That a video has none is kept');
select matches(pg_temp.kept('5'), 'derived$', 'Native ones follow from the header');
select set_eq($$select tag, code from pacs_data.defect where code in ('bad_offset_table', 'bad_frame_count')$$,
  $$values ('7FE00010', 'bad_offset_table'), ('00280008', 'bad_frame_count')$$, 'What is wrong with tables and fragments is noted');

-- The views ask with the rights of who asks, who is given them here as a site may.
grant usage on schema pacs_data to pacs_physician, pacs_registrar;
grant select on all tables in schema pacs_data to pacs_physician, pacs_registrar;
grant select on pacs.frame, pacs.pixel_description to pacs_physician, pacs_registrar;
set local session authorization demo_physician;
select is(pg_temp.seen('1'), '1:28+36/328 2:64+18/364', 'A frame has its place in the data set and in the file');
select is(pg_temp.seen('2'), '1:24+18/324', 'So has an image');
select is(pg_temp.seen('3') || pg_temp.seen('4'), '', 'Others have none');
select is(pg_temp.seen('5'), '1:12+4/312 2:16+4/316', 'Native frames have theirs');
select is((select row(p.*)::text from pacs.pixel_description p where sop_instance_uid = pg_temp.instance_uid('1')),
  format('(%s,%s,%s,1.2.840.10008.1.2.4.50,2,2,2,1,,,8,,,)', pg_temp.study_uid('1'), pg_temp.series_uid('1'), pg_temp.instance_uid('1')),
  'How pixels lie is a row');
-- By UID the plan reads indexes alone.
create function pg_temp.plan_of(statement text) returns setof text language plpgsql as $$
begin
  set local enable_seqscan = off;  -- so few rows are read faster without an index
  return query execute 'explain ' || statement;
end
$$;
select is((select count(*) from pg_temp.plan_of(format('select * from %s where sop_instance_uid = %L', name, pg_temp.instance_uid('1'))) line
    where line ~ 'Seq Scan' or line ~ 'Index Scan' and line ~ 'instance ' and line !~ 'instance_sop_instance_uid_key'), 0::bigint,
  format('%s finds an instance by its UID', name)) from (values ('pacs.frame'), ('pacs.pixel_description')) v (name);
set local session authorization demo_registrar;
select is_empty('select * from pacs.frame union all select * from pacs.frame', 'Who sees no studies sees no frame');
reset session authorization;

-- A file that was damaged is replaced by one with the same data set.
set local session authorization demo_gateway;
select is(pg_temp.ingest_film(pg_temp.still('6', '2'), repeat('x', 36 + 8)::bytea, '{0,0,10,1,10,1}', '1.2.840.10008.1.2.4.102',
  '00000000-0000-0000-0000-0000000000a1'), 'stored', 'A film comes under a wrong name');
select is(pg_temp.ingest_film(pg_temp.still('6', '2'), repeat('x', 36 + 8)::bytea, '{0,0,10,1,10,1}', '1.2.840.10008.1.2.4.50',
  '00000000-0000-0000-0000-0000000000a2', '00000000-0000-0000-0000-0000000000a1'), 'stored', 'and again under its own, the first file being damaged');
reset session authorization;
select matches(pg_temp.kept('6'), '\{18,18\}$', 'Its frames are those of the new file');

-- dicom.frame_groups -----------------------------------------------------------------------------------------

create temp table enhanced on commit drop as select '{
  "00100020": {"vr": "LO", "Value": ["P1"]},
  "52009229": {"vr": "SQ", "Value": [{"00189114": {"vr": "SQ", "Value": [{"00189082": {"vr": "FD", "Value": [30]}}]},
                                      "00289110": {"vr": "SQ", "Value": [{"00180050": {"vr": "DS", "Value": [5]}}]}}]},
  "52009230": {"vr": "SQ", "Value": [{"00209113": {"vr": "SQ", "Value": [{"00200032": {"vr": "DS", "Value": [0, 0, 1]}}]}},
    {"00209113": {"vr": "SQ", "Value": [{"00200032": {"vr": "DS", "Value": [0, 0, 2]}}]},
     "00289110": {"vr": "SQ", "Value": [{"00180050": {"vr": "DS", "Value": [6]}}]}}]}}'::jsonb as h;
select is((select string_agg(format('%s %s', dicom.value_text(dicom.frame_groups(h, n), 'PlanePositionSequence[0].ImagePositionPatient'),
    dicom.value_text(dicom.frame_groups(h, n), 'PixelMeasuresSequence.SliceThickness')), ', ' order by n) from generate_series(1, 2) n),
  '0\0\1 5, 0\0\2 6', 'A frame''s groups are the shared ones and its own, which are nearer') from enhanced;
select is(dicom.frame_groups(h, n), null, format('There is no frame %s', n)) from enhanced, (values (0), (-1), (3), (2147483647)) v (n);
select is(dicom.frame_groups(header::jsonb, 1), null, format('%s has no frames', header))
  from (values ('{}'), ('[]'), ('{"52009230": 5}'), ('{"52009230": {"vr": "SQ", "Value": ["x", null]}}'), ('{"52009229": {"vr": "SQ", "Value": [{}]}}')) v (header);
select set_eq('select * from dicom.frame_groups((select h from enhanced))',
  'select n, dicom.frame_groups(h, n) from enhanced, generate_series(1, 2) n', 'All frames at once are the same');
select set_eq($$select * from dicom.frame_groups((select h - '52009230' from enhanced), (select dicom.difference(h - '52009230', h) from enhanced))$$,
  'select n, dicom.frame_groups(h, n) from enhanced, generate_series(1, 2) n', 'So are those of a template and a difference');
select is(dicom.frame_groups(h, dicom.difference(h, h #- '{52009230,Value,0}'), 1), dicom.frame_groups(h, 2), 'each of which has its say') from enhanced;

select * from finish();
rollback;
