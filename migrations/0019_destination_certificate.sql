-- Whom we call is known by its certificate too. What tells the daemon whom to call says one column more, which needs a
-- function made anew.

drop function if exists pacs.find_destination(text);
drop function if exists pacs.forward_destination(bigint, uuid);
drop function if exists pacs.commitment_report(bigint);
drop function if exists pacs.commitment_question(bigint);
drop function if exists pacs.remote_question(bigint);
drop function if exists pacs.pull_page(bigint);

set local role pacs_owner;

comment on column pacs_data.remote_ae.certificate_sha256 is 'SHA-256 of its certificate (DER), which it must show where it calls, from any address of host, and where it is called; associations with it are over TLS then';

reset role;
