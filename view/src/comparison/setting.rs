//! What the policies of a comparison are run on, in words.

use crate::format::{self, GAP};
use warmpath_core::scenario::{Scenario, TimingChoice};
use warmpath_core::workload::Workload;

/// The GPU and the model of a replica, the room in its cache, and the lengths of the prompts and answers of the first
/// `count` requests, in two sentences. The GPU is left out where replicas are of several kinds or the step times are not
/// those of a GPU.
pub(super) fn setting(scenario: &Scenario, workload: &Workload, count: usize) -> String {
    let room = u64::from(scenario.pool_blocks()) * u64::from(scenario.block_size);
    let room = format!(
        "room for {} in its cache, in blocks of {}",
        format::plural(room, "token"),
        scenario.block_size
    );
    let replica = match scenario.mix.kinds.is_empty() && scenario.timing == TimingChoice::Roofline {
        true => format!(
            "Each replica is {} {} with {} in {}, and has {room}",
            match scenario.tensor_parallel {
                1 => "an".to_owned(),
                gpus => format!("{gpus} ×"),
            },
            scenario.gpu.title,
            scenario.model.title,
            scenario.dtype.name()
        ),
        false if scenario.mix.kinds.is_empty() => format!("Each replica has {room}"),
        false => format!("A replica of the first kind has {room}"),
    };
    let lengths = |of: fn(&warmpath_core::request::Request) -> u32| {
        let all = || workload.requests.iter().take(count).map(of);
        let ends = (all().min().unwrap_or(0), all().max().unwrap_or(0));
        match ends {
            (least, most) if least == most => format::plural(u64::from(most), "token"),
            (least, most) => format!(
                "{} to {}",
                format::count(u64::from(least)),
                format::plural(u64::from(most), "token")
            ),
        }
    };
    format!(
        "{replica}. A prompt has {}, an answer {}.",
        lengths(|it| it.prompt_tokens),
        lengths(|it| it.output_tokens)
    )
    .replace(GAP, " ")
}

#[cfg(test)]
mod tests {
    use super::setting;
    use crate::comparison::opening;
    use crate::format;
    use crate::trial;

    #[test]
    fn a_replica_of_several_gpus_is_told_as_such() {
        let replay = trial::run("v=2&w=rag&n=5&tp=2&p=smart");
        let told = setting(replay.scenario(), replay.workload(), 5);
        assert!(
            told.starts_with("Each replica is 2 × NVIDIA L4 with "),
            "{told}"
        );
    }

    #[test]
    fn the_opening_runs_setting_is_that_of_its_scenario() {
        let comparison = opening().expect("valid");
        let room = u64::from(comparison.sides[0].pool_blocks) * 16;
        let room = format!("room for {} tokens in its cache", format::count(room));
        let ends = |all: &[u32]| [all.iter().min(), all.iter().max()].map(|it| *it.expect("some"));
        let [least, most] = ends(&comparison.prompts).map(|it| format::count(it.into()));
        let prompt = format!("A prompt has {least} to {most} tokens, an answer ");
        for part in ["Each replica is an NVIDIA L4 with ", &room, &prompt] {
            assert!(
                comparison.setting.contains(part),
                "{part}: {}",
                comparison.setting
            );
        }
    }
}
