-- Row-level security. Two policies a table: definers, which are owned by pacs_owner and join the predicate
-- themselves where they give rows to people; and people, who see what the predicate lets them.
-- A scalar subquery makes the predicate run once a statement instead of once a row.

do $$
declare
  policy record;
begin
  for policy in select schemaname, tablename, policyname from pg_policies where schemaname = 'pacs_data' loop
    execute format('drop policy %I on %I.%I', policy.policyname, policy.schemaname, policy.tablename);
  end loop;
end
$$;

create policy definers on pacs_data.patient to pacs_owner using (true) with check (true);
create policy definers on pacs_data.study to pacs_owner using (true) with check (true);
create policy definers on pacs_data.series to pacs_owner using (true) with check (true);
create policy definers on pacs_data.instance to pacs_owner using (true) with check (true);
create policy definers on pacs_data.frame_table to pacs_owner using (true) with check (true);
create policy definers on pacs_data.quarantine to pacs_owner using (true) with check (true);
create policy definers on pacs_data.defect to pacs_owner using (true) with check (true);
create policy definers on pacs_data.task to pacs_owner using (true) with check (true);
create policy definers on pacs_data.link to pacs_owner using (true) with check (true);
create policy definers on pacs_data.transfer to pacs_owner using (true) with check (true);
create policy definers on pacs_data.arrival to pacs_owner using (true) with check (true);
create policy definers on pacs_data.study_completion to pacs_owner using (true) with check (true);
create policy definers on pacs_data.forward_object to pacs_owner using (true) with check (true);
create policy definers on pacs_data.commitment to pacs_owner using (true) with check (true);
create policy definers on pacs_data.commitment_item to pacs_owner using (true) with check (true);
create policy definers on pacs_data.remote_question to pacs_owner using (true) with check (true);
create policy definers on pacs_data.remote_answer to pacs_owner using (true) with check (true);
create policy definers on pacs_data.pull to pacs_owner using (true) with check (true);
create policy definers on pacs_data.person to pacs_owner using (true) with check (true);
create policy definers on pacs_data.person_merge to pacs_owner using (true) with check (true);
create policy definers on pacs_data.card to pacs_owner using (true) with check (true);
create policy definers on pacs_data.card_history to pacs_owner using (true) with check (true);
create policy definers on pacs_data.card_quarantine to pacs_owner using (true) with check (true);
create policy definers on pacs_data.card_link to pacs_owner using (true) with check (true);
create policy definers on pacs_data.card_candidate to pacs_owner using (true) with check (true);
create policy definers on pacs_data.card_rejection to pacs_owner using (true) with check (true);
create policy definers on pacs_data.card_link_history to pacs_owner using (true) with check (true);
create policy definers on pacs_data.link_due to pacs_owner using (true) with check (true);
create policy definers on pacs_data.card_source to pacs_owner using (true) with check (true);

-- The trail is added to and read; there is no policy under which a row of it changes or goes.
create policy definers_add on pacs_data.audit_event for insert to pacs_owner with check (true);
create policy definers_read on pacs_data.audit_event for select to pacs_owner using (true);

-- So are versions of reports.
create policy definers_add on pacs_data.report for insert to pacs_owner with check (true);
create policy definers_read on pacs_data.report for select to pacs_owner using (true);

create policy people on pacs_data.patient for select to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator
  using ((select pacs_internal.sees_studies(pacs_internal.caller())));
create policy people on pacs_data.study for select to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator
  using ((select pacs_internal.sees_studies(pacs_internal.caller())));
create policy people on pacs_data.series for select to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator
  using ((select pacs_internal.sees_studies(pacs_internal.caller())));
create policy people on pacs_data.instance for select to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator
  using ((select pacs_internal.sees_studies(pacs_internal.caller())));
create policy people on pacs_data.frame_table for select to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator
  using ((select pacs_internal.sees_studies(pacs_internal.caller())));
create policy people on pacs_data.report for select to pacs_mis, pacs_physician, pacs_radiologist, pacs_operator
  using ((select pacs_internal.sees_studies(pacs_internal.caller())));
create policy people on pacs_data.defect for select to pacs_operator
  using ((select pacs_internal.sees_studies(pacs_internal.caller())));
create policy people on pacs_data.quarantine for select to pacs_operator
  using ((select pacs_internal.sees_studies(pacs_internal.caller())));
create policy people on pacs_data.study_completion for select to pacs_mis, pacs_operator
  using ((select pacs_internal.sees_studies(pacs_internal.caller())));
create policy people on pacs_data.task for select to pacs_operator using (true);
create policy people on pacs_data.audit_event for select to pacs_auditor using (true);
create policy people on pacs_data.commitment for select to pacs_operator using (true);
create policy people on pacs_data.commitment_item for select to pacs_operator using (true);
create policy people on pacs_data.person_merge for select to pacs_registrar using (true);
create policy people on pacs_data.card_quarantine for select to pacs_registrar using (true);
create policy people on pacs_data.card_source to pacs_operator using (true) with check (true);
create policy people on pacs_data.pull for select to pacs_operator using (true);
