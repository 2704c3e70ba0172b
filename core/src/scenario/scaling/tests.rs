use super::*;

#[test]
fn what_is_written_is_read_again() {
    for text in [
        "hpa",
        "hpa:busy=0.7;kv=0.8;min=2;max=8;pending=1;victim=coldest;start=240;tolerance=0.2;down=60",
        "hpa-seed",
        "keda:waiting=5;min=1;cooldown=60",
        "kubeai:inflight=40;window=60",
        "knative:inflight=20;panic=3",
        "schedule:0s=2;60s=6;300s=0",
        "schedule:0s=2;victim=least-loaded",
    ] {
        let read = Autoscale::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(read.to_string(), text);
    }
    let loose = Autoscale::parse(" schedule : 5m = 6 ; 0 = 2 ").unwrap();
    assert_eq!(loose.to_string(), "schedule:0s=2;300s=6");
    assert_eq!((loose.min, loose.max), (2, 6));
    // A preset's figures are what the seeds and products ship.
    let seed = Autoscale::named("hpa-seed").unwrap();
    assert_eq!((seed.min, seed.max), (2, 10));
    assert_eq!(seed.target(Metric::Busy), Some(0.7));
    assert_eq!(seed.target(Metric::Kv), Some(0.8));
    for preset in AUTOSCALERS {
        if preset.rule != Rule::Schedule {
            assert_eq!(
                Autoscale::parse(preset.name).unwrap().to_string(),
                preset.name
            );
        }
        for (name, value) in preset.figures {
            let figure = FIGURES
                .iter()
                .find(|it| it.name == *name)
                .expect("it is listed");
            assert!((figure.range.0..=figure.range.1).contains(value), "{name}");
        }
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let says = |text: &str, at: usize, what: &str| {
        let error = Autoscale::parse(text).unwrap_err();
        assert_eq!(error.at, at, "{text}: {error}");
        assert!(error.to_string().contains(what), "{text}: {error}");
    };
    says("hpq", 1, "did you mean \"hpa\"?");
    says("hpa:bussy=1", 5, "did you mean \"busy\"?");
    says("hpa:busy=1.5", 10, "a share from 0.01 to 1");
    says("hpa:min=0", 9, "from 1 to 1,024");
    says("hpa:max=2.5", 9, "a whole number");
    says("hpa:min=9;max=8", 5, "a max of at least 9");
    says("hpa:victim=oldest", 12, "youngest, least-loaded or coldest");
    says("hpa:window=3", 5, "one of busy");
    says("kubeai:busy=0.5", 8, "one of inflight");
    says("hpa:max", 5, "as max=8");
    says("hpa:sync=0", 10, "from 0.1");
    says("schedule", 1, "as schedule:0s=2");
    says("schedule:soon=2", 10, "a time from 0");
    says("schedule:0s=two", 13, "a whole number");
}
