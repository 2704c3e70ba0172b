use super::*;

#[test]
fn the_default_is_the_empty_query() {
    assert_eq!(Scenario::default().to_query(), "v=2");
    assert_eq!(Scenario::from_query("").unwrap(), Scenario::default());
    assert!(Scenario::default().check().is_ok());
}

#[test]
fn every_preset_is_valid_and_canonical() {
    for preset in PRESETS {
        let scenario =
            Scenario::from_query(preset.query).unwrap_or_else(|e| panic!("{}: {e}", preset.name));
        assert_eq!(scenario.to_query(), preset.query, "{}", preset.name);
    }
}

#[test]
fn what_is_wrong_is_said() {
    let says = |query: &str, what: &str| {
        let error = Scenario::from_query(query).unwrap_err().to_string();
        assert!(error.contains(what), "{query}: {error}");
    };
    says(
        "r=0",
        "replicas is \"0\", but must be a whole number from 1 to 1024",
    );
    says("r=9999", "1 to 1024");
    says("rr=4", "unknown query key \"rr\"");
    says("replicas=4", "did you mean \"r\"");
    says("hw=l5", "did you mean \"l4\"?");
    says("p=smrt", "did you mean \"smart\"?");
    says("r=4&r=5", "given twice");
    says("v=3", "reads versions 1 and 2");
    says("w=%zz", "not percent-encoded");
    says("hw=l4&m=llama-3.1-70b", "no room for a cache");
    says("rate=nan", "must be");
    says("n=0", "a whole number from 1 to 100,000,000");
    says("rate=0", "a number from 0.000001 to 1,000,000");
    says("age=0.5", "a number from 1 to 1,000,000");
    says("age=step%2B", "as in step+50ms");
    says("age=step%2B0ms", "as in step+50ms");
}

#[test]
fn whole_numbers_are_read_as_people_write_them() {
    let read = |query: &str| Scenario::from_query(query).unwrap().to_query();
    assert_eq!(read("n=1e3"), "v=2&n=1000");
    assert_eq!(read("n=1,000&kv=100%20000"), "v=2&n=1000&kv=100000");
    assert_eq!(read("ctx=20%E2%80%AF000"), "v=2&ctx=20000");
    assert_eq!(read("age=step%2B50"), "v=2&age=step%2B50ms");
    assert_eq!(read("tier=custom:60/40,000"), "v=2&tier=custom:60%2F40000");
    let refused = |query: &str| Scenario::from_query(query).unwrap_err().to_string();
    assert!(refused("n=1.000").contains("requests is \"1.000\", but must be a whole number"));
}

#[test]
fn a_name_that_is_given_twice_in_one_value_is_refused() {
    for query in [
        "scale=hpa:busy=0.5;max=8;busy=0.6",
        "scale=schedule:0s=2;0s=3",
        "hold=saturation:kv=0.8;kv=0.9",
        "drain=finish:grace=30;grace=60",
        "health=kubernetes:period=1;period=2",
        "rtries=2:jitter=0.1;jitter=0.2",
    ] {
        let error = Scenario::from_query(query).unwrap_err().to_string();
        assert!(error.contains("each name only once"), "{query}: {error}");
    }
}

#[test]
fn what_is_seldom_meant_is_remarked_and_not_refused() {
    let remarks = |query: &str| Scenario::from_query(query).unwrap().remarks();
    assert_eq!(remarks("p=smart,chwbl,mine=active*0.5-turn"), [""; 0]);
    assert_eq!(
        remarks("p=smart,chwbl,smart,smart"),
        ["smart is already compared; it is run again"]
    );
    for formula in [
        "1/0",
        "-1",
        "3",
        "prompt_tokens * 2 + turn",
        "active * 0 + 1",
    ] {
        let remarks = remarks(&format!("p=smart,mine={formula}"));
        assert_eq!(remarks.len(), 1, "{formula}");
        assert!(
            remarks[0].starts_with("mine costs every replica the same, so they always tie"),
            "{}",
            remarks[0]
        );
    }
}

#[test]
fn a_long_text_is_not_repeated_whole() {
    let long = "x".repeat(300);
    for query in [
        "n=", "p=", "p=smart:", "p=smart@", "p=a=", "tier=", "v=", "hw=", "",
    ] {
        let error = Scenario::from_query(&format!("{query}{long}")).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains(&format!("{}…", "x".repeat(60))),
            "{message}"
        );
        assert!(!message.contains(&"x".repeat(61)), "{message}");
    }
}

/// What a field cannot keep as it is written is refused, with what would be right.
#[test]
fn nothing_is_changed_in_silence() {
    for (wrong, says) in [
        (
            "health=kubernetes:fails%3D2.7",
            "whole numbers from 1 to 100",
        ),
        ("health=kubernetes:oks%3D1.5", "whole numbers from 1 to 100"),
        ("rtries=3:exclude%3D0.5", "exclude=0 or exclude=1"),
        ("classes=a:1:0:1.9ms", "whole milliseconds"),
        ("classes=a:1:0:0.0015s", "whole milliseconds"),
        ("vllm=0.10.junk", "a version from 0.8 on"),
        ("vllm=0.10.", "a version from 0.8 on"),
        ("vllm=0.10.1.2.x", "a version from 0.8 on"),
        ("vllm=0.10.1rc", "a version from 0.8 on"),
        ("vllm=0.10.1%2B", "a version from 0.8 on"),
        ("vllm=1.0", "a version from 0.8 on"),
        ("vllm=0.7", "vllm is \"0.7\""),
        ("warm=random:0", "warm is \"random:0\""),
        ("arr=gamma:0", "arrivals is \"gamma:0\""),
        // A message names the part that is wrong.
        ("drain=finish:grace%3Dabc", "as grace=1"),
        ("rtries=2:growth%3Dabc", "as growth=1"),
        // A number beyond its range is not said to be none.
        (
            "drain=finish:grace%3D2e6",
            "\"grace=2000000\", but must be a time from 0 to 1,000,000 s",
        ),
        ("drain=finish:prestop%3D-1", "a time from 0"),
        (
            "health=kubernetes:period%3D2e6",
            "period from 0.01, fails and oks",
        ),
        (
            "rtries=2:backoff_ms%3D2e6",
            "\"backoff_ms=2000000\", but must be a number from 0 to 30,000",
        ),
        ("rtries=2:growth%3D0", "a number from 1 to 10"),
    ] {
        let error = Scenario::from_query(wrong).expect_err(wrong).to_string();
        assert!(error.contains(says), "{wrong}: {error}");
    }
    for right in [
        "vllm=0.10.1",
        "vllm=0.10",
        "vllm=v0.10.2",
        "vllm=0.100",
        "vllm=0.9.0.1",
        "vllm=0.10.1rc1",
        "vllm=0.8.5.post1",
        "vllm=0.11.0.dev3%2Bg1a2b3c",
        "rtries=3:exclude%3D1",
        "classes=a:1:0:0.57s",
    ] {
        Scenario::from_query(right).unwrap();
    }
    // A number that is not quite whole in binary is the one that was written.
    let classes = Scenario::from_query("classes=a:1:0:0.57s").unwrap();
    assert_eq!(classes.entrance.classes[0].deadline_ms, 570);
}
