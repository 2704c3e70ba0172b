"""Dynamo's offline replay of a trace: requests a second of CPU (user and system of the whole process).

    python3 replay_dynamo.py TRACE.jsonl TRACE_BLOCK POOL_TOKENS BLOCK [round_robin|kv_router]
"""

import os
import resource
import sys

os.environ["DYN_LOG"] = "error"  # it logs each decision otherwise, and we do not

from dynamo import _core as dynamo  # noqa: E402


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


trace, trace_block, pool, block = sys.argv[1], *map(int, sys.argv[2:5])
mode = sys.argv[5] if len(sys.argv) > 5 else "kv_router"
before = cpu()
result = dynamo.run_mocker_trace_replay(
    [trace],
    extra_engine_args={
        "engine": {
            "num_gpu_blocks": pool // block,
            "block_size": block,
            "max_num_seqs": 256,
            "max_num_batched_tokens": 8192,
        }
    },
    num_workers=8,
    router_mode=mode,
    trace_block_size=trace_block,
)
spent = cpu() - before
summary = result.summary
done = summary["completed_requests"]
print(
    f"{mode}, blocks of {block}: {done} requests, {spent:.2f} s of CPU, {done / spent:.0f} requests a second;",
    f"mean TTFT {summary['mean_ttft_ms']:.1f} ms, prefix cache {summary['prefix_cache_reused_ratio']:.4f}",
)
