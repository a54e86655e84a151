-- The tables of PS3.6 in SQL: dicom.dictionary, dicom.keyword, dicom.attribute, dicom.uid_name.
begin;
\i :root/tests/lib/data_set.sql
set local search_path = tap, pg_catalog;
select plan(27);

select cmp_ok((select count(*) from dicom.dictionary()), '>', 5000::bigint, 'The dictionary is that of the standard');
select is((select row(d.*)::text from dicom.dictionary() d where d.tag = tag_), expected, format('%s is %s', tag_, expected))
  from (values ('00100010', '(00100010,PatientName,"Patient''s Name",PN,1,f,)'),
               ('00280106', '(00280106,SmallestImagePixelValue,"Smallest Image Pixel Value","US or SS",1,f,)'),
               ('50xx0005', '(50xx0005,CurveDimensions,"Curve Dimensions",US,1,t,)')) e (tag_, expected);
select is((select count(*) from dicom.dictionary() d where d.tag !~ '^[0-9A-Fx]{8}$' or d.vr !~ '^[A-Z]{2}( or [A-Z]{2})*$'
    or (d.name is null and d.private_creator is null)), 0::bigint,
  'Every attribute has a tag and a VR');
select is((select count(*) from (select translate(tag, 'x', '0') as tag, lag(translate(tag, 'x', '0')) over (partition by private_creator order by n) as before
           from dicom.dictionary() with ordinality d (tag, keyword, name, vr, vm, is_retired, private_creator, n)) t where tag < before collate "C"), 0::bigint,
  'They ascend by tag');
select cmp_ok((select count(*) from dicom.dictionary() where private_creator is not null), '>', 2700::bigint,
  'Private elements that are publicly known stand in it');
select is((select count(*) from dicom.dictionary() where private_creator is not null and keyword is not null), 0::bigint,
  'which have no keyword');
select is((select row(d.*)::text from dicom.dictionary() d where d.tag = tag_ and private_creator = creator), expected,
    format('%s of %s is %s', tag_, creator, expected))
  from (values ('0029xx08', 'SIEMENS CSA NON-IMAGE', '(0029xx08,,CSADataType,CS,1,f,"SIEMENS CSA NON-IMAGE")'),
               ('00191005', 'PHILIPS MR/PART', '(00191005,,CCAngulation,DS,1,f,"PHILIPS MR/PART")'),
               ('70xxxx04', 'DLX_ANNOT_01', '(70xxxx04,,TextAnnotation,ST,1,f,DLX_ANNOT_01)')) e (tag_, creator, expected);

select is(dicom.keyword(given), expected, format('The keyword of %s is %s', given, coalesce(expected, 'none')))
  from (values ('00100010', 'PatientName'), ('0010,0010', 'PatientName'), ('50020005', 'CurveDimensions'),
               ('00090010', null)) k (given, expected);
select is(pg_temp.state_of(format('select dicom.keyword(%L)', given)), 'PC007', format('«%s» is no tag', given))
  from (values (''), ('PatientName')) k (given);
select is(dicom.uid_name('1.2.840.10008.5.1.4.1.1.2'), 'CT Image Storage', 'A UID has its name');
select is(dicom.uid_name('1.2.3'), null, 'and one that nobody registered has none');

select is(row(a.*)::text, expected, format('The attribute «%s» is %s', given, expected)) from (values
  ('(0010,0010)', '(PatientName,00100010,PN)'), ('00280106', '(SmallestImagePixelValue,00280106,"US or SS")'), ('00291010', '(00291010,00291010,)'),
  ('00400275.00400009', '(RequestAttributesSequence[0].ScheduledProcedureStepID,00400275,SH)'), ('MAKER/0029xx10', '(MAKER/0029XX10,0029XX10,)')) g (given, expected),
  dicom.attribute(given) a;
select is(pg_temp.state_of(format('select * from dicom.attribute(%L)', given)), 'PC008', format('«%s» is no attribute', given))
  from (values (''), ('NoSuchThing'), (repeat('x', 600))) k (given);

select * from finish();
rollback;
