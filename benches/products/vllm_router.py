"""vllm-router: the wheel's own launcher in front of fake workers that answer /v1/completions/render, without which it matches nothing."""

import asyncio
import os
import sys
from functools import partial

from launch import every, run
from sequences import EVICTION, Prompts, evicting, mixed_wide, sessions, wandering

BIN = os.path.join(os.path.dirname(sys.executable), "vllm-router")
vllm = partial(partial, run, "vllm-router", "0.1.17", [BIN], path="/v1/completions")

CASES = {
    "cache_aware": [
        vllm("cache_aware", "mixed", mixed_wide, spec="cache-aware-vllm"),
        vllm("cache_aware", "words", lambda s: wandering(s, Prompts(2), 400), spec="cache-aware-vllm", maker="words"),
        vllm("cache_aware", "evicted", evicting, spec="cache-aware-vllm@routed:lru=150,every=1s",
             options=["--max-tree-size", "1500", "--eviction-interval-secs", "1"], log=True, explained=EVICTION),
    ],
    "power_of_two": [
        vllm("power_of_two", "two", lambda s: wandering(s, Prompts(4), 3400, most=12), spec="power-of-two", workers=2),
        vllm("power_of_two", "four", lambda s: wandering(s, Prompts(5), 300, most=12), spec="power-of-two"),
    ],
    "consistent_hash": [
        vllm("consistent_hash", "mixed", lambda s: sessions(s, Prompts(8), 2300, header="x-session-id"), spec="session", keyed=True),
    ],
    "sticky_least_loaded": [
        vllm("sticky_least_loaded", "mixed", lambda s: sessions(s, Prompts(9), 2900, header="x-session-id", fresh=0.4),
             spec="sticky-least-loaded"),
    ],
}

if __name__ == "__main__":
    asyncio.run(every(CASES, sys.argv[1:]))
