//! Whole scenarios out of plain numbers: the one generator behind every law that speaks of runs.
//!
//! A case is a list of numbers, read from the front; each choice takes the next one, and a list that has ended gives 0,
//! which always means the simplest choice. So any list is a case, a shorter or smaller list is a simpler case (that is how
//! a failing case shrinks), and the same numbers give the same case natively and in a browser.
//!
//! Cases are small (at most some 60 requests of some hundred tokens), so that a run takes milliseconds, and they take in
//! everything a scenario has: every kind of workload, arrival process and client, caps, tiers and retries, lines to wait in, tenants and classes, ladders, several
//! routers, every policy with its parameters and kinds of knowledge, warm starts, small pools, block sizes, terms left out.

use std::sync::Arc;

use warmpath_core::replica::terms::Off;
use warmpath_core::rng::Rng;
use warmpath_core::router::{POLICIES, PolicySpec, SIGNALS};
use warmpath_core::scenario::Scenario;
use warmpath_core::scenario::life::event::VERBS;
use warmpath_core::workload::{Named, ReadOptions, Reader, Workload};

use super::files;

/// How many numbers a case may take; what comes after is not looked at.
pub(crate) const NUMBERS: usize = 190;

/// The numbers of a case, read from the front.
pub(crate) struct Choices<'a> {
    numbers: &'a [u32],
    at: usize,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(numbers: &'a [u32]) -> Self {
        Self { numbers, at: 0 }
    }

    fn next(&mut self) -> u32 {
        let number = self.numbers.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        number
    }

    /// A whole number from 0 to below `n`; 0 is the simplest.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        self.next() % n.max(1)
    }

    /// A whole number within a range, its least the simplest.
    pub(crate) fn within(&mut self, least: u32, most: u32) -> u32 {
        least + self.below(most - least + 1)
    }

    /// One of several, the first the simplest.
    pub(crate) fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u32) as usize]
    }

    /// Yes in one of `n` cases; no is simpler.
    pub(crate) fn chance(&mut self, n: u32) -> bool {
        self.below(n) == n - 1
    }
}

/// A file's name and its bytes.
pub(crate) type File = (&'static str, Vec<u8>);

/// A scenario and what it replays.
#[derive(Clone, PartialEq)]
pub(crate) struct Whole {
    /// The scenario as a query string, without its workload where that is a file.
    pub(crate) query: String,
    /// The file it replays: its name, and its bytes.
    pub(crate) file: Option<File>,
    /// How many requests there are beyond those of the workload, which begins anew for them.
    pub(crate) more: u32,
}

impl std::fmt::Debug for Whole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.query)?;
        if self.more > 0 {
            write!(f, " and {} requests more", self.more)?;
        }
        match &self.file {
            None => Ok(()),
            Some((name, bytes)) => write!(f, "\n{name}:\n{}", String::from_utf8_lossy(bytes)),
        }
    }
}

/// The numbers of case `at` of a seed, the same natively and in a browser.
#[allow(
    dead_code,
    reason = "of the two test files that generate scenarios one draws its numbers elsewhere"
)]
pub(crate) fn numbers(seed: &str, at: u32) -> Vec<u32> {
    let mut rng = Rng::new(0, &format!("{seed}/{at}"));
    (0..NUMBERS).map(|_| rng.below(1_000_000)).collect()
}

/// A scenario ready to run.
pub(crate) struct Ready {
    pub(crate) scenario: Scenario,
    pub(crate) workload: Arc<Workload>,
}

impl Whole {
    /// The case that these numbers say.
    pub(crate) fn from_numbers(numbers: &[u32]) -> Self {
        let choices = &mut Choices::new(numbers);
        let mut query = "v=2".to_owned();
        let mut add = |key: &str, value: String| {
            query.push('&');
            query.push_str(key);
            query.push('=');
            encode(&value, &mut query);
        };
        let block_size = choices.one_of(&[16, 16, 1, 8, 32, 128]);
        let (named, file, recorded) = workload(choices);
        if let Some(named) = named {
            add("w", named);
        }
        if choices.chance(4) {
            add("n", choices.within(1, 30).to_string());
        }
        add("seed", choices.below(1000).to_string());
        if choices.chance(8) {
            add("seeds", "2".to_owned());
        }
        let replicas = if choices.chance(7) {
            let fleets = [
                ("1xh100,1xl4", 2),
                ("2xl4,1xa100/tp2,1xl4", 4),
                ("1xl4/tp2,2xh200", 3),
            ];
            let (fleet, count) = choices.one_of(&fleets);
            add("fleet", fleet.to_owned());
            count
        } else {
            let count = choices.within(1, 5);
            add("r", count.to_string());
            hardware(choices, &mut add);
            count
        };
        if block_size != 16 {
            add("bs", block_size.to_string());
        }
        if choices.chance(2) {
            // From "nearly every prompt is rejected" to "nothing is ever evicted".
            let pool = choices.one_of(&[6000, 2200, 1100, 500, 20_000]) + choices.below(300);
            add("kv", pool.max(block_size).to_string());
        }
        arrivals(choices, recorded, &mut add);
        client(choices, &mut add);
        batch(choices, &mut add);
        let routers = routing(choices, &mut add);
        troubles(choices, [replicas, routers], &mut add);
        scaling(choices, &mut add);
        if choices.chance(3) {
            let goals = [
                "p95_ttft<500ms;errors<1%",
                "seed-slo",
                "attainment(ttft<1s,tpot<50ms)>=90%",
            ];
            add("goal", choices.one_of(&goals).to_owned());
        }
        if choices.chance(9) {
            add("price", "l4=0.8".to_owned());
        }
        entrance(choices, &mut add);
        let more = match choices.chance(6) {
            true => choices.within(1, 30),
            false => 0,
        };
        Self { query, file, more }
    }

    /// Reads what it names. `None`: the parts do not go together, and it is refused in words, as it should be.
    pub(crate) fn ready(&self) -> Option<Ready> {
        let mut scenario = Scenario::from_query(&self.query).ok()?;
        let mut workload = match &self.file {
            None => Named::parse(&scenario.workload)
                .ok()?
                .generate(scenario.block_size, scenario.seed, scenario.requests)
                .ok()?,
            Some((name, bytes)) => {
                let options = ReadOptions {
                    block_size: scenario.block_size,
                    requests: scenario.requests,
                    ..ReadOptions::default()
                };
                let mut reader = Reader::new(name, options);
                reader.push(bytes).ok()?;
                reader.finish().ok()?
            }
        };
        if scenario.requests.is_none() {
            workload.count += self.more;
        }
        scenario.workload.clone_from(&workload.name);
        Some(Ready {
            scenario,
            workload: Arc::new(workload),
        })
    }
}

/// A named workload, or a file and whether it has times.
fn workload(choices: &mut Choices<'_>) -> (Option<String>, Option<File>, bool) {
    let question = choices.within(1, 200);
    let output = choices.within(1, 40);
    let lengths = format!(
        "output={output};spread={}",
        choices.one_of(&["0.5", "0", "2"])
    );
    let named = match choices.below(9) {
        0 => format!(
            "multi-turn:conversations={};turns={};system={};question={question};pause={};{lengths}",
            choices.within(1, 12),
            choices.within(1, 5),
            choices.below(300),
            choices.one_of(&["0", "0.5", "20"]),
        ),
        1 => format!(
            "shared-system:system={};question={question};{lengths}",
            choices.below(500)
        ),
        2 => format!(
            "rag:contexts={};questions={};context={};question={question};skew={};{lengths}",
            choices.within(1, 5),
            choices.within(1, 10),
            choices.within(1, 700),
            choices.one_of(&["0", "1.1"]),
        ),
        3 => format!(
            "template:templates={};head={};field={};tail={};{lengths}",
            choices.within(1, 4),
            choices.within(1, 200),
            choices.within(1, 50),
            choices.below(100),
        ),
        4 => format!("unique:prompt={question};{lengths}"),
        5 => return (None, Some(files::sharegpt(choices)), false),
        6 => return (None, Some(files::mooncake(choices)), true),
        7 => return (None, Some(files::bailian(choices)), true),
        _ => return (None, Some(files::azure(choices)), true),
    };
    (Some(named), None, false)
}

fn hardware(choices: &mut Choices<'_>, add: &mut impl FnMut(&str, String)) {
    match choices.below(6) {
        4 => {
            add("hw", "h100".to_owned());
            add("tp", choices.one_of(&["1", "2"]).to_owned());
            add("dtype", choices.one_of(&["fp8", "bf16"]).to_owned());
        }
        5 => add("timing", "dynamo".to_owned()),
        _ => {}
    }
    if choices.chance(4) {
        let names: Vec<&str> = Off::names().collect();
        let mut off = vec![choices.one_of(&names)];
        if choices.chance(2) {
            off.push(choices.one_of(&names));
        }
        off.dedup();
        add("off", off.join(","));
    }
}

fn arrivals(choices: &mut Choices<'_>, recorded: bool, add: &mut impl FnMut(&str, String)) {
    let rate = |choices: &mut Choices<'_>| choices.one_of(&["4", "0.5", "40", "1000"]);
    add("rate", rate(choices).to_owned());
    if choices.chance(6) {
        let mut rates: Vec<String> = (0..choices.within(2, 4))
            .map(|_| rate(choices).to_owned())
            .collect();
        // One stage with a size of its own; the rest of the workload goes to the others.
        if choices.chance(3) {
            rates[0] += choices.one_of(&[":1", ":5", ":2s"]);
        }
        add("stages", rates.join(","));
        let process = match recorded && choices.chance(2) {
            true => "recorded",
            false => choices.one_of(&["poisson", "constant", "gamma:2", "kubeai"]),
        };
        add("arr", process.to_owned());
    } else {
        match choices.below(10) {
            0..=2 => {}
            3 => add("arr", "constant".to_owned()),
            4 => add("arr", "gamma:3".to_owned()),
            5 => add("arr", "gamma:0.5".to_owned()),
            6 => add("arr", "kubeai".to_owned()),
            7 | 8 => add("arr", "all-at-once".to_owned()),
            _ if recorded => {
                add("arr", "recorded".to_owned());
                add("ts", choices.one_of(&["1", "0.01", "20"]).to_owned());
            }
            _ => add("arr", "poisson".to_owned()),
        }
    }
    if choices.chance(4) {
        add("think", choices.one_of(&["0.1", "5"]).to_owned());
    }
}

fn client(choices: &mut Choices<'_>, add: &mut impl FnMut(&str, String)) {
    if choices.chance(2) {
        add("conc", choices.one_of(&["12", "1", "2", "3"]).to_owned());
    }
    if choices.chance(5) {
        add(
            "inflight",
            choices.one_of(&["12", "1", "2", "4"]).to_owned(),
        );
    }
    if choices.chance(3) {
        let requests = choices.one_of(&["1", "6", "60", "600"]);
        let tokens = choices.one_of(&["100000000", "100000000", "1000", "20000"]);
        add("tier", format!("custom:{requests}/{tokens}"));
        add("keys", choices.within(1, 4).to_string());
        add("retries", choices.one_of(&["0", "1", "4"]).to_owned());
    }
    if choices.chance(5) {
        add("client", "python".to_owned());
    }
    if choices.chance(6) {
        add("warm", format!("random:{}", choices.within(1, 3)));
    }
}

fn batch(choices: &mut Choices<'_>, add: &mut impl FnMut(&str, String)) {
    if choices.chance(2) {
        let sequences = choices.one_of(&[8, 1, 2, 40]);
        add("seqs", sequences.to_string());
        add("batch", (sequences + choices.below(600)).to_string());
    }
    if choices.chance(6) {
        let gather = choices.one_of(&[
            "static:64,10ms",
            "static:1,0ms",
            "static:3,2s",
            "static:8,500ms",
        ]);
        add("batching", gather.to_owned());
    }
    if choices.chance(8) {
        add("ctx", choices.within(10, 900).to_string());
    }
    add("age", choices.one_of(&["0", "0", "50", "step"]).to_owned());
    if choices.chance(3) {
        add("ttft", choices.one_of(&["100", "2000"]).to_owned());
        add("tpot", "50".to_owned());
    }
}

/// What befalls the fleet; in most cases nothing.
fn troubles(choices: &mut Choices<'_>, there: [u32; 2], add: &mut impl FnMut(&str, String)) {
    if choices.below(5) < 3 {
        return;
    }
    let events: Vec<String> = (0..choices.within(1, 6))
        .map(|_| event(choices, there))
        .collect();
    add("ev", events.join(";"));
    if choices.chance(6) {
        add("mtbf", choices.one_of(&["0.01", "0.002"]).to_owned());
    }
    if choices.chance(3) {
        add("mttr", choices.one_of(&["2", "0", "30"]).to_owned());
    }
    if choices.chance(2) {
        let drain = ["finish", "finish:prestop=2;grace=4", "abort:prestop=1"];
        add("drain", choices.one_of(&drain).to_owned());
    }
    let health = [
        "kubernetes",
        "kubeai",
        "smg",
        "dynamo",
        "production-stack",
        "llm-d",
        "aibrix",
        "ray",
        "kubernetes:period=0.5;fails=1;lag=0.05",
        "kubeai:period=1;loss=0.5;relist=5",
        "smg:period=1;lag=0.3;loss=1",
    ];
    add("health", choices.one_of(&health).to_owned());
    let retries = [
        "auto",
        "0",
        "3",
        "2:exclude=1",
        "5:backoff_ms=50;jitter=0.2;budget=0.2",
    ];
    add("rtries", choices.one_of(&retries).to_owned());
    add("ctries", choices.one_of(&["2", "0", "5"]).to_owned());
    add("ctime", choices.one_of(&["600", "1", "20"]).to_owned());
    let breakers = [
        "auto",
        "off",
        "seed",
        "seed-3",
        "smg",
        "smg-worker",
        "envoy",
        "nginx",
    ];
    add("breaker", choices.one_of(&breakers).to_owned());
}

/// How the fleet grows and shrinks; in most cases it does not.
fn scaling(choices: &mut Choices<'_>, add: &mut impl FnMut(&str, String)) {
    if choices.below(4) < 3 {
        return;
    }
    let rules = [
        "hpa:busy=0.5;sync=1;down=5",
        "hpa:inflight=1;sync=0.5;down=2",
        "hpa-seed:waiting=1;sync=1;down=0",
        "keda:waiting=1;sync=1;poll=1;cooldown=2;down=1",
        "kubeai:inflight=1;sync=0.5;window=3;delay=1",
        "knative:inflight=1;sync=0.5;window=3;grace=0.5",
        "schedule:0s=2;2s=5;6s=0;9s=1",
    ];
    let rule = choices.one_of(&rules);
    let mut text = rule.to_owned();
    if !rule.starts_with("schedule") {
        text += choices.one_of(&[";max=6", ";max=9;pending=1", ";max=5;min=2"]);
    }
    text += choices.one_of(&["", ";victim=least-loaded", ";victim=coldest"]);
    text += &format!(";start={}", choices.one_of(&["3", "0", "0.5", "20"]));
    add("scale", text);
}

/// What stands between clients and routers; in most cases a door. (A line without a reason to wait, or beside it a Python
/// client that hears no 503, is refused in words.)
fn entrance(choices: &mut Choices<'_>, add: &mut impl FnMut(&str, String)) {
    if choices.below(5) < 3 {
        return;
    }
    if choices.chance(4) {
        let limit = choices.one_of(&["40/2048", "2/1", "4/3", "3"]);
        add("conns", limit.to_owned());
    }
    if choices.chance(4) {
        let limit = choices.one_of(&["500/50000", "6/100", "60/20"]);
        add("endpoint", limit.to_owned());
    }
    if choices.chance(2) {
        let queue = choices.one_of(&["100/60", "1000/none", "3/0.5", "0", "20/5"]);
        add("queue", queue.to_owned());
        let hold = [
            "saturation",
            "none",
            "prefill",
            "prefill:times=0.1",
            "saturation:queue=1;kv=0.1",
        ];
        add("hold", choices.one_of(&hold).to_owned());
        let order = ["fcfs", "lcfs", "wspt", "edf", "priority", "vtc"];
        add("order", choices.one_of(&order).to_owned());
        if choices.chance(4) {
            add("shed", choices.one_of(&["9", "0", "-1"]).to_owned());
        }
    }
    if choices.chance(4) {
        add("rcache", choices.one_of(&["7200", "2"]).to_owned());
    }
    if choices.chance(4) {
        let prompts = choices.one_of(&["1024/128/600", "64/16/1", "0/1/30"]);
        add("pcache", prompts.to_owned());
        add("tprice", choices.one_of(&["gpt-4o", "3/0.3/15"]).to_owned());
    }
    if choices.chance(2) {
        let tenants = choices.one_of(&["a:1,b:1,c:8", "a:1", "a:5:0.5,b:1:4"]);
        add("tenants", tenants.to_owned());
    }
    if choices.chance(2) {
        let classes = ["chat:0.3:0,batch:0.7:9", "x:1:-1:500ms,y:1:0:2s,z:1:9"];
        add("classes", choices.one_of(&classes).to_owned());
    }
}

/// An event of a replica or a router, of which there are this many; a replica that starts may be one more.
fn event(choices: &mut Choices<'_>, [replicas, routers]: [u32; 2]) -> String {
    let at = choices.one_of(&["0.5", "0", "2", "5", "12", "40"]);
    let whom = choices.one_of(&["0", "0", "1", "2", "4", "6", "50%"]);
    let among = |whom: &str, all: u32| match whom.parse::<u32>() {
        Ok(number) => (number % all).to_string(),
        Err(_) => whom.to_owned(),
    };
    let (started, whom) = (whom, among(whom, replicas));
    let length = choices.one_of(&["/3s", "", "/0.2s", "/30s"]);
    match choices.below(7) {
        0 | 1 => format!("{at}s:kill={whom}{}", choices.one_of(&["", "", "/stay"])),
        2 => format!("{at}s:start={started}"),
        3 => format!(
            "{at}s:slow={whom}x{}{length}",
            choices.one_of(&["0.3", "0.05", "3"])
        ),
        4 => format!("{at}s:hang={whom}{length}"),
        5 => format!("{at}s:drain={whom}"),
        _ => format!(
            "{at}s:restart-router={}{}",
            among(choices.one_of(&["0", "1"]), routers),
            choices.one_of(&["", "/snapshot"])
        ),
    }
}

#[test]
fn every_event_is_drawn() {
    let drawn: Vec<String> = (0..64)
        .map(|n| event(&mut Choices::new(&[0, n, 0, n, n]), [4, 2]))
        .collect();
    for verb in VERBS {
        let is = |text: &String| text.contains(&format!(":{verb}="));
        assert!(drawn.iter().any(is), "no scenario has the event {verb}");
    }
}

/// How requests are routed; returns the number of routers.
fn routing(choices: &mut Choices<'_>, add: &mut impl FnMut(&str, String)) -> u32 {
    let mut routers = 1;
    if choices.chance(4) {
        routers = choices.within(2, 4);
        add("routers", routers.to_string());
    }
    let policies: Vec<String> = (0..choices.within(1, 2))
        .map(|at| policy(choices, at))
        .collect();
    add("p", policies.join(","));
    routers
}

/// Any policy, some of its parameters at some value of their range, some kind of knowledge.
fn policy(choices: &mut Choices<'_>, at: u32) -> String {
    let mut spec = match choices.below(POLICIES.len() as u32 + 6) as usize {
        entry if entry < POLICIES.len() => {
            let entry = &POLICIES[entry];
            let mut spec = entry.name.to_owned();
            let mut mark = ':';
            for parameter in entry.parameters {
                if !choices.chance(3) {
                    continue;
                }
                let (min, max) = (parameter.min, parameter.max.min(1000.0));
                let value = match choices.below(4) {
                    0 => min,
                    1 => max,
                    2 => (min + max) / 2.0,
                    _ => min + (max - min) / 64.0,
                };
                let longer = format!("{spec}{mark}{}={}", parameter.name, value);
                // A parameter that is a whole number or a switch takes not every value of its range.
                if PolicySpec::parse(&longer).is_ok() {
                    (spec, mark) = (longer, ';');
                }
            }
            spec
        }
        // The policy that rejects for good what it cannot serve in time: the way out that is easily forgotten.
        rest if rest % 2 == 0 => format!(
            "conductor:slo_s={}",
            choices.one_of(&["0.2", "0.000001", "0.02"])
        ),
        _ => {
            let addends: Vec<String> = (0..choices.within(1, 3))
                .map(|_| {
                    let weight = choices.one_of(&["1", "0.5", "-3", "0"]);
                    let at = choices.below(SIGNALS.len() as u32) as usize;
                    format!("{weight} * {}", SIGNALS[at].name)
                })
                .collect();
            format!("mine{at}={}", addends.join(" + "))
        }
    };
    let knowledge = choices.one_of(&[
        "",
        "",
        "",
        "@nothing",
        "@truth",
        "@routed",
        "@routed:2s",
        "@routed:lru=512",
        "@events",
        "@events:50ms",
        "@events:3000ms,loss=0.3",
    ]);
    let known = format!("{spec}{knowledge}");
    if PolicySpec::parse(&known).is_ok() {
        spec = known;
    }
    spec
}

fn encode(value: &str, out: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => out.push(byte as char),
            b'-' | b'.' | b'_' | b'~' | b':' | b'@' | b',' | b';' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}
