"""A router's process in front of fake workers, all on loopback."""

import asyncio
import collections
import contextlib
import logging
import signal
import sys
import time

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web

import prompts

# A router that asks for HTTP/2 first is answered with a refusal, which is all it wants to know.
logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)


class Fleet:
    """Fake workers on ports of their own. One request is routed at a time: the next to arrive anywhere is it."""

    def __init__(self, workers, first_port=9100, loads=False, model="fake"):
        self.ports = [first_port + at for at in range(workers)]
        self.arrivals, self.runners = asyncio.Queue(), []
        # What each worker answers when asked for its load: waiting, running, share of the pool; None: 404.
        self.loads = [[0, 0, 0.0] for _ in self.ports] if loads else None
        # How often each load endpoint of each worker was asked: a router may ask several, and use one.
        self.polls = collections.Counter()
        self.model, self.seen = model, set()
        # Worker n of a recording has port order[n]: the router's own order.
        self.order = list(range(workers))

    @property
    def urls(self):
        return [f"http://127.0.0.1:{port}" for port in self.ports]

    async def __aenter__(self):
        for at, port in enumerate(self.ports):
            app = web.Application(client_max_size=1 << 28)
            app.router.add_route("*", "/{path:.*}", lambda request, at=at: self.answer(at, request))
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", port).start()
            self.runners.append(runner)
        return self

    async def __aexit__(self, *_):
        for runner in self.runners:
            await runner.cleanup()

    async def answer(self, at, request):
        path = request.path
        if path not in self.seen:
            self.seen.add(path)
            print("asked:", request.method, path, file=sys.stderr, flush=True)
        if path in ("/generate", "/v1/completions", "/v1/chat/completions") and request.method == "POST":
            body = await request.json()
            go = asyncio.Event()
            await self.arrivals.put((at, go, body, request.headers))
            await go.wait()
            usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
            if path == "/generate":
                return web.json_response({"text": "x", "meta_info": {"id": "1", "finish_reason": {"type": "stop"}, "prompt_tokens": 1, "completion_tokens": 1}})
            return web.json_response({"id": "1", "object": "text_completion", "created": 1, "model": self.model,
                                      "choices": [{"index": 0, "text": "x", "finish_reason": "stop", "logprobs": None}], "usage": usage})
        return await self.other(at, request)

    async def other(self, at, request):
        path = request.path
        if path in ("/get_load", "/v1/loads", "/loads", "/get_loads", "/load"):
            if self.loads is None:
                return web.Response(status=404)
            self.polls[at, path] += 1
            return web.json_response(self.load(at, path))
        if path in ("/health", "/health_generate", "/ping"):
            return web.Response(text="OK")
        if path == "/v1/models":
            return web.json_response({"object": "list", "data": [{"id": self.model, "object": "model", "owned_by": "x", "max_model_len": 1 << 20}]})
        if path in ("/get_model_info", "/model_info"):
            return web.json_response({"model_path": self.model, "is_generation": True, "served_model_name": self.model})
        if path in ("/get_server_info", "/server_info"):
            return web.json_response({"model_id": self.model, "model_path": self.model, "served_model_name": self.model, "dp_size": 1, "tp_size": 1})
        if path in ("/v1/completions/render", "/render"):
            body = await request.json()
            return web.json_response(self.render(body))
        return web.Response(status=404)

    def render(self, body):
        ids = [ord(c) for c in body.get("prompt", "")]
        return [{"token_ids": ids, "prompt_token_ids": ids}]

    def load(self, at, path):
        waiting, running, usage = self.loads[at]
        if path == "/get_load":
            return [{"dp_rank": 0, "num_reqs": running + waiting, "num_waiting_reqs": waiting, "num_tokens": round(usage * 1000)}]
        return {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "dp_rank_count": 1, "loads": [{
            "dp_rank": 0, "num_running_reqs": running, "num_waiting_reqs": waiting, "num_total_reqs": running + waiting,
            "num_used_tokens": int(usage * 1000), "max_total_num_tokens": 1000, "token_usage": usage,
            "num_waiting_uncached_tokens": 0, "gen_throughput": 0.0, "cache_hit_rate": 0.0, "utilization": 0.0, "max_running_requests": 256}]}


class Router:
    """The product's own process, and a client that sends one request after the other."""

    def __init__(self, argv, port, log=None, ready="/health", settle=0.002, path="/generate"):
        self.argv, self.port, self.settle, self.path = argv, port, settle, path
        self.ready, self.log = ready, log or open("/dev/null", "w")

    async def __aenter__(self):
        self.process = await asyncio.create_subprocess_exec(*self.argv, stdout=self.log, stderr=self.log)
        self.http = ClientSession(connector=TCPConnector(limit=0, force_close=True), timeout=ClientTimeout(total=None))
        return self

    async def __aexit__(self, *_):
        await self.http.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def wait_ready(self, probe, seconds=60):
        """Until `probe` (asynchronous) says true."""
        for _ in range(int(seconds * 10)):
            with contextlib.suppress(Exception):
                if await probe():
                    return
            if self.process.returncode is not None:
                raise RuntimeError(f"the router ended with {self.process.returncode}")
            await asyncio.sleep(0.1)
        raise RuntimeError("the router did not become ready")

    def body(self, text):
        return {"text": text, "sampling_params": {"max_new_tokens": 1}} if self.path == "/generate" else \
            {"model": "fake", "prompt": text, "max_tokens": 1}

    async def post(self, text, headers):
        async with self.http.post(f"http://127.0.0.1:{self.port}{self.path}", json=self.body(text), headers=headers) as answer:
            data = await answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{answer.status}: {data[:300]!r}")


class Session:
    """Sends prompts, keeps chosen ones open, and records every decision."""

    def __init__(self, router, fleet, recording):
        self.router, self.fleet, self.recording = router, fleet, recording
        self.held = {}  # request -> (worker, go, task)
        self.loads = [0] * len(fleet.ports)

    async def send(self, recipe, *, hold=False, key=None, headers=None, record=True, **more):
        """Sends one prompt; the worker it reached."""
        text = prompts.text(self.recording.header["prompts"], recipe)
        at = self.recording.now()
        task = asyncio.create_task(self.router.post(text, headers))
        arrival = asyncio.create_task(self.fleet.arrivals.get())
        done, _ = await asyncio.wait({task, arrival}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        if arrival not in done:
            arrival.cancel()
            raise RuntimeError(f"no worker was reached: {task.exception() if task.done() else 'time is up'}")
        port, go, _, _ = arrival.result()
        worker = self.fleet.order.index(port)
        n = self.recording.request(recipe, worker, held=hold, at=at, key=key, **more) if record else None
        if hold:
            self.held[n] = (worker, go, task)
            self.loads[worker] += 1
        else:
            go.set()
            await task
            await asyncio.sleep(self.router.settle)
        return worker

    async def reported(self, loads):
        """Workers say this of themselves from now on, and the router has heard all of them."""
        fleet = self.fleet
        for worker, load in enumerate(loads):
            fleet.loads[fleet.order[worker]] = load
        before = dict(fleet.polls)
        # A round that began before this moment took some answers of before: every endpoint is to be asked after it.
        while len(fleet.polls) < len(fleet.ports) or any(fleet.polls[it] == count for it, count in before.items()):
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.25)
        self.recording.report(loads)

    async def end(self, n):
        worker, go, task = self.held.pop(n)
        go.set()
        await task
        await asyncio.sleep(self.router.settle)
        self.loads[worker] -= 1
        self.recording.end(n)

    async def end_on(self, worker):
        """Ends the request that was held longest on a worker."""
        await self.end(next(n for n, (w, _, _) in self.held.items() if w == worker))

    async def end_all(self):
        for n in list(self.held):
            await self.end(n)
