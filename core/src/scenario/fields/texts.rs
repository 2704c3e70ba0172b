//! The parts that are no single number or name, as text.

use super::{real, unknown, wrong};
use crate::llm::{self, MODELS};
use crate::router::LoadAge;
use crate::scenario::attached::{Attached, like_a_file};
use crate::scenario::ladder::{self, Rung};
use crate::scenario::{Admit, Arrivals, Client, Scenario, ScenarioError, TimingChoice, Warm};
use crate::units::VirtualTime;
use crate::workload::reading::{ChatTemplate, ColumnMap, SessionRows, TimeUnit, Tokenization};

pub(super) fn timing(s: &Scenario) -> String {
    match s.timing {
        TimingChoice::Roofline => "roofline".to_owned(),
        TimingChoice::Dynamo => "dynamo".to_owned(),
    }
}

pub(super) fn set_timing(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.timing = match v {
        "roofline" => TimingChoice::Roofline,
        "dynamo" => TimingChoice::Dynamo,
        _ => return Err(wrong("timing", v, "roofline or dynamo")),
    };
    Ok(())
}

pub(super) fn model(s: &Scenario) -> String {
    match &s.own_model {
        Some(own) => own.name().to_owned(),
        None => s.model.name.to_owned(),
    }
}

pub(super) fn set_model(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    match llm::model(v) {
        Some(model) => (s.model, s.own_model) = (model, None),
        // The model's shape is known once its file has been read; until then the scenario is not ready.
        None if v.ends_with(".json") || v.contains(['/', '\\', '~']) => {
            s.own_model = Some(Attached::named(v));
        }
        None => return Err(unknown("model", v, MODELS.iter().map(|model| model.name))),
    }
    Ok(())
}

pub(super) fn cuda_graphs(s: &Scenario) -> String {
    if s.cuda_graphs { "on" } else { "off" }.to_owned()
}

pub(super) fn set_cuda_graphs(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.cuda_graphs = match v {
        "on" => true,
        "off" => false,
        _ => return Err(wrong("cuda-graphs", v, "on or off")),
    };
    Ok(())
}

pub(super) fn admission(s: &Scenario) -> String {
    match s.admission {
        Admit::Prompt => "prompt".to_owned(),
        Admit::Chunk => "chunk".to_owned(),
    }
}

pub(super) fn set_admission(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.admission = match v {
        "prompt" => Admit::Prompt,
        "chunk" => Admit::Chunk,
        _ => return Err(wrong("admission", v, "prompt or chunk")),
    };
    Ok(())
}

pub(super) fn vllm(s: &Scenario) -> String {
    s.vllm
        .map_or_else(|| "current".to_owned(), |minor| format!("0.{minor}"))
}

/// What a version of vLLM may be.
const VLLM: &str = "current, or a version from 0.8 on";

/// The minor number in `version` as vLLM writes it (`0.10`, `v0.10.1`, `0.9.0.1`, `0.10.1rc1`, `0.8.5.post1`, `0.11.0.dev3+g1a2b3c`);
/// `None`: it is not such a version. What follows the minor number makes no difference here.
fn vllm_minor(version: &str) -> Option<&str> {
    let version = version.strip_prefix('v').unwrap_or(version);
    let public = match version.split_once('+') {
        Some((_, "")) => return None,
        Some((public, _)) => public,
        None => version,
    };
    let minor = public.strip_prefix("0.")?.split('.').next()?;
    // What is named in it stands for a dot and is followed by a number, as any other part.
    let mut plain = public.to_owned();
    for named in ["rc", ".post", ".dev"] {
        plain = plain.replace(named, ".");
    }
    let numbers = plain
        .split('.')
        .all(|it| crate::decimal::whole(it).is_some());
    numbers.then_some(minor)
}

pub(super) fn set_vllm(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.vllm = match vllm_minor(v) {
        _ if v == "current" => None,
        Some(minor) => match crate::decimal::whole(minor) {
            Some(minor @ 8..=999) => Some(minor as u32),
            _ => return Err(wrong("vllm", v, VLLM)),
        },
        None => return Err(wrong("vllm", v, VLLM)),
    };
    Ok(())
}

pub(super) fn stages(s: &Scenario) -> String {
    let stages: Vec<String> = s.stages.iter().map(ToString::to_string).collect();
    stages.join(",")
}

pub(super) fn set_stages(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    let stages = v.split(',').map(str::trim).filter(|_| !v.is_empty());
    let stages: Option<Vec<Rung>> = stages.map(Rung::parse).collect();
    match stages {
        Some(stages) if stages.len() != 1 && stages.len() <= 64 => s.stages = stages,
        _ => return Err(wrong("stages", v, ladder::FORM)),
    }
    Ok(())
}

pub(super) fn arrivals(s: &Scenario) -> String {
    match s.arrivals {
        Arrivals::Auto => "auto".to_owned(),
        Arrivals::Poisson => "poisson".to_owned(),
        Arrivals::Constant => "constant".to_owned(),
        Arrivals::Gamma(cv) => format!("gamma:{cv}"),
        Arrivals::Recorded => "recorded".to_owned(),
        Arrivals::KubeAi => "kubeai".to_owned(),
        Arrivals::AllAtOnce => "all-at-once".to_owned(),
    }
}

/// What arrivals may be.
const ARRIVALS: &str =
    "auto, poisson, constant, gamma:CV (CV from 0.01 to 10), recorded, kubeai or all-at-once";

pub(super) fn set_arrivals(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.arrivals = match v.split_once(':') {
        None if v == "auto" => Arrivals::Auto,
        None if v == "poisson" => Arrivals::Poisson,
        None if v == "constant" => Arrivals::Constant,
        None if v == "recorded" => Arrivals::Recorded,
        None if v == "kubeai" => Arrivals::KubeAi,
        None if v == "all-at-once" => Arrivals::AllAtOnce,
        Some(("gamma", cv)) => match real("arrivals", cv, 0.01, 10.0) {
            Ok(cv) => Arrivals::Gamma(cv),
            Err(_) => return Err(wrong("arrivals", v, ARRIVALS)),
        },
        _ => return Err(wrong("arrivals", v, ARRIVALS)),
    };
    Ok(())
}

pub(super) fn client(s: &Scenario) -> String {
    match s.client {
        Client::Free => "free".to_owned(),
        Client::Python => "python".to_owned(),
    }
}

pub(super) fn set_client(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.client = match v {
        "free" => Client::Free,
        "python" => Client::Python,
        _ => return Err(wrong("client", v, "free or python")),
    };
    Ok(())
}

pub(super) fn warm(s: &Scenario) -> String {
    match &s.warm {
        Warm::Cold => "none".to_owned(),
        Warm::Random(rounds) => format!("random:{rounds}"),
        Warm::Left(state) => state.name().to_owned(),
    }
}

/// What the state of the caches at the start may be.
const WARM: &str = "none, random:N with N from 1 to 1000, or a file that --save-cache wrote";

pub(super) fn set_warm(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.warm = match v.split_once(':') {
        None if v == "none" => Warm::Cold,
        Some(("random", rounds)) => match crate::decimal::whole(rounds) {
            Some(rounds @ 1..=1000) => Warm::Random(rounds as u32),
            _ => return Err(wrong("warm", v, WARM)),
        },
        _ if like_a_file(v) => Warm::Left(Attached::named(v)),
        _ => return Err(wrong("warm", v, WARM)),
    };
    Ok(())
}

pub(super) fn load_age(s: &Scenario) -> String {
    let LoadAge {
        at_step_ends,
        every,
    } = s.load_age;
    match (at_step_ends, every) {
        (false, None) => "0".to_owned(),
        (false, Some(period)) => period.millis().to_string(),
        (true, None) => "step".to_owned(),
        (true, Some(period)) => format!("step+{}ms", period.millis()),
    }
}

pub(super) fn set_load_age(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    let wanted = "0, step, a number from 1 to 1,000,000, or both as in step+50ms";
    let period = |text: &str| -> Result<Option<VirtualTime>, ScenarioError> {
        let period = real("load-age", text, 1.0, 1e6);
        let period = period.map_err(|_| wrong("load-age", v, wanted))?;
        Ok(Some(VirtualTime::from_millis(period)))
    };
    let (at_step_ends, every) = match v {
        "0" => (false, None),
        "step" => (true, None),
        _ => match v.strip_prefix("step+") {
            Some(rest) => (true, period(rest.strip_suffix("ms").unwrap_or(rest))?),
            None => (false, period(v)?),
        },
    };
    s.load_age = LoadAge {
        at_step_ends,
        every,
    };
    Ok(())
}

pub(super) fn calibration(s: &Scenario) -> String {
    s.calibration
        .as_ref()
        .map_or_else(String::new, |own| own.name().to_owned())
}

pub(super) fn set_calibration(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.calibration = match v {
        "" => None,
        name if like_a_file(name) => Some(Attached::named(name)),
        _ => return Err(wrong("calibration", v, "the name of a file")),
    };
    Ok(())
}

pub(super) fn tokenizer(s: &Scenario) -> String {
    s.reading.tokenizer.to_string()
}

pub(super) fn set_tokenizer(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.reading.tokenizer = match Tokenization::named(v) {
        Tokenization::File { name, .. } if !like_a_file(&name) => {
            return Err(wrong(
                "tokenizer",
                v,
                "words, o200k, cl100k or the name of a tokenizer.json",
            ));
        }
        named => named,
    };
    Ok(())
}

pub(super) fn time_unit(s: &Scenario) -> String {
    s.reading
        .time_unit
        .map_or_else(String::new, |unit| unit.word().to_owned())
}

pub(super) fn set_time_unit(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.reading.time_unit = match v {
        "" => None,
        v => Some(
            TimeUnit::parse(v).ok_or_else(|| wrong("time-unit", v, "s, ms, us, ns, min or h"))?,
        ),
    };
    Ok(())
}

pub(super) fn set_map(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.reading.map = ColumnMap::parse(v).map_err(|wanted| wrong("map", v, &wanted))?;
    Ok(())
}

pub(super) fn set_session_rows(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    let rows = SessionRows::parse(v).ok_or_else(|| wrong("session-rows", v, "full or delta"))?;
    s.reading.session_rows = rows;
    Ok(())
}

pub(super) fn set_chat_template(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    let template = ChatTemplate::parse(v);
    s.reading.chat_template =
        template.ok_or_else(|| wrong("chat-template", v, "none, chatml or llama3"))?;
    Ok(())
}
