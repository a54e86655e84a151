-- Where the frames of an object lie, where its header and the place of its pixels do not say so already
-- (PS3.5 A.4): compressed films and what is cut into many fragments. One image in one codestream has no row, nor has
-- any with native pixels.

set local role pacs_owner;

create table pacs_data.frame_table (
  instance_id bigint primary key references pacs_data.instance on delete cascade,
  frame_offsets bigint[] not null,
  frame_lengths bigint[] not null
);
comment on table pacs_data.frame_table is 'Frames of instances in bytes of the data set, in order; no frames where they cannot be told apart, or where a video has none';
comment on column pacs_data.frame_table.frame_offsets is 'Of the item tag of each frame''s first fragment';
comment on column pacs_data.frame_table.frame_lengths is 'To the end of each frame''s last fragment, item headers included';
alter table pacs_data.frame_table enable row level security;
alter table pacs_data.frame_table force row level security;

comment on column pacs_data.instance.pixel_data_offset is 'Of the value of Pixel Data, from the beginning of the data set (inflated, where its syntax is deflated); of encapsulated pixels, of the first fragment''s item, after the basic offset table';
comment on column pacs_data.instance.pixel_data_length is 'Of the value of Pixel Data; of encapsulated pixels, of all fragments with their item headers';

reset role;
