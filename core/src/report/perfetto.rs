//! A run as Trace Event JSON, for ui.perfetto.dev or chrome://tracing.
//!
//! Each replica under each policy is a process. Its first track holds the engine's steps, where successive steps of one
//! kind are one span: `prefill` if they computed any prompt tokens, else `decode`. The tracks below hold the requests, each
//! on the first free track, from the queue to the last token: `queue`, `prefill`, `decode`, `preempted`. A request that was
//! tried again after a replica failed has spans at each replica that it reached. Where replicas can fail, a track `life` above
//! these says when one is starting, draining, down, hung or slow. If the fleet's size is counted, a further process shows the
//! replicas wanted, paid for and ready. Two counters show the waiting requests and the blocks in use, that is, to which requests in the batch refer. Times are virtual \[µs\].
//!
//! The runs must have kept their steps and their log; what was not kept is not drawn. Of several seeds the first is drawn.
//! Left out: requests that never reached a replica, and the client's side.

use core::fmt::Write as _;

use crate::fleet::{self, LifeStage, Phase, Run, Visit, What};
use crate::json::quoted;
use crate::order;
use crate::replica::StepReport;
use crate::scenario::Scenario;
use crate::units::VirtualTime;
use crate::workload::Workload;

/// The runs of a scenario as one trace, one process per replica and policy.
pub fn write(scenario: &Scenario, workload: &Workload, runs: &[Run]) -> String {
    let mut trace = Trace {
        out: String::from("{\"displayTimeUnit\":\"ms\",\"otherData\":{\"scenario\":"),
        first: true,
    };
    trace.out += &quoted(&scenario.to_query());
    trace.out += "},\"traceEvents\":[";
    let mut process = 0;
    for run in runs.iter().filter(|run| run.seed == scenario.seed) {
        if let Some(scaling) = &run.scaling {
            process += 1;
            let name = format!("{}, fleet", run.policy);
            trace.named("process_name", process, 0, &name);
            for it in &scaling.course {
                trace.counter(process, "replicas wanted", it.at, it.wanted);
                trace.counter(process, "replicas paid", it.at, it.paid);
                trace.counter(process, "replicas ready", it.at, it.ready);
            }
        }
        let requests = by_replica(run);
        for (id, replica) in run.replicas.iter().enumerate() {
            process += 1;
            trace.named(
                "process_name",
                process,
                0,
                &format!("{}, replica {id}{}", run.policy, kind(scenario, id)),
            );
            trace.event(
                process,
                0,
                "M",
                "process_sort_index",
                &format!("\"args\":{{\"sort_index\":{process}}}"),
            );
            trace.named("thread_name", process, 0, "engine");
            trace.steps(process, replica.steps.as_deref().unwrap_or_default());
            if run.lives.is_some() {
                trace.lives(process, run, id as u16);
            }
            let mine = requests.get(id).map_or(&[][..], Vec::as_slice);
            trace.requests(process, run, workload, mine);
        }
    }
    trace.out += "\n]}\n";
    trace.out
}

/// The name of a replica's kind in brackets; empty if all replicas are alike.
fn kind(scenario: &Scenario, id: usize) -> String {
    let kind = scenario.mix.kinds.get(scenario.kind_of(id as u32));
    kind.map_or_else(String::new, |kind| format!(" ({})", kind.name()))
}

/// Each replica's visits, in the order in which they began.
fn by_replica(run: &Run) -> Vec<Vec<Visit>> {
    let mut replicas = vec![Vec::new(); run.replicas.len()];
    // Visits that begin at the same time are in the order of their requests' numbers.
    let visits = fleet::visits(run.log.as_deref().unwrap_or_default());
    let visits = order::by_key(visits, |visit| visit.request.into());
    let first = |visit: &Visit| visit.marks.first().map_or(0, |mark| mark.at.0);
    for visit in order::by_key(visits, first) {
        if let Some(replica) = replicas.get_mut(usize::from(visit.replica)) {
            replica.push(visit);
        }
    }
    replicas
}

/// The number of the track with the lives of a replica, larger than any of a request's track.
const LIVES: u32 = 1_000_000;

struct Trace {
    out: String,
    first: bool,
}

impl Trace {
    /// Writes one event; `rest` is the JSON of its other members.
    fn event(&mut self, process: u32, track: u32, phase: &str, name: &str, rest: &str) {
        self.out += if self.first { "\n" } else { ",\n" };
        self.first = false;
        // Writing to a String cannot fail.
        let _ = write!(
            self.out,
            "{{\"ph\":\"{phase}\",\"pid\":{process},\"tid\":{track},\"name\":\"{name}\",{rest}}}"
        );
    }

    fn named(&mut self, what: &str, process: u32, track: u32, name: &str) {
        let args = format!("\"args\":{{\"name\":{}}}", quoted(name));
        self.event(process, track, "M", what, &args);
    }

    fn span(&mut self, at: (u32, u32), name: &str, span: (VirtualTime, VirtualTime), args: &str) {
        let rest = format!(
            "\"ts\":{},\"dur\":{},\"args\":{{{args}}}",
            micros(span.0),
            micros(span.1 - span.0)
        );
        self.event(at.0, at.1, "X", name, &rest);
    }

    fn counter(&mut self, process: u32, name: &str, at: VirtualTime, value: u32) {
        let rest = format!("\"ts\":{},\"args\":{{\"value\":{value}}}", micros(at));
        self.event(process, 0, "C", name, &rest);
    }

    /// Writes the track of the engine's steps, and both counters at the beginning of each span. Where no step follows at once, both
    /// go to 0: no request waits or refers to a block, though blocks keep their contents.
    fn steps(&mut self, process: u32, steps: &[StepReport]) {
        let mut rest = steps;
        while let Some(first) = rest.first() {
            let prefill = first.prefill_tokens > 0;
            let joined = rest
                .windows(2)
                .take_while(|pair| {
                    (pair[1].prefill_tokens > 0) == prefill && pair[1].start == pair[0].end
                })
                .count();
            let (group, later) = rest.split_at(joined + 1);
            let last = &group[joined];
            let sum =
                |of: fn(&StepReport) -> u32| group.iter().map(|s| u64::from(of(s))).sum::<u64>();
            let args = format!(
                "\"steps\":{},\"prompt tokens computed\":{},\"prompt tokens cached\":{},\"sequences decoding\":{}",
                group.len(),
                sum(|s| s.prefill_tokens),
                sum(|s| s.hit_tokens),
                last.decoding
            );
            let name = if prefill { "prefill" } else { "decode" };
            self.span((process, 0), name, (first.start, last.end), &args);
            self.counter(process, "requests waiting", first.start, first.waiting);
            self.counter(
                process,
                "blocks in use",
                first.start,
                first.referenced_blocks,
            );
            if later.first().is_none_or(|next| next.start > last.end) {
                self.counter(process, "requests waiting", last.end, 0);
                self.counter(process, "blocks in use", last.end, 0);
            }
            rest = later;
        }
    }

    /// Writes the track with the lives of a replica.
    fn lives(&mut self, process: u32, run: &Run, id: u16) {
        self.named("thread_name", process, LIVES, "life");
        let order = "\"args\":{\"sort_index\":-1}";
        self.event(process, LIVES, "M", "thread_sort_index", order);
        let stage = |stage| match stage {
            LifeStage::Starting => Some("starting"),
            LifeStage::Ready => None,
            LifeStage::Draining => Some("draining"),
            LifeStage::Down => Some("down"),
        };
        let (mut since, mut name) = (VirtualTime::ZERO, None);
        for fact in run.log.as_deref().unwrap_or_default() {
            let next = match fact.what {
                What::Life { replica, stage: to } if replica == id => stage(to),
                What::Speed {
                    replica,
                    thousandths,
                } if replica == id => match thousandths {
                    0 => Some("hung"),
                    1000 => None,
                    _ => Some("slow"),
                },
                _ => continue,
            };
            if let Some(name) = name {
                self.span((process, LIVES), name, (since, fact.at), "");
            }
            (since, name) = (fact.at, next);
        }
        if let Some(name) = name {
            self.span((process, LIVES), name, (since, run.end.max(since)), "");
        }
    }

    /// Writes the tracks of a replica's requests, the spans of each visit on the first free track.
    fn requests(&mut self, process: u32, run: &Run, workload: &Workload, visits: &[Visit]) {
        // The time at which each track is free again.
        let mut tracks: Vec<VirtualTime> = Vec::new();
        for visit in visits {
            let marks = &visit.marks;
            let (Some(first), Some(last)) = (marks.first(), marks.last()) else {
                continue;
            };
            let end = if last.phase == Phase::Left {
                last.at
            } else {
                run.end
            };
            let track = match tracks.iter().position(|free| *free <= first.at) {
                Some(track) => track,
                None => {
                    tracks.push(end);
                    tracks.len() - 1
                }
            };
            tracks[track] = end;
            let request = workload.request(visit.request);
            let args = format!(
                "\"request\":{},\"conversation\":{},\"turn\":{},\"prompt tokens\":{},\"prompt tokens cached\":{}",
                visit.request,
                request.conversation,
                request.turn,
                request.prompt_tokens,
                visit.hit_tokens
            );
            for (at, mark) in marks.iter().enumerate() {
                let name = match mark.phase {
                    Phase::Queued => "queue",
                    Phase::Prefill => "prefill",
                    Phase::Decode => "decode",
                    Phase::Preempted => "preempted",
                    Phase::Left => continue,
                };
                let until = marks.get(at + 1).map_or(end, |next| next.at).max(mark.at);
                self.span((process, track as u32 + 1), name, (mark.at, until), &args);
            }
        }
        for track in 1..=tracks.len() as u32 {
            self.named("thread_name", process, track, &format!("requests {track}"));
            let order = format!("\"args\":{{\"sort_index\":{track}}}");
            self.event(process, track, "M", "thread_sort_index", &order);
        }
    }
}

/// A virtual time in microseconds as a decimal number, exact to the nanosecond.
fn micros(time: VirtualTime) -> String {
    format!("{}.{:03}", time.0 / 1000, time.0 % 1000)
}
