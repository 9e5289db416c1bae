#!/bin/sh
# Take the founding service desk through all stages, against the sandbox:
#   examples/service_desk/migrate.sh [FOLDER]      FOLDER keeps what is written; a temporary one by default
# Things go wrong on purpose on the way, and are found.
set -eu
cd "$(dirname "$0")/../.."
PATH="$PWD/.venv/bin:$PATH"
# Some forty programs start below; each would compile all of its modules again.
unset PYTHONDONTWRITEBYTECODE
project=${1:-$(mktemp -d)}
cp -R examples/service_desk/source/. "$project"
module=get-sector-data

say() { printf '\n== %s\n' "$1"; }
calls() { python -m examples.service_desk.routed --project "$project" "$@"; }
stage() { python -c 'import sys, tomllib; print(tomllib.load(sys.stdin.buffer)["modules"][sys.argv[1]]["stage"])' \
    "$module" <"$project/b24bridge.toml"; }

say "1 scan: what is there"
b24bridge scan "$project" --format table || true

say "2 plan: in which order"
(cd "$project" && b24bridge plan . >plan.md)
sed -n '1,4p' "$project/plan.md"
# A trial asks for fewer runs than production would, and not for speed: the first of twelve calls loads modules.
python - "$project/b24bridge.toml" "$module" <<'PY'
import sys, tomlkit
path, module = sys.argv[1:]
document = tomlkit.parse(open(path, encoding="utf-8").read())
document["modules"][module]["gates"] = {"min_runs": 10, "max_p95_ratio": 1e6}
open(path, "w", encoding="utf-8").write(tomlkit.dumps(document))
PY

say "3 record: the old path on a cassette"
b24bridge record examples.service_desk.sector --name sector-trial --size small \
    --now 2025-12-18T09:00:00Z --cassettes "$project/cassettes"

say "4 verify: both paths on the cassette"
b24bridge verify sector-trial --cassettes "$project/cassettes" --format table

say "5 bench: old against new"
b24bridge bench --workload sector --rounds 1 --size small --reports "$project/reports" >"$project/bench.txt"
test -s "$project/reports/bench.html" && echo "written: reports/bench.html"

say "6 shadow, with a regression in the new path"
b24bridge promote "$module" --project "$project" --why "pilot"
calls --calls 12 --inject regression | tee "$project/shadow.txt"
run=$(sed -n 's/^first difference: //p' "$project/shadow.txt")
b24bridge explain "$run" --project "$project"
b24bridge can-promote "$module" --project "$project" && exit 1

say "7 shadow again, with the regression mended"
b24bridge rollback "$module" --project "$project" --why "a ticket is lost"
b24bridge promote "$module" --project "$project" --why "mended"
calls --calls 12
b24bridge promote "$module" --project "$project" --why "twelve equal answers"

say "8 canary, with a failure in the new path"
b24bridge promote "$module" --project "$project" --percent 50 --why "half of the users"
calls --calls 20 --inject failure
echo "stage now: $(stage)"

say "9 shadow and canary again, with the failure mended"
b24bridge rollback "$module" --project "$project" --why "the new path fails"
b24bridge promote "$module" --project "$project" --why "mended"
calls --calls 12
b24bridge promote "$module" --project "$project" --why "mended"
b24bridge promote "$module" --project "$project" --percent 100 --why "all users"
calls --calls 12
b24bridge promote "$module" --project "$project" --why "no failure in canary"
echo "stage now: $(stage)"

say "10 modern, back, and modern for good"
calls --calls 5
b24bridge rollback "$module" --project "$project" --why "a rehearsal"
calls --calls 5
b24bridge promote "$module" --project "$project" --to modern --force --why "the rehearsal is over"
calls --calls 12
b24bridge promote "$module" --project "$project" --why "nothing old is needed"
echo "stage now: $(stage)"

say "11 status"
b24bridge status --project "$project" --format table

say "12 report"
b24bridge report --project "$project" --code "$project" --reports "$project/reports"

say "13 finish: the old path is deleted, and the scan looks for what is left of it"
rm "$project/api/get-sector-data.php"
b24bridge scan "$project" --old-only --format table && echo "nothing old is left" || echo "others must still move"
rm -r "$project/api" "$project/vue"
b24bridge scan "$project" --old-only --format table && echo "nothing old is left"
echo "everything is in $project"
