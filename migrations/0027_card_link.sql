-- Which patient card a study is of: by what evidence, who said so, and what waits for a person.

set local role pacs_owner;

-- It says now whether it made the study.
drop function if exists pacs_internal.find_or_make_study(jsonb, text, timestamptz);

-- How cards are found by what was typed on a console.
create index card_number_key on pacs_data.card ((dicom.number_key(card_number) collate "C"), card_year);
create index card_birth_date on pacs_data.card (birth_date);
create index card_names on pacs_data.card ((dicom.name_skeleton(surname) collate "C"), (dicom.name_skeleton(given_name) collate "C"));
create index card_surname_and_year on pacs_data.card ((dicom.name_skeleton(surname) collate "C"), (extract(year from birth_date)));

create index card_surname_and_admission on pacs_data.card ((left(dicom.name_skeleton(surname), 3) collate "C"), admitted_at);
create index card_given_name_and_admission on pacs_data.card ((left(dicom.name_skeleton(given_name), 3) collate "C"), admitted_at);

alter table pacs_data.remote_ae add ward text check (ward <> '');
comment on column pacs_data.remote_ae.ward is 'The ward whose device it is, as patient cards name it; null: of the whole house';

create table pacs_data.link_weight (
  evidence text collate "C" not null,
  level text collate "C" not null,
  points real not null check (points between -60 and 60),
  of_matches real check (of_matches between 0 and 1),
  of_others real check (of_others between 0 and 1),
  learned_at timestamptz,
  primary key (evidence, level)
);
comment on table pacs_data.link_weight is 'What each level of each evidence counts for a card (Fellegi and Sunter): the logarithm to base 2 of how much more often it is found of the right card than of any other';
comment on column pacs_data.link_weight.of_matches is 'Share of the right cards of which this level was found, where it was learned';
comment on column pacs_data.link_weight.of_others is 'Share of other cards';

create table pacs_data.card_link (
  study_id bigint primary key references pacs_data.study on delete cascade,
  card_id bigint references pacs_data.card,
  status text not null check (status in ('none', 'proposed', 'automatic', 'confirmed')),
  is_by_hand boolean not null default false,
  score real,
  evidence jsonb,
  decided_at timestamptz not null default now(),
  decided_by name not null,
  reason text,
  keys text[] collate "C",
  check ((status in ('automatic', 'confirmed')) = (card_id is not null))
);
create index card_link_card on pacs_data.card_link (card_id) where card_id is not null;
create index card_link_proposed on pacs_data.card_link (score desc, study_id) where status = 'proposed';
create index card_link_keys on pacs_data.card_link using gin (keys) where keys is not null;
comment on table pacs_data.card_link is 'Of each study the patient card that it is of, or that none was found';
comment on column pacs_data.card_link.is_by_hand is 'A person has decided: nothing links the study any more but a person';
comment on column pacs_data.card_link.evidence is 'What was compared: its level and points';
comment on column pacs_data.card_link.keys is 'By what a card that comes later finds the study, until a person has confirmed one';

create table pacs_data.card_candidate (
  study_id bigint not null references pacs_data.card_link on delete cascade,
  card_id bigint not null references pacs_data.card on delete cascade,
  place smallint not null,
  score real not null,
  evidence jsonb not null,
  primary key (study_id, card_id)
);
create index card_candidate_card on pacs_data.card_candidate (card_id);
comment on table pacs_data.card_candidate is 'Cards among which a person chooses, the likeliest first';

create table pacs_data.card_rejection (
  study_id bigint not null references pacs_data.study on delete cascade,
  card_id bigint not null references pacs_data.card on delete cascade,
  rejected_at timestamptz not null default now(),
  rejected_by name not null,
  reason text,
  primary key (study_id, card_id)
);
create index card_rejection_card on pacs_data.card_rejection (card_id);
comment on table pacs_data.card_rejection is 'Cards that a person said a study is not of';

create table pacs_data.card_link_history (
  id bigint generated always as identity primary key,
  study_id bigint not null references pacs_data.study on delete cascade,
  card_id bigint references pacs_data.card on delete cascade,
  status text not null,
  is_by_hand boolean not null,
  score real,
  evidence jsonb,
  decided_at timestamptz not null,
  decided_by name not null,
  reason text,
  ended_at timestamptz not null default now(),
  ended_by name not null
);
create index card_link_history_study on pacs_data.card_link_history (study_id);
create index card_link_history_card on pacs_data.card_link_history (card_id);
comment on table pacs_data.card_link_history is 'What was decided about a study and its card before what stands in card_link';

create table pacs_data.link_due (
  subject text not null check (subject in ('study', 'card')),
  id bigint not null,
  due_at timestamptz not null default now(),
  last_error text,
  primary key (subject, id)
);
create index link_due_at on pacs_data.link_due (subject, due_at desc);
comment on table pacs_data.link_due is 'Studies and cards that have changed since links were decided';
comment on column pacs_data.link_due.last_error is 'The SQLSTATE of the last decision, where it failed: it is tried again at due_at';
insert into pacs_data.link_due (subject, id) select 'study', id from pacs_data.study;

alter table pacs_data.setting
  add constraint setting_link_points check (case when name in ('link_automatic', 'link_lead', 'link_proposed')
    then value::real between 0 and 1000 else true end);
insert into pacs_data.setting (name, value, description) values
  ('link_automatic', '30', 'Points of evidence from which a study is linked to a patient card without being asked'),
  ('link_lead', '5', 'and by which the card must lead the next one'),
  ('link_proposed', '10', 'Points from which a card is proposed to a person'),
  ('card_issuer', '', 'Issuer of Patient ID (0010,0021) where the Patient ID is the number of a patient card; empty: issuers say nothing');

insert into pacs_data.link_weight (evidence, level, points) values
  ('number', 'exact_with_year', 17), ('number', 'part_with_year', 14), ('number', 'typing_with_year', 9),
  ('number', 'exact', 9), ('number', 'typing', 2), ('number', 'differs', -3),
  ('issuer', 'same', 1), ('issuer', 'other', -1),
  ('surname', 'exact', 9), ('surname', 'sound', 8.5), ('surname', 'equivalent', 8), ('surname', 'typing', 7),
  ('surname', 'truncated', 6.5), ('surname', 'other_sex', 4), ('surname', 'initial', 3), ('surname', 'differs', -6),
  ('given', 'exact', 5), ('given', 'sound', 5), ('given', 'equivalent', 5), ('given', 'typing', 4.5),
  ('given', 'truncated', 4), ('given', 'other_sex', 1), ('given', 'initial', 2.5), ('given', 'differs', -6),
  ('patronymic', 'exact', 5.5), ('patronymic', 'sound', 5.5), ('patronymic', 'equivalent', 5.5), ('patronymic', 'typing', 5),
  ('patronymic', 'truncated', 4.5), ('patronymic', 'other_sex', 1), ('patronymic', 'initial', 3), ('patronymic', 'differs', -5),
  ('birth', 'exact', 14.5), ('birth', 'swapped', 11), ('birth', 'first_of_january', 6), ('birth', 'typing', 6.5),
  ('birth', 'age', 5.5), ('birth', 'differs', -7),
  ('sex', 'same', 1), ('sex', 'differs', -4.5),
  ('stay', 'within', 8), ('stay', 'near', 7), ('stay', 'after', 1.5), ('stay', 'outside', -10),
  ('ward', 'own', 3), ('ward', 'other', -3);

do $$
declare
  name text;
begin
  foreach name in array array['card_link', 'card_candidate', 'card_rejection', 'card_link_history', 'link_due'] loop
    execute format('alter table pacs_data.%I enable row level security', name);
    execute format('alter table pacs_data.%I force row level security', name);
  end loop;
end
$$;

reset role;
