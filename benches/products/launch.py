"""Launches a router in front of a fleet, and numbers the workers as the router itself orders them."""

import asyncio
import os
import sys
import tempfile

from fleet import Fleet, Router, Session
from recording import Recording

# Each process has ports of its own, so that several cases run side by side: most of them wait for a router to poll.
PORT = int(os.environ.get("WARMPATH_PRODUCTS_PORT", "9000"))
ABREAST = 4


async def run(product, version, argv, policy, case, drive, *, spec, workers=4, options=(), loads=False, keyed=False,
              maker="unique", path="/generate", settle=0.002, log=None, **more):
    """`drive(session)` sends; what it sent is written."""
    async with Fleet(workers, first_port=PORT + 100, loads=loads) as fleet:
        options = ["--policy", policy, *options]
        where = ["--host", "127.0.0.1", "--port", str(PORT), "--prometheus-host", "127.0.0.1", "--prometheus-port", str(PORT + 1)]
        argv = [*argv, *where, *options, *(["--log-level", "debug"] if log else []), "--worker-urls", *fleet.urls]
        log = log and tempfile.NamedTemporaryFile()
        async with Router(argv, PORT, path=path, settle=settle, log=log) as router:
            async def ready():
                async with router.http.get(f"http://127.0.0.1:{PORT}/workers") as answer:
                    found = (await answer.json())["workers"]
                    fleet.order = [fleet.urls.index(w["url"]) for w in found if w["is_healthy"]]
                    return len(fleet.order) == workers
            await router.wait_ready(ready)
            await asyncio.sleep(0.5)
            recording = Recording(product, version, policy, case, options=options, workers=workers, spec=spec, keyed=keyed,
                                  maker=maker, **more)
            await drive(Session(router, fleet, recording))
            recording.write()


async def every(cases, names):
    """Runs the cases of the named policies, or all; `POLICY/N` names one. Several run side by side, each in a process of its own."""
    chosen = [(policy, at) for name in names or cases for policy, at in matching(cases, name)]
    if len(chosen) == 1:
        policy, at = chosen[0]
        return await cases[policy][at]()
    gate = asyncio.Semaphore(ABREAST)

    async def alone(n, policy, at):
        async with gate:
            environment = {**os.environ, "WARMPATH_PRODUCTS_PORT": str(10000 + 1000 * n)}
            process = await asyncio.create_subprocess_exec(sys.executable, sys.argv[0], f"{policy}/{at}", env=environment)
            return await process.wait()

    ended = await asyncio.gather(*(alone(n, *it) for n, it in enumerate(chosen)))
    failed = [f"{policy}/{at}" for (policy, at), code in zip(chosen, ended) if code]
    if failed:
        sys.exit(f"these failed: {', '.join(failed)}")


def matching(cases, name):
    """`POLICY` stands for all its cases, `POLICY/N` for the one with that number."""
    policy, _, at = name.partition("/")
    return [(policy, int(at))] if at else [(policy, at) for at in range(len(cases[policy]))]
