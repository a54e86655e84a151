-- Cron expressions: which are one, which minutes they name, and when the next is.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(34);
update pacs_data.setting set value = 'Europe/Kyiv' where name = 'time_zone';

select is(pacs_internal.is_schedule(schedule), is_one, format('%s is %s schedule', schedule, case when is_one then 'a' else 'no' end))
  from (values ('* * * * *', true), ('0 22 * * *', true), ('*/15 0-5,22-23 1,15 */2 1-5', true), ('59 23 31 12 7', true),
    (' 0  0 * *	* ', true), ('', false), ('* * * *', false), ('* * * * * *', false), ('60 * * * *', false),
    ('* 24 * * *', false), ('* * 0 * *', false), ('* * * 13 *', false), ('* * * * 8', false), ('5-1 * * * *', false),
    ('*/0 * * * *', false), ('1/2 * * * *', false), ('a * * * *', false), ('1,,2 * * * *', false), ('-1 * * * *', false)) s (schedule, is_one);

-- 2026-03-09 is a Monday; Kyiv is two hours ahead of UTC then, three from 29 March.
select is(pacs_internal.is_due(schedule, at::timestamptz), is_due, format('%s %s due at %s', schedule, case when is_due then 'is' else 'is not' end, at))
  from (values ('* * * * *', '2026-03-09 12:00Z', true), ('0 22 * * *', '2026-03-09 20:00:59Z', true),
    ('0 22 * * *', '2026-03-09 20:01Z', false), ('* 22-23,0-5 * * *', '2026-03-09 01:30Z', true),
    ('* * * * 1', '2026-03-09 12:00Z', true), ('* * * * 0', '2026-03-08 12:00Z', true), ('* * * * 7', '2026-03-08 12:00Z', true),
    ('* * 1 * 1', '2026-03-09 12:00Z', true), ('* * 10 * 2', '2026-03-09 12:00Z', false)) s (schedule, at, is_due);

select is(pacs_internal.next_due(schedule, after::timestamptz), next::timestamptz, format('After %s, %s is due at %s', after, schedule, next))
  from (values ('0 22 * * *', '2026-03-09 12:00Z', '2026-03-09 20:00Z'), ('0 22 * * *', '2026-03-09 20:00Z', '2026-03-10 20:00Z'),
    ('* * * * *', '2026-03-09 12:00:30Z', '2026-03-09 12:01Z'), ('0 0 29 2 *', '2026-03-09 12:00Z', '2028-02-28 22:00Z'),
    ('0 22 * * *', '2026-03-29 12:00Z', '2026-03-29 19:00Z'), ('0 0 30 2 *', '2026-03-09 12:00Z', 'infinity')) s (schedule, after, next);

select * from finish();
rollback;
