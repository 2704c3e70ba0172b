//! Finds a place for a name in a chart: beside what it names, off the curves and off other names.

/// How near to a name a curve may come \[px\].
const APART: f64 = 2.0;

/// A name's rectangle \[px\]: left, top, right, bottom.
pub type Area = (f64, f64, f64, f64);

/// A place that a name could take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// The rectangle that the name would take there.
    pub area: Area,
    /// The cost of the place, to which collisions are added; lower is better.
    pub cost: f64,
}

/// Picks the spot with the fewest collisions with `curves` and `taken`, inside `bounds`.
pub fn pick(
    spots: &[Spot],
    curves: &[&[(f64, f64)]],
    taken: &[Area],
    bounds: Area,
) -> Option<Area> {
    let price = |spot: &Spot| {
        let outside = spot.area.0 < bounds.0
            || spot.area.1 < bounds.1
            || spot.area.2 > bounds.2
            || spot.area.3 > bounds.3;
        let crossings = crossings(curves, spot.area);
        let overlaps = taken.iter().filter(|area| meet(**area, spot.area)).count();
        spot.cost
            + if outside { 1e4 } else { 0.0 }
            + 100.0 * crossings as f64
            + 1e3 * overlaps as f64
    };
    spots
        .iter()
        .min_by(|a, b| price(a).total_cmp(&price(b)))
        .map(|spot| spot.area)
}

/// The rectangle of a name, by its middle and its width and height.
pub fn around((x, y): (f64, f64), (wide, high): (f64, f64)) -> Area {
    (
        x - wide / 2.0,
        y - high / 2.0,
        x + wide / 2.0,
        y + high / 2.0,
    )
}

/// How many curves run through a rectangle or come very near to it.
pub fn crossings(curves: &[&[(f64, f64)]], area: Area) -> usize {
    let area = (
        area.0 - APART,
        area.1 - APART,
        area.2 + APART,
        area.3 + APART,
    );
    let through = curves.iter().filter(|curve| crosses(curve, area));
    through.count()
}

/// Whether two rectangles overlap.
fn meet(a: Area, b: Area) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

/// Whether a curve runs through a rectangle.
fn crosses(curve: &[(f64, f64)], area: Area) -> bool {
    curve.windows(2).any(|piece| {
        let ((x0, y0), (x1, y1)) = (piece[0], piece[1]);
        let (mut from, mut to) = (0.0f64, 1.0f64);
        for (delta, low, high) in [
            (x1 - x0, area.0 - x0, area.2 - x0),
            (y1 - y0, area.1 - y0, area.3 - y0),
        ] {
            if delta == 0.0 {
                if low > 0.0 || high < 0.0 {
                    return false;
                }
                continue;
            }
            let (a, b) = (low / delta, high / delta);
            from = from.max(a.min(b));
            to = to.min(a.max(b));
        }
        from <= to
    })
}

/// Moves names with a common edge apart so that they do not overlap, each `height` \[px\] high, by as little as possible;
/// the middles are given and returned in order.
pub fn spread(wanted: &[f64], height: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    warmpath_core::order::by(&mut order, |&a, &b| wanted[a].total_cmp(&wanted[b]));
    let mut places = vec![0.0; wanted.len()];
    let mut least = top + height / 2.0;
    for &name in &order {
        places[name] = wanted[name].max(least);
        least = places[name] + height;
    }
    let mut most = bottom - height / 2.0;
    for &name in order.iter().rev() {
        places[name] = places[name].min(most);
        most = places[name] - height;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_avoids_curves_and_names() {
        let curve = [(0.0, 10.0), (100.0, 10.0)];
        let over = Spot {
            area: (10.0, 5.0, 40.0, 15.0),
            cost: 0.0,
        };
        let free = Spot {
            area: (10.0, 20.0, 40.0, 30.0),
            cost: 1.0,
        };
        let bounds = (0.0, 0.0, 100.0, 40.0);
        assert_eq!(pick(&[over, free], &[&curve], &[], bounds), Some(free.area));
        assert_eq!(
            pick(&[over, free], &[], &[over.area], bounds),
            Some(free.area)
        );
        assert_eq!(pick(&[], &[], &[], bounds), None);
    }

    #[test]
    fn names_on_a_side_do_not_overlap() {
        let places = spread(&[50.0, 51.0, 49.0, 99.0], 16.0, 0.0, 100.0);
        let mut sorted = places.clone();
        sorted.sort_by(f64::total_cmp);
        assert!(
            sorted.windows(2).all(|w| w[1] - w[0] >= 15.999),
            "{places:?}"
        );
        assert!(places.iter().all(|p| (8.0..=92.0).contains(p)));
    }
}
