#!/bin/bash
# What linking is measured with (tests/bench/persons.py): the same for a seed, and what it says it is.
. "$(dirname "$0")/../lib/env.sh"

make() { "$python" tests/bench/persons.py "$scratch/$1" --seed "$2" --persons 8000 --studies 20000 "${@:3}" >"$scratch/$1.text"; }
make one 1
make again 1
make other 2 --namesakes 1000

rule "The same seed makes the same persons, cards, studies and rates" diff -rq "$scratch/one" "$scratch/again"
rule "Another makes others" not cmp -s "$scratch/one/studies.csv" "$scratch/other/studies.csv"
"$python" tests/lib/true_persons.py "$scratch/one"
"$python" tests/lib/true_persons.py "$scratch/other"

count() { "$python" -c 'import csv, sys; print(sum(sys.argv[2] == "" or row[sys.argv[2]] != "0" for row in csv.DictReader(open(sys.argv[1]))))' "$@"; }
equal "$(count "$scratch/one/persons.csv" cards) $(count "$scratch/one/studies.csv" "")" "8000 20000" "As many as were asked for"
alike=$(cut -d, -f4-6 "$scratch/other/persons.csv" | sort | uniq -c | sort -rn | awk 'NR == 1 { print ($1 >= 1000 && $1 < 1100) }')
equal "$alike" 1 "A thousand are called the same where that is asked"

slipped=$(grep -m 1 id.transposed "$scratch/one/studies.csv" | cut -d, -f1)
"$python" tests/bench/persons.py "$scratch/one" --errors-of "$slipped" >"$scratch/text"
rule "The errors of a study are told in words" grep -q 'id.transposed .*changed places' "$scratch/text"
rule "Of no study there are none" not "$python" tests/bench/persons.py "$scratch/one" --errors-of 1.2.3 2>"$scratch/err"
