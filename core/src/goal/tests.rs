use super::*;

#[test]
fn what_is_written_is_read() {
    for text in [
        "p95_ttft<500ms",
        "p99.9_e2el<=2000ms;mean_itl<40ms",
        "errors<0.5/2%",
        "attainment(ttft<500ms,tpot<=80ms)>=95%;cache_hit_rate>50/30%",
        "mean_waiting<50/100;duration<60s;request_throughput>3.5;busy<70%",
        "p95_ttft@chat<500ms;p95_ttft@batch<9000ms;errors@batch<5%",
        "seed-slo",
    ] {
        assert_eq!(Goal::parse(text).unwrap().to_string(), text);
    }
    let other = Goal::parse(" median_ttft_ms<.5s; max_e2e ≤ 3000000us;request_throughput > 3;");
    let other = other.unwrap().to_string();
    assert_eq!(
        other,
        "p50_ttft<500ms;p100_e2el<=3000ms;request_throughput>3"
    );
}

#[test]
fn a_number_may_have_an_exponent_before_its_unit() {
    let goal = |text: &str| Goal::parse(text).map(|goal| goal.to_string());
    for text in ["p95_ttft<1e2/3e2ms", "p95_ttft<1e2ms/3e2ms"] {
        assert_eq!(goal(text).as_deref(), Ok("p95_ttft<100/300ms"), "{text}");
    }
}

#[test]
fn a_limit_in_words_has_the_unit_people_read_and_is_never_rounded() {
    let words = |text: &str| Goal::parse(text).unwrap().limits()[0].words();
    assert_eq!(words("p95_ttft<300000ms"), "P95 TTFT < 5 min");
    assert_eq!(
        words("p95_ttft<=0.5/1s"),
        "P95 TTFT ≤ 500 ms (critical: 1 s)"
    );
    assert_eq!(words("mean_e2el<100s"), "Mean E2E latency < 100 s");
    assert_eq!(words("p95_ttft<200000ms"), "P95 TTFT < 200 s");
    assert_eq!(words("p95_ttft<1234ms"), "P95 TTFT < 1234 ms");
    assert_eq!(words("errors<0.5%"), "Requests not answered < 0.5 %");
    assert_eq!(
        words("attainment(ttft<2000ms,tpot<80ms)>=95%"),
        "Requests with TTFT < 2 s and TPOT < 80 ms ≥ 95 %"
    );
}

#[test]
fn every_figure_of_the_report_can_be_a_goal() {
    for figure in &FIGURES {
        let unit = match figure.unit {
            "ms" => "ms",
            "s" => "s",
            "share" => "%",
            _ => "",
        };
        let text = format!("{}<7{unit}", figure.key);
        let goal = Goal::parse(&text).unwrap();
        let key = figure.key.replace("median", "p50");
        let key = key.strip_suffix("_ms").unwrap_or(&key);
        assert_eq!(goal.to_string(), format!("{key}<7{unit}"));
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_the_nearest_right_word() {
    let says = |text: &str, what: &str| {
        let error = Goal::parse(text).unwrap_err().to_string();
        assert!(error.contains(what), "{text}: {error}");
    };
    says("", "character 1: \"\", but there must be 1 to 32 limits");
    says("seed-sol", "did you mean \"seed-slo\"?");
    says("p95_tftt<5ms", "did you mean \"p95_ttft\"?");
    says("p97_tftt<5ms", "did you mean \"p97_ttft\"?");
    says("p101_ttft<5ms", "character 1: \"p101_ttft\"");
    says("eror<1%", "did you mean \"errors\"?");
    says("cach_hit_rate>1%", "did you mean \"cache_hit_rate\"?");
    says("errors<1%; p95_ttft=5ms", "character 12: \"p95_ttft=5ms\"");
    says("errors<1%;p95_ttft<500", "character 20: \"500\"");
    says("p95_ttft<500%", "a time, such as 500ms or 0.5s");
    says("errors<0.01", "a share in per cent, such as 95% or 1%");
    says("errors<101%", "character 8: \"101%\"");
    says("p95_ttft<600/300ms", "a critical value that is more than");
    says(
        "cache_hit_rate>30/50%",
        "a critical value that is less than",
    );
    says("p95_ttft<300/300ms", "a critical value that is more than");
    says("errors>0/0%", "a critical value that is less than");
    let unit = "there must be a number alone: the unit of output_throughput is tok/s";
    says("output_throughput>100tok/s", unit);
    says("output_throughput>100tok/s", "character 19: \"100tok/s\"");
    says("completed>100tok", "a number without a unit");
    says("errors<1%;errors<2%", "no such limit yet");
    says("attainment(ttft<5ms>=95%", "a figure, one of <");
    says("attainment(itl<5ms)>=95%", "character 12: \"itl\"");
    says("attainment(tfft<5ms)>=95%", "did you mean \"ttft\"?");
    says("attainment(ttft>5ms)>=95%", "limits of one request");
    says("attainment()>=95%", "limits of one request");
    says("attainmant(ttft<5ms)>=95%", "did you mean \"attainment\"?");
    says("p95_ttft@<5ms", "at most one tenant or class");
    says("busy@chat<5%", "character 6: \"chat\"");
    says("p95_ttft<-5ms", "character 10");
    says("p95_ttft<nan ms", "character 10");
    says(&"errors<1%;".repeat(40), "1 to 32 limits");
}

#[test]
fn a_margin_is_a_share_of_what_the_limit_allows() {
    let margin = |text: &str, found: f64| {
        let goal = Goal::parse(text).unwrap();
        (goal.limits()[0].margin(found) * 1e6).round() / 1e6
    };
    assert_eq!(margin("p95_ttft<500ms", 300.0), 0.4);
    assert_eq!(margin("p95_ttft<500ms", 600.0), -0.2);
    assert_eq!(margin("errors<1%", 0.0), 1.0);
    assert_eq!(margin("attainment(ttft<5ms)>=95%", 1.0), 1.0);
    assert_eq!(margin("attainment(ttft<5ms)>=95%", 0.94), -0.2);
    assert_eq!(margin("attainment(ttft<5ms)>=100%", 0.99), -0.01);
    assert_eq!(margin("request_throughput>4", 5.0), 0.25);
    assert_eq!(margin("rejected<=0", 2.0), -2.0);
    assert_eq!(margin("p95_ttft<500ms", f64::INFINITY), f64::NEG_INFINITY);
}

#[test]
fn presets_say_what_they_are() {
    for preset in &PRESETS {
        let goal = Goal::parse(preset.name).unwrap();
        let written = Goal::parse(preset.limits).unwrap();
        assert_eq!(goal.limits(), written.limits());
        assert_eq!(written.to_string(), preset.limits);
        assert!(goal.note().unwrap().contains(preset.readings));
    }
}
