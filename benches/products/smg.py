"""smg: the wheel's own launcher in front of four fake workers."""

import asyncio
import os
import sys

from fleet import Fleet, Router, Session
from recording import Recording
from sequences import Prompts, edge, wandering

BIN = os.path.join(os.path.dirname(sys.executable), "smg")
VERSION = "1.13.0"
PORT = 9000


async def run(policy, case, drive, *, spec, workers=4, options=(), loads=False, keyed=False, maker="unique", wait=0, **more):
    async with Fleet(workers, loads=loads) as fleet:
        options = ["--policy", policy, *options]
        argv = [BIN, "launch", "--host", "127.0.0.1", "--port", str(PORT), "--prometheus-host", "127.0.0.1", "--prometheus-port",
                str(PORT + 1), "--disable-tokenizer-autoload", *options, "--worker-urls", *fleet.urls]
        async with Router(argv, PORT) as router:
            async def probe():
                async with router.http.get(f"http://127.0.0.1:{PORT}/workers") as answer:
                    found = (await answer.json())["workers"]
                    router.order = [fleet.urls.index(w["url"]) for w in found if w["is_healthy"]]
                    return len(router.order) == workers
            await router.wait_ready(probe)
            await asyncio.sleep(wait)
            recording = Recording("smg", VERSION, policy, case, options=options, workers=workers, spec=spec, keyed=keyed, maker=maker, **more)
            await drive(Session(router, fleet, recording), fleet, recording)
            recording.write()


async def mixed(session, fleet, recording):
    prompts = Prompts(1)
    await wandering(session, prompts, 1200)
    for base in (0, 1, 2, 4, 8, 16, 40):
        await edge(session, prompts, base, 2 * base + 14)
    await wandering(session, prompts, 400, most=200)


async def words(session, fleet, recording):
    await wandering(session, Prompts(2), 400)


async def evicted(session, fleet, recording):
    prompts = Prompts(3)
    for _ in range(12):
        await wandering(session, prompts, 25)
        await asyncio.sleep(1.15)


CASES = {
    "cache_aware": lambda: [
        run("cache_aware", "mixed", mixed, spec="cache-aware"),
        run("cache_aware", "words", words, spec="cache-aware", maker="words"),
        run("cache_aware", "evicted", evicted, spec="cache-aware@routed:lru=4000,every=1s,shared",
            options=["--max-tree-size", "4000", "--eviction-interval-secs", "1"]),
    ],
    "power_of_two": lambda: [
        run("power_of_two", "two", lambda s, f, r: wandering(s, Prompts(4), 2300, most=12), spec="power-of-two", workers=2),
        run("power_of_two", "four", lambda s, f, r: wandering(s, Prompts(5), 300, most=12), spec="power-of-two"),
    ],
}


async def main(names):
    for name in names or CASES:
        for case in CASES[name]():
            await case


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
