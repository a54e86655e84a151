-- Headers, templates and differences come from anybody who may write jsonb: whatever its shape, it is refused by a
-- code of ours or answered, and the difference from a template gives the header back.
begin;
set local search_path = tap, pg_catalog;
select plan(5);

-- Shapes of every kind, the same in each run. What should be a tag is one mostly, so that many get far.
create function pg_temp.pick(variadic choices text[]) returns text language sql volatile
return choices[1 + floor(random() * cardinality(choices))::int];
create function pg_temp.tag() returns text language sql volatile
return pg_temp.pick('00100010', '00100020', '00081140', '00290010', '00291010', '00280010', 'FFFFFFFF', lpad(to_hex((random() * 65535)::int), 8, '0'));
create function pg_temp.scalar() returns text language sql volatile
return pg_temp.pick('null', 'true', 'false', '0', '-1.50', '1e400', '0.000000000000000000000000000000001', '""', '"MAKER"', '"20240312"', '"\u042f^\u0421"',
  '"1E3"', to_json(repeat('x', (random() * 300)::int))::text);
create function pg_temp.shape(depth int) returns text language plpgsql volatile as $$
declare
  count int := floor(power(random(), 3) * case when random() < 0.05 then 80 else 5 end);
begin
  case when depth = 0 or random() < 0.15 then
    return pg_temp.scalar();
  when random() < 0.3 then
    return '[' || coalesce((select string_agg(pg_temp.shape(depth - 1), ', ') from generate_series(1, count)), '') || ']';
  when random() < 0.3 then
    return '{"vr": ' || pg_temp.pick('"PN"', '"SQ"', '"US"', '"DA"', '""', '7', 'null', '["LO"]', to_json(repeat('v', (random() * 200)::int))::text)
      || pg_temp.pick('', ', "' || pg_temp.pick('Value', 'InlineBinary', 'value') || '": ' || pg_temp.shape(depth - 1)) || '}';
  else
    return '{' || coalesce((select string_agg(format('%s: %s',
        case when random() < 0.98 then to_json(pg_temp.tag()) else to_json(pg_temp.pick('', 'vr', 'Value', 'Alphabetic', '0010001', '001000100')) end,
        pg_temp.shape(depth - 1)), ', ') from generate_series(1, count)), '') || '}';
  end case;
end
$$;
-- A valid header: elements by tag, of which some are taken from another.
create function pg_temp.element(depth int) returns jsonb language plpgsql volatile as $$
begin
  return case floor(random() * 5)
    when 0 then jsonb_build_object('vr', 'LO')
    when 1 then jsonb_build_object('vr', 'OB', 'InlineBinary', 'AQI=')
    when 2 then jsonb_build_object('vr', pg_temp.pick('DS', 'US'), 'Value', (select jsonb_agg((random() * 100)::numeric(6, 2)) from generate_series(0, (random() * 3)::int)))
    when 3 then jsonb_build_object('vr', pg_temp.pick('LO', 'PN', 'SH'), 'Value', (select jsonb_agg(case when random() < 0.9 then to_jsonb(repeat('y', (random() * 40)::int)) end)
      from generate_series(0, (random() * 3)::int)))
    else case when depth = 0 then jsonb_build_object('vr', 'SQ')
      else jsonb_build_object('vr', 'SQ', 'Value', (select coalesce(jsonb_agg(pg_temp.header(depth - 1)), '[]') from generate_series(1, (random() * 2)::int))) end end;
end
$$;
create function pg_temp.header(depth int) returns jsonb language plpgsql volatile as $$
begin
  return (select coalesce(jsonb_object_agg(pg_temp.tag(), pg_temp.element(depth)), '{}') from generate_series(1, (random() * 40)::int));
end
$$;
create function pg_temp.relative(header jsonb) returns jsonb language sql volatile
return (select pg_temp.header(1) || coalesce(jsonb_object_agg(key, case when random() < 0.3 then pg_temp.element(1) else value end), '{}')
  from jsonb_each(header) where random() < 0.8);

-- What is wrong with an answer, where anything is. A jsonb that holds together is the same when it has been text.
create function pg_temp.trouble_of(call text, a jsonb, b jsonb) returns text language plpgsql as $$
declare
  answer jsonb;
begin
  execute format('select to_jsonb(%s)', call) into answer using a, b;
  return case when answer::text::jsonb <> answer then call || ' does not hold together for ' || a || ' and ' || b end;
exception
  when others then
    return case when sqlstate !~ '^(PC|22|42|54)' then format('%s: %s %s for %s and %s', call, sqlstate, sqlerrm, a, b) end;
end
$$;
create temp table call (call text) on commit drop;
insert into call values ('dicom.merge($1, $2)'), ('dicom.difference($1, $2)'), ('dicom.merge($1, dicom.difference($1, $2))');
insert into call
  select format(form, reader, path)
  from unnest(array['value', 'value_text', 'value_number', 'value_date', 'value_time', 'value_timestamp']) reader,
    unnest(array['PatientName', '00100020', 'ReferencedImageSequence[0].PatientName', '00081140[3].00081140.00280010', 'MAKER/0029xx10', '00081140[4294967295]']) path,
    unnest(array['dicom.%s($1, %L)', 'dicom.%s($1, $2, %L)']) form;

select setseed(0.25) \g /dev/null
create temp table shape on commit drop as select pg_temp.shape(6)::jsonb as a, pg_temp.shape(6)::jsonb as b from generate_series(1, 2000);
create temp table pair on commit drop as
  select template, pg_temp.relative(template) as header from (select pg_temp.header(2) as template from generate_series(1, 1000)) t;

select is((select string_agg(trouble, E'\n') from (select pg_temp.trouble_of(call, a, b) as trouble from call, shape) t), null,
  'jsonb of any shape is answered or refused with a code of ours');
select cmp_ok((select count(*) from shape where jsonb_typeof(a) = 'object'), '>', 500::bigint, 'Many of them are objects');
select is((select count(*) from pair where dicom.merge(template, dicom.difference(template, header)) <> header), 0::bigint,
  'The difference from a template gives the header back');
select is((select string_agg(trouble, E'\n') from (select pg_temp.trouble_of(call, a, b) as trouble
    from call, (select template as a, dicom.difference(template, header) as b from pair
      union all select template, b from pair join shape on true
        where jsonb_typeof(b) = 'object' and random() < 0.002) p) t), null,
  'What a header and a difference give, or what is none, holds together');
-- The deepest that a text can be made jsonb of, and where that is less than we can read.
create temp table deep on commit drop as
  select repeat('[', 6000)::text || repeat(']', 6000) as list, repeat('{"00081140": {"vr": "SQ", "Value": [', 1500) || repeat(']}}', 1500) as items;
select is((select string_agg(trouble, E'\n') from (select pg_temp.trouble_of(call, a, b) as trouble from call, (
    select items::jsonb as a, '{}'::jsonb as b from deep
    union all select '{}', items::jsonb from deep
    union all select jsonb_build_object('00100010', jsonb_build_object('vr', 'LO', 'Value', list::jsonb)), jsonb_build_object('00100010', list::jsonb) from deep) d) t), null,
  'So is jsonb nested thousands deep');
select * from finish();
rollback;
