-- dicom.faults: the one table of what can go wrong.
begin;
set local search_path = tap, pg_catalog;
select plan(3);

select is((select count(*) from dicom.faults()
  where sqlstate !~ '^PC[0-9]{3}$' or dimse_status not between 256 and 65535 or http_status not between 400 and 599 or meaning = ''), 0::bigint,
  'Every fault has a SQLSTATE of class PC, a DIMSE status, an HTTP status and a meaning');
select is((select count(distinct name) = count(*) and count(distinct sqlstate) = count(*) from dicom.faults()), true,
  'No two faults share a name or a SQLSTATE');
select is((select row(f.*)::text from dicom.faults() f where name = 'expired_token'),
  '(expired_token,PC042,292,403,"the link has expired; ask the information system for a new one")', 'A fault is a row');

select * from finish();
rollback;
