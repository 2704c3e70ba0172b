//! The places where a reader's cursor can stop on a chart, and what it shows there: a pointer goes to the nearest, a key to
//! the next.

/// A value that is shown at a stop.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The look of the curve or bar that it is of (see [`crate::look`]).
    pub look: usize,
    /// The name of the value; empty if the title of the stop says which it is.
    pub name: String,
    /// The value with its unit.
    pub text: String,
    /// The place of the value in the drawing \[px\]; `None` if it has none.
    pub at: Option<(f64, f64)>,
}

/// A place where the cursor can stop.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// The distance from the left edge \[px\].
    pub x: f64,
    /// The distance from the upper edge \[px\]; `None` for a stop that is a vertical line.
    pub y: Option<f64>,
    /// The heading of what is shown, such as "within 200 ms".
    pub title: String,
    /// The values that are shown there.
    pub values: Vec<Value>,
}

impl Stop {
    /// Everything in one sentence, for a screen reader.
    pub fn sentence(&self) -> String {
        let values: Vec<String> = self
            .values
            .iter()
            .map(|value| match value.name.as_str() {
                "" => value.text.clone(),
                name => format!("{name} {}", value.text),
            })
            .collect();
        format!("{}: {}.", self.title, values.join(", "))
    }
}

/// The side of a chart of a width \[px\] from which the text beside a stop is placed, and the text's distance from that side
/// \[px\], so that it stands where the chart has more room.
pub fn beside(stop: &Stop, wide: f64) -> (&'static str, f64) {
    const GAP: f64 = 10.0;
    match stop.x > wide / 2.0 {
        true => ("right", wide - stop.x + GAP),
        false => ("left", stop.x + GAP),
    }
}

/// The index of the stop nearest to a pointer \[px\]; `None` if there are no stops.
pub fn nearest(stops: &[Stop], pointer: (f64, f64)) -> Option<usize> {
    let far = |stop: &Stop| {
        let (dx, dy) = (stop.x - pointer.0, stop.y.map_or(0.0, |y| y - pointer.1));
        dx * dx + dy * dy
    };
    (0..stops.len()).min_by(|&a, &b| far(&stops[a]).total_cmp(&far(&stops[b])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(x: f64, y: Option<f64>) -> Stop {
        Stop {
            x,
            y,
            title: "at 2 s".to_owned(),
            values: vec![
                Value {
                    look: 0,
                    name: "smart".to_owned(),
                    text: "4".to_owned(),
                    at: None,
                },
                Value {
                    look: 1,
                    name: "random".to_owned(),
                    text: "7".to_owned(),
                    at: None,
                },
            ],
        }
    }

    #[test]
    fn the_nearest_is_found_along_a_line_and_in_the_plane() {
        let lines = [stop(0.0, None), stop(10.0, None)];
        assert_eq!(nearest(&lines, (6.0, 500.0)), Some(1));
        let points = [stop(0.0, Some(0.0)), stop(0.0, Some(40.0))];
        assert_eq!(nearest(&points, (5.0, 30.0)), Some(1));
        assert_eq!(nearest(&[], (0.0, 0.0)), None);
    }

    #[test]
    fn what_is_read_stands_where_there_is_room() {
        assert_eq!(beside(&stop(10.0, None), 100.0), ("left", 20.0));
        assert_eq!(beside(&stop(80.0, None), 100.0), ("right", 30.0));
    }

    #[test]
    fn a_stop_is_a_sentence() {
        assert_eq!(stop(0.0, None).sentence(), "at 2 s: smart 4, random 7.");
    }
}
