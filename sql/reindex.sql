-- The database rebuilt from the files alone (DESIGN: promise 3): what pacsd reindex calls.

create or replace function pacs.files_without_row(file_ids uuid[], sop_instance_uids text[]) returns setof uuid
  language sql stable security definer rows 1000 set search_path = pg_catalog, pg_temp
begin atomic
  -- By the UID, which has an index, and of what is found by the file: for a million files as for a thousand.
  select f.file_id from unnest(file_ids, sop_instance_uids) f (file_id, uid)
  where not exists (select from pacs_data.instance i where i.sop_instance_uid = f.uid and i.file_id = f.file_id)
    and not exists (select from pacs_data.quarantine q where q.sop_instance_uid = f.uid and q.file_id = f.file_id);
end;
comment on function pacs.files_without_row is 'Which files of the store, each with the SOP Instance UID of its file meta information, no row names. For the daemon (pacs_gateway).';
revoke all on function pacs.files_without_row(uuid[], text[]) from public;
grant execute on function pacs.files_without_row(uuid[], text[]) to pacs_gateway;

create or replace function pacs.open_reindex(sending_ae_title text, receiving_ae_title text) returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  transfer bigint;
begin
  -- One for each pair of titles, whenever it was made: a run that was stopped goes on under the same.
  perform pg_advisory_xact_lock(hashtextextended(concat_ws('|', 'reindex', sending_ae_title, receiving_ae_title), 0));
  select id into transfer from pacs_data.transfer
    where via = 'rebuild' and calling_ae_title = sending_ae_title and called_ae_title = receiving_ae_title
    limit 1;
  if not found then
    insert into pacs_data.transfer (via, calling_ae_title, called_ae_title)
      values ('rebuild', sending_ae_title, receiving_ae_title)
      returning id into transfer;
    perform pacs_internal.audit('reindex_opened', true, transfer_id => transfer);
  end if;
  return transfer;
end
$$;
comment on function pacs.open_reindex is 'The transfer under which objects of files come back that these AE titles brought (empty where a file does not say); made and audited where there is none. For the daemon (pacs_gateway).';
revoke all on function pacs.open_reindex(text, text) from public;
grant execute on function pacs.open_reindex(text, text) to pacs_gateway;

-- The same arguments as pacs.ingest_instance: an object of a file takes the way of one that is received.
create or replace function pacs.reindex_instance(
    transfer_id bigint, header bytea, gaps bigint[], transfer_syntax_uid text, sop_class_uid text,
    sop_instance_uid text, store_id smallint, file_id uuid, file_size bigint, data_set_offset int, sha256 bytea,
    compared_file_id uuid default null, content_digest bytea default null, compared_content_digest bytea default null,
    damaged_file_id uuid default null, fragments bigint[] default '{}', received_at timestamptz default null,
    out outcome text, out reason text, out reason_code text, out known_store_id smallint, out known_file_id uuid,
    out known_file_size bigint, out known_data_set_offset int, out known_transfer_syntax_uid text,
    out known_received_at timestamptz)
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if received_at is null then
    raise exception 'a file was received at some time' using errcode = 'PC082';
  end if;
  if not exists (select from pacs_data.transfer t where t.id = reindex_instance.transfer_id and t.via = 'rebuild') then
    raise exception 'this transfer is not one of a rebuild' using errcode = 'PC082';
  end if;
  if not exists (select from pacs.files_without_row(array[file_id], array[sop_instance_uid])) then
    outcome := 'known';
    return;
  end if;
  select a.* into outcome, reason, reason_code, known_store_id, known_file_id, known_file_size, known_data_set_offset,
                  known_transfer_syntax_uid, known_received_at
    from pacs.ingest_instance(transfer_id, header, gaps, transfer_syntax_uid, sop_class_uid, sop_instance_uid,
      store_id, file_id, file_size, data_set_offset, sha256, compared_file_id, content_digest,
      compared_content_digest, damaged_file_id, fragments, received_at) a;
end
$$;
comment on function pacs.reindex_instance is
'Brings back the object of a file that is in the store, as pacs.ingest_instance would have at received_at, the moment that the file itself says; transfer_id is of pacs.open_reindex. Objects are to come in the order of received_at, at least those of one study, patient or UID. outcome: as pacs.ingest_instance, and known: a row names this file already, and nothing was changed. Whatever it is, the file stays. Raises PC001 to PC006 where the header cannot be read, PC082 without received_at or with another transfer. For the daemon (pacs_gateway).';
revoke all on function pacs.reindex_instance(bigint, bytea, bigint[], text, text, text, smallint, uuid, bigint, int, bytea, uuid, bytea, bytea, uuid, bigint[], timestamptz) from public;
grant execute on function pacs.reindex_instance(bigint, bytea, bigint[], text, text, text, smallint, uuid, bigint, int, bytea, uuid, bytea, bytea, uuid, bigint[], timestamptz) to pacs_gateway;
