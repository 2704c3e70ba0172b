"""smg: the wheel's own launcher in front of fake workers."""

import asyncio
import os
import sys
from functools import partial

from launch import every, run
from sequences import EVICTION, Prompts, edge, evicting, mixed, polled, reporting, sessions, wandering

BIN = os.path.join(os.path.dirname(sys.executable), "smg")
smg = partial(partial, run, "smg", "1.13.0", [BIN, "launch", "--disable-tokenizer-autoload"])
OFTEN = ["--load-monitor-interval", "2"]

CASES = {
    "cache_aware": [
        smg("cache_aware", "mixed", mixed, spec="cache-aware"),
        smg("cache_aware", "words", lambda s: wandering(s, Prompts(2), 400), spec="cache-aware", maker="words"),
        smg("cache_aware", "evicted", evicting, spec="cache-aware@routed:lru=4000,every=1s,shared",
            options=["--max-tree-size", "4000", "--eviction-interval-secs", "1"], log=True, explained=EVICTION),
        smg("cache_aware", "reports", reporting, spec="cache-aware:report_s=2", loads=True, options=OFTEN),
        smg("cache_aware", "kv-spread", reporting, spec="cache-aware:report_s=2;kv_spread=0.3", loads=True,
            options=[*OFTEN, "--balance-token-usage-threshold", "0.3"]),
        smg("cache_aware", "kv-ceiling", reporting, spec="cache-aware:report_s=2;kv_ceiling=0.6", loads=True,
            options=[*OFTEN, "--overload-token-usage-threshold", "0.6"]),
    ],
    "least_load": [
        smg("least_load", "mixed", lambda s: wandering(s, Prompts(6), 3400), spec="smg-least-load:report_s=0"),
        smg("least_load", "reports", reporting, spec="smg-least-load:report_s=2", loads=True, options=OFTEN),
    ],
    "power_of_two": [
        smg("power_of_two", "two", lambda s: wandering(s, Prompts(4), 2700, most=12), spec="smg-power-of-two:report_s=0", workers=2),
        smg("power_of_two", "reports", lambda s: polled(s, 6, 80, idle=True), spec="smg-power-of-two:report_s=2;overload_waiting=1000000000;overload_kv=2", workers=2, loads=True,
            options=[*OFTEN, "--disable-worker-overload-protection"]),
        smg("power_of_two", "four", lambda s: wandering(s, Prompts(5), 300, most=12), spec="smg-power-of-two:report_s=0"),
    ],
    "prefix_hash": [
        smg("prefix_hash", "mixed", lambda s: sessions(s, Prompts(7), 2300, header=None), spec="prefix-hash", keyed=True),
    ],
    "consistent_hashing": [
        smg("consistent_hashing", "mixed", lambda s: sessions(s, Prompts(8), 2300, header="x-smg-routing-key"), spec="session",
            keyed=True),
    ],
}

if __name__ == "__main__":
    asyncio.run(every(CASES, sys.argv[1:]))
