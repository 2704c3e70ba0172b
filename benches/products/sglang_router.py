"""sglang-router: the wheel's own launcher in front of fake workers."""

import asyncio
import os
import sys
from functools import partial

from launch import every, run
from sequences import EVICTION, Prompts, evicting, mixed_wide, polled, wandering

BIN = os.path.join(os.path.dirname(sys.executable), "sglang-router")
sglang = partial(partial, run, "sglang-router", "0.3.2", [BIN, "launch"])

CASES = {
    "cache_aware": [
        sglang("cache_aware", "mixed", mixed_wide, spec="cache-aware-original"),
        sglang("cache_aware", "words", lambda s: wandering(s, Prompts(2), 400), spec="cache-aware-original", maker="words"),
        sglang("cache_aware", "evicted", evicting, spec="cache-aware-original@routed:lru=1500,every=1s",
               options=["--max-tree-size", "1500", "--eviction-interval-secs", "1"], log=True, explained=EVICTION),
    ],
    "power_of_two": [
        sglang("power_of_two", "two", lambda s: polled(s, 3, 800), spec="power-of-two:report_s=30", workers=2, loads=True),
    ],
}

if __name__ == "__main__":
    asyncio.run(every(CASES, sys.argv[1:]))
