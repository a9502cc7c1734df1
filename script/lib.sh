# Helpers shared by the scripts in this folder; sourced, never run.
# shellcheck shell=bash disable=SC2034 # the scripts that source this use its variables

export LANG=C.UTF-8 LC_ALL=C.UTF-8

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
VENV=$ROOT/.venv
LOG=${LOG:-$ROOT/.wenlan-bootstrap.log}

say() { printf '%s\n' "$@"; }

warn() { printf 'Note: %s\n' "$*" >&2; }

die() {
  printf 'Error: %s\n' "$*" >&2
  exit 1
}

# The comment at the top of a script, between its first and its second empty line, is its help text.
print_help() {
  awk 'NR == 1 { next } /^#/ { sub(/^# ?/, ""); print; next } { exit }' "$1"
}

# Milliseconds since the epoch, without starting a process.
now_ms() { printf '%s' "$((${EPOCHREALTIME/[.,]/} / 1000))"; }

# seconds_since START_MS: "12.3 s"
seconds_since() {
  local spent=$(($(now_ms) - $1))
  printf '%d.%d s' "$((spent / 1000))" "$((spent % 1000 / 100))"
}

# run_step LABEL COMMAND...: one line with the time it took; the command's own words go to the log,
# whose last lines are shown when it fails.
run_step() {
  local label=$1 started status=0
  shift
  started=$(now_ms)
  printf '  %-46s ' "$label"
  printf '\n== %s: %s\n' "$label" "$*" >>"$LOG"
  "$@" >>"$LOG" 2>&1 </dev/null 9>&- || status=$?
  if ((status == 0)); then
    printf '%s\n' "$(seconds_since "$started")"
    return 0
  fi
  printf 'failed after %s\n' "$(seconds_since "$started")"
  return "$status"
}

# must_step LABEL COMMAND...: run_step, and the end of the script when it fails.
must_step() {
  run_step "$@" && return 0
  {
    printf '\nThe last lines of %s:\n' "$LOG"
    tail -n 40 "$LOG" | sed 's/^/  | /'
    printf '\nError: "%s" failed.\n' "$1"
  } >&2
  exit 1
}

# bootstrap_for PROFILE [--no-install]: what the script that calls this needs, or the end of it.
bootstrap_for() {
  "$ROOT/script/bootstrap" --quiet --for "$@" || exit $?
}
