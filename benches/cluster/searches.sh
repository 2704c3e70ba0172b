# The searches that both scripts split. Sourced.
PARTS=4
GOAL='p95_ttft<1s;errors<1%'
CAPACITY=(capacity rag --goal "$GOAL" --requests 300 --policy 'round-robin,least-load,chwbl,smart' --replicas 3)
PLAN=(plan rag --goal "$GOAL" --requests 200 --rate 8 --policy smart --replicas 1..6 --gpu 'l4,h100' --tp 1,2 --price 'l4=0.80')
SWEEP=(replay rag --goal "$GOAL" --requests 200 --rate 4,8,16 --replicas 2,4)

# Whether what was merged from a directory is what one process says, to the byte.
compare() {
    local directory=$1
    shift
    "$WARMPATH" "$@" --format json >"$directory.whole.json"
    "$WARMPATH" merge "$directory" --format json >"$directory.merged.json"
    cmp "$directory.whole.json" "$directory.merged.json"
    echo "$1: merged from $(ls "$directory" | wc -l) parts, equal to one process's report ($(wc -c <"$directory.merged.json") bytes)"
}
