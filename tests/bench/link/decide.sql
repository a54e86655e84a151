-- Microseconds that the first decision about a study takes, of so many studies: what stands there is put out of the way before.
-- Variable: count. Answers one number a line.
\set QUIET on
select set_config('bench.count', :'count', false) \g /dev/null
create temp table took (microseconds float8);
grant all on took to pacs_owner;
set role pacs_owner;
do $$
declare
  studies constant bigint[] := array(select s.id from pacs_data.study s order by s.study_date, s.id limit current_setting('bench.count')::int);
  began timestamptz;
begin
  delete from pacs_data.card_link l where l.study_id = any (studies);
  commit;
  for i in 1 .. cardinality(studies) loop
    began := clock_timestamp();
    perform pacs_internal.decide_link(studies[i]);
    insert into took values (extract(epoch from clock_timestamp() - began) * 1000000);
    if i % 500 = 0 then
      commit;
    end if;
  end loop;
end
$$;
reset role;
select round(microseconds) from took;
