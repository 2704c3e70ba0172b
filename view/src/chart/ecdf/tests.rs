use super::*;

fn sample(name: &str, times: &[f64]) -> Sample {
    Sample {
        name: name.to_owned(),
        sorted: times.to_vec(),
        within: SHARES.map(|share| warmpath_core::metrics::percentile(times, share * 100.0)),
        count: times.len() as u64,
    }
}

#[test]
fn a_name_s_place_is_on_the_curve() {
    let four = sample("a", &[0.1, 0.2, 0.3, 0.4]);
    assert_eq!(four.reaches(0.5), Some(0.2));
    assert_eq!(four.reaches(1.0), Some(0.4));
    assert_eq!(four.reaches(0.0), Some(0.1));
    assert_eq!(sample("none", &[]).reaches(0.5), None);
}

#[test]
fn the_summary_has_the_numbers() {
    let text = summary(&[sample("chwbl", &[0.1, 0.2, 0.3, 0.4])])[0].replace(format::GAP, " ");
    assert_eq!(
        text,
        "chwbl: half of 4 requests had their first token within 250 ms, 99 % within 397 ms."
    );
}

#[test]
fn thinning_keeps_the_ends_and_the_middle() {
    let all: Vec<f64> = (0..=10_000).map(f64::from).collect();
    let few = thin(&all, 1001);
    assert_eq!(
        (few.len(), few[0], few[500], few[1000]),
        (1001, 0.0, 5000.0, 10_000.0)
    );
    assert_eq!(thin(&all[..5], 1001), &all[..5]);
}

mod drawn {
    use super::*;
    use crate::chart::{Chart, Content};
    use crate::palette::{DARK, LIGHT};

    #[test]
    fn names_stand_beside_curves_and_every_axis_has_its_unit() {
        let fast: Vec<f64> = (1..=400).map(|n| 0.05 + f64::from(n) * 0.001).collect();
        let slow: Vec<f64> = (1..=400).map(|n| 2.0 + f64::from(n) * 0.05).collect();
        let chart = Chart::new(Content::Shares(vec![
            sample("least-load", &slow),
            sample("chwbl", &fast),
        ]));
        let picture = chart.svg((560, 320));
        for theme in [LIGHT, DARK] {
            for needle in [
                "least-load",
                "chwbl",
                "100\u{a0}ms",
                "10\u{a0}s",
                "90\u{a0}%",
                "width=\"560\"",
                "share of requests",
                "time to first token, log scale",
            ] {
                assert!(picture.contains(needle), "no {needle} in {picture}");
            }
            for look in crate::look::looks(["least-load", "chwbl"]) {
                let ink = theme.curves[crate::look::colour(look)];
                assert!(picture.contains(&ink.to_string()));
            }
        }
    }

    #[test]
    fn the_cursor_reads_what_the_curve_shows() {
        let chart = Chart::new(Content::Shares(vec![sample(
            "chwbl",
            &[0.1, 0.2, 0.3, 0.4],
        )]));
        let stops = chart.stops((560, 260));
        assert_eq!(stops[0].values[0].text.replace(format::GAP, " "), "0 %");
        let last = stops.last().unwrap();
        assert_eq!(last.values[0].text.replace(format::GAP, " "), "100 %");
        assert!(stops.windows(2).all(|w| w[0].x < w[1].x));
    }

    #[test]
    fn nothing_to_draw_is_an_empty_grid() {
        let chart = Chart::new(Content::Shares(Vec::new()));
        assert!(chart.svg((300, 200)).contains("<svg"));
    }
}
