"""The file a driver writes: a header line, then a line per event. README.md says what each field means."""

import gzip
import json
import os
import time
from pathlib import Path

HERE = Path(os.environ.get("WARMPATH_RECORDED", Path(__file__).parent / "../../core/tests/parity/recorded"))


class Recording:
    """Decisions of one product under one policy in one case."""

    def __init__(self, product, version, policy, case, *, options, workers, spec, unit="characters", block=1,
                 maker="unique", keyed=False, **more):
        self.name = f"{product}-{policy}-{case}"
        self.header = dict(product=product, version=version, policy=policy, case=case, options=options,
                           workers=workers, spec=spec, unit=unit, block=block, prompts=maker, keyed=keyed,
                           recorded=time.strftime("%Y-%m-%d", time.gmtime()), **more)
        self.lines, self.zero, self.count = [], time.monotonic(), 0

    def now(self):
        return round(time.monotonic() - self.zero, 3)

    def request(self, recipe, to, *, held, at=None, among=None, key=None, **more):
        """A decision: the prompt's recipe, the worker chosen; `among`: those the product itself drew from."""
        line = {"r": self.count, "t": self.now() if at is None else at, "p": recipe, "to": to}
        if not held:
            line["done"] = 1
        if among is not None:
            line["among"] = among
        if key is not None:
            line["key"] = key
        self.lines.append(line | more)
        self.count += 1
        return self.count - 1

    def first(self, request, at=None):
        """A held request's first token came back, and its worker stored the full blocks of its prompt."""
        self.lines.append({"first": request, "t": self.now() if at is None else at})

    def end(self, request, at=None):
        """A held request has ended."""
        self.lines.append({"end": request, "t": self.now() if at is None else at})

    def report(self, loads, at=None):
        """The router has heard what its workers say of themselves: [waiting, running, share of the KV pool] each."""
        self.lines.append({"load": loads, "t": self.now() if at is None else at})

    def write(self):
        HERE.mkdir(parents=True, exist_ok=True)
        path = HERE / f"{self.name}.jsonl.gz"
        whole = "".join(json.dumps(x, separators=(",", ":")) + "\n" for x in [self.header, *self.lines])
        # No time and no name in the container: the same decisions are the same bytes.
        path.write_bytes(gzip.compress(whole.encode(), 9, mtime=0))
        print(f"{path.name}: {self.count} decisions, {path.stat().st_size} bytes", flush=True)
