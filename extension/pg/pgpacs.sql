-- The functions of the extension (schema dicom). The same script installs and updates: it replaces functions
-- whole, as sql/ does, and holds no data.
\echo Use "create extension pgpacs" to load this file. \quit

-- Functions whose arguments or columns changed since an earlier script.
drop function if exists dicom.header(bytea, text, bigint[]);
drop function if exists dicom.header(bytea, text, bigint[], text);
drop function if exists dicom.describe(bytea, text, bigint[]);
do $$ begin
  if not exists (select from pg_proc where oid = to_regprocedure('dicom.dictionary()') and 'private_creator' = any (proargnames)) then
    drop function if exists dicom.dictionary();
  end if;
end $$;

create or replace function dicom.header(
    data bytea, transfer_syntax_uid text default '', gaps bigint[] default '{}', bulk_data_uri text default '{path}',
    detect_character_set boolean default true)
  returns jsonb language c immutable strict parallel safe cost 20 as 'MODULE_PATHNAME', 'pgpacs_header';
comment on function dicom.header is
'The DICOM JSON model (PS3.18 annex F) of a Part 10 file, or of a bare data set whose transfer syntax is named (guessed where it is not); whole, or only its header. UTF-8 whatever its character set; binary values over 64 bytes, values over pgpacs.limit_value_bytes and contents (Pixel Data, documents, waveforms) as BulkDataURI: bulk_data_uri with the path of the element (tags and item numbers: 54000100/0/54001010) in the place of {path}. gaps: pairs of place and length where large values were left out. detect_character_set: texts that are clearly in another set than (0008,0005) says (UTF-8, also encoded twice; windows-1251, KOI8-U, ISO 8859-5, CP1125; Polish windows-1250 and ISO 8859-2) are read in that one. Raises PC001 to PC007. Callable by all.';

create or replace function dicom.pixel_description(
    data bytea, transfer_syntax_uid text default '', gaps bigint[] default '{}',
    out "rows" int, out columns int, out number_of_frames int, out samples_per_pixel int,
    out photometric_interpretation text, out planar_configuration int, out bits_allocated int,
    out bits_stored int, out high_bit int, out pixel_representation int, out transfer_syntax text,
    out pixel_data_offset bigint, out pixel_data_length bigint)
  language c immutable strict parallel safe cost 10 as 'MODULE_PATHNAME', 'pgpacs_pixel_description';
comment on function dicom.pixel_description(bytea, text, bigint[]) is
'How the pixels of a Part 10 file or a bare data set lie (PS3.3 C.7.6.3), and where: offset and length of the value of Pixel Data in bytes of the input; for encapsulated pixels length is that of all fragments with their headers where the input left them out by gaps, else 0. Raises as dicom.header does. Callable by all.';

create or replace function dicom.pixel_description(
    template jsonb, difference jsonb,
    out "rows" int, out columns int, out number_of_frames int, out samples_per_pixel int,
    out photometric_interpretation text, out planar_configuration int, out bits_allocated int,
    out bits_stored int, out high_bit int, out pixel_representation int)
  language c immutable strict parallel safe cost 5 as 'MODULE_PATHNAME', 'pgpacs_stored_pixel_description';
comment on function dicom.pixel_description(jsonb, jsonb) is
'How the pixels of an instance lie (PS3.3 C.7.6.3), from its series'' template and its difference, without merging them. Callable by all.';

create or replace function dicom.frames(
    data bytea, transfer_syntax_uid text default '', gaps bigint[] default '{}',
    out frame int, out frame_offset bigint, out frame_length bigint)
  returns setof record language c immutable strict parallel safe cost 100 rows 10
  as 'MODULE_PATHNAME', 'pgpacs_frames';
comment on function dicom.frames is
'Where the frames lie, from 1, in bytes of a whole Part 10 file or bare data set (of the inflated data set, from its beginning, where its syntax is deflated). Native pixels: the bytes that hold the frame. Encapsulated ones (PS3.5 A.4): from the item tag of its first fragment to the end of its last, item headers included. No rows where frames cannot be told apart, of a video, and of encapsulated pixels that gaps leave out. Raises as dicom.header does. Callable by all.';

create or replace function dicom.frame_table(
    header bytea, transfer_syntax_uid text, gaps bigint[], fragments bigint[],
    out pixel_data_offset bigint, out pixel_data_length bigint, out frame_offsets bigint[],
    out frame_lengths bigint[], out defects jsonb)
  language c immutable strict parallel safe cost 20 as 'MODULE_PATHNAME', 'pgpacs_frame_table';
comment on function dicom.frame_table is
'The frames of an object for ingest, from its header as the daemon keeps it and what it saw of fragments: pairs of length and mark, first of the basic offset table (1: it is right, 2: it is wrong), then of each fragment (1: it begins a codestream, 2: the table points to it, 3: both). Where pixels lie, of encapsulated ones without the table; places and lengths of frames in the data set, null where dicom.stored_frames finds the same without them; what is wrong with the tables ([{code, tag, value}] or null). Raises as dicom.header does. Callable by all.';

create or replace function dicom.stored_frames(
    template jsonb, difference jsonb, transfer_syntax_uid text, pixel_data_offset bigint,
    pixel_data_length bigint, frame_offsets bigint[], frame_lengths bigint[],
    out frame int, out frame_offset bigint, out frame_length bigint)
  returns setof record language c immutable parallel safe cost 20 rows 10
  as 'MODULE_PATHNAME', 'pgpacs_stored_frames';
comment on function dicom.stored_frames is
'The frames of an instance in its data set, from 1: those of dicom.frame_table, and where that gave none, those that follow from the header and the place of the pixels. Raises PC007. Callable by all.';

create or replace function dicom.frame_groups(header jsonb, frame int)
  returns jsonb language c immutable strict parallel safe cost 10 as 'MODULE_PATHNAME', 'pgpacs_frame_groups';
comment on function dicom.frame_groups(jsonb, int) is
'The functional groups of a frame, from 1, of an enhanced object (PS3.3 C.7.6.16), as a header: the item of Shared Functional Groups Sequence joined with the frame''s own. Null where the object has no such frame. Callable by all.';

create or replace function dicom.frame_groups(template jsonb, difference jsonb, frame int)
  returns jsonb language c immutable strict parallel safe cost 10 as 'MODULE_PATHNAME', 'pgpacs_frame_groups';
comment on function dicom.frame_groups(jsonb, jsonb, int) is
'dicom.frame_groups of a template and a difference. Callable by all.';

create or replace function dicom.frame_groups(header jsonb, out frame int, out groups jsonb)
  returns setof record language c immutable strict parallel safe cost 100 rows 100
  as 'MODULE_PATHNAME', 'pgpacs_all_frame_groups';
comment on function dicom.frame_groups(jsonb) is
'dicom.frame_groups of every frame of a header. Callable by all.';

create or replace function dicom.frame_groups(template jsonb, difference jsonb, out frame int, out groups jsonb)
  returns setof record language c immutable strict parallel safe cost 100 rows 100
  as 'MODULE_PATHNAME', 'pgpacs_all_frame_groups';
comment on function dicom.frame_groups(jsonb, jsonb) is
'dicom.frame_groups of every frame of a template and a difference. Callable by all.';

create or replace function dicom.describe(
    data bytea, transfer_syntax_uid text, gaps bigint[], detect_character_set boolean default true,
    out header jsonb, out defects jsonb, out pixel_data_offset bigint, out pixel_data_length bigint,
    out sop_class_uid text, out sop_instance_uid text, out study_instance_uid text, out series_instance_uid text)
  language c immutable strict parallel safe cost 20 as 'MODULE_PATHNAME', 'pgpacs_describe';
comment on function dicom.describe is
'One pass for ingest over the header of a bare data set as the daemon keeps it (inflated, large values left out): the header, what is wrong with it ([{code, tag, value}] or null), the place of Pixel Data, and the UIDs that place the object (null where absent). Raises as dicom.header does. Callable by all.';

create or replace function dicom.difference(template jsonb, header jsonb)
  returns jsonb language c immutable strict parallel safe cost 5 as 'MODULE_PATHNAME', 'pgpacs_difference';
comment on function dicom.difference is
'What a header adds to a template: by tag null (absent here), a value or array of values (the VR is the template''s), or the whole element. merge(template, difference(template, header)) is the header. Raises PC007 where one is no header. Callable by all.';

create or replace function dicom.merge(template jsonb, difference jsonb)
  returns jsonb language c immutable strict parallel safe cost 10 as 'MODULE_PATHNAME', 'pgpacs_merge';
comment on function dicom.merge is
'The header that a template and a difference stand for. Raises PC007 where the difference is not one from this template. Callable by all.';

create or replace function dicom.rewrite(
    data bytea, edits jsonb default '[]', transfer_syntax_uid text default '', to_explicit_little_endian boolean default false)
  returns bytea language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_rewrite';
comment on function dicom.rewrite is
'A Part 10 file or a bare data set with edits made: an array of {op, attribute or creator, value, vr, everywhere}, of which docs/rewrite.md tells. What no edit names comes out bit for bit, in the transfer syntax that came or, where asked, in explicit VR little endian (compressed pixels stay compressed). A changed file has new file meta information. It knows no policy. Raises as dicom.header does, PC008 where an edit names no attribute, PC015 where the character set lacks a character of a new text; messages give the number of the edit from 0. Callable by all.';

-- Reading a value costs the planner's hundred operators: a header lies out of its row, and is fetched first.
create or replace function dicom.value(header jsonb, attribute text)
  returns jsonb language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_value';
comment on function dicom.value(jsonb, text) is
'The Value array of an attribute; null where it is absent, empty or binary. Named by keyword (PatientName), tag (00100010), path through items counted from 0 (RequestAttributesSequence[0].ScheduledProcedureStepID), or, where it is private, by creator (SIEMENS CSA HEADER/0029xx10). Raises PC008 where no attribute has the name. Callable by all.';

create or replace function dicom.value(template jsonb, difference jsonb, attribute text)
  returns jsonb language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_value';
comment on function dicom.value(jsonb, jsonb, text) is
'dicom.value of the header that a template and a difference stand for, without merging them. Callable by all.';

create or replace function dicom.value_text(header jsonb, attribute text)
  returns text language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_value_text';
comment on function dicom.value_text(jsonb, text) is
'All values of an attribute joined by backslashes; a person name as PS3.5 writes it. Callable by all.';

create or replace function dicom.value_text(template jsonb, difference jsonb, attribute text)
  returns text language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_value_text';
comment on function dicom.value_text(jsonb, jsonb, text) is
'dicom.value_text of a template and a difference. Callable by all.';

create or replace function dicom.value_number(header jsonb, attribute text)
  returns numeric language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_value_number';
comment on function dicom.value_number(jsonb, text) is
'The first value of an attribute where it is a number, else null. Callable by all.';

create or replace function dicom.value_number(template jsonb, difference jsonb, attribute text)
  returns numeric language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_value_number';
comment on function dicom.value_number(jsonb, jsonb, text) is
'dicom.value_number of a template and a difference. Callable by all.';

create or replace function dicom.value_date(header jsonb, attribute text)
  returns date language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_value_date';
comment on function dicom.value_date(jsonb, text) is
'The first value of an attribute where it is a date (DA, also 1999.12.31), else null. Callable by all.';

create or replace function dicom.value_date(template jsonb, difference jsonb, attribute text)
  returns date language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_value_date';
comment on function dicom.value_date(jsonb, jsonb, text) is
'dicom.value_date of a template and a difference. Callable by all.';

create or replace function dicom.value_time(header jsonb, attribute text)
  returns time language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_value_time';
comment on function dicom.value_time(jsonb, text) is
'The first value of an attribute where it is a time of day (TM), else null. Callable by all.';

create or replace function dicom.value_time(template jsonb, difference jsonb, attribute text)
  returns time language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_value_time';
comment on function dicom.value_time(jsonb, jsonb, text) is
'dicom.value_time of a template and a difference. Callable by all.';

create or replace function dicom.value_timestamp(header jsonb, attribute text)
  returns timestamp language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_value_timestamp';
comment on function dicom.value_timestamp(jsonb, text) is
'The first value of an attribute where it is a date and time (DT), as the clock on the wall showed it: an offset from UTC is not applied. Else null. Callable by all.';

create or replace function dicom.value_timestamp(template jsonb, difference jsonb, attribute text)
  returns timestamp language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_value_timestamp';
comment on function dicom.value_timestamp(jsonb, jsonb, text) is
'dicom.value_timestamp of a template and a difference. Callable by all.';

create or replace function dicom.value_utc_offset(header jsonb, attribute text)
  returns interval language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_value_utc_offset';
comment on function dicom.value_utc_offset(jsonb, text) is
'The offset from UTC that the first value of an attribute names where it is a date and time (DT): value_timestamp minus this is UTC. Null where none is written; Timezone Offset From UTC (0008,0201) may say it for the whole object. Callable by all.';

create or replace function dicom.value_utc_offset(template jsonb, difference jsonb, attribute text)
  returns interval language c immutable strict parallel safe cost 100 as 'MODULE_PATHNAME', 'pgpacs_value_utc_offset';
comment on function dicom.value_utc_offset(jsonb, jsonb, text) is
'dicom.value_utc_offset of a template and a difference. Callable by all.';

create or replace function dicom.dictionary(
    out tag text, out keyword text, out name text, out vr text, out vm text, out is_retired boolean,
    out private_creator text)
  returns setof record language c immutable parallel safe rows 8100 as 'MODULE_PATHNAME', 'pgpacs_dictionary';
comment on function dicom.dictionary is
'The data dictionary (PS3.6 chapters 6 to 9), ascending by tag: eight hexadecimal digits, x where repeating groups choose. Then private elements that are publicly known, ascending by private_creator (null for those of the standard) and tag, where x is the block that the creator reserves; they have no keyword, and many no name. Callable by all.';

create or replace function dicom.keyword(tag text)
  returns text language c immutable strict parallel safe as 'MODULE_PATHNAME', 'pgpacs_keyword';
comment on function dicom.keyword is
'The keyword of a tag (00100010: PatientName); null where the dictionary has none. Raises PC007 where it is no tag. Callable by all.';

create or replace function dicom.attribute(name text, out path text, out root text, out vr text)
  returns record language c immutable strict parallel safe as 'MODULE_PATHNAME', 'pgpacs_attribute';
comment on function dicom.attribute is
'What a name of an attribute means, as dicom.value takes it: path, its one spelling (keywords where the dictionary has them); root, the tag of the header''s element that it begins with (ggggxxee, where that is found by creator); vr, null where the dictionary does not tell. Raises PC008 where no attribute has the name. Callable by all.';

create or replace function dicom.uid_name(uid text)
  returns text language c immutable strict parallel safe as 'MODULE_PATHNAME', 'pgpacs_uid_name';
comment on function dicom.uid_name is
'The name of a UID that PS3.6 annex A registers; null for others. Callable by all.';

create or replace function dicom.romanize(name text)
  returns text language c immutable strict parallel safe as 'MODULE_PATHNAME', 'pgpacs_romanize';
comment on function dicom.romanize is
'Ukrainian in Latin letters by resolution 55 of the Cabinet of Ministers (2010); letters that only Russian has by ICAO 9303-3; all else as it is. Raises PC007 beyond 1 MB. Callable by all.';

create or replace function dicom.name_skeleton(name text)
  returns text language c immutable strict parallel safe as 'MODULE_PATHNAME', 'pgpacs_name_skeleton';
comment on function dicom.name_skeleton is
'A reduced Latin key: spellings of one name in Cyrillic, in official Latin and by ear share it, and some other names do. For indexes and candidates, never to tell persons apart. Raises PC007 beyond 1 MB. Callable by all.';

create or replace function dicom.name_key(name text)
  returns text language c immutable strict parallel safe as 'MODULE_PATHNAME', 'pgpacs_name_key';
comment on function dicom.name_key is
'A name in small Latin letters by dicom.romanize, without accents and apostrophes, y as i and no i twice, single blanks between components; groups stay parted by =, wildcards stay. What an index is made of, for the candidates of dicom.name_matches. Raises PC007 beyond 1 MB. Callable by all.';

create or replace function dicom.name_matches(name text, pattern text)
  returns boolean language c immutable strict parallel safe cost 20 as 'MODULE_PATHNAME', 'pgpacs_name_matches';
comment on function dicom.name_matches is
'Whether a person name is what C-FIND asks for: * any characters, ? one; capitals and accents do not count; two and more components in any order; Cyrillic by its romanization and the reverse, letter by letter within one alphabet. A pattern of one component group looks into every group, one of several compares group by group. False for a name over 4 KB; raises PC007 for such a pattern. Callable by all.';

create or replace function dicom.name_similarity(a text, b text)
  returns real language c immutable strict parallel safe cost 50 as 'MODULE_PATHNAME', 'pgpacs_name_similarity';
comment on function dicom.name_similarity is
'How likely two spellings are of one person''s name, from 0 to 1: the similarity of dicom.name_agreement. Evidence for tying a study to a patient card, never proof. 0 for a name over 4 KB or without letters. Callable by all.';

create or replace function dicom.name_agreement(a text, b text,
    out surname text, out given text, out patronymic text, out similarity real)
  language c immutable strict parallel safe cost 50 as 'MODULE_PATHNAME', 'pgpacs_name_agreement';
comment on function dicom.name_agreement is
'Two spellings of a name beside each other, in either alphabet, components in any order, cut, or by initials. Each component is exact (the same letters, or the same in the other alphabet), sound (spelt by ear), equivalent (Микола, Николай), typing (an error), truncated (the beginning of the other, or a part of a double surname), other_sex (a surname: -ський, -ська), initial, missing (from one or both) or differs. similarity is the product of a figure for each, 0 where nothing agrees; symmetric, 1 where all agree. All missing and 0 for a name over 4 KB or without letters. Callable by all.';

create or replace function dicom.number_agreement(typed text[], card_number text, card_year int)
  returns text language c immutable strict parallel safe cost 10 as 'MODULE_PATHNAME', 'pgpacs_number_agreement';
comment on function dicom.number_agreement is
'The best that numbers which were typed say of a patient card; the first (the Patient ID) also where none agrees, the others (an Accession Number) are often something else. exact_with_year, part_with_year (something before or after it), typing_with_year (a typing error in the number), exact, typing (both without the year), differs, or missing (nothing was typed, or more than 256 bytes). Separators, leading zeros, capitals, letters that look like digits or like letters of the other alphabet do not count; the year may have two digits. Callable by all.';

create or replace function dicom.number_key(card_number text)
  returns text language c immutable strict parallel safe cost 10 as 'MODULE_PATHNAME', 'pgpacs_number_key';
comment on function dicom.number_key is
'The number of a card without what does not count (dicom.number_agreement): what an index is made of. Empty where it has neither letter nor digit, or more than 256 bytes. Callable by all.';

create or replace function dicom.number_keys(typed text)
  returns text[] language c immutable strict parallel safe cost 10 as 'MODULE_PATHNAME', 'pgpacs_number_keys';
comment on function dicom.number_keys is
'The keys (dicom.number_key) of all card numbers that what was typed may mean, with a year or without. Callable by all.';

create or replace function dicom.birth_date_agreement(typed date, age int, on_day date, birth_date date)
  returns text language c immutable parallel safe cost 10 as 'MODULE_PATHNAME', 'pgpacs_birth_date_agreement';
comment on function dicom.birth_date_agreement is
'What a birth date that was typed, or an age in years on a day where there is none, says of a birth date: exact, swapped (day and month), first_of_january (of the same year), typing (one digit, or the year one or ten off), age (give or take a year), differs, or missing. Callable by all.';

create or replace function dicom.make_header(elements text, variadic "values" "any")
  returns jsonb language c immutable parallel safe cost 10 as 'MODULE_PATHNAME', 'pgpacs_make_header';
comment on function dicom.make_header is
'A header made of values. elements: for each its tag and its VR, ten characters. Values are text (parted by backslashes, person names by =), date, time, int, bigint, or jsonb: a Value array, or a whole element, whose VR then counts and of which only Value and InlineBinary are taken; null is an element without a value. Of VR UN, a Value array of texts comes out as LO, of numbers as DS, of items as SQ. Raises PC007. Callable by all.';

create or replace function dicom.faults(
    out name text, out sqlstate text, out dimse_status int, out http_status int, out meaning text)
  returns setof record language c immutable parallel safe as 'MODULE_PATHNAME', 'pgpacs_faults';
comment on function dicom.faults is
'Everything that pgpacs refuses, with its SQLSTATE (class PC), DIMSE status and HTTP status: docs/errors.md in SQL. Callable by all.';

create or replace function dicom.keyed_digest(key_name text, generation int, message bytea)
  returns bytea language c stable strict as 'MODULE_PATHNAME', 'pgpacs_keyed_digest';
comment on function dicom.keyed_digest is
'HMAC-SHA256 of a message with the key in the file key_name.generation of the folder pgpacs.key_directory. Raises PC060 (no key) and PC061 (the file is open to others). For definers of pacs_owner only: it would sign anything.';

create or replace function dicom.key_generation(key_name text)
  returns int language c stable strict as 'MODULE_PATHNAME', 'pgpacs_key_generation';
comment on function dicom.key_generation is
'The newest generation of a key: the highest N of the files key_name.N. Raises PC060. For definers of pacs_owner only.';

create or replace function dicom.open_cursor(statement text, caller name, parameters text[], cursor_name text)
  returns refcursor language c volatile as 'MODULE_PATHNAME', 'pgpacs_open_cursor';
comment on function dicom.open_cursor is
'A cursor of a query in which caller is $1 and parameters $2; with a name made for it where cursor_name is null. Its plan is kept for the session and serves any parameters: for queries that find little by a key. Raises 42P11 where the statement is no query. For definers of pacs_owner only: it plans with their rights.';

-- Once: what is revoked here again would take rights that were given since for the extension's own, which are in no dump.
do $$ begin
  if has_function_privilege('public', 'dicom.key_generation(text)', 'execute') then
    revoke all on function dicom.keyed_digest, dicom.key_generation from public;
  end if;
  if has_function_privilege('public', 'dicom.open_cursor(text, name, text[], text)', 'execute') then
    revoke all on function dicom.open_cursor from public;
  end if;
end $$;
