-- How the pixels of each instance lie, and where its frames are: for who reads frames from files, and for who asks.

create or replace view pacs.pixel_description with (security_invoker) as
  select st.study_instance_uid, se.series_instance_uid, i.sop_instance_uid, i.transfer_syntax_uid, p."rows", p.columns,
         coalesce(p.number_of_frames, 1) as number_of_frames, p.samples_per_pixel, p.photometric_interpretation,
         p.planar_configuration, p.bits_allocated, p.bits_stored, p.high_bit, p.pixel_representation
  from pacs_data.instance i
  join pacs_data.series se on se.id = i.series_id
  join pacs_data.study st on st.id = se.study_id
  cross join lateral dicom.pixel_description(se.template, i.difference) p
  where i.pixel_data_offset is not null;
comment on view pacs.pixel_description is 'How the pixels of each instance that has some lie (PS3.3 C.7.6.3)';

create or replace view pacs.frame with (security_invoker) as
  select st.study_instance_uid, se.series_instance_uid, i.sop_instance_uid, f.frame, f.frame_offset, f.frame_length,
         -- What is deflated has no place of its own in the file.
         case when i.transfer_syntax_uid <> '1.2.840.10008.1.2.1.99' then i.data_set_offset + f.frame_offset end as file_offset
  from pacs_data.instance i
  join pacs_data.series se on se.id = i.series_id
  join pacs_data.study st on st.id = se.study_id
  left join pacs_data.frame_table t on t.instance_id = i.id
  cross join lateral dicom.stored_frames(se.template, i.difference, i.transfer_syntax_uid, i.pixel_data_offset,
                                         i.pixel_data_length, t.frame_offsets, t.frame_lengths) f;
comment on view pacs.frame is 'The frames of each instance, from 1: their place in its data set and in its file, and their length in bytes; of encapsulated pixels with the headers of their items (PS3.5 A.4). A video has none';

create or replace function pacs_internal.keep_frames(instance bigint, offsets bigint[], lengths bigint[]) returns void
  language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  delete from pacs_data.frame_table t where t.instance_id = instance;
  if offsets is not null then
    insert into pacs_data.frame_table (instance_id, frame_offsets, frame_lengths) values (instance, offsets, lengths);
  end if;
end
$$;
comment on function pacs_internal.keep_frames is 'Makes these the frames of an instance; none are kept where they follow from its header.';
