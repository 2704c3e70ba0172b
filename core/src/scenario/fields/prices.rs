//! The prices of GPUs as text: `h100=2.5;l4=0.7`.

use crate::decimal;
use crate::hardware::Prices;
use crate::scenario::PartError;
use crate::scenario::piece::Piece;

/// Reads prices; an empty text has none of its own.
pub(super) fn parse(text: &str) -> Result<Prices, PartError> {
    let mut own: Vec<(String, f64)> = Vec::new();
    for piece in Piece::whole("price", text).parts(';') {
        let wanted = "a GPU and dollars an hour from 0 to 1,000,000, as h100=2.5";
        let (name, price) = piece.split('=');
        let price = price.ok_or_else(|| piece.wrong(wanted))?;
        // Whether there is such a GPU is seen when the fleet is known: it may be one of one's own.
        if name.text.is_empty() {
            return Err(piece.wrong(wanted));
        }
        if own.iter().any(|(before, _)| before == name.text) {
            return Err(name.wrong("each GPU once"));
        }
        let read = decimal::real(price.text).filter(|it| (0.0..=1e6).contains(it));
        let read = read.ok_or_else(|| price.wrong("dollars an hour from 0 to 1,000,000"))?;
        own.push((name.text.to_owned(), read));
    }
    Ok(Prices { own })
}
