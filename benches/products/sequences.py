"""What is sent: the sequences every product is driven with."""

import asyncio
import random
import time


class Prompts:
    """Recipes: fresh ones, ones that share a part, ones that extend what was sent."""

    def __init__(self, seed, most=18_000):
        self.random, self.next, self.most = random.Random(seed), 0, most
        self.sent = []

    def segment(self, low, high):
        self.next = (self.next + 1) % self.most
        return [self.next, self.random.randint(low, high)]

    def fresh(self, low=20, high=120):
        return [self.segment(low, high)]

    def draw(self):
        """Fresh, or a part of something sent with something new behind it, or the same again."""
        kind = self.random.random()
        if not self.sent or kind < 0.25:
            recipe = self.fresh()
        else:
            old = self.random.choice(self.sent[-60:])
            if kind < 0.35:
                recipe = [list(part) for part in old]
            elif kind < 0.6:
                recipe = [list(part) for part in old] + [self.segment(5, 60)]
            elif kind < 0.75:
                # The share that is found lies at the threshold of 0.3, a character less, or one more.
                length = old[0][1]
                rest = max(1, round(length / 0.3) - length + self.random.randint(-1, 1))
                recipe = [list(old[0]), self.segment(rest, rest)]
            elif kind < 0.8:
                # Ends inside a segment.
                recipe = [list(old[0])]
                recipe[0][1] = max(1, recipe[0][1] // 2)
            else:
                recipe = [list(old[0]), self.segment(5, 200)]
        if len(recipe) < 6:
            self.sent.append(recipe)
        return recipe


async def wandering(session, prompts, count, most=40, **more):
    """One after the other, some held and released so that loads wander."""
    random = prompts.random
    for _ in range(count):
        held = len(session.held)
        if held and random.random() < held / most:
            await session.end(random.choice(list(session.held)))
        await session.send(prompts.draw(), hold=random.random() < 0.6, **more)
    await session.end_all()


async def edge(session, prompts, base, most, hot=None, **more):
    """Every worker holds about `base`; then one prefix is sent again and again, all held, until `most` of them are."""
    workers = len(session.loads)
    for _ in range(20 * base * workers):
        if min(session.loads) >= base:
            break
        await session.send(prompts.fresh(), hold=True, **more)
    # What is more than the base is let go.
    for worker in range(workers):
        while session.loads[worker] > base:
            await session.end_on(worker)
    hot = hot or prompts.fresh(100, 100)
    for _ in range(most):
        await session.send([*hot, prompts.segment(5, 20)], hold=True, **more)
    await session.end_all()


EVICTION = ("The tree evicts whole nodes, and a node that a worker joined on its way to a new leaf has time 0 for it (tree.rs, insert: "
            "tenant_last_access_time.insert(tenant, 0)), so it goes before older leaves once nothing is below it; here the least recently "
            "used blocks go, one by one from the end.")


async def mixed(session):
    """Wandering loads, the edges of a gate, wandering loads that are higher."""
    prompts = Prompts(1)
    await wandering(session, prompts, 1200)
    for base in (0, 1, 2, 4, 8, 16, 40):
        await edge(session, prompts, base, 2 * base + 14)
    await wandering(session, prompts, 400, most=200)


async def mixed_wide(session):
    """The same for a gate at 64 requests and 1.5 times."""
    prompts = Prompts(1)
    await wandering(session, prompts, 1600)
    for base in (0, 1, 100, 128, 132):
        await edge(session, prompts, base, 72)
    await wandering(session, prompts, 200, most=200)


async def evicting(session):
    """Bursts, between which a small tree is cut, once a second; when it is, the router's log says."""
    prompts, log = Prompts(3), open(session.router.log.name, "rb")
    cuts, last = 0, time.monotonic()

    def clock():
        nonlocal cuts, last
        # A line per tree, or per cut.
        more = log.read()
        if b"viction completed" in more or b"Tree memory" in more:
            cuts, last = cuts + 1, time.monotonic()
        return round(cuts + min(time.monotonic() - last, 0.999), 3)

    session.recording.now = clock
    for _ in range(12):
        await wandering(session, prompts, 25)
        before = cuts
        while cuts == before:
            await asyncio.sleep(0.03)
            clock()


async def reporting(session):
    """Workers report loads of all kinds, some beyond the thresholds of overload."""
    prompts, fleet = Prompts(10), session.fleet
    random = prompts.random
    await session.reported([[0, 0, 0.0] for _ in fleet.ports])
    for round_ in range(16):
        await session.reported([[random.choice((0, 0, 1, 3, 7, 8)), random.randint(0, 9), random.choice((0.0, 0.1, 0.3, 0.5, 0.59, 0.61, 0.79, 0.8))]
                                for _ in fleet.ports])
        for _ in range(45):
            held = len(session.held)
            if held and random.random() < held / 30:
                await session.end(random.choice(list(session.held)))
            await session.send(prompts.draw(), hold=random.random() < 0.5)
    await session.end_all()


async def polled(session, rounds, count, idle=False):
    """Decisions before the first report (or after one of idle workers), then as many after each; loads wander, and decide nothing."""
    prompts = Prompts(11)
    if idle:
        await session.reported([[0, 0, 0.0] for _ in session.fleet.ports])
    random = prompts.random
    for n in range(rounds + 1):
        if n:
            await session.reported([[0, 0, random.choice((0.1, 0.2, 0.4, 0.7))] for _ in session.fleet.ports])
        for _ in range(count if n else 50):
            if session.held and random.random() < len(session.held) / 12:
                await session.end(random.choice(list(session.held)))
            await session.send(prompts.draw(), hold=random.random() < 0.6)
    await session.end_all()


async def sessions(session, prompts, count, header, fresh=0.05, most=40):
    """Requests of sessions, some held. Without a header the key is what the prompt begins with."""
    random = prompts.random
    keys = []
    for _ in range(count):
        held = len(session.held)
        if held and random.random() < held / most:
            await session.end(random.choice(list(session.held)))
        # A key is met first while nothing is held, so that nothing but its place on the ring decides.
        if not keys or random.random() < fresh:
            keys.append(prompts.fresh(1100, 1100))
            if header is None:
                await session.end_all()
        at = random.randrange(len(keys))
        headers = None if header is None else {header: f"session-{keys[at][0][0]}"}
        recipe = [*keys[at], prompts.segment(5, 50)] if header is None else prompts.draw()
        await session.send(recipe, hold=random.random() < 0.6, key=at, headers=headers)
    await session.end_all()
