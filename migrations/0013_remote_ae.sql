-- Who a device is, how it is called back, and how much of us it may have.

set local role pacs_owner;

alter table pacs_data.remote_ae
  add uses_tls boolean not null default false,
  add certificate_sha256 bytea check (length(certificate_sha256) = 32),
  add user_identity text not null default 'accepted' check (user_identity in ('ignored', 'accepted', 'required')),
  add transfer_syntaxes text[] not null default '{}',
  add max_associations int check (max_associations > 0),
  add max_requests_per_second int check (max_requests_per_second > 0);
comment on column pacs_data.remote_ae.uses_tls is 'Whether associations with it, in either direction, must be over TLS';
comment on column pacs_data.remote_ae.certificate_sha256 is 'SHA-256 of its certificate (DER): who calls must show it, from any address of host';
comment on column pacs_data.remote_ae.user_identity is 'Whether a user name and passcode in the association (PS3.7 D.3.3.7) are checked: ignored, accepted (checked where they come) or required';
comment on column pacs_data.remote_ae.transfer_syntaxes is 'UIDs of transfer syntaxes that it is sent and asked for first, best first';
comment on column pacs_data.remote_ae.max_associations is 'Associations of it at once; one more is rejected';
comment on column pacs_data.remote_ae.max_requests_per_second is 'Requests that are taken from it; more have to wait';

reset role;
