//! The questions that the laboratory answers besides "what happens?", and the settings of each.

use crate::lab::results::command_for;
use crate::wire_choices;

/// A question that the laboratory answers besides a run; each has a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quest {
    /// Does each policy meet the goal?
    Goal,
    /// How much load does each policy bear?
    Capacity,
    /// Which is the cheapest fleet?
    Plan,
    /// Which of a policy's numbers are best?
    Tune,
}

wire_choices! {
    Quest { 0: Goal {}, 1: Capacity {}, 2: Plan {}, 3: Tune {} }
}

/// A setting of a question, which is an option of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The option's name, without dashes.
    pub flag: &'static str,
    /// The label of the setting.
    pub label: &'static str,
    /// The value when the page opens.
    pub first: &'static str,
    /// The placeholder, which says what holds while the setting is empty.
    pub empty: &'static str,
    /// The two values of a switch, off and on; empty texts for a setting that is typed.
    pub switch: [&'static str; 2],
    /// The help for the setting.
    pub help: &'static str,
}

const fn typed(
    flag: &'static str,
    label: &'static str,
    first: &'static str,
    empty: &'static str,
    help: &'static str,
) -> Setting {
    Setting {
        flag,
        label,
        first,
        empty,
        switch: ["", ""],
        help,
    }
}

const LOSS: Setting = Setting {
    switch: ["is searched too", "is left out"],
    ..typed(
        "no-loss",
        "With one replica lost",
        "",
        "",
        "Replica 0 dies after a third of the time in which requests start, and does not come back.",
    )
};

static CAPACITY: [Setting; 3] = [
    typed(
        "tolerance",
        "Within",
        "",
        "1%",
        "How far the highest load that meets the goal and the lowest that misses it may be apart.",
    ),
    LOSS,
    Setting {
        switch: ["is a miss", "does not count"],
        ..typed(
            "finite",
            "A backlog that grows",
            "",
            "",
            "A short run can end before an overloaded fleet shows it; active requests that grow to the end give it away, and a run too short to tell is a miss too. In a closed loop they cannot grow.",
        )
    },
];

static PLAN: [Setting; 5] = [
    typed(
        "replicas",
        "Replicas",
        "1..8",
        "as set",
        "Numbers of replicas to choose from: 1..16, or 2,4,8.",
    ),
    typed(
        "gpu",
        "GPUs",
        "",
        "as set",
        "GPUs to choose from, such as l4,h100. Several can be compared only if each has a price.",
    ),
    typed(
        "tp",
        "GPUs per replica",
        "",
        "as set",
        "Over how many GPUs a replica may be spread: 1,2,4.",
    ),
    typed(
        "frontier",
        "Up to times the price",
        "",
        "2",
        "Fleets that cost up to this many times the cheapest one are run too, to see what more money buys.",
    ),
    LOSS,
];

static TUNE: [Setting; 3] = [
    typed(
        "settings",
        "Settings",
        "",
        "64",
        "Settings that are tried for each policy, its own among them.",
    ),
    typed(
        "search-seeds",
        "Seeds of the search",
        "",
        "4",
        "All settings are run with one seed, the best of them with more.",
    ),
    typed(
        "held-out",
        "Seeds kept back",
        "",
        "8",
        "The gain is measured with seeds that the search does not see.",
    ),
];

impl Quest {
    /// All questions, in the order of their tabs.
    pub const ALL: [Self; 4] = [Self::Goal, Self::Capacity, Self::Plan, Self::Tune];

    /// The name of the question in its tab's id and in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Goal => "goal",
            Self::Capacity => "capacity",
            Self::Plan => "plan",
            Self::Tune => "tune",
        }
    }

    /// The text on the tab.
    pub fn title(self) -> &'static str {
        match self {
            Self::Goal => "Goal",
            Self::Capacity => "Capacity",
            Self::Plan => "Plan",
            Self::Tune => "Tune",
        }
    }

    /// The question as a sentence.
    pub fn question(self) -> &'static str {
        match self {
            Self::Goal => {
                "Does each policy meet the goal, by how much, and which limit decides? The settings are run once for each seed."
            }
            Self::Capacity => {
                "How much load does each policy bear before it misses the goal? The load is turned up and down until the highest that meets it and the lowest that misses it are close."
            }
            Self::Plan => {
                "Which is the cheapest fleet that meets the goal? Fleets are run from the cheapest on, under each policy that is chosen."
            }
            Self::Tune => {
                "Which of a policy's numbers meet the goal best? Each policy that is chosen is tried with many; a gain counts only if it is beyond the noise."
            }
        }
    }

    /// The text on the button that asks it.
    pub fn act(self) -> &'static str {
        match self {
            Self::Goal => "Judge the policies",
            Self::Capacity => "Find the highest load",
            Self::Plan => "Find the cheapest fleet",
            Self::Tune => "Find the best settings",
        }
    }

    /// The settings of the question, besides the scenario.
    pub fn settings(self) -> &'static [Setting] {
        match self {
            Self::Goal => &[],
            Self::Capacity => &CAPACITY,
            Self::Plan => &PLAN,
            Self::Tune => &TUNE,
        }
    }

    /// The values of the settings when the page opens, in their order.
    pub fn first(self) -> Vec<String> {
        let each = self.settings().iter();
        each.map(|it| it.first.to_owned()).collect()
    }

    /// The subcommand of the command line.
    fn verb(self) -> &'static str {
        match self {
            Self::Goal => "replay",
            _ => self.name(),
        }
    }

    /// The value of a setting, by its option's name, among texts in the order of the settings; `None` if it is empty.
    pub fn given<'a>(self, texts: &'a [String], flag: &str) -> Option<&'a str> {
        let at = self.settings().iter().position(|it| it.flag == flag)?;
        let text = texts.get(at)?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The command line that asks the same question and prints the same bytes.
    pub fn command(self, query: &str, texts: &[String]) -> String {
        let mut options = String::new();
        for setting in self.settings() {
            let Some(text) = self.given(texts, setting.flag) else {
                continue;
            };
            options += &format!(" --{}", setting.flag);
            if setting.switch[0].is_empty() {
                let plain = |it: char| it.is_ascii_alphanumeric() || ".,-_%".contains(it);
                options += &match text.chars().all(plain) {
                    true => format!(" {text}"),
                    false => format!(" '{}'", text.replace('\'', "'\\''")),
                };
            }
        }
        command_for(self.verb(), query, &options)
    }

    /// The place of the setting that an error is about, recognised by the option's name at the error's beginning.
    pub fn blamed(self, reason: &str) -> Option<usize> {
        let each = self.settings().iter();
        let mut names = each.map(|it| format!("{} is ", it.flag));
        names.position(|name| reason.starts_with(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_has_what_is_set_and_no_more() {
        let texts = ["1..16", "l4, h100", "", "", "yes"].map(str::to_owned);
        assert_eq!(
            Quest::Plan.command("v=2&r=8", &texts),
            "warmpath plan 'v=2&r=8' --replicas 1..16 --gpu 'l4, h100' --no-loss --format json"
        );
        assert_eq!(
            Quest::Goal.command("v=2&r=8", &[]),
            "warmpath replay 'v=2&r=8' --format json"
        );
        assert_eq!(
            Quest::Capacity.command("v=2", &["2%".to_owned()]),
            "warmpath capacity 'v=2' --tolerance 2% --format json"
        );
    }

    #[test]
    fn a_reason_is_said_at_the_setting_that_it_is_about() {
        let reason = "held-out is \"1\", but must be a whole number from 2 to 1000";
        assert_eq!(Quest::Tune.blamed(reason), Some(2));
        assert_eq!(Quest::Goal.blamed(reason), None);
        for quest in Quest::ALL {
            assert_eq!(quest.first().len(), quest.settings().len());
        }
    }
}
