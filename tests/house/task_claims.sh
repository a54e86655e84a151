#!/bin/bash
# Sixteen sessions claim and finish tasks of eight destinations: each task is done once, and never more of one
# destination run at once than the setting says; behind a backlog of a million a claim costs what it costs without.
. "$(dirname "$0")/../lib/own_cluster.sh"
start_own_cluster
make_empty_database pacs
deploy pacs >/dev/null
value pacs "create table public.effect (task_id bigint, at_once bigint);
  insert into pacs_data.task (kind, resource, max_attempts) select 'send', 'ae' || i % 8, 30000 from generate_series(1, 800) i" >/dev/null

cat >"$scratch/session.sql" <<'S'
do $$
declare
  claimed record;
  idle int := 0;
begin
  while idle < 20 loop
    select c.* into claimed from pacs.claim_task('{send}') c;
    if claimed.task_id is null then
      idle := idle + 1;
      commit;
      perform pg_sleep(0.02);
    else
      idle := 0;
      commit;
      insert into public.effect select claimed.task_id, count(*) from pacs_data.task t
        where t.state = 'running' and t.resource = (select resource from pacs_data.task where id = claimed.task_id);
      perform pacs.finish_task(claimed.task_id, claimed.lease);
      commit;
    end if;
  end loop;
end
$$;
S
sessions=()
for ((i = 0; i < 16; i++)); do
  database=pacs dba -f "$scratch/session.sql" >"$scratch/out$i" 2>"$scratch/err$i" & sessions+=($!)
done
for session in "${sessions[@]}"; do wait "$session" || fail "$(cat "$scratch"/err*)"; done
equal "$(value pacs "select count(*), count(distinct task_id) from public.effect")" "800|800" "Each task is done once"
equal "$(value pacs "select max(at_once) from public.effect")" 2 "and no more than two of one destination at once"
equal "$(value pacs "select count(*) from pacs_data.task where state <> 'done'")" 0 "Nothing is left"

value pacs "insert into pacs_data.task (kind, resource, priority, run_after)
  select 'send', 'tonight', 9, now() + interval '1 hour' from generate_series(1, 500000);
  insert into pacs_data.task (kind, resource, priority) select 'send', 'down', 5 from generate_series(1, 500000);
  insert into pacs_data.resource_pause values ('down', 1, now() + interval '1 hour', 'away');
  insert into pacs_data.task (kind, resource) select 'send', 'up' || i from generate_series(1, 50) i;
  analyze pacs_data.task" >/dev/null
took=$(value pacs "do \$\$ begin for i in 1 .. 3 loop perform pacs.claim_task('{send}'); end loop; end \$\$;
  create table public.took as select clock_timestamp() as at;
  do \$\$ begin for i in 1 .. 20 loop perform pacs.claim_task('{send}'); end loop; end \$\$;
  select round(extract(epoch from clock_timestamp() - at) * 1000 / 20, 1) from public.took" | tail -n 1)
equal "$(value pacs "select count(*) from pacs_data.task where state = 'running' and resource like 'up%'")" 23 "Behind a million tasks that wait, others are claimed"
note "a claim takes $took ms"
rule "in at most 20 ms" test "${took%.*}" -lt 20
