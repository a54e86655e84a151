-- What the migrations make; written by scripts/dump-schema, not by hand.

CREATE SCHEMA pacs;

COMMENT ON SCHEMA pacs IS 'What people and programs call: functions and views';

CREATE SCHEMA pacs_data;

COMMENT ON SCHEMA pacs_data IS 'Tables; reached through schema pacs';

CREATE SCHEMA pacs_internal;

COMMENT ON SCHEMA pacs_internal IS 'Helpers of the functions in pacs';

CREATE SCHEMA pacs_trust;

COMMENT ON SCHEMA pacs_trust IS 'Pseudonyms and names of keys';

CREATE SCHEMA research;

COMMENT ON SCHEMA research IS 'De-identified tables for analysts';

CREATE TABLE pacs_data.arrival (
    study_id bigint NOT NULL,
    transfer_id bigint NOT NULL,
    last_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY pacs_data.arrival FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.arrival IS 'Studies that are not complete yet, and which transfers bring them';

CREATE TABLE pacs_data.audit_event (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    event text NOT NULL,
    is_success boolean NOT NULL,
    actor name NOT NULL,
    on_behalf_of text,
    peer inet,
    transfer_id bigint,
    study_ids bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    object_count bigint,
    detail jsonb
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='100000', autovacuum_analyze_scale_factor='0.02');

ALTER TABLE ONLY pacs_data.audit_event FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.audit_event IS 'One row for each act of a person or a system; append-only';

COMMENT ON COLUMN pacs_data.audit_event.actor IS 'The login, or the role it had taken on';

COMMENT ON COLUMN pacs_data.audit_event.study_ids IS 'The studies that the act was about';

CREATE TABLE pacs_data.card (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    card_number text NOT NULL COLLATE pg_catalog."C",
    card_year integer NOT NULL,
    surname text,
    given_name text,
    patronymic text,
    patient_name text GENERATED ALWAYS AS (rtrim(((((COALESCE(surname, ''::text) || '^'::text) || COALESCE(given_name, ''::text)) || '^'::text) || COALESCE(patronymic, ''::text)), '^'::text)) STORED NOT NULL,
    birth_date date,
    sex text,
    admitted_at timestamp without time zone,
    discharged_at timestamp without time zone,
    identity_document text,
    address text,
    ward_at_admission text,
    ward_at_discharge text,
    department text,
    referring_body text,
    is_urgent boolean,
    taken_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT card_card_number_check CHECK ((card_number <> ''::text)),
    CONSTRAINT card_card_year_check CHECK (((card_year >= 1900) AND (card_year <= 2200))),
    CONSTRAINT card_check CHECK ((discharged_at >= admitted_at)),
    CONSTRAINT card_patient_name_check CHECK ((patient_name <> ''::text)),
    CONSTRAINT card_sex_check CHECK ((sex = ANY (ARRAY['M'::text, 'F'::text, 'O'::text])))
);

ALTER TABLE ONLY pacs_data.card FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.card IS 'Inpatient cards (form 003/o): what identifies the patient and places the stay';

COMMENT ON COLUMN pacs_data.card.admitted_at IS 'The hospital''s local time';

COMMENT ON COLUMN pacs_data.card.card_number IS 'The number of the card, of its year';

COMMENT ON COLUMN pacs_data.card.discharged_at IS 'The hospital''s local time; null while the patient is there';

COMMENT ON COLUMN pacs_data.card.patient_name IS 'The name as DICOM writes names: surname^given name^patronymic';

COMMENT ON COLUMN pacs_data.card.sex IS 'As in DICOM (0010,0040): M, F, O';

CREATE TABLE pacs_data.card_candidate (
    study_id bigint NOT NULL,
    card_id bigint NOT NULL,
    place smallint NOT NULL,
    score real NOT NULL,
    evidence jsonb NOT NULL
);

ALTER TABLE ONLY pacs_data.card_candidate FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.card_candidate IS 'Cards among which a person chooses, the likeliest first';

CREATE TABLE pacs_data.card_history (
    id bigint NOT NULL,
    card_id bigint NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_by name NOT NULL,
    was jsonb NOT NULL
);

ALTER TABLE ONLY pacs_data.card_history FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.card_history IS 'Of each change of a card, the fields that changed as they were';

CREATE TABLE pacs_data.card_link (
    study_id bigint NOT NULL,
    card_id bigint,
    status text NOT NULL,
    is_by_hand boolean DEFAULT false NOT NULL,
    score real,
    evidence jsonb,
    decided_at timestamp with time zone DEFAULT now() NOT NULL,
    decided_by name NOT NULL,
    reason text,
    keys text[] COLLATE pg_catalog."C",
    CONSTRAINT card_link_check CHECK (((status = ANY (ARRAY['automatic'::text, 'confirmed'::text])) = (card_id IS NOT NULL))),
    CONSTRAINT card_link_status_check CHECK ((status = ANY (ARRAY['none'::text, 'proposed'::text, 'automatic'::text, 'confirmed'::text])))
);

ALTER TABLE ONLY pacs_data.card_link FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.card_link IS 'Of each study the patient card that it is of, or that none was found';

COMMENT ON COLUMN pacs_data.card_link.evidence IS 'What was compared: its level and points';

COMMENT ON COLUMN pacs_data.card_link.is_by_hand IS 'A person has decided: nothing links the study any more but a person';

COMMENT ON COLUMN pacs_data.card_link.keys IS 'By what a card that comes later finds the study, until a person has confirmed one';

CREATE TABLE pacs_data.card_link_history (
    id bigint NOT NULL,
    study_id bigint NOT NULL,
    card_id bigint,
    status text NOT NULL,
    is_by_hand boolean NOT NULL,
    score real,
    evidence jsonb,
    decided_at timestamp with time zone NOT NULL,
    decided_by name NOT NULL,
    reason text,
    ended_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_by name NOT NULL
);

ALTER TABLE ONLY pacs_data.card_link_history FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.card_link_history IS 'What was decided about a study and its card before what stands in card_link';

CREATE TABLE pacs_data.card_quarantine (
    id bigint NOT NULL,
    card_key bytea NOT NULL,
    taken_at timestamp with time zone DEFAULT now() NOT NULL,
    taken_by name NOT NULL,
    fields jsonb NOT NULL,
    sqlstate text NOT NULL,
    reason text NOT NULL
);

ALTER TABLE ONLY pacs_data.card_quarantine FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.card_quarantine IS 'Cards of a feed that could not be taken, as they came, and why';

COMMENT ON COLUMN pacs_data.card_quarantine.card_key IS 'A digest of its number and year, or of all of it: it stands here once, however often it comes';

CREATE TABLE pacs_data.card_rejection (
    study_id bigint NOT NULL,
    card_id bigint NOT NULL,
    rejected_at timestamp with time zone DEFAULT now() NOT NULL,
    rejected_by name NOT NULL,
    reason text
);

ALTER TABLE ONLY pacs_data.card_rejection FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.card_rejection IS 'Cards that a person said a study is not of';

CREATE TABLE pacs_data.card_source (
    id integer NOT NULL,
    name text NOT NULL,
    source text NOT NULL,
    columns jsonb NOT NULL,
    changed_column text,
    every interval DEFAULT '00:05:00'::interval NOT NULL,
    overlap interval DEFAULT '00:15:00'::interval NOT NULL,
    is_enabled boolean DEFAULT true NOT NULL,
    changed_to timestamp without time zone,
    next_run_at timestamp with time zone DEFAULT now() NOT NULL,
    last_run_at timestamp with time zone,
    last_success_at timestamp with time zone,
    last_counts jsonb,
    error text,
    CONSTRAINT card_source_every_check CHECK (((every >= '00:01:00'::interval) AND (every <= '1 year'::interval))),
    CONSTRAINT card_source_name_check CHECK ((name <> ''::text)),
    CONSTRAINT card_source_overlap_check CHECK (((overlap >= '00:00:00'::interval) AND (overlap <= '1 year'::interval)))
);

ALTER TABLE ONLY pacs_data.card_source FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.card_source IS 'Where cards are read from on a schedule, how, and what became of it; edited through pacs.card_source';

COMMENT ON COLUMN pacs_data.card_source.changed_column IS 'A date or timestamp of the source, of its last change of a row; null: all is read each time';

COMMENT ON COLUMN pacs_data.card_source.changed_to IS 'The last change that was seen, as the source''s clock shows it, UTC where its column has a time zone; null: the next run reads all';

COMMENT ON COLUMN pacs_data.card_source.columns IS 'Fields of a card and the columns of the source that they are in: {"card_number": "number"}';

COMMENT ON COLUMN pacs_data.card_source.error IS 'Why the last run took nothing, without a value of the source; null where it went well';

COMMENT ON COLUMN pacs_data.card_source.last_counts IS 'Of the last run without an error: how many cards were added, changed, the same, put into quarantine';

COMMENT ON COLUMN pacs_data.card_source.overlap IS 'How far before the last change that was seen is read again: longer than any transaction of the source that writes cards';

COMMENT ON COLUMN pacs_data.card_source.source IS 'A table, foreign table or view with its schema, which pacs_job may read. Text: a dump is restored where it is missing';

CREATE TABLE pacs_data.commitment (
    id bigint NOT NULL,
    remote_ae_id integer NOT NULL,
    transfer_id bigint,
    task_id bigint,
    is_ours boolean NOT NULL,
    transaction_uid text NOT NULL COLLATE pg_catalog."C",
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    checked_at timestamp with time zone,
    reported_at timestamp with time zone,
    given_up_at timestamp with time zone
);

ALTER TABLE ONLY pacs_data.commitment FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.commitment IS 'Storage commitment requests (PS3.4 annex J), those of others and our own';

COMMENT ON COLUMN pacs_data.commitment.checked_at IS 'When it was known which objects are safe';

COMMENT ON COLUMN pacs_data.commitment.given_up_at IS 'When we no longer waited for the answer to our own request; one that comes later still counts';

COMMENT ON COLUMN pacs_data.commitment.is_ours IS 'Whether we asked; else we were asked';

COMMENT ON COLUMN pacs_data.commitment.reported_at IS 'When the N-EVENT-REPORT was answered with success';

COMMENT ON COLUMN pacs_data.commitment.transfer_id IS 'The association that asked us';

CREATE TABLE pacs_data.commitment_item (
    commitment_id bigint NOT NULL,
    number integer NOT NULL,
    sop_class_uid text NOT NULL COLLATE pg_catalog."C",
    sop_instance_uid text NOT NULL COLLATE pg_catalog."C",
    failure_reason integer
);

ALTER TABLE ONLY pacs_data.commitment_item FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.commitment_item IS 'The objects of a storage commitment request, in its order';

COMMENT ON COLUMN pacs_data.commitment_item.failure_reason IS 'Failure Reason (0008,1197) once it is checked; null: safe';

CREATE TABLE pacs_data.defect (
    id bigint NOT NULL,
    series_id bigint NOT NULL,
    instance_id bigint NOT NULL,
    noted_at timestamp with time zone DEFAULT now() NOT NULL,
    tag text NOT NULL,
    code text NOT NULL,
    value text NOT NULL
);

ALTER TABLE ONLY pacs_data.defect FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.defect IS 'What is wrong with objects that were stored nevertheless, once for each series, tag, kind and value; instance_id is the first that had it';

CREATE TABLE pacs_data.forward_object (
    rule_id integer NOT NULL,
    instance_id bigint NOT NULL,
    task_id bigint NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    decided_at timestamp with time zone,
    reason text,
    CONSTRAINT forward_object_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text])))
);

ALTER TABLE ONLY pacs_data.forward_object FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.forward_object IS 'Which objects a rule sends or has sent: each once, for as long as the rule and the object are here';

COMMENT ON COLUMN pacs_data.forward_object.reason IS 'Why it was not sent: of one that failed for good, or of the last attempt';

CREATE TABLE pacs_data.forward_rule (
    id integer NOT NULL,
    name text NOT NULL,
    is_enabled boolean DEFAULT true NOT NULL,
    send_on text DEFAULT 'receipt'::text NOT NULL,
    calling_ae_title text,
    modality text,
    header_condition jsonpath,
    destination_id integer NOT NULL,
    send_window text,
    priority smallint DEFAULT 0 NOT NULL,
    compress_to text,
    wants_commitment boolean DEFAULT false NOT NULL,
    max_attempts smallint DEFAULT 10 NOT NULL,
    only_linked boolean DEFAULT false NOT NULL,
    CONSTRAINT forward_rule_max_attempts_check CHECK ((max_attempts > 0)),
    CONSTRAINT forward_rule_name_check CHECK ((name <> ''::text)),
    CONSTRAINT forward_rule_send_on_check CHECK ((send_on = ANY (ARRAY['receipt'::text, 'study_complete'::text])))
);

COMMENT ON TABLE pacs_data.forward_rule IS 'What is sent to whom without being asked for; edited through pacs.forward_rule';

COMMENT ON COLUMN pacs_data.forward_rule.calling_ae_title IS 'Who must have sent it; null: anyone';

COMMENT ON COLUMN pacs_data.forward_rule.compress_to IS 'UID of a transfer syntax without loss that objects are sent in where the receiver takes it; null: as they are';

COMMENT ON COLUMN pacs_data.forward_rule.destination_id IS 'Of pacs_data.remote_ae, with a port and a single address';

COMMENT ON COLUMN pacs_data.forward_rule.header_condition IS 'A jsonpath that must find something in the object''s header (dicom.header); null: no condition';

COMMENT ON COLUMN pacs_data.forward_rule.only_linked IS 'Only what is of a study that is linked to a patient card; what is linked later is sent then';

COMMENT ON COLUMN pacs_data.forward_rule.send_on IS 'receipt: each object as it comes; study_complete: a study when it is complete';

COMMENT ON COLUMN pacs_data.forward_rule.send_window IS 'A cron expression of the minutes in which sending may begin; null: always';

COMMENT ON COLUMN pacs_data.forward_rule.wants_commitment IS 'Whether the destination is asked for storage commitment of what it was sent';

CREATE TABLE pacs_data.frame_table (
    instance_id bigint NOT NULL,
    frame_offsets bigint[] NOT NULL,
    frame_lengths bigint[] NOT NULL
);

ALTER TABLE ONLY pacs_data.frame_table FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.frame_table IS 'Frames of instances in bytes of the data set, in order; no frames where they cannot be told apart, or where a video has none';

COMMENT ON COLUMN pacs_data.frame_table.frame_lengths IS 'To the end of each frame''s last fragment, item headers included';

COMMENT ON COLUMN pacs_data.frame_table.frame_offsets IS 'Of the item tag of each frame''s first fragment';

CREATE TABLE pacs_data.instance (
    id bigint NOT NULL,
    series_id bigint NOT NULL,
    transfer_id bigint NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    file_size bigint NOT NULL,
    pixel_data_offset bigint,
    pixel_data_length bigint,
    file_id uuid NOT NULL,
    store_id smallint NOT NULL,
    data_set_offset integer NOT NULL,
    sop_instance_uid text NOT NULL COLLATE pg_catalog."C",
    sop_class_uid text NOT NULL COLLATE pg_catalog."C",
    transfer_syntax_uid text NOT NULL COLLATE pg_catalog."C",
    sha256 bytea NOT NULL,
    difference jsonb NOT NULL
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='100000', autovacuum_analyze_scale_factor='0.02');

ALTER TABLE ONLY pacs_data.instance FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.instance IS 'An instance and its file. No foreign keys: their checks would lock and so rewrite the series'' row at each receipt (promise 8); ingest takes a shared advisory lock on the study instead (1346454355, hashtext of its UID), and deletion of anything in it an exclusive one';

COMMENT ON COLUMN pacs_data.instance.data_set_offset IS 'Where the data set begins in the file, after preamble and file meta information';

COMMENT ON COLUMN pacs_data.instance.difference IS 'dicom.difference(series.template, header)';

COMMENT ON COLUMN pacs_data.instance.file_id IS 'Names the file in its store; unique to this receipt';

COMMENT ON COLUMN pacs_data.instance.pixel_data_length IS 'Of the value of Pixel Data; of encapsulated pixels, of all fragments with their item headers';

COMMENT ON COLUMN pacs_data.instance.pixel_data_offset IS 'Of the value of Pixel Data, from the beginning of the data set (inflated, where its syntax is deflated); of encapsulated pixels, of the first fragment''s item, after the basic offset table';

COMMENT ON COLUMN pacs_data.instance.sha256 IS 'Of the data set as it came, from data_set_offset to the end of the file';

CREATE TABLE pacs_data.link (
    id bigint NOT NULL,
    study_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_by text,
    role name NOT NULL,
    on_behalf_of text
);

ALTER TABLE ONLY pacs_data.link FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.link IS 'A link to one study, for the login that asked and the person it named. Its token is signed with a key that no table holds, over this row: a row that was changed opens nothing';

COMMENT ON COLUMN pacs_data.link.id IS 'Random, so that links cannot be counted or guessed at';

CREATE TABLE pacs_data.link_due (
    subject text NOT NULL,
    id bigint NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    last_error text,
    CONSTRAINT link_due_subject_check CHECK ((subject = ANY (ARRAY['study'::text, 'card'::text])))
);

ALTER TABLE ONLY pacs_data.link_due FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.link_due IS 'Studies and cards that have changed since links were decided';

COMMENT ON COLUMN pacs_data.link_due.last_error IS 'The SQLSTATE of the last decision, where it failed: it is tried again at due_at';

CREATE TABLE pacs_data.link_weight (
    evidence text NOT NULL COLLATE pg_catalog."C",
    level text NOT NULL COLLATE pg_catalog."C",
    points real NOT NULL,
    of_matches real,
    of_others real,
    learned_at timestamp with time zone,
    CONSTRAINT link_weight_of_matches_check CHECK (((of_matches >= (0)::double precision) AND (of_matches <= (1)::double precision))),
    CONSTRAINT link_weight_of_others_check CHECK (((of_others >= (0)::double precision) AND (of_others <= (1)::double precision))),
    CONSTRAINT link_weight_points_check CHECK (((points >= ('-60'::integer)::double precision) AND (points <= (60)::double precision)))
);

COMMENT ON TABLE pacs_data.link_weight IS 'What each level of each evidence counts for a card (Fellegi and Sunter): the logarithm to base 2 of how much more often it is found of the right card than of any other';

COMMENT ON COLUMN pacs_data.link_weight.of_matches IS 'Share of the right cards of which this level was found, where it was learned';

COMMENT ON COLUMN pacs_data.link_weight.of_others IS 'Share of other cards';

CREATE TABLE pacs_data.patient (
    id bigint NOT NULL,
    patient_id text NOT NULL,
    issuer_of_patient_id text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY pacs_data.patient FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.patient IS 'A patient as devices name one: Patient ID and its issuer. Never updated by ingest: names and dates as sent stand on the study';

CREATE TABLE pacs_data.person (
    id bigint NOT NULL,
    person_number text COLLATE pg_catalog."C",
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT person_person_number_check CHECK ((person_number <> ''::text))
);

ALTER TABLE ONLY pacs_data.person FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.person IS 'Persons whom cards are of: several cards, one person';

COMMENT ON COLUMN pacs_data.person.person_number IS 'How the information system names the person; null where it does not';

CREATE TABLE pacs_data.person_merge (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    into_person_id bigint NOT NULL,
    reason text,
    merged_at timestamp with time zone DEFAULT now() NOT NULL,
    merged_by name NOT NULL,
    undone_at timestamp with time zone,
    undone_by name,
    CONSTRAINT person_merge_check CHECK ((into_person_id <> person_id)),
    CONSTRAINT person_merge_check1 CHECK (((undone_at IS NULL) = (undone_by IS NULL)))
);

ALTER TABLE ONLY pacs_data.person_merge FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.person_merge IS 'Persons who are one; a merge that was taken back stays as a row';

CREATE TABLE pacs_data.pull (
    id bigint NOT NULL,
    remote_ae_id integer NOT NULL,
    task_id bigint,
    is_enabled boolean DEFAULT true NOT NULL,
    uses_get boolean DEFAULT false NOT NULL,
    days integer,
    begun_on date,
    page_from date,
    page_to date,
    studies_found bigint DEFAULT 0 NOT NULL,
    studies_asked bigint DEFAULT 0 NOT NULL,
    instances_got bigint DEFAULT 0 NOT NULL,
    instances_failed bigint DEFAULT 0 NOT NULL,
    asked_by name NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    filter jsonb NOT NULL,
    schedule text,
    CONSTRAINT pull_days_check CHECK ((days > 0))
);

ALTER TABLE ONLY pacs_data.pull FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.pull IS 'Studies that are fetched from other PACS, once or by a schedule';

COMMENT ON COLUMN pacs_data.pull.begun_on IS 'The day of its run';

COMMENT ON COLUMN pacs_data.pull.days IS 'How many days back from the day of its run are asked for; null: what the filter says';

COMMENT ON COLUMN pacs_data.pull.page_from IS 'The oldest day of the run';

COMMENT ON COLUMN pacs_data.pull.page_to IS 'The newest day that is not done yet, which comes next; with page_from null: all of the filter at once';

COMMENT ON COLUMN pacs_data.pull.schedule IS 'A cron expression; null: once';

CREATE TABLE pacs_data.quarantine (
    id bigint NOT NULL,
    instance_id bigint,
    transfer_id bigint NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    file_size bigint NOT NULL,
    file_id uuid NOT NULL,
    store_id smallint NOT NULL,
    data_set_offset integer NOT NULL,
    reason text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    decided_at timestamp with time zone,
    decided_by text,
    study_instance_uid text NOT NULL COLLATE pg_catalog."C",
    sop_instance_uid text NOT NULL COLLATE pg_catalog."C",
    transfer_syntax_uid text NOT NULL COLLATE pg_catalog."C",
    sha256 bytea NOT NULL,
    header jsonb NOT NULL,
    CONSTRAINT quarantine_reason_check CHECK ((reason = 'conflict'::text)),
    CONSTRAINT quarantine_state_check CHECK ((state = ANY (ARRAY['open'::text, 'kept'::text, 'replaced'::text, 'rejected'::text])))
);

ALTER TABLE ONLY pacs_data.quarantine FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.quarantine IS 'Objects that are kept but not shown until a person decides: the same SOP Instance UID with other content';

CREATE TABLE pacs_data.remote_ae (
    id integer NOT NULL,
    ae_title text NOT NULL,
    host cidr NOT NULL,
    port integer,
    may_store boolean DEFAULT true NOT NULL,
    may_find boolean DEFAULT false NOT NULL,
    may_move boolean DEFAULT false NOT NULL,
    may_get boolean DEFAULT false NOT NULL,
    may_commit boolean DEFAULT true NOT NULL,
    acts_as name,
    is_enabled boolean DEFAULT true NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    detects_character_set boolean DEFAULT true NOT NULL,
    uses_tls boolean DEFAULT false NOT NULL,
    certificate_sha256 bytea,
    user_identity text DEFAULT 'accepted'::text NOT NULL,
    transfer_syntaxes text[] DEFAULT '{}'::text[] NOT NULL,
    max_associations integer,
    max_requests_per_second integer,
    ward text,
    identity text DEFAULT 'received'::text NOT NULL,
    CONSTRAINT remote_ae_ae_title_check CHECK (((ae_title ~ '^[ -\[\]-~]{1,16}$'::text) AND (ae_title = btrim(ae_title)))),
    CONSTRAINT remote_ae_certificate_sha256_check CHECK ((length(certificate_sha256) = 32)),
    CONSTRAINT remote_ae_identity_check CHECK ((identity = ANY (ARRAY['received'::text, 'card'::text]))),
    CONSTRAINT remote_ae_max_associations_check CHECK ((max_associations > 0)),
    CONSTRAINT remote_ae_max_requests_per_second_check CHECK ((max_requests_per_second > 0)),
    CONSTRAINT remote_ae_port_check CHECK (((port >= 1) AND (port <= 65535))),
    CONSTRAINT remote_ae_user_identity_check CHECK ((user_identity = ANY (ARRAY['ignored'::text, 'accepted'::text, 'required'::text]))),
    CONSTRAINT remote_ae_ward_check CHECK ((ward <> ''::text))
);

COMMENT ON TABLE pacs_data.remote_ae IS 'AE titles that may talk to us, by address, and what they may do; edited through pacs.remote_ae';

COMMENT ON COLUMN pacs_data.remote_ae.acts_as IS 'The login whose rights its queries have, when it names no user itself';

COMMENT ON COLUMN pacs_data.remote_ae.certificate_sha256 IS 'SHA-256 of its certificate (DER), which it must show where it calls, from any address of host, and where it is called; associations with it are over TLS then';

COMMENT ON COLUMN pacs_data.remote_ae.detects_character_set IS 'Whether its texts are read in another character set than declared where the evidence is strong';

COMMENT ON COLUMN pacs_data.remote_ae.host IS 'The address it calls from, or the network';

COMMENT ON COLUMN pacs_data.remote_ae.identity IS 'Whose identity it is shown: as it was received, or of the patient card where the study is linked to one';

COMMENT ON COLUMN pacs_data.remote_ae.max_associations IS 'Associations of it at once; one more is rejected';

COMMENT ON COLUMN pacs_data.remote_ae.max_requests_per_second IS 'Requests that are taken from it; more have to wait';

COMMENT ON COLUMN pacs_data.remote_ae.port IS 'Where it listens, if it does';

COMMENT ON COLUMN pacs_data.remote_ae.transfer_syntaxes IS 'UIDs of transfer syntaxes that it is sent and asked for first, best first';

COMMENT ON COLUMN pacs_data.remote_ae.user_identity IS 'Whether a user name and passcode in the association (PS3.7 D.3.3.7) are checked: ignored, accepted (checked where they come) or required';

COMMENT ON COLUMN pacs_data.remote_ae.uses_tls IS 'Whether associations with it, in either direction, must be over TLS';

COMMENT ON COLUMN pacs_data.remote_ae.ward IS 'The ward whose device it is, as patient cards name it; null: of the whole house';

CREATE TABLE pacs_data.remote_answer (
    question_id bigint NOT NULL,
    id bigint NOT NULL,
    response jsonb NOT NULL
);

ALTER TABLE ONLY pacs_data.remote_answer FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.remote_answer IS 'What another PACS answered, in the DICOM JSON model';

CREATE TABLE pacs_data.remote_question (
    id bigint NOT NULL,
    remote_ae_id integer NOT NULL,
    task_id bigint NOT NULL,
    asked_by name NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    level text NOT NULL,
    identifier jsonb NOT NULL,
    is_cut boolean DEFAULT false NOT NULL,
    CONSTRAINT remote_question_level_check CHECK ((level = ANY (ARRAY['PATIENT'::text, 'STUDY'::text, 'SERIES'::text, 'IMAGE'::text])))
);

ALTER TABLE ONLY pacs_data.remote_question FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.remote_question IS 'C-FIND questions to other PACS; kept for an hour';

COMMENT ON COLUMN pacs_data.remote_question.expires_at IS 'Nobody waits for the answer any more';

COMMENT ON COLUMN pacs_data.remote_question.is_cut IS 'There were more answers than setting remote_rows allows';

CREATE TABLE pacs_data.report (
    report_id bigint NOT NULL,
    version integer NOT NULL,
    study_id bigint NOT NULL,
    filed_at timestamp with time zone DEFAULT now() NOT NULL,
    filed_by name NOT NULL,
    on_behalf_of text,
    status text NOT NULL,
    author text,
    title text,
    body text,
    link text,
    pdf bytea,
    digest bytea NOT NULL,
    CONSTRAINT report_status_check CHECK ((status = ANY (ARRAY['partial'::text, 'preliminary'::text, 'final'::text, 'amended'::text, 'corrected'::text, 'appended'::text, 'cancelled'::text, 'entered-in-error'::text]))),
    CONSTRAINT report_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY pacs_data.report ALTER COLUMN pdf SET STORAGE EXTERNAL;

ALTER TABLE ONLY pacs_data.report FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.report IS 'Reports of the information system, a row for each version; append-only. Those that came as DICOM objects are read from their headers';

COMMENT ON COLUMN pacs_data.report.author IS 'Who is responsible for what it says, as the information system names the person';

COMMENT ON COLUMN pacs_data.report.digest IS 'SHA-256 of what was filed: the same sent again is no new version';

COMMENT ON COLUMN pacs_data.report.link IS 'Where the information system shows it: an https URL';

COMMENT ON COLUMN pacs_data.report.report_id IS 'The report, whatever its version';

COMMENT ON COLUMN pacs_data.report.status IS 'DiagnosticReport.status of FHIR';

COMMENT ON COLUMN pacs_data.report.version IS 'From 1; the highest is what holds';

CREATE TABLE pacs_data.resource_pause (
    resource text NOT NULL COLLATE pg_catalog."C",
    failures integer NOT NULL,
    paused_until timestamp with time zone NOT NULL,
    last_error text NOT NULL
);

COMMENT ON TABLE pacs_data.resource_pause IS 'Resources of tasks that could not be reached: their tasks wait together';

CREATE TABLE pacs_data.schema_migration (
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE pacs_data.schema_migration IS 'Migrations that were applied, with the digest of their text';

CREATE TABLE pacs_data.series (
    id bigint NOT NULL,
    study_id bigint NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    series_number integer,
    series_instance_uid text NOT NULL COLLATE pg_catalog."C",
    modality text,
    series_description text,
    template jsonb NOT NULL,
    study_date date
);
ALTER TABLE ONLY pacs_data.series ALTER COLUMN template SET STORAGE EXTERNAL;

ALTER TABLE ONLY pacs_data.series FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.series IS 'A series; unique within its study, since devices have been seen to use one UID in two studies';

COMMENT ON COLUMN pacs_data.series.study_date IS 'The study''s, for the index by modality and date';

COMMENT ON COLUMN pacs_data.series.template IS 'The header of the first instance that came; instances keep their difference from it';

CREATE TABLE pacs_data.setting (
    name text NOT NULL,
    value text NOT NULL,
    description text NOT NULL,
    CONSTRAINT setting_ae_title CHECK (((name <> 'ae_title'::text) OR ((value ~ '^[ -\[\]-~]{1,16}$'::text) AND (value = btrim(value))))),
    CONSTRAINT setting_commitment_checks CHECK (((name <> 'commitment_checks'::text) OR (value = ANY (ARRAY['size'::text, 'digest'::text])))),
    CONSTRAINT setting_commitment_objects CHECK (
CASE
    WHEN (name = 'commitment_objects'::text) THEN (((value)::integer >= 1) AND ((value)::integer <= 100000))
    ELSE true
END),
    CONSTRAINT setting_commitment_patience CHECK (
CASE
    WHEN (name = 'commitment_patience'::text) THEN (((value)::interval >= '00:00:01'::interval) AND ((value)::interval <= '60 days'::interval))
    ELSE true
END),
    CONSTRAINT setting_link_lifetime CHECK (
CASE
    WHEN (name = 'link_lifetime'::text) THEN (((value)::interval >= '00:01:00'::interval) AND ((value)::interval <= '365 days'::interval))
    ELSE true
END),
    CONSTRAINT setting_link_points CHECK (
CASE
    WHEN (name = ANY (ARRAY['link_automatic'::text, 'link_lead'::text, 'link_proposed'::text])) THEN (((value)::real >= (0)::double precision) AND ((value)::real <= (1000)::double precision))
    ELSE true
END),
    CONSTRAINT setting_public_url CHECK (((name <> 'public_url'::text) OR (value ~ '^https?://[^\s"''<>\\]+$'::text))),
    CONSTRAINT setting_remote_rows CHECK (
CASE
    WHEN (name = 'remote_rows'::text) THEN (((value)::integer >= 1) AND ((value)::integer <= 1000000))
    ELSE true
END),
    CONSTRAINT setting_report_max_bytes CHECK (
CASE
    WHEN (name = 'report_max_bytes'::text) THEN (((value)::integer >= 1024) AND ((value)::integer <= 268435456))
    ELSE true
END),
    CONSTRAINT setting_study_grace CHECK (
CASE
    WHEN (name = 'study_grace'::text) THEN (((value)::interval >= '00:00:00'::interval) AND ((value)::interval <= '1 day'::interval))
    ELSE true
END),
    CONSTRAINT setting_study_silence CHECK (
CASE
    WHEN (name = 'study_silence'::text) THEN (((value)::interval >= '00:00:01'::interval) AND ((value)::interval <= '7 days'::interval))
    ELSE true
END),
    CONSTRAINT setting_tasks_per_resource CHECK (
CASE
    WHEN (name = 'tasks_per_resource'::text) THEN (((value)::integer >= 1) AND ((value)::integer <= 1000))
    ELSE true
END),
    CONSTRAINT setting_time_zone CHECK (
CASE
    WHEN (name = 'time_zone'::text) THEN (('1970-01-01 00:00:00+00'::timestamp with time zone AT TIME ZONE value) IS NOT NULL)
    ELSE true
END)
);

COMMENT ON TABLE pacs_data.setting IS 'Settings that SQL needs; edited through pacs.setting';

CREATE TABLE pacs_data.store (
    id smallint NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    takes_new boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE pacs_data.store IS 'Places that hold files; a file lies at url/ab/cd/<file_id>.dcm, where abcd begins its file_id';

CREATE TABLE pacs_data.study (
    id bigint NOT NULL,
    patient_id bigint NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    study_date date,
    patient_birth_date date,
    study_time time without time zone,
    study_instance_uid text NOT NULL COLLATE pg_catalog."C",
    patient_name text,
    patient_name_folded text COLLATE pg_catalog."C",
    patient_sex text,
    accession_number text,
    study_id text,
    study_description text,
    referring_physician_name text,
    patient_name_key text COLLATE pg_catalog."C"
);

ALTER TABLE ONLY pacs_data.study FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.study IS 'A study, with the patient as its first instance named one';

COMMENT ON COLUMN pacs_data.study.patient_name_folded IS 'patient_name in lower case, blanks for ^ and =: what searches compare';

COMMENT ON COLUMN pacs_data.study.patient_name_key IS 'dicom.name_key(patient_name): candidates of a search by name, which dicom.name_matches then looks at';

CREATE TABLE pacs_data.study_completion (
    id bigint NOT NULL,
    study_id bigint NOT NULL,
    completed_at timestamp with time zone DEFAULT now() NOT NULL,
    reason text NOT NULL,
    instances bigint NOT NULL,
    study_instance_uid text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT study_completion_reason_check CHECK ((reason = ANY (ARRAY['association'::text, 'silence'::text, 'count'::text])))
);

ALTER TABLE ONLY pacs_data.study_completion FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.study_completion IS 'Each time that a study was complete: again, when more of it had come. It says so by itself, whatever becomes of the study';

COMMENT ON COLUMN pacs_data.study_completion.reason IS 'association: those that sent it have ended; silence: nothing came any more; count: as many are there as its headers say';

CREATE TABLE pacs_data.task (
    id bigint NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    priority smallint DEFAULT 0 NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    max_attempts smallint DEFAULT 10 NOT NULL,
    run_after timestamp with time zone DEFAULT now() NOT NULL,
    leased_until timestamp with time zone,
    lease uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    last_error text,
    resource text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT task_max_attempts_check CHECK ((max_attempts > 0)),
    CONSTRAINT task_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='1000');

ALTER TABLE ONLY pacs_data.task FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.task IS 'Work for the daemon; claimed with a lease, retried with backoff, failed where a person sees it';

COMMENT ON COLUMN pacs_data.task.lease IS 'Names the claim: only who holds it may finish or fail the task';

COMMENT ON COLUMN pacs_data.task.resource IS 'What tasks of its kind share, such as the AE title and id of a destination: so many of them run at once as the setting tasks_per_resource says; empty: nothing';

CREATE TABLE pacs_data.transfer (
    id bigint NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    via text NOT NULL,
    calling_ae_title text NOT NULL,
    called_ae_title text NOT NULL,
    peer inet,
    remote_ae_id integer,
    closed_at timestamp with time zone,
    noticed_instance_id bigint DEFAULT 0 NOT NULL,
    is_settled boolean DEFAULT false NOT NULL,
    study_instance_uid text COLLATE pg_catalog."C",
    CONSTRAINT transfer_via_check CHECK ((via = ANY (ARRAY['dimse'::text, 'stow'::text, 'inbox'::text, 'grid'::text, 'rebuild'::text])))
)
WITH (autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='100000');

ALTER TABLE ONLY pacs_data.transfer FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE pacs_data.transfer IS 'One row for each association, STOW request or batch of files that may bring objects in';

COMMENT ON COLUMN pacs_data.transfer.closed_at IS 'When its association ended: no more objects come by it';

COMMENT ON COLUMN pacs_data.transfer.is_settled IS 'Whether rules have seen all that came by it';

COMMENT ON COLUMN pacs_data.transfer.noticed_instance_id IS 'The last instance of it that rules have seen';

COMMENT ON COLUMN pacs_data.transfer.remote_ae_id IS 'Of pacs_data.remote_ae; no foreign key, whose check would lock the device''s row at each association';

COMMENT ON COLUMN pacs_data.transfer.study_instance_uid IS 'By our own C-GET: the study that was asked for; objects of another are refused';

ALTER TABLE pacs_data.audit_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.audit_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.card_history ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.card_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.card ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.card_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.card_link_history ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.card_link_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.card_quarantine ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.card_quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.card_source ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.card_source_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.commitment ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.commitment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.defect ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.defect_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.forward_rule ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.forward_rule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.instance ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.instance_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.patient ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.patient_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.person ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.person_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.person_merge ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.person_merge_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.pull ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.pull_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.quarantine ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.remote_ae ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.remote_ae_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.remote_answer ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.remote_answer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.remote_question ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.remote_question_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.report ALTER COLUMN report_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME pacs_data.report_report_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.series ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.series_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.store ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.store_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.study_completion ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.study_completion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.study ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.study_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.task ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.task_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE pacs_data.transfer ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pacs_data.transfer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY pacs_data.arrival
    ADD CONSTRAINT arrival_pkey PRIMARY KEY (study_id, transfer_id);

ALTER TABLE ONLY pacs_data.audit_event
    ADD CONSTRAINT audit_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.card
    ADD CONSTRAINT card_card_number_card_year_key UNIQUE (card_number, card_year);

ALTER TABLE ONLY pacs_data.card
    ADD CONSTRAINT card_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.card_candidate
    ADD CONSTRAINT card_candidate_pkey PRIMARY KEY (study_id, card_id);

ALTER TABLE ONLY pacs_data.card_history
    ADD CONSTRAINT card_history_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.card_link
    ADD CONSTRAINT card_link_pkey PRIMARY KEY (study_id);

ALTER TABLE ONLY pacs_data.card_link_history
    ADD CONSTRAINT card_link_history_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.card_quarantine
    ADD CONSTRAINT card_quarantine_card_key_key UNIQUE (card_key);

ALTER TABLE ONLY pacs_data.card_quarantine
    ADD CONSTRAINT card_quarantine_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.card_rejection
    ADD CONSTRAINT card_rejection_pkey PRIMARY KEY (study_id, card_id);

ALTER TABLE ONLY pacs_data.card_source
    ADD CONSTRAINT card_source_name_key UNIQUE (name);

ALTER TABLE ONLY pacs_data.card_source
    ADD CONSTRAINT card_source_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.commitment
    ADD CONSTRAINT commitment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.commitment
    ADD CONSTRAINT commitment_remote_ae_id_is_ours_transaction_uid_key UNIQUE (remote_ae_id, is_ours, transaction_uid);

ALTER TABLE ONLY pacs_data.commitment_item
    ADD CONSTRAINT commitment_item_pkey PRIMARY KEY (commitment_id, number);

ALTER TABLE ONLY pacs_data.defect
    ADD CONSTRAINT defect_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.forward_object
    ADD CONSTRAINT forward_object_pkey PRIMARY KEY (instance_id, rule_id);

ALTER TABLE ONLY pacs_data.forward_rule
    ADD CONSTRAINT forward_rule_name_key UNIQUE (name);

ALTER TABLE ONLY pacs_data.forward_rule
    ADD CONSTRAINT forward_rule_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.frame_table
    ADD CONSTRAINT frame_table_pkey PRIMARY KEY (instance_id);

ALTER TABLE ONLY pacs_data.instance
    ADD CONSTRAINT instance_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.instance
    ADD CONSTRAINT instance_sop_instance_uid_key UNIQUE (sop_instance_uid);

ALTER TABLE ONLY pacs_data.link
    ADD CONSTRAINT link_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.link_due
    ADD CONSTRAINT link_due_pkey PRIMARY KEY (subject, id);

ALTER TABLE ONLY pacs_data.link_weight
    ADD CONSTRAINT link_weight_pkey PRIMARY KEY (evidence, level);

ALTER TABLE ONLY pacs_data.patient
    ADD CONSTRAINT patient_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.person
    ADD CONSTRAINT person_person_number_key UNIQUE (person_number);

ALTER TABLE ONLY pacs_data.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.person_merge
    ADD CONSTRAINT person_merge_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.pull
    ADD CONSTRAINT pull_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.remote_ae
    ADD CONSTRAINT remote_ae_ae_title_host_key UNIQUE (ae_title, host);

ALTER TABLE ONLY pacs_data.remote_ae
    ADD CONSTRAINT remote_ae_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.remote_answer
    ADD CONSTRAINT remote_answer_pkey PRIMARY KEY (question_id, id);

ALTER TABLE ONLY pacs_data.remote_question
    ADD CONSTRAINT remote_question_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.report
    ADD CONSTRAINT report_pkey PRIMARY KEY (report_id, version);

ALTER TABLE ONLY pacs_data.resource_pause
    ADD CONSTRAINT resource_pause_pkey PRIMARY KEY (resource);

ALTER TABLE ONLY pacs_data.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY pacs_data.series
    ADD CONSTRAINT series_of_study UNIQUE (study_id, series_instance_uid) INCLUDE (modality);

ALTER TABLE ONLY pacs_data.series
    ADD CONSTRAINT series_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.setting
    ADD CONSTRAINT setting_pkey PRIMARY KEY (name);

ALTER TABLE ONLY pacs_data.store
    ADD CONSTRAINT store_name_key UNIQUE (name);

ALTER TABLE ONLY pacs_data.store
    ADD CONSTRAINT store_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.store
    ADD CONSTRAINT store_url_key UNIQUE (url);

ALTER TABLE ONLY pacs_data.study
    ADD CONSTRAINT study_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.study
    ADD CONSTRAINT study_study_instance_uid_key UNIQUE (study_instance_uid);

ALTER TABLE ONLY pacs_data.study_completion
    ADD CONSTRAINT study_completion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pacs_data.transfer
    ADD CONSTRAINT transfer_pkey PRIMARY KEY (id);

CREATE INDEX audit_event_at ON pacs_data.audit_event USING brin (at) WITH (autosummarize='true');

CREATE INDEX audit_event_study ON pacs_data.audit_event USING gin (study_ids) WHERE ((study_ids <> '{}'::bigint[]) AND (event <> 'instance_stored'::text));

CREATE INDEX card_birth_date ON pacs_data.card USING btree (birth_date);

CREATE INDEX card_candidate_card ON pacs_data.card_candidate USING btree (card_id);

CREATE INDEX card_given_name_and_admission ON pacs_data.card USING btree ("left"(dicom.name_skeleton(given_name), 3) COLLATE "C", admitted_at);

CREATE INDEX card_history_card ON pacs_data.card_history USING btree (card_id);

CREATE INDEX card_identity_document ON pacs_data.card USING btree (identity_document, birth_date) WHERE (identity_document IS NOT NULL);

CREATE INDEX card_link_card ON pacs_data.card_link USING btree (card_id) WHERE (card_id IS NOT NULL);

CREATE INDEX card_link_history_card ON pacs_data.card_link_history USING btree (card_id);

CREATE INDEX card_link_history_study ON pacs_data.card_link_history USING btree (study_id);

CREATE INDEX card_link_keys ON pacs_data.card_link USING gin (keys) WHERE (keys IS NOT NULL);

CREATE INDEX card_link_proposed ON pacs_data.card_link USING btree (score DESC, study_id) WHERE (status = 'proposed'::text);

CREATE INDEX card_name_key ON pacs_data.card USING btree ("left"(dicom.name_key(patient_name), 256) COLLATE "C");

CREATE INDEX card_name_trigram ON pacs_data.card USING gin ("left"(dicom.name_key(patient_name), 256) COLLATE "C" trigram.gin_trgm_ops);

CREATE INDEX card_names ON pacs_data.card USING btree (dicom.name_skeleton(surname) COLLATE "C", dicom.name_skeleton(given_name) COLLATE "C");

CREATE INDEX card_number_key ON pacs_data.card USING btree (dicom.number_key(card_number), card_year);

CREATE INDEX card_person ON pacs_data.card USING btree (person_id);

CREATE INDEX card_rejection_card ON pacs_data.card_rejection USING btree (card_id);

CREATE INDEX card_surname_and_admission ON pacs_data.card USING btree ("left"(dicom.name_skeleton(surname), 3) COLLATE "C", admitted_at);

CREATE INDEX card_surname_and_year ON pacs_data.card USING btree (dicom.name_skeleton(surname) COLLATE "C", EXTRACT(year FROM birth_date));

CREATE INDEX commitment_item_of_instance ON pacs_data.commitment_item USING btree (sop_instance_uid);

CREATE INDEX commitment_unanswered ON pacs_data.commitment USING btree (requested_at) WHERE (is_ours AND (checked_at IS NULL) AND (given_up_at IS NULL));

CREATE UNIQUE INDEX defect_once ON pacs_data.defect USING btree (series_id, tag, code, value);

CREATE INDEX forward_object_failed ON pacs_data.forward_object USING btree (rule_id, decided_at) WHERE (state = 'failed'::text);

CREATE INDEX forward_object_waiting ON pacs_data.forward_object USING btree (task_id) WHERE (state = 'waiting'::text);

CREATE INDEX instance_report ON pacs_data.instance USING btree (series_id) WHERE (sop_class_uid = ANY (ARRAY['1.2.840.10008.5.1.4.1.1.88.11'::text, '1.2.840.10008.5.1.4.1.1.88.22'::text, '1.2.840.10008.5.1.4.1.1.88.33'::text, '1.2.840.10008.5.1.4.1.1.88.34'::text, '1.2.840.10008.5.1.4.1.1.88.35'::text, '1.2.840.10008.5.1.4.1.1.88.72'::text, '1.2.840.10008.5.1.4.1.1.104.1'::text]));

CREATE INDEX instance_series ON pacs_data.instance USING btree (series_id);

CREATE INDEX instance_transfer ON pacs_data.instance USING btree (transfer_id, id);

CREATE INDEX link_due_at ON pacs_data.link_due USING btree (subject, due_at DESC);

CREATE INDEX link_expires_at ON pacs_data.link USING btree (expires_at);

CREATE INDEX link_study ON pacs_data.link USING btree (study_id);

CREATE INDEX patient_id_prefix ON pacs_data.patient USING btree (patient_id text_pattern_ops);

COMMENT ON INDEX pacs_data.patient_id_prefix IS 'For P12*: the database''s collation need not have prefixes together';

CREATE UNIQUE INDEX patient_identity ON pacs_data.patient USING btree (patient_id, issuer_of_patient_id) WHERE (patient_id <> ''::text);

COMMENT ON INDEX pacs_data.patient_identity IS 'An empty Patient ID identifies nobody: each such study has a patient of its own';

CREATE INDEX person_merge_into ON pacs_data.person_merge USING btree (into_person_id) WHERE (undone_at IS NULL);

CREATE UNIQUE INDEX person_merge_of ON pacs_data.person_merge USING btree (person_id) WHERE (undone_at IS NULL);

CREATE INDEX quarantine_open ON pacs_data.quarantine USING btree (received_at) WHERE (state = 'open'::text);

CREATE INDEX quarantine_sop_instance ON pacs_data.quarantine USING btree (sop_instance_uid, sha256);

CREATE INDEX remote_question_of_task ON pacs_data.remote_question USING btree (task_id);

CREATE INDEX report_study ON pacs_data.report USING btree (study_id);

CREATE INDEX series_instance_uid ON pacs_data.series USING btree (series_instance_uid);

CREATE INDEX series_modality ON pacs_data.series USING btree (modality, study_date) INCLUDE (study_id);

CREATE INDEX study_accession_number ON pacs_data.study USING btree (accession_number);

CREATE INDEX study_completion_at ON pacs_data.study_completion USING brin (completed_at) WITH (autosummarize='true');

CREATE INDEX study_completion_of_study ON pacs_data.study_completion USING btree (study_id, id);

CREATE INDEX study_date ON pacs_data.study USING btree (study_date DESC NULLS LAST, id DESC, study_time);

CREATE INDEX study_name ON pacs_data.study USING btree (patient_name_folded);

CREATE INDEX study_name_key ON pacs_data.study USING btree (patient_name_key);

CREATE INDEX study_name_trigram ON pacs_data.study USING gin (patient_name_key trigram.gin_trgm_ops) WITH (fastupdate=off);

CREATE INDEX study_patient ON pacs_data.study USING btree (patient_id);

CREATE INDEX task_finished ON pacs_data.task USING btree (finished_at) WHERE (state = ANY (ARRAY['done'::text, 'cancelled'::text]));

CREATE INDEX task_leased ON pacs_data.task USING btree (leased_until) WHERE (state = 'running'::text);

CREATE INDEX task_ready ON pacs_data.task USING btree (kind, resource, priority, run_after) WHERE (state = 'ready'::text);

CREATE INDEX task_running ON pacs_data.task USING btree (kind, resource) WHERE (state = 'running'::text);

CREATE INDEX transfer_opened_at ON pacs_data.transfer USING brin (opened_at) WITH (autosummarize='true');

CREATE INDEX transfer_unsettled ON pacs_data.transfer USING btree (id) WHERE ((NOT is_settled) AND (via <> 'rebuild'::text));

ALTER TABLE ONLY pacs_data.card
    ADD CONSTRAINT card_person_id_fkey FOREIGN KEY (person_id) REFERENCES pacs_data.person(id);

ALTER TABLE ONLY pacs_data.card_candidate
    ADD CONSTRAINT card_candidate_card_id_fkey FOREIGN KEY (card_id) REFERENCES pacs_data.card(id) ON DELETE CASCADE;

ALTER TABLE ONLY pacs_data.card_candidate
    ADD CONSTRAINT card_candidate_study_id_fkey FOREIGN KEY (study_id) REFERENCES pacs_data.card_link(study_id) ON DELETE CASCADE;

ALTER TABLE ONLY pacs_data.card_history
    ADD CONSTRAINT card_history_card_id_fkey FOREIGN KEY (card_id) REFERENCES pacs_data.card(id) ON DELETE CASCADE;

ALTER TABLE ONLY pacs_data.card_link
    ADD CONSTRAINT card_link_card_id_fkey FOREIGN KEY (card_id) REFERENCES pacs_data.card(id);

ALTER TABLE ONLY pacs_data.card_link
    ADD CONSTRAINT card_link_study_id_fkey FOREIGN KEY (study_id) REFERENCES pacs_data.study(id) ON DELETE CASCADE;

ALTER TABLE ONLY pacs_data.card_link_history
    ADD CONSTRAINT card_link_history_card_id_fkey FOREIGN KEY (card_id) REFERENCES pacs_data.card(id) ON DELETE CASCADE;

ALTER TABLE ONLY pacs_data.card_link_history
    ADD CONSTRAINT card_link_history_study_id_fkey FOREIGN KEY (study_id) REFERENCES pacs_data.study(id) ON DELETE CASCADE;

ALTER TABLE ONLY pacs_data.card_rejection
    ADD CONSTRAINT card_rejection_card_id_fkey FOREIGN KEY (card_id) REFERENCES pacs_data.card(id) ON DELETE CASCADE;

ALTER TABLE ONLY pacs_data.card_rejection
    ADD CONSTRAINT card_rejection_study_id_fkey FOREIGN KEY (study_id) REFERENCES pacs_data.study(id) ON DELETE CASCADE;

ALTER TABLE ONLY pacs_data.commitment_item
    ADD CONSTRAINT commitment_item_commitment_id_fkey FOREIGN KEY (commitment_id) REFERENCES pacs_data.commitment(id) ON DELETE CASCADE;

ALTER TABLE ONLY pacs_data.forward_object
    ADD CONSTRAINT forward_object_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES pacs_data.instance(id) ON DELETE CASCADE;

ALTER TABLE ONLY pacs_data.forward_object
    ADD CONSTRAINT forward_object_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES pacs_data.forward_rule(id) ON DELETE CASCADE;

ALTER TABLE ONLY pacs_data.forward_rule
    ADD CONSTRAINT forward_rule_destination_id_fkey FOREIGN KEY (destination_id) REFERENCES pacs_data.remote_ae(id);

ALTER TABLE ONLY pacs_data.frame_table
    ADD CONSTRAINT frame_table_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES pacs_data.instance(id) ON DELETE CASCADE;

ALTER TABLE ONLY pacs_data.person_merge
    ADD CONSTRAINT person_merge_into_person_id_fkey FOREIGN KEY (into_person_id) REFERENCES pacs_data.person(id);

ALTER TABLE ONLY pacs_data.person_merge
    ADD CONSTRAINT person_merge_person_id_fkey FOREIGN KEY (person_id) REFERENCES pacs_data.person(id);

ALTER TABLE ONLY pacs_data.remote_answer
    ADD CONSTRAINT remote_answer_question_id_fkey FOREIGN KEY (question_id) REFERENCES pacs_data.remote_question(id) ON DELETE CASCADE;

ALTER TABLE ONLY pacs_data.report
    ADD CONSTRAINT report_study_id_fkey FOREIGN KEY (study_id) REFERENCES pacs_data.study(id);

ALTER TABLE ONLY pacs_data.series
    ADD CONSTRAINT series_study_id_fkey FOREIGN KEY (study_id) REFERENCES pacs_data.study(id);

ALTER TABLE ONLY pacs_data.study
    ADD CONSTRAINT study_patient_id_fkey FOREIGN KEY (patient_id) REFERENCES pacs_data.patient(id);

ALTER TABLE pacs_data.arrival ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.audit_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.card ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.card_candidate ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.card_history ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.card_link ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.card_link_history ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.card_quarantine ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.card_rejection ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.card_source ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.commitment ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.commitment_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.defect ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.forward_object ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.frame_table ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.instance ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.link ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.link_due ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.patient ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.person ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.person_merge ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.pull ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.quarantine ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.remote_answer ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.remote_question ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.report ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.series ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.study ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.study_completion ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.task ENABLE ROW LEVEL SECURITY;

ALTER TABLE pacs_data.transfer ENABLE ROW LEVEL SECURITY;

