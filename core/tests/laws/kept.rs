//! Scenarios that broke a law once, as they were found and made smaller. Every law of a run is tried on them, and going back in time (I-23).

use super::whole::Whole;

/// A file's name and text.
type File = (&'static str, &'static str);

/// What was wrong, the scenario, the file that it replays, if it does, and how many requests more than its workload has (it begins anew).
const KEPT: [(&str, &str, Option<File>, u32); 7] = [
    (
        "what a broken-off answer left in a cache was taken for never cached",
        "v=2&seed=0&r=2&timing=dynamo&kv=500&rate=1000&inflight=4&seqs=2&batch=3&ctx=58&age=0&p=smart&ev=0.5s:hang%3D50%25&health=kubernetes&rtries=auto&ctries=2&ctime=600&breaker=auto",
        Some(("chats.json", include_str!("kept/cut-answers.json"))),
        0,
    ),
    (
        "nobody let the line go on when the first replica after none was up",
        "v=2&w=unique:prompt%3D1;output%3D1;spread%3D0.5&seed=0&r=1&kv=6000&rate=40&arr=poisson&age=0&routers=2&p=round-robin&scale=schedule:0s%3D2;2s%3D5;6s%3D0;9s%3D1;start%3D20&queue=1000%2Fnone&hold=prefill&order=fcfs",
        None,
        0,
    ),
    (
        "a line held requests back from a fleet of none, of which its autoscaler never heard",
        "v=2&w=shared-system:system%3D63;question%3D200;output%3D4;spread%3D2&seed=822&r=2&bs=128&rate=40&arr=poisson&conc=12&n=50&tier=custom:6%2F20000&keys=2&age=step&scale=kubeai:inflight%3D1;max%3D6;start%3D20;sync%3D0.5;window%3D3;delay%3D1&queue=1000%2Fnone&hold=prefill:times%3D0.1&tenants=a:1,b:1,c:8&p=smart",
        None,
        0,
    ),
    (
        "where every replica holds what any computes, what one came to hold after its death was written down as before it",
        "v=2&w=rag:contexts%3D4;questions%3D1;context%3D466;question%3D1;skew%3D1.1;output%3D1;spread%3D0.5&seed=390&r=2&rate=4&stages=4,4,4,4&arr=poisson&think=0.1&conc=12&age=0&p=infinite-cache,chwbl&ev=2s:kill%3D0;0.5s:drain%3D0&health=kubernetes&rtries=auto&ctries=2&ctime=600&breaker=auto",
        None,
        0,
    ),
    (
        "an attempt that was given up on its way to a replica that hung was served when the hang was over, for nobody",
        "v=2&w=shared-system:system%3D319;question%3D1;output%3D3;spread%3D0.5&seed=992&r=2&kv=500&rate=4&arr=all-at-once&age=0&p=chwbl&ev=5s:hang%3D0%2F3s;0s:hang%3D50%25%2F3s&health=kubernetes&rtries=auto&ctries=0&ctime=1&breaker=auto",
        None,
        0,
    ),
    (
        "a line without a time limit waited for ever for replicas of which none was left",
        "v=2&w=multi-turn:conversations%3D4;turns%3D1;system%3D0;question%3D1;output%3D1&seed=825&fleet=1xh100,1xl4&rate=0.5&arr=constant&tier=custom:1%2F100000000&retries=1&seqs=8&batch=8&ev=0.5s:hang%3D0;0.5s:restart-router%3D0;0.5s:restart-router%3D0;0.5s:drain%3D1;2s:slow%3D1x0.3%2F3s;0.5s:drain%3D0&mttr=2&drain=finish&ctries=5&ctime=600&queue=1000%2Fnone&hold=saturation&p=recorded,fakeai-hybrid:queue_depth%3D0",
        None,
        0,
    ),
    (
        "what an answer that had not left yet had put into a cache counted as never cached, though it was found there",
        "v=2&w=multi-turn:conversations%3D3;turns%3D5;system%3D0;question%3D1;pause%3D0;output%3D15;spread%3D0.5&seed=481&r=2&off=gemm&rate=4&arr=all-at-once&batching=static:64,10ms&age=0&p=fakeai-round-robin&ev=0.5s:hang%3D50%25&health=kubernetes:period%3D0.5;fails%3D1;lag%3D0.05&rtries=auto&ctries=0&ctime=20&breaker=auto",
        None,
        11,
    ),
];

/// Scenarios that once broke a law, each with the law and what was wrong.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, Whole)> {
    KEPT.into_iter().map(|(why, query, file, more)| {
        let whole = Whole {
            query: query.to_owned(),
            file: file.map(|(name, text)| (name, text.as_bytes().to_vec())),
            more,
        };
        (why, whole)
    })
}
