-- Forced on every table that speaks of a patient, of who may see one, or of what was done. Policies are in
-- sql/policies.sql; without one, nothing is seen.

do $$
declare
  name text;
begin
  foreach name in array array['patient', 'study', 'series', 'instance', 'quarantine', 'defect', 'task', 'link',
                              'transfer', 'audit_event'] loop
    execute format('alter table pacs_data.%I enable row level security', name);
    execute format('alter table pacs_data.%I force row level security', name);
  end loop;
end
$$;
