//! Sweeps: the scenario at several rates, with several numbers of replicas, or with a policy's parameter at several values.

use super::state::Lab;
use leptos::prelude::*;
use warmpath_core::router::POLICIES;
use warmpath_view::controls::with_setting;
use warmpath_view::format;

/// The sweeps.
#[component]
pub fn Sweeps(
    /// The laboratory.
    lab: Lab,
) -> impl IntoView {
    let rate = lab.scenario.read_untracked().rate;
    let rates = [0.5, 1.0, 2.0, 4.0].map(|times| (rate * times).to_string());
    let rates = RwSignal::new(rates.join(", "));
    let replicas = RwSignal::new("2, 4, 8".to_owned());
    let parameter = RwSignal::new("chwbl/load_factor".to_owned());
    let values = RwSignal::new("1, 1.1, 1.25, 1.5, 2, 4".to_owned());
    let seeds = RwSignal::new("5".to_owned());
    let option = |policy: &'static str, name: &'static str| {
        let value = format!("{policy}/{name}");
        let mine = value.clone();
        view! { <option value=value selected=move || *parameter.read() == mine>{policy}" "{name}</option> }
    };
    let options = POLICIES.iter().flat_map(|entry| {
        entry
            .parameters
            .iter()
            .map(move |it| option(entry.name, it.name))
    });
    let choose = move |event| {
        let chosen: String = event_target_value(&event);
        if let Some(list) = around(&chosen) {
            values.set(list);
        }
        parameter.set(chosen);
    };
    let sweep = move |_| lab.sweep(rates.get_untracked(), replicas.get_untracked());
    let turn = move |_| {
        let chosen = parameter.get_untracked();
        let (policy, name) = chosen.split_once('/').unwrap_or((&chosen, ""));
        let values = values.get_untracked();
        let specs = values
            .split(',')
            .map(|value| with_setting(policy, name, value.trim()));
        let mut scenario = lab.scenario.get_untracked();
        let set = scenario
            .set("policy", &specs.collect::<Vec<_>>().join(","))
            .and_then(|()| scenario.set("seeds", seeds.read_untracked().trim()));
        match set {
            Ok(()) => lab.run_query(scenario.to_query()),
            Err(error) => lab.refuse(&error.to_string()),
        }
    };
    let text = |id: &'static str, label: &'static str, signal: RwSignal<String>| {
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <input type="text" id=id autocomplete="off" prop:value=signal on:input=move |event| signal.set(event_target_value(&event)) />
            </div>
        }
    };
    view! {
        <details class="group" id="lab-sweeps">
            <summary><b>"How many GPUs do I need?"</b>" "<span class="soft">"sweeps"</span></summary>
            <p class="soft about">"Every rate with every number of replicas, a run each. With a limit on TTFT (ttft-slo, under Goals) the answer is given in words."</p>
            <div class="abreast">
                {text("sweep-rates", "rate · arrivals/s, a list", rates)}
                {text("sweep-replicas", "replicas, a list", replicas)}
                <button type="button" id="sweep-run" on:click=sweep>"Run the sweep"</button>
            </div>
            <p class="soft about">"One policy's parameter at several values: its median and range over seeds."</p>
            <div class="abreast">
                <div class="field">
                    <label for="sweep-parameter">"parameter"</label>
                    <select id="sweep-parameter" on:change=choose>{options.collect_view()}</select>
                </div>
                {text("sweep-values", "values, three or more", values)}
                {text("sweep-seeds", "seeds", seeds)}
                <button type="button" id="sweep-turn" on:click=turn>"Run the values"</button>
            </div>
        </details>
    }
}

/// Values around a parameter's default, within its range.
fn around(chosen: &str) -> Option<String> {
    let (policy, name) = chosen.split_once('/')?;
    let entry = POLICIES.iter().find(|entry| entry.name == policy)?;
    let it = entry.parameters.iter().find(|it| it.name == name)?;
    let middle = if it.default > 0.0 { it.default } else { 1.0 };
    let mut values: Vec<f64> = [0.0, 0.25, 0.5, 1.0, 2.0, 4.0]
        .iter()
        .map(|times| (middle * times).clamp(it.min, it.max))
        .collect();
    values.dedup();
    let values: Vec<String> = values.into_iter().map(format::setting).collect();
    Some(values.join(", ").replace('−', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_around_a_default_are_within_the_range() {
        assert_eq!(around("chwbl/load_factor").unwrap(), "1, 1.25, 2.5, 5");
        assert!(around("smart/nothing").is_none());
    }
}
