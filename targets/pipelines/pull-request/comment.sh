#!/usr/bin/env bash
# Posts a plan as one comment, and updates that comment from then on.
#
#   comment.sh github|gitlab FILE
#
# FILE is what `platc plan --format markdown` wrote: its first line is the hidden marker by which the comment is found again. Only a
# comment by the same author is taken for it, so that nobody can put words into ours, or us into theirs. Where there is no comment
# yet and PLATC_CHANGES is `false`, nothing is posted: no noise on changes that change nothing.
#
# github: GITHUB_API_URL, GITHUB_REPOSITORY, PLATC_PULL_REQUEST, PLATC_TOKEN (pull-requests: write), PLATC_AUTHOR
# gitlab: CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, PLATC_TOKEN (scope `api`)
set -euo pipefail

forge=$1 file=$2
marker=$(head -n 1 "$file")
case $marker in
  '<!-- platc-plan id='*' -->') ;;
  *) echo "comment.sh: $file does not begin with the marker of a plan" >&2; exit 1 ;;
esac

# The token stays out of the list of processes.
call() {
  local method=$1 url=$2
  shift 2
  curl --silent --show-error --fail-with-body --retry 3 --max-time 60 --request "$method" \
    --config <(printf 'header = "%s%s"\n' "$auth" "$PLATC_TOKEN") --header 'Content-Type: application/json' "$@" "$url"
}

case $forge in
  github)
    auth='Authorization: Bearer '
    comments="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/$PLATC_PULL_REQUEST/comments"
    comment="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/comments"
    update=PATCH
    author=${PLATC_AUTHOR:-github-actions[bot]}
    by='.user.login'
    ;;
  gitlab)
    auth='PRIVATE-TOKEN: '
    comments="$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes"
    comment=$comments
    update=PUT
    author=$(call GET "$CI_API_V4_URL/user" | jq --raw-output .username)
    by='.author.username'
    ;;
  *) echo "comment.sh: the forge is github or gitlab, not $forge" >&2; exit 64 ;;
esac

id='' page=1
while [ -z "$id" ]; do
  found=$(call GET "$comments?per_page=100&page=$page")
  id=$(jq --raw-output --arg marker "$marker" --arg author "$author" \
    "[.[] | select($by == \$author and (.body | startswith(\$marker)))][0].id // empty" <<<"$found")
  [ "$(jq length <<<"$found")" -eq 100 ] || break
  page=$((page + 1))
done

if [ -n "$id" ]; then
  jq --raw-input --slurp '{ body: . }' "$file" | call "$update" "$comment/$id" --data-binary @- >/dev/null
  echo "updated comment $id"
elif [ "${PLATC_CHANGES:-true}" = false ]; then
  echo "nothing changes, and there is no comment to say so in"
else
  jq --raw-input --slurp '{ body: . }' "$file" | call POST "$comments" --data-binary @- >/dev/null
  echo "posted a comment"
fi
