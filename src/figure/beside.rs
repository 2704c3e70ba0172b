//! Places a card beside the pointer.

use crate::dom;

/// Puts the element with this id beside the pointer, which is at this place of the window \[px\].
pub fn beside(id: &str, at: (i32, i32)) {
    let Some(card) = dom::by_id(id) else { return };
    let wide = dom::window().and_then(|it| it.inner_width().ok()?.as_f64());
    let (x, y) = (f64::from(at.0), at.1 + 16);
    // The card is on the side of the pointer that has more room.
    let left = match wide.filter(|wide| x > wide / 2.0) {
        Some(wide) => ["auto".to_owned(), format!("{}px", wide - x + 14.0)],
        None => [format!("{}px", x + 14.0), "auto".to_owned()],
    };
    for (name, value) in ["left", "right"].into_iter().zip(left) {
        dom::set_style(&card, name, &value);
    }
    dom::set_style(&card, "top", &format!("{y}px"));
}
