use crate::scenario::Scenario;

fn wrong(query: &str) -> String {
    Scenario::from_query(query).unwrap_err().to_string()
}

#[test]
fn every_part_is_written_as_it_is_read() {
    for (flag, texts) in [
        ("connections", &["1000/2048", "2/1"][..]),
        ("endpoint-limit", &["500/50000"]),
        ("queue", &["100/60", "0/0.5", "5000/none"]),
        (
            "hold",
            &[
                "none",
                "saturation",
                "prefill",
                "saturation:queue=2;kv=0.8",
                "prefill:times=4",
            ],
        ),
        ("order", &["fcfs", "lcfs", "wspt", "edf", "priority", "vtc"]),
        ("shed", &["9", "-1"]),
        ("tenants", &["a:1,b:1,c:8", "a:1:2,b:0.5"]),
        (
            "classes",
            &["chat:0.3:0,batch:0.7:9", "x:1:-3:500ms,y:2:0:2s"],
        ),
    ] {
        for text in texts {
            let mut scenario = Scenario::default();
            scenario.set(flag, text).unwrap();
            let field = crate::scenario::field(flag).unwrap();
            assert_eq!(field.get(&scenario), *text, "{flag}");
            assert_eq!(scenario.entrance.any(), !matches!(*text, "none" | "fcfs"));
        }
    }
}

#[test]
fn batching_is_written_as_it_is_read() {
    for text in [
        "continuous",
        "static:64,10ms",
        "static:1,0ms",
        "static:8,2500ms",
    ] {
        let mut scenario = Scenario::default();
        scenario.set("batching", text).unwrap();
        let field = crate::scenario::field("batching").unwrap();
        assert_eq!(field.get(&scenario), text);
    }
    let error = wrong("v=2&batching=statik:64,10ms");
    assert!(error.contains("did you mean \"static\"?"), "{error}");
    let error = wrong("v=2&batching=static:64,soon");
    assert!(
        error.contains("character 11") && error.contains("10ms"),
        "{error}"
    );
    assert!(wrong("v=2&batching=static:64").contains("static:N,TIME"));
    assert!(wrong("v=2&seqs=32&batching=static:64,10ms").contains("max-seqs is 32"));
    assert!(wrong("v=2&client=python&batching=static:64,10ms").contains("needs client free"));
}

#[test]
fn what_is_wrong_is_pointed_at_and_the_nearest_name_told() {
    let error = wrong("v=2&classes=chat:0.3:0,batch:0.7");
    assert!(
        error.starts_with("classes, character 12: \"batch:0.7\"")
            && error.contains("NAME:SHARE:PRIORITY"),
        "{error}"
    );
    let error = wrong("v=2&classes=chat:0.3:soon");
    assert!(
        error.contains("character 10") && error.contains("a priority"),
        "{error}"
    );
    let error = wrong("v=2&tenants=a:1,a:2");
    assert!(
        error.contains("character 5") && error.contains("not there yet"),
        "{error}"
    );
    let error = wrong("v=2&order=fcsf");
    assert!(error.contains("did you mean \"fcfs\"?"), "{error}");
    let error = wrong("v=2&hold=saturatoin");
    assert!(error.contains("did you mean \"saturation\"?"), "{error}");
    let error = wrong("v=2&hold=saturation:queu%3D3");
    assert!(
        error.contains("character 12") && error.contains("did you mean \"queue\"?"),
        "{error}"
    );
    let error = wrong("v=2&queue=100/soon");
    assert!(error.contains("character 5"), "{error}");
    let error = wrong("v=2&conns=1");
    assert!(error.contains("from 2 to 1,000,000"), "{error}");
    let error = wrong("v=2&endpoint=500");
    assert!(error.contains("PER_MINUTE/PER_HOUR"), "{error}");
}

#[test]
fn a_line_needs_a_reason_to_wait_and_a_rule_needs_a_line() {
    assert!(wrong("v=2&queue=100").contains("nothing makes requests wait"));
    assert!(wrong("v=2&hold=prefill").contains("hold is given, but there is no line"));
    assert!(wrong("v=2&inflight=8&order=edf").contains("order is given"));
    assert!(wrong("v=2&inflight=8&shed=9").contains("shed is given"));
    Scenario::from_query("v=2&inflight=8&queue=100&order=edf&shed=9").unwrap();
    Scenario::from_query("v=2&hold=saturation&queue=100").unwrap();
}
