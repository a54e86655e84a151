# The build, and the demonstration that follows it. Sourced, not run.
# shellcheck shell=bash

build_release() {
  [ "$PGPACS_BUILD" = "$root/build/release" ] || die "PGPACS_BUILD is $PGPACS_BUILD: build there yourself, or unset it"
  [ -e "$PGPACS_BUILD/build.ninja" ] || quietly env -C "$root" cmake --preset release -DPGPACS_TESTS="${PGPACS_TESTS:-OFF}"
  if [ -t 2 ]; then NINJA_STATUS='     %f of %t  ' cmake --build "$PGPACS_BUILD" >&2 || die "the build failed"
  else quietly cmake --build "$PGPACS_BUILD"; fi
}

# The option with which storescu proposes the transfer syntax of a file.
storescu_option() {
  case "$(dcmdump -q +P 0002,0010 -s "$1" 2>/dev/null | sed -n 's/.*=\([A-Za-z0-9:,.-]*\).*/\1/p')" in
    JPEGBaseline) echo -xy ;;
    JPEGExtended*) echo -xx ;;
    JPEGLossless*) echo -xs ;;
    JPEGLSLossless) echo -xt ;;
    JPEGLSLossy) echo -xu ;;
    RLELossless) echo -xr ;;
    JPEG2000LosslessOnly) echo -xv ;;
    JPEG2000) echo -xw ;;
    LittleEndianImplicit) echo -xi ;;
    BigEndianExplicit) echo -xb ;;
    DeflatedLittleEndianExplicit) echo -xd ;;
    *) echo -xe ;;
  esac
}

store_folder() {
  local first
  first=$(find "$1" -type f | sort | head -n 1)
  quietly storescu "$(storescu_option "$first")" -aec "$PGPACS_AE_TITLE" +sd 127.0.0.1 "$PGPACS_DIMSE_PORT" "$1"
}

send_demo() {
  local demo=$PGPACS_VAR/demo folder n=0
  if [ -e "$demo/sent" ]; then say "was sent before"; return; fi
  rm -rf "$demo"
  say "making a CT, MR, US, CR, DX, XA, captures, a report and a document of people who do not exist"
  quietly "$PGPACS_BUILD/tests/generate/pgpacs-generate" demo "$demo"
  for folder in "$demo"/*/; do
    store_folder "$folder"
    n=$((n + $(find "$folder" -type f | wc -l)))
  done
  say "sent $n objects with storescu"
  send_shared
  touch "$demo/sent"
}

# Real files of many makers, where they lie beside the checkout. Some are no images or broken on purpose.
send_shared() {
  local shared=$root/../shared/dicom
  [ -d "$shared" ] || return 0
  say "sending the files in ../shared/dicom with dcmsend"
  dcmsend -q -nh -aec "$PGPACS_AE_TITLE" +sd +r --read-dataset --no-uid-checks 127.0.0.1 "$PGPACS_DIMSE_PORT" "$shared" >/dev/null 2>&1 ||
    say "some of them are no objects that can be sent, as expected"
}

show_demo() {
  local query="select patient_name, study_date, modalities, number_of_instances, study_instance_uid from pacs.find_studies(patient_name => 'шевченко', on_behalf_of => 'Д-р Мельник')"
  local study link
  study=$(dba -Atc "select study_instance_uid from pacs.find_studies(patient_name => 'Шевченко') order by number_of_instances desc limit 1")
  link=$("$root/scripts/psql" pacs_mis -XAtqc "select url from pacs.study_links('$study', on_behalf_of => 'Д-р Мельник') where level = 'study'")
  cat <<S

${bold}Send your own files${plain}
  dcmsend -aec $PGPACS_AE_TITLE +sd +r 127.0.0.1 $PGPACS_DIMSE_PORT FOLDER

${bold}The information system asks in SQL${plain}
  scripts/psql pacs_mis -c "$query"

S
  "$root/scripts/psql" pacs_mis -X -P pager=off -c "$query"
  cat <<S
${bold}and gets a link that opens${plain}
  scripts/psql pacs_mis -c "select url from pacs.study_links('$study', on_behalf_of => 'Д-р Мельник')"
  ${green}$link${plain}

S
}
