//! Places a card beside the pointer.

use crate::dom;

/// How far the card's edges are from the pointer, sideways and up or down \[px\].
const OFF: (f64, f64) = (14.0, 16.0);

/// Puts the element with this id beside the pointer, which is at this place of the window \[px\]: on the side with more room,
/// and above it in the lower half of the window.
///
/// The element's place is reckoned from the figure that it stands in. The window cannot be asked for: a section is laid out
/// and painted by itself (`content-visibility`), and even what is fixed in it stands where the section does.
pub fn beside(id: &str, at: (i32, i32)) {
    let Some(card) = dom::by_id(id) else { return };
    let (Some(window), Ok(Some(figure))) = (dom::window(), card.closest(".card")) else {
        return;
    };
    let size = [window.inner_width(), window.inner_height()];
    let [wide, tall] = size.map(|it| it.ok().and_then(|it| it.as_f64()).unwrap_or_default());
    let (x, y) = (f64::from(at.0), f64::from(at.1));
    let from = figure.get_bounding_client_rect();
    let sides = match x > wide / 2.0 {
        true => ["right", "left"],
        false => ["left", "right"],
    };
    let ends = match y > tall / 2.0 {
        true => ["bottom", "top"],
        false => ["top", "bottom"],
    };
    for ([at, other], place, off) in [
        (sides, [x - from.left(), from.right() - x], OFF.0),
        (ends, [y - from.top(), from.bottom() - y], OFF.1),
    ] {
        let [before, after] = place;
        let place = match matches!(at, "right" | "bottom") {
            true => after,
            false => before,
        };
        dom::set_style(&card, at, &format!("{}px", (place + off) as i32));
        dom::set_style(&card, other, "auto");
    }
}
