"""A Warmpath trace on standard input to the JSON lines that Dynamo's replay reads, on standard output.

    warmpath replay bench-sessions --format trace | python3 convert.py [BLOCKS [RATE]] > sessions.jsonl

BLOCKS of the trace's blocks make one of Dynamo's ids (default 1). Conversations without recorded times start at RATE a
second (default 5, Poisson, seed 1); later turns follow the previous answer by their recorded gap.
"""

import csv
import json
import random
import sys


def main():
    together = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    rate = float(sys.argv[2]) if len(sys.argv) > 2 else 5.0
    header = json.loads(sys.stdin.readline())
    size = header["block_size"] * together
    draw = random.Random(1)
    parent = [0]  # by block: the one before it on its path
    clock = 0.0
    fresh = -1  # ids of part-filled blocks, which nothing shares
    for row in csv.DictReader(sys.stdin):
        path, end = [], grow(parent, 0, row["blocks"].split("/")[0])
        if "/" in row["blocks"]:
            grow(parent, end, row["blocks"].split("/")[1])
        while end:
            path.append(end)
            end = parent[end]
        path.reverse()
        tokens = int(row["prompt"])
        ids = path[together - 1 :: together][: tokens // size]
        if tokens % size:
            ids.append(fresh)
            fresh -= 1
        line = {"input_length": tokens, "output_length": int(row["output"]), "hash_ids": [i if i >= 0 else (1 << 40) - i for i in ids]}
        arrival = row["arrival"]
        if arrival.startswith("+"):
            line["session_id"] = row["conversation"]
            line["delay"] = int(arrival[1:] or 0) / 1e6
        elif arrival:
            line["timestamp"] = int(arrival) / 1e6
        else:
            line["session_id"] = row["conversation"]
            line["timestamp"] = clock * 1e3
            clock += draw.expovariate(rate)
        print(json.dumps(line, separators=(",", ":")))


def grow(parent, base, cell):
    """The last block of the path `from+new`; an empty `from` is `base`."""
    start, _, new = cell.partition("+")
    end = int(start) if start else base
    for _ in range(int(new or 0)):
        parent.append(end)
        end = len(parent) - 1
    return end


main()
