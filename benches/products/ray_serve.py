"""Ray Serve: its own routers and its own prefix tree, driven in the process, without a cluster."""

import asyncio
import random
import sys
import types

import ray
from ray.serve._private.common import DeploymentHandleSource, DeploymentID, ReplicaID, RequestMetadata
from ray.serve._private.request_router.common import PendingRequest
from ray.serve._private.request_router.pow_2_router import PowerOfTwoChoicesRequestRouter
from ray.llm._internal.serve.routing_policies.prefix_aware import prefix_aware_router, prefix_tree

import prompts as texts
from recording import Recording
from sequences import Prompts, edge, wandering

VERSION = ray.__version__
# Ray replaces its tree by a handle to an actor; this is the class behind it.
TREE = prefix_tree.PrefixTree


class Call:
    """`actor.method.remote(...)`, done at once."""

    def __init__(self, method):
        self.remote = method


class Actor:
    """The tree as an actor: its methods are called in the process."""

    def __init__(self, tree):
        self.tree = tree

    def __getattr__(self, name):
        return Call(getattr(self.tree, name))


class Replica:
    """A replica that says how many requests it has."""

    def __init__(self, name, at, loads):
        self.replica_id = ReplicaID(unique_id=name, deployment_id=DeploymentID(name="d"))
        self.node_id, self.availability_zone = name, None
        self.multiplexed_model_ids, self.max_ongoing_requests = set(), 1_000_000
        self.at, self.loads, self.actor_id = at, loads, None
        self.is_cross_language, self.routing_stats = False, {}

    async def get_queue_len(self, *, deadline_s):
        return self.loads[self.at]


class Prompt:
    def __init__(self, text):
        self.prompt = text


class Session:
    """As `fleet.Session`: sends prompts, keeps chosen ones open, and records every decision."""

    def __init__(self, kind, recording, workers, **state):
        self.recording, self.loads, self.held = recording, [0] * workers, {}
        self.kind = kind
        self.router = kind(deployment_id=DeploymentID(name="d"), handle_source=DeploymentHandleSource.REPLICA,
                           use_replica_queue_len_cache=True, prefer_local_node_routing=False, prefer_local_az_routing=False)
        if state:
            self.router.initialize_state(tree_actor=Actor(TREE()), **state)
        else:
            self.router.initialize_state()
        self.replicas = [Replica(f"replica-{at}", at, self.loads) for at in range(workers)]
        self.router.update_replicas(self.replicas)
        # Replicas are numbered in the order in which the router goes through them.
        for at, replica_id in enumerate(self.router._replica_id_set):
            next(r for r in self.replicas if r.replica_id == replica_id).at = at
        self.by_id = {r.replica_id: r for r in self.replicas}

    async def send(self, recipe, *, hold=False, **more):
        text = texts.text(self.recording.header["prompts"], recipe)
        at = self.recording.now()
        metadata = RequestMetadata(request_id=str(self.recording.count), internal_request_id=str(self.recording.count))
        pending = PendingRequest(args=[Prompt(text)], kwargs={}, metadata=metadata)
        replica = await self.router._choose_replica_for_request(pending)
        self.router.on_send_request(replica.replica_id)
        self.router.on_request_routed(pending, replica.replica_id, None)
        worker = self.by_id[replica.replica_id].at
        n = self.recording.request(recipe, worker, held=hold, at=at, **more)
        self.loads[worker] += 1
        if hold:
            self.held[n] = (worker, replica.replica_id)
        else:
            self.ended(worker, replica.replica_id)
        return worker

    def ended(self, worker, replica_id):
        self.loads[worker] -= 1
        # A replica says how many requests it has with every answer.
        self.router.on_new_queue_len_info(replica_id, self.loads[worker])

    async def end(self, n):
        self.ended(*self.held.pop(n))
        self.recording.end(n)

    async def end_on(self, worker):
        await self.end(next(n for n, (at, _) in self.held.items() if at == worker))

    async def end_all(self):
        for n in list(self.held):
            await self.end(n)


async def mixed(session):
    prompts = Prompts(11)
    await wandering(session, prompts, 1500)
    await wandering(session, prompts, 500, most=200)


async def gated(session):
    prompts = Prompts(12)
    await wandering(session, prompts, 500)
    for base in (0, 1, 4, 16):
        await edge(session, prompts, base, 16)
    await wandering(session, prompts, 300, most=60)


async def edges(session):
    """Matches at the least share that counts, a character less and one more."""
    prompts = Prompts(13)
    for _ in range(600):
        old = prompts.fresh(10, 60)
        await session.send(old, hold=prompts.random.random() < 0.5)
        rest = old[0][1] * 9 + prompts.random.randint(-1, 1)
        await session.send([list(old[0]), prompts.segment(rest, rest)], hold=prompts.random.random() < 0.5)
        if len(session.held) > 20:
            await session.end(prompts.random.choice(list(session.held)))
    await session.end_all()


async def words(session):
    await wandering(session, Prompts(14), 600)


async def two(session):
    await wandering(session, Prompts(15), 3600, most=12)


PREFIX = prefix_aware_router.PrefixCacheAffinityRouter
SHIPPED = dict(imbalanced_threshold=float("inf"), match_rate_threshold=0.1)


async def run(kind, policy, case, drive, *, spec, workers=4, options=(), maker="unique", **state):
    recording = Recording("ray", VERSION, policy, case, options=list(options), workers=workers, spec=spec, maker=maker)
    await drive(Session(kind, recording, workers, **state))
    recording.write()


CASES = {
    "prefix": lambda: [
        run(PREFIX, "prefix", "mixed", mixed, spec="ray", **SHIPPED),
        run(PREFIX, "prefix", "edges", edges, spec="ray", **SHIPPED),
        run(PREFIX, "prefix", "words", words, spec="ray", maker="words", **SHIPPED),
        run(PREFIX, "prefix", "gated", gated, spec="ray:imbalance=8;match_rate=0.3",
            options=["imbalanced_threshold=8", "match_rate_threshold=0.3"], imbalanced_threshold=8, match_rate_threshold=0.3),
    ],
    "pow_2": lambda: [
        run(PowerOfTwoChoicesRequestRouter, "pow_2", "two", two, spec="power-of-two", workers=2),
        run(PowerOfTwoChoicesRequestRouter, "pow_2", "four", lambda s: wandering(s, Prompts(16), 300, most=12), spec="power-of-two"),
    ],
}


async def main(names):
    # No cluster: what would be fetched from an actor is there already.
    prefix_aware_router.ray = types.SimpleNamespace(get=lambda value: value)
    random.seed(1)
    for name in names or CASES:
        for case in CASES[name]():
            await case


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
