-- What was forwarded is forgotten with its rule or its instance, and a question of storage commitment that nobody
-- answers ends.

set local role pacs_owner;

insert into pacs_data.setting (name, value, description) values
  ('commitment_patience', '1 day', 'How long a destination may take to say whether it keeps what it was sent (storage commitment)');
alter table pacs_data.setting
  add constraint setting_commitment_patience check (case when name = 'commitment_patience'
    then value::interval between interval '1 second' and interval '60 days' else true end);

delete from pacs_data.forward_object f
  where not exists (select from pacs_data.instance i where i.id = f.instance_id)
     or not exists (select from pacs_data.forward_rule r where r.id = f.rule_id);
-- The instance first: instances go all the time, rules seldom, and one index serves both them and what a rule has sent.
alter table pacs_data.forward_object
  drop constraint forward_object_pkey,
  add primary key (instance_id, rule_id),
  add foreign key (instance_id) references pacs_data.instance on delete cascade,
  add foreign key (rule_id) references pacs_data.forward_rule on delete cascade;
comment on table pacs_data.forward_object is 'Which objects a rule sends or has sent: each once, for as long as the rule and the object are here';

alter table pacs_data.commitment add column given_up_at timestamptz;
comment on column pacs_data.commitment.given_up_at is 'When we no longer waited for the answer to our own request; one that comes later still counts';
create index commitment_unanswered on pacs_data.commitment (requested_at) where is_ours and checked_at is null and given_up_at is null;

reset role;
