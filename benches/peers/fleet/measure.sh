#!/bin/sh
# The fleet simulator beside its peers, all in the same run: CPU (user + system) of whole processes.
# Set up once, outside the workspace; DIR is where:
#   cargo install inference-lab --version 1.0.0 --root DIR/lab
#   python3 -m venv DIR/venv && DIR/venv/bin/pip install ai-dynamo-runtime==1.6.1
# Then: sh measure.sh DIR SESSIONS.jsonl [ROUNDS], from here; SESSIONS are the generated sessions of `bench-sessions`.
set -eu
dir=$1 sessions=$2 rounds=${3:-3}
here=$(cd "$(dirname "$0")" && pwd)
warmpath=$here/../../../target/release/warmpath
mkdir -p "$dir/work" && cp "$sessions" "$dir/work/generated_sessions.jsonl" && cd "$dir/work"
"$warmpath" replay bench-sessions --format trace | python3 "$here/convert.py" 1 5 > sessions.jsonl
"$warmpath" replay bench-mooncake --format trace | python3 "$here/convert.py" 32 > mooncake.jsonl

timed() { what=$1; shift; /usr/bin/time -f "$what: %U + %S s, %M KB" "$@" > /dev/null; }
dynamo() { echo "dynamo, $(timeout 600 "$dir/venv/bin/python" "$here/replay_dynamo.py" "$@" | tail -n 1)"; }
for round in $(seq "$rounds"); do
    echo "round $round"
    for preset in bench-sessions bench-mooncake bench-kubeai; do
        timed "warmpath, $preset" "$warmpath" replay "$preset"
    done
    timed "inference-lab, sessions" "$dir/lab/bin/inference-lab" -q --config "$here/inference-lab.toml" \
        --hardware h100 --workload "$here/inference-lab-sessions.toml"
    dynamo sessions.jsonl 16 432000 16 kv_router
    dynamo sessions.jsonl 16 432000 16 round_robin
    dynamo mooncake.jsonl 512 1048576 16 kv_router
    dynamo mooncake.jsonl 512 1048576 64 kv_router
    dynamo mooncake.jsonl 512 1048576 64 round_robin
done
