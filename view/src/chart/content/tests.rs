use super::*;
use crate::chart::swept::{self, SweptAxis};
use crate::palette::LIGHT;

fn course(policy: &str, slower: f64) -> Course {
    Course {
        policy: policy.to_owned(),
        completed: 400,
        ttft: (1..=400).map(|n| slower * f64::from(n) / 1e3).collect(),
        within: ecdf::SHARES.map(|share| 0.4 * share * slower),
        duration: 99.0,
        half: 5.0,
        bin: 2.0,
        rate: (0..50).map(|n| 4.0 + f64::from(n % 7)).collect(),
        in_flight: (0..50).map(|n| 8.0 * slower + f64::from(n % 5)).collect(),
        blocks: [0.6, 0.15, 0.05, 0.05, 0.05, 0.1],
        befell: None,
    }
}

fn all() -> Vec<Chart> {
    let courses = [course("least-load", 9.0), course("smart", 1.0)];
    let mut charts = of_courses(&courses);
    let point = |x: f64| swept::Point {
        x,
        p95: 1.0 / x,
        range: Some((0.5 / x, 3.0 / x)),
        count: 400,
        lost: 0.0,
    };
    charts.push(Chart::new(Content::Swept(
        Swept {
            over: SweptAxis::Parameter {
                name: "load_factor".to_owned(),
                policy: "chwbl".to_owned(),
            },
            lines: vec![swept::PolicyLine {
                policy: "chwbl".to_owned(),
                curve: 0,
                replicas: 8,
                points: [1.0, 1.25, 2.0].map(point).into(),
            }],
            limit: None,
            set: None,
            seeds: 8,
            gpu: "L4".to_owned(),
            each: 1,
            mixed: None,
            held: String::new(),
            unjudged: None,
        },
        &swept::HOW,
    )));
    charts
}

#[test]
fn another_run_is_seen_pale_in_every_chart_of_a_run() {
    for mut chart in all() {
        let before = chart.content.clone();
        let bare = chart.svg((560, 320)).matches("<path").count();
        let mut slower = before.clone();
        match &mut slower {
            Content::Percentiles(bars) => bars[1].times = [1.5; 3],
            Content::Losses(bars) => bars[1].shares[0] = 0.3,
            _ => {}
        }
        chart.lay_over(3, &slower);
        let pale = chart.svg((560, 320)).matches("<path").count();
        assert!(pale > bare, "{}: {pale}, {bare}", chart.key());
        assert!(
            chart
                .summary()
                .iter()
                .any(|it| it == "Pale: run 3, the baseline.")
        );
        let other = match before {
            Content::Losses(_) => Content::Shares(Vec::new()),
            _ => Content::Losses(Vec::new()),
        };
        chart.lay_over(3, &other);
        assert_eq!(chart.pale, None, "{}", chart.key());
    }
}

#[test]
fn every_chart_has_a_name_a_picture_sentences_with_their_n_and_a_table() {
    for chart in all() {
        let key = chart.key();
        for width in [300, 560, 1100] {
            let picture = chart.svg((width, 320));
            assert!(picture.contains("role=\"img\"><title>"), "{key}");
            assert!(
                !picture.contains("NaN") && !picture.contains("inf"),
                "{key}: {picture}"
            );
            assert!(picture.matches("<path").count() >= 3, "{key}");
        }
        let sentence = chart.summary().join(" ").replace(format::GAP, " ");
        assert!(
            sentence.contains("400 requests") || sentence.contains("8 seeds"),
            "{key}: {sentence}"
        );
        let table = chart.table();
        assert!(table.rows.len() >= 3, "{key}");
        assert!(
            table.rows.iter().all(|row| row.len() == table.head.len()),
            "{key}"
        );
    }
}

#[test]
fn all_that_is_drawn_lies_on_the_picture_and_so_do_the_cursor_s_stops() {
    use crate::chart::sheet::Shape;
    for chart in all() {
        for width in [300u32, 560, 1100] {
            let size = (width, 260);
            let inside = |(x, y): (f64, f64)| {
                (-1.0..=f64::from(width) + 1.0).contains(&x) && (-1.0..=261.0).contains(&y)
            };
            for mark in chart.sheet(size, &LIGHT).marks {
                match mark.shape {
                    Shape::Line(points, _) | Shape::Area(points) => {
                        assert!(points.into_iter().all(inside), "{} at {width}", chart.key());
                    }
                    Shape::Dot(at, _) => assert!(inside(at)),
                    Shape::Text(text, (x, y), align, size, _) => {
                        let wide = crate::text::width(&text, size);
                        let left = match align {
                            super::super::Align::Start => x,
                            super::super::Align::Middle => x - wide / 2.0,
                            super::super::Align::End => x - wide,
                        };
                        // The estimate of a text's width is rather too large.
                        let fits = left >= -4.0 && left + wide * 0.94 <= f64::from(width) + 2.0;
                        assert!(
                            fits,
                            "{} at {width}: {text:?} from {left} is {wide} wide",
                            chart.key()
                        );
                        assert!(inside((x, y)), "{text}");
                    }
                }
            }
            let stops = chart.stops(size);
            assert!(stops.len() >= 3, "{}", chart.key());
            for stop in stops {
                assert!(inside((stop.x, stop.y.unwrap_or(0.0))));
                assert!(!stop.sentence().contains("NaN"));
            }
        }
    }
}

#[test]
fn a_caption_is_one_sentence_with_every_policy_and_the_number_of_requests() {
    for chart in of_courses(&["least-load", "smart", "chwbl"].map(|it| course(it, 2.0))) {
        let [caption] = &chart.caption()[..] else {
            panic!("{}: {:?}", chart.key(), chart.caption());
        };
        let caption = caption.replace(format::GAP, " ");
        for part in [
            "under least-load, ",
            "under smart, ",
            "under chwbl",
            "400 requests",
        ] {
            assert!(caption.contains(part), "{}: {caption}", chart.key());
        }
        assert_eq!(caption.matches(". ").count(), 0, "{caption}");
        assert!(caption.ends_with('.'), "{caption}");
    }
}

/// Beside a curve, at its end or behind its bars where there is room, else in rows of their own.
#[test]
fn names_are_shown_whole_however_long_and_do_not_overlap_then_either() {
    use crate::chart::sheet::Shape;
    let names = [
        "smart@events:50ms,loss=0.01",
        "chwbl:load_factor=1.25",
        "least-load",
        "chwbl:load_factor=1.5",
    ];
    for chart in of_courses(&names.map(|it| course(it, 2.0))) {
        for width in [300, 420, 640] {
            let marks = chart.sheet((width, 260), &LIGHT).marks.into_iter();
            let texts = marks.filter_map(|it| match it.shape {
                Shape::Text(text, at, _, _, _) => Some((text, at)),
                _ => None,
            });
            let texts: Vec<_> = texts.collect();
            let mut rows = Vec::new();
            for name in names {
                let found = texts.iter().find(|it| it.0 == name);
                let (_, at) = found.unwrap_or_else(|| panic!("{} at {width}: {name}", chart.key()));
                rows.push(*at);
            }
            // Those in one row stand one behind the other.
            for (at, name) in names.iter().enumerate() {
                for (other, place) in rows.iter().enumerate().filter(|it| it.0 != at) {
                    let wide = crate::text::width(name, 13.0) * 0.94;
                    let apart = (place.1 - rows[at].1).abs() >= 12.0
                        || place.0 >= rows[at].0 + wide
                        || place.0 + crate::text::width(names[other], 13.0) * 0.94 <= rows[at].0;
                    assert!(
                        apart,
                        "{} at {width}: {name} and {}",
                        chart.key(),
                        names[other]
                    );
                }
            }
        }
    }
}

#[test]
fn names_do_not_overlap() {
    use crate::chart::sheet::Shape;
    let names = ["least-load", "smart", "round-robin", "chwbl"];
    let courses: Vec<Course> = names.iter().map(|name| course(name, 1.0)).collect();
    for chart in of_courses(&courses) {
        let placed = |mark: crate::chart::sheet::Mark| match mark.shape {
            Shape::Text(text, at, _, size, true)
                if names.contains(&text.as_str()) && mark.ink != LIGHT.card =>
            {
                Some((at, crate::text::width(&text, size), size))
            }
            _ => None,
        };
        let sheet = chart.sheet((640, 320), &LIGHT);
        let places: Vec<_> = sheet.marks.into_iter().filter_map(placed).collect();
        for (at, a) in places.iter().enumerate() {
            for b in &places[..at] {
                let apart = (a.0.1 - b.0.1).abs() >= a.2 - 0.5
                    || a.0.0 + a.1 <= b.0.0 + 1.0
                    || b.0.0 + b.1 <= a.0.0 + 1.0;
                assert!(apart, "{}: {a:?} {b:?}", chart.key());
            }
        }
    }
}

#[test]
fn a_chart_draws_on_another_backend_too() {
    use plotters::prelude::IntoDrawingArea as _;
    let mut text = String::new();
    {
        let backend = plotters_svg::SVGBackend::with_string(&mut text, (4480, 2080));
        let area = backend.into_drawing_area();
        let Content::Shares(samples) = &all()[0].content else {
            panic!("the first is the distribution");
        };
        ecdf::draw(&crate::chart::Pen::new(&area, &LIGHT), samples, &[]).unwrap();
        area.present().unwrap();
    }
    assert!(text.contains("least-load") && text.contains("smart"));
}
