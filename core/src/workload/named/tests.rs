use super::*;

fn why(spec: &str) -> String {
    Named::parse(spec).expect_err(spec).to_string()
}

#[test]
fn specs_are_read_and_written_back() {
    for (spec, canonical) in [
        ("rag", "rag"),
        ("rag:contexts=8", "rag"),
        ("rag:skew=1.5;contexts=3", "rag:contexts=3;skew=1.5"),
        (
            "multi-turn:pause=0.25;turns=2",
            "multi-turn:turns=2;pause=0.25",
        ),
        ("unique:spread=-0", "unique:spread=0"),
        ("kubeai", "kubeai"),
    ] {
        let named = Named::parse(spec).unwrap();
        assert_eq!(named.to_string(), canonical);
        assert_eq!(Named::parse(canonical).unwrap(), named);
    }
}

#[test]
fn what_is_wrong_is_said_with_what_would_be_right() {
    assert_eq!(
        why("shared-sytem"),
        "there is no workload \"shared-sytem\", perhaps \"shared-system\"; there are shared-system, rag, template, \
         unique, multi-turn, rounds, sharegpt-sample, kubeai, kubeai-400, sessions, mooncake-conversation"
    );
    assert!(why("something").starts_with("there is no workload \"something\"; there are"));
    assert_eq!(
        why("rag:context_count=3"),
        "workload rag has no parameter \"context_count\"; it has contexts, questions, context, question, output, \
         skew, spread"
    );
    assert!(why("rag:contxts=3").contains("\"contxts\", perhaps \"contexts\";"));
    assert!(why("kubeai:rate=3").ends_with("it has none"));
    assert_eq!(why("rag:"), "workload rag: \"\" is not key=value");
    assert!(why("rag:skew=1;skew=1").ends_with("\"skew=1\" is given twice"));
    assert_eq!(
        why("rag:contexts=0"),
        "workload rag: contexts is \"0\", a whole number from 1 to 100,000 expected"
    );
    assert_eq!(
        Named::parse("rag:contexts=1,000;context=2e3"),
        Named::parse("rag:contexts=1000;context=2000")
    );
    for value in ["2.5", "x", "", "NaN", "inf", "-1"] {
        assert!(why(&format!("rag:contexts={value}")).contains("a whole number from 1 to"));
    }
    assert!(why("rag:skew=5").ends_with("a number from 0 to 4 expected"));
    assert!(
        why("rag:contexts=2000;questions=501")
            .contains("contexts × questions of at most a million")
    );
}

#[test]
fn the_table_is_sound() {
    for info in named() {
        for param in info.params {
            assert!(
                (param.min..=param.max).contains(&param.default),
                "{}",
                param.name
            );
            assert_eq!(
                info.params.iter().filter(|p| p.name == param.name).count(),
                1
            );
        }
        if let table::Requests::Product(params) = info.requests {
            assert!(
                params
                    .iter()
                    .all(|x| info.params.iter().any(|p| p.name == *x))
            );
        }
    }
}

#[cfg(feature = "assets")]
mod assets {
    use super::*;
    use crate::request::Arrival;

    /// Input and output tokens of a run.
    fn totals(workload: &Workload) -> (u64, u64) {
        let sent = workload
            .requests
            .iter()
            .cycle()
            .take(workload.count as usize);
        sent.fold((0, 0), |(input, output), r| {
            (
                input + u64::from(r.prompt_tokens),
                output + u64::from(r.output_tokens),
            )
        })
    }

    #[test]
    fn the_benchmarks_workload_has_the_published_totals() {
        for (name, totals_published, prompts, conversations, keys, blocks) in [
            ("kubeai", (6_656_338, 608_447), 732, 69, 87, 6776),
            ("kubeai-400", (3_322_414, 280_247), 375, 35, 44, 3403),
        ] {
            let named = Named::parse(name).unwrap();
            let workload = named.generate(16, 1, None).unwrap();
            assert_eq!(workload.count, named.requests());
            assert_eq!(totals(&workload), totals_published);
            assert_eq!(
                (workload.name.as_str(), workload.requests.len()),
                (name, prompts)
            );
            assert_eq!(workload.corpus.blocks(), blocks);
            let distinct = |of: fn(&crate::request::Request) -> u64| {
                let all: crate::units::Set<u64> = workload.requests.iter().map(of).collect();
                all.len()
            };
            assert_eq!(distinct(|r| r.conversation.into()), conversations);
            assert_eq!(distinct(|r| r.keys.map_or(0, |k| k.chars_100)), keys);
            for r in &workload.requests {
                assert_eq!((r.answered, r.arrival), (r.prompt, Arrival::Open));
                assert_eq!(r.prompt.depth, r.prompt_tokens / 16);
            }
            // Any number of requests goes round the same list.
            let longer = named.generate(32, 9, Some(20_000)).unwrap();
            assert_eq!((longer.count, longer.requests.len()), (20_000, prompts));
            let shorter = named.generate(16, 9, Some(10)).unwrap();
            assert_eq!((shorter.count, shorter.requests.len()), (10, prompts));
            assert!(named.generate(24, 1, None).is_err());
        }
    }

    #[test]
    fn every_trace_in_the_table_is_built_in_and_canonical() {
        for info in named() {
            let Source::Trace(file) = info.source else {
                continue;
            };
            let named = Named::parse(info.name).unwrap();
            let workload = named.generate(16, 1, None).unwrap();
            assert_eq!(workload.count, named.requests());
            let text = crate::workload::trace::write(&workload);
            let asset = core::str::from_utf8(asset(file).unwrap()).unwrap();
            assert!(text.lines().skip(1).eq(asset.lines().skip(1)));
        }
    }
}

#[test]
fn the_projects_own_traces_are_read_as_any_file_is() {
    let named = Named::parse("sharegpt-sample").unwrap();
    let Source::Trace(file) = named.info().source else {
        panic!("it is a trace")
    };
    let bytes = asset(file).expect("tests have the traces built in");
    let mut reader = crate::workload::Reader::new(file, ReadOptions::default());
    reader.push(bytes).unwrap();
    let mut read = reader.finish().unwrap();
    read.name = named.to_string();
    assert_eq!(named.read(bytes, 16, None).unwrap(), read);
    let few = named.read(bytes, 16, Some(5)).unwrap();
    assert_eq!((few.count, &few.name), (5, &read.name));
    // What a server sends in a file's place is refused with its place.
    for (wrong, says) in [
        (&b""[..], "the file is empty"),
        (b"<!doctype html>", "line 1"),
        (b"{\"schema\":\"warmpath.trace/1\"}\n\xff", "byte 30"),
    ] {
        let message = named.read(wrong, 16, None).unwrap_err().to_string();
        assert!(message.contains(says), "{message}");
    }
    assert!(named.read(bytes, 17, None).is_err());
}
