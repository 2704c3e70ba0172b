#!/bin/sh
# Fuzzes one family of readers: fuzz/run.sh lines|conversations|tables|traces [SECONDS]. What reaches new code is kept in
# fuzz/found/FAMILY; afterwards the least of it that reaches as much goes into core/tests/corpus/found, files of at most 300 bytes.
# The instrumentation is LLVM's own, which the stable compiler has; no address sanitizer is needed, since `core` forbids unsafe code.
set -eu
cd "$(dirname "$0")"
family=$1
seconds=${2:-600}
unset CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS || true
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing"
target=$(rustc -vV | sed -n 's/^host: //p')
cargo build --release --target "$target"
program=${CARGO_TARGET_DIR:-target}/$target/release/warmpath-fuzz
corpus=../core/tests/corpus/$family
mkdir -p "found/$family"
"$program" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -use_value_profile=0 \
    -artifact_prefix="found/failed-$family-" "found/$family" "$corpus"
mkdir -p ../core/tests/corpus/found
"$program" -merge=1 -use_counters=0 -max_len=300 ../core/tests/corpus/found "$corpus" "found/$family"
