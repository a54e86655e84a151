#!/bin/bash
# Rules that the catalog and the sources keep: comments, rights, owners, search paths, row-level security, errors.
. "$(dirname "$0")/../lib/own_cluster.sh"
start_own_cluster
make_empty_database pacs
deploy pacs >/dev/null
value pacs "create schema check_plpgsql; create extension plpgsql_check with schema check_plpgsql"

# none WORDS QUERY: the query lists what breaks the rule.
none() {
  local found
  found=$(value pacs "$2")
  [ -z "$found" ] || fail "$1; not so: $found"
  note "$1"
}
value pacs "
  create schema rule;
  create view rule.function as
    select p.*, p.oid::regprocedure::text as name, n.nspname, obj_description(p.oid, 'pg_proc') as description
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('dicom', 'pacs', 'pacs_internal', 'pacs_data', 'pacs_trust', 'research');
  create view rule.relation as
    select c.*, c.oid::regclass::text as name, n.nspname, obj_description(c.oid, 'pg_class') as description
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('pacs', 'pacs_internal', 'pacs_data', 'pacs_trust', 'research') and c.relkind in ('r', 'p', 'v', 'm', 'f');
  create view rule.role as select * from pg_roles where rolname like 'pacs\_%'"

# Comments
none "Every function has a comment" "select name from rule.function where coalesce(description, '') = ''"
none "Every table and view has a comment" "select name from rule.relation where coalesce(description, '') = ''"
none "Every schema has a comment" "select nspname from pg_namespace where nspname in ('pacs', 'pacs_internal', 'pacs_data', 'pacs_trust', 'research')
  and coalesce(obj_description(oid, 'pg_namespace'), '') = ''"
none "Every role has a comment" "select rolname from rule.role where coalesce(shobj_description(oid, 'pg_authid'), '') = ''"
none "The comment of a function that people call names every role that may call it, and no other" "
  select f.name || ': ' || r.rolname from rule.function f, rule.role r where f.nspname = 'pacs'
    and r.rolname <> 'pacs_owner' and has_function_privilege(r.oid, f.oid, 'execute') <> (f.description ~ ('\m' || r.rolname || '\M'))"
none "The comment of a function names every error of ours that its text raises" "
  select f.name || ': ' || code[1] from rule.function f, regexp_matches(f.prosrc, 'errcode = ''(PC\d{3})''', 'g') code
  where f.description !~ code[1] and not exists (
    select from regexp_matches(f.description, '(PC\d{3}) to (PC\d{3})', 'g') span where code[1] between span[1] and span[2])"

# Rights
none "PUBLIC has no function of ours but immutable ones of schema dicom" "
  select name from rule.function where has_function_privilege('public', oid, 'execute') and (nspname <> 'dicom' or provolatile <> 'i')"
none "PUBLIC has no table or view of ours" "select name from rule.relation, unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) p
  where has_table_privilege('public', oid, p)"
none "PUBLIC has no schema of ours but dicom" "select nspname from pg_namespace where nspname in ('pacs', 'pacs_internal', 'pacs_data', 'pacs_trust', 'research', 'pgcrypto', 'public')
  and (has_schema_privilege('public', oid, 'usage') or has_schema_privilege('public', oid, 'create'))"
none "What pacs_owner makes is nobody else's until it is granted" "
  select 'missing' where not exists (select from pg_default_acl where defaclrole = 'pacs_owner'::regrole and defaclobjtype = 'f' and defaclnamespace = 0)"

# Row-level security
none "Every table but those without patients forces row-level security" "
  select name from rule.relation where nspname in ('pacs_data', 'pacs_trust') and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)
    and name not in ('pacs_data.schema_migration', 'pacs_data.setting', 'pacs_data.store', 'pacs_data.remote_ae', 'pacs_data.forward_rule', 'pacs_data.link_weight',
      'pacs_data.resource_pause')"
none "Every table that forces it has a policy" "select name from rule.relation r where relrowsecurity and not exists (select from pg_policy where polrelid = r.oid)"
none "Views ask with the rights of who asks" "
  select name from rule.relation where nspname in ('pacs', 'research') and relkind = 'v' and not coalesce(reloptions::text[] && array['security_invoker=true', 'security_invoker=on'], false)"

# Owners and search paths
none "Functions belong to pacs_owner" "select name from rule.function where nspname <> 'dicom' and proowner <> 'pacs_owner'::regrole"
none "So do tables and views, but for the runner's own" "select name from rule.relation where relowner <> 'pacs_owner'::regrole and name <> 'pacs_data.schema_migration'"
none "Definers pin their search path, pg_temp last" "
  select name from rule.function where prosecdef and not coalesce(proconfig && array['search_path=pg_catalog, pg_temp'], false)"
none "Procedures are no definers" "select name from rule.function where prokind = 'p' and prosecdef"
none "So does every function whose body is text, but for procedures, which could end no transaction then" "
  select name from rule.function where nspname <> 'dicom' and prosqlbody is null and prokind <> 'p' and not coalesce(proconfig && array['search_path=pg_catalog, pg_temp'], false)"

# Roles
none "No role of ours logs in or has a power of its own" "
  select rolname from rule.role where (rolcanlogin and rolname <> 'pacs_cron') or rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls"
none "Nobody is a member of pacs_owner" "select member::regrole from pg_auth_members where roleid = 'pacs_owner'::regrole"
none "pacs_owner is a member of nothing" "select roleid::regrole from pg_auth_members where member = 'pacs_owner'::regrole"
none "pacs_gateway is NOINHERIT" "select rolname from pg_roles where rolname = 'pacs_gateway' and rolinherit"
none "pacs_gateway may become roles of the web and no other" "
  select rolname from rule.role where pg_has_role('pacs_gateway', oid, 'member') and rolname not in ('pacs_gateway', 'pacs_mis', 'pacs_physician', 'pacs_radiologist')"
equal "$(sed -n "/foreach role in array/,/loop/p" "$root/scripts/deploy" | grep -oE "'pacs_[a-z_]+'" | tr -d "'" | sort | tr '\n' ' ')" \
  "$(value pacs "select string_agg(rolname || ' ', '' order by rolname collate \"C\") from rule.role where rolname not in ('pacs_owner', 'pacs_cron')")" \
  "scripts/deploy gives every role of ours its rights anew"
none "Nobody but the DBA is told where the keys are" "select rolname from rule.role where pg_has_role(oid, 'pg_read_all_settings', 'member')"
equal "$(state_of pacs "set role pacs_mis; show pgpacs.key_directory")" 42501 "and who asks is refused"

# The server that scripts/up sets up
equal "$(value pacs "select string_agg(setting, ' ' order by name) from pg_settings where name in ('log_min_error_statement', 'log_error_verbosity',
  'log_parameter_max_length', 'log_parameter_max_length_on_error', 'log_statement', 'synchronous_commit', 'full_page_writes')")" \
  "on terse panic 0 0 none on" "The server logs no statement and no value, and keeps what it has acknowledged"

# Code
none "plpgsql_check finds nothing" "
  select f.name || ': ' || c from rule.function f join pg_language l on l.oid = f.prolang
    left join pg_trigger t on t.tgfoid = f.oid and f.prorettype = 'trigger'::regtype,
    lateral check_plpgsql.plpgsql_check_function(f.oid, coalesce(t.tgrelid, 0), extra_warnings => true,
      performance_warnings => true, security_warnings => true) c
  where l.lanname = 'plpgsql'"

# Errors
known=$(value pacs "select sqlstate from dicom.faults() order by 1")
# What may be raised: errcode = 'PC…' in SQL, MAKE_SQLSTATE('P', 'C', …) in the extension.
raised=$(cd "$root" && { grep -rhoE "errcode = '[A-Z0-9a-z_]+'" sql migrations scripts/deploy | sed "s/.*'\(.*\)'/\1/"
  grep -rhoE "MAKE_SQLSTATE\(('.', ){4}'.'\)" extension | sed "s/[^A-Z0-9,']//g; s/MAKESQLSTATE//" | tr -d "',"; } | sort -u)
for code in $raised; do
  case $code in
    PC*) grep -qx "$code" <<<"$known" || fail "$code is raised and not in extension/faults.def" ;;
    insufficient_privilege | dependent_objects_still_exist) ;;
    *) fail "an error of ours has a SQLSTATE of class PC; $code is raised" ;;
  esac
done
rule "Every error that is raised is in extension/faults.def" grep -q PC045 <<<"$raised"
equal "$(cd "$root" && for file in sql/*.sql migrations/*.sql scripts/deploy; do
    tr '\n' ' ' <"$file" | grep -oE "raise exception '([^']|'')*'[^;]*;" | grep -v 'using errcode'; done)" "" "No error is raised without a SQLSTATE"
rule "docs/errors.md is extension/faults.def" cmp "$root/docs/errors.md" <("$root/scripts/document-errors" -)
equal "$(grep -oE '^\| PC[0-9]{3}' "$root/docs/errors.md" | sed 's/| //')" "$known" "and lists exactly what dicom.faults() does"
# A fault that nothing raises would be a promise in docs/errors.md that nobody keeps.
unused=$(cd "$root" && sed -nE 's/^PGPACS_FAULT\(([a-z_]+), "(PC[0-9]+)".*/\1 \2/p' extension/faults.def | while read -r name code; do
  grep -qrE "FaultCode::$name\>|'$code'" extension/dicom extension/pg daemon sql scripts/deploy || echo "$code"; done)
equal "$unused" "" "Every fault of the table can happen"
