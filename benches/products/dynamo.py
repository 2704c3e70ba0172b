"""Dynamo: its crates (tree, ledger, policies) in a process of their own, asked line by line. dynamo/src/main.rs is that process."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import prompts as texts
from recording import Recording
from sequences import Prompts, edge, wandering

VERSION = "1.6.1"
BIN = os.environ.get("WARMPATH_DYNAMO", Path(__file__).parent / "../../target/products/dynamo/program/debug/products-dynamo")


class Session:
    """As `fleet.Session`. A request's first token comes some while after it was sent, and its blocks are stored then."""

    def __init__(self, recording, kind, config, workers, block, random):
        self.recording, self.loads, self.held, self.random = recording, [0] * workers, {}, random
        self.waiting = []  # sent, and no first token yet
        self.process = subprocess.Popen([BIN, str(workers), str(block), kind, json.dumps(config)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def say(self, line, answered=False):
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline()) if answered else None

    async def send(self, recipe, *, hold=False, **more):
        while self.waiting and self.random.random() < 0.4:
            self.first(self.waiting.pop(self.random.randrange(len(self.waiting))))
        text = texts.text(self.recording.header["prompts"], recipe)
        n = self.recording.count
        answer = self.say({"send": n, "tokens": [ord(c) for c in text]}, answered=True)
        worker, costs = answer["to"], answer["costs"]
        if any(cost is not None for cost in costs):
            # As texts: every digit is meant.
            more["costs"] = [cost if cost is None else repr(cost) for cost in costs]
        self.recording.request(recipe, worker, held=True, **more)
        self.loads[worker] += 1
        self.held[n] = worker
        self.waiting.append(n)
        if not hold:
            await self.end(n)
        return worker

    def first(self, n):
        self.say({"first": n})
        self.say({"store": n})
        self.recording.first(n)

    async def end(self, n):
        if n in self.waiting:
            self.waiting.remove(n)
            self.first(n)
        self.say({"end": n})
        self.loads[self.held.pop(n)] -= 1
        self.recording.end(n)

    async def end_on(self, worker):
        await self.end(next(n for n, at in self.held.items() if at == worker))

    async def end_all(self):
        for n in list(self.held):
            await self.end(n)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


async def mixed(session, prompts):
    await wandering(session, prompts, 1500)
    await wandering(session, prompts, 500, most=120)


async def edges(session, prompts):
    """Beyond the gates on load: the most against the least, and their difference."""
    await wandering(session, prompts, 400)
    for base in (0, 3, 20):
        await edge(session, prompts, base, 2 * base + 45)
    await wandering(session, prompts, 1200, most=60)


async def run(policy, case, drive, kind, config, *, spec, seed, workers=4, block=16, options=(), maker="unique"):
    recording = Recording("dynamo", VERSION, policy, case, options=list(options), workers=workers, spec=spec, unit="tokens",
                          block=block, maker=maker)
    prompts = Prompts(seed)
    session = Session(recording, kind, config, workers, block, prompts.random)
    await drive(session, prompts)
    session.close()
    recording.write()


def with_options(**config):
    return dict(config=config, options=[f"{name}={value}" for name, value in config.items()])


CASES = {
    "kv": lambda: [
        run("kv", "mixed", mixed, "default", {}, spec="dynamo", seed=21),
        run("kv", "words", mixed, "default", {}, spec="dynamo", seed=22, maker="words", workers=5, block=8),
        run("kv", "weights", mixed, "default", spec="dynamo:credit=0.5;prefill_scale=0.3;active_weight=1.7", seed=23,
            **with_options(overlap_score_credit=0.5, prefill_load_scale=0.3, decode_active_request_weight=1.7)),
        run("kv", "decay", mixed, "default", spec="dynamo:decay=0.7", seed=24, block=11,
            **with_options(overlap_score_credit_decay=0.7)),
        run("kv", "temperature", mixed, "default", spec="dynamo:temperature=0.4", seed=25,
            **with_options(router_temperature=0.4)),
    ],
    "two-tier": lambda: [
        run("two-tier", "mixed", mixed, "dynamo-two-tier-cost-fn", {}, spec="dynamo-two-tier", seed=26),
        run("two-tier", "edges", edges, "dynamo-two-tier-cost-fn", spec="dynamo-two-tier:balance_abs=5;balance_rel=1.5;overlap=0.3",
            seed=27, **with_options(balance_abs_threshold=5, balance_rel_threshold=1.5, cache_threshold=0.3)),
    ],
}


async def main(names):
    for name in names or CASES:
        for case in CASES[name]():
            await case


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
