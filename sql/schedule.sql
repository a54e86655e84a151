-- When something may run: cron expressions of five fields, read in the time zone of the setting time_zone.

create or replace function pacs_internal.schedule_values(field text, low int, high int) returns int[]
  language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  item text;
  part text[];
  first int;
  last int;
  chosen int[] := '{}'::int[];
begin
  for item in select regexp_split_to_table(field, ',') loop
    part := regexp_match(item, '^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?$');
    if part is null or (part[4] is not null and part[1] is null and part[3] is null) or part[4]::int = 0 then
      return null;
    end if;
    first := coalesce(part[2]::int, low);
    last := case when part[1] is not null then high else coalesce(part[3], part[2])::int end;
    if first < low or last > high or first > last then
      return null;
    end if;
    chosen := chosen || array(select generate_series(first, last, coalesce(part[4]::int, 1)));
  end loop;
  return chosen;
end
$$;
comment on function pacs_internal.schedule_values is 'The numbers that one field of a cron expression names: *, lists, ranges and steps; null where it is malformed.';

create or replace function pacs_internal.read_schedule(
    schedule text, out minutes int[], out hours int[], out days int[], out months int[], out weekdays int[],
    out is_any_day boolean)
  language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  field constant text[] := regexp_split_to_array(btrim(schedule), '\s+');
begin
  if array_length(field, 1) = 5 and length(schedule) <= 200 then
    minutes := pacs_internal.schedule_values(field[1], 0, 59);
    hours := pacs_internal.schedule_values(field[2], 0, 23);
    days := pacs_internal.schedule_values(field[3], 1, 31);
    months := pacs_internal.schedule_values(field[4], 1, 12);
    weekdays := pacs_internal.schedule_values(field[5], 0, 7);
    -- Cron's rule: where both are given, either may match.
    is_any_day := field[3] not like '*%' and field[5] not like '*%';
  end if;
end
$$;
comment on function pacs_internal.read_schedule is 'The fields of a cron expression (minute, hour, day of the month, month, day of the week from Sunday as 0 or 7); what is malformed is null.';

create or replace function pacs_internal.is_schedule(schedule text) returns boolean
  language sql immutable parallel safe
begin atomic
  select num_nulls(s.minutes, s.hours, s.days, s.months, s.weekdays) = 0 from pacs_internal.read_schedule(schedule) s;
end;
comment on function pacs_internal.is_schedule is 'Whether a text is a cron expression of five fields.';

create or replace function pacs_internal.is_day_of(schedule text, on_day date) returns boolean
  language sql immutable parallel safe
begin atomic
  select extract(month from on_day) = any (s.months)
    and case when s.is_any_day then d.is_day or d.is_weekday else d.is_day and d.is_weekday end
  from pacs_internal.read_schedule(schedule) s cross join lateral (
    select extract(day from on_day) = any (s.days) as is_day,
           extract(dow from on_day) = any (s.weekdays) or extract(isodow from on_day) = any (s.weekdays) as is_weekday) d;
end;
comment on function pacs_internal.is_day_of is 'Whether a cron expression names a day.';

create or replace function pacs_internal.is_due(schedule text, at_time timestamptz) returns boolean
  language sql stable parallel safe
begin atomic
  select extract(minute from l.at) = any (s.minutes) and extract(hour from l.at) = any (s.hours)
    and pacs_internal.is_day_of(schedule, l.at::date)
  from pacs_internal.read_schedule(schedule) s,
    (select at_time at time zone pacs_internal.setting('time_zone') as at) l;
end;
comment on function pacs_internal.is_due is 'Whether a moment lies in a minute that a cron expression names, in the time zone of the setting time_zone.';

create or replace function pacs_internal.next_due(schedule text, after_time timestamptz) returns timestamptz
  language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  zone constant text := pacs_internal.setting('time_zone');
  fields record := pacs_internal.read_schedule(schedule);
  begin_at constant timestamp := date_trunc('minute', after_time at time zone zone) + interval '1 minute';
  found timestamp;
begin
  -- Eight years: from one 29 February to the next, over a year 2100.
  for day in 0 .. 2922 loop
    continue when not pacs_internal.is_day_of(schedule, begin_at::date + day);
    select min(m.at) into found
      from unnest(fields.hours) h, unnest(fields.minutes) x,
        lateral (select begin_at::date + day + make_interval(hours => h, mins => x) as at) m
      where m.at >= begin_at;
    if found is not null then
      return found at time zone zone;
    end if;
  end loop;
  return timestamptz 'infinity';
end
$$;
comment on function pacs_internal.next_due is 'The first minute after a moment that a cron expression names, in the time zone of the setting time_zone; infinity where there is none.';
