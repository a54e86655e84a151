# What is to happen by itself does: pg_cron runs the jobs that the deploy has scheduled, each minute.
. "$(dirname "$0")/../lib/env.sh"

runs() { sql "select count(*) > 0 from cron.job_run_details d join cron.job j using (jobid) where j.jobname = '$1' and d.status = 'succeeded'"; }
has_run() { # JOB
  local i
  for ((i = 0; i < 130; i++)); do
    [ "$(runs "$1")" = t ] && return
    sleep 0.5
  done
  return 1
}
for job in 'pgpacs queue pulls' 'pgpacs import cards' 'pgpacs link studies'; do rule "$job" has_run "$job"; done
equal "$(sql "select count(*) from cron.job_run_details d join cron.job j using (jobid) where j.jobname like 'pgpacs %' and d.status = 'failed'")" 0 "and none has failed"
