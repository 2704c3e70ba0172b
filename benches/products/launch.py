"""Launches a router in front of a fleet, and numbers the workers as the router itself orders them."""

import asyncio

from fleet import Fleet, Router, Session
from recording import Recording

PORT = 9000


async def run(product, version, argv, policy, case, drive, *, spec, workers=4, options=(), loads=False, keyed=False,
              maker="unique", path="/generate", settle=0.002, log=None, **more):
    """`drive(session)` sends; what it sent is written."""
    async with Fleet(workers, loads=loads) as fleet:
        options = ["--policy", policy, *options]
        where = ["--host", "127.0.0.1", "--port", str(PORT), "--prometheus-host", "127.0.0.1", "--prometheus-port", str(PORT + 1)]
        argv = [*argv, *where, *options, *(["--log-level", "debug"] if log else []), "--worker-urls", *fleet.urls]
        log = log and open(log, "w+b")
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
    """Runs the cases of the named policies, or all."""
    for name in names or cases:
        for case in cases[name]:
            await case()
