#!/usr/bin/env bash
# Writes a plan in every form into a folder, for a pipeline of a pull request.
#
#   plan.sh FOLDER [argument of platc plan …]
#
# Writes plan.md, plan.html, plan.json and report.json (what GitLab shows of a plan). Exits with 0 whether something changes or not, and
# with 1 if there is no plan. `PLATC` is the command, `platc` unless set.
set -euo pipefail

folder=$1
shift
mkdir -p "$folder"
for format in json html markdown; do
  file=$folder/plan.${format/markdown/md}
  status=0
  "${PLATC:-platc}" plan "$@" --format "$format" --out "$file" || status=$?
  # 2: there are changes.
  case $status in 0 | 2) ;; *) exit "$status" ;; esac
done
# A replacement and a move are a deletion and a creation.
jq '.summary.actions | {
  create: (.create + .replace + .move),
  update: .update,
  delete: (.delete + .replace + .move)
}' "$folder/plan.json" >"$folder/report.json"
