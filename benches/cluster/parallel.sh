#!/usr/bin/env bash
# Splits three searches into parts with GNU parallel and compares what was merged with what one process says.
set -euo pipefail
WARMPATH=$(realpath "${1:-target/release/warmpath}")
. "$(dirname "$0")/searches.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

split() {
    local directory=$work/$1
    # Parallel quotes each argument for the shell that it starts.
    parallel --quote --jobs 2 "$WARMPATH" "$@" --threads 1 --resume "$directory" --shard "{}/$PARTS" ::: $(seq $PARTS)
    compare "$directory" "$@"
}

split "${CAPACITY[@]}"
split "${PLAN[@]}"
split "${SWEEP[@]}"
