//! The pieces of the one sentence below a chart: values policy by policy, and the number of requests behind them.

use crate::format;

/// Values, each with its policy: "2.1 s under smart, 5.3 s under random".
pub(super) fn under<'a>(values: impl Iterator<Item = (String, &'a str)>) -> String {
    let each = values.map(|(value, policy)| format!("{value} under {policy}"));
    each.collect::<Vec<_>>().join(", ")
}

/// The number of requests behind values, which may differ by policy: "200 requests", "180 to 200 requests".
pub(super) fn counted(counts: impl Iterator<Item = u64> + Clone) -> String {
    let (least, most) = (counts.clone().min(), counts.max());
    let (least, most) = (least.unwrap_or(0), most.unwrap_or(0));
    let all = format::plural(most, "request");
    match least < most {
        true => format!("{} to {all}", format::count(least)),
        false => all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_counts_are_put_together() {
        let values = [("1 s".to_owned(), "smart"), ("2 s".to_owned(), "random")];
        assert_eq!(
            under(values.into_iter()),
            "1 s under smart, 2 s under random"
        );
        let counted =
            |counts: &[u64]| super::counted(counts.iter().copied()).replace(format::GAP, " ");
        assert_eq!(counted(&[200, 200]), "200 requests");
        assert_eq!(counted(&[200, 180]), "180 to 200 requests");
        assert_eq!(counted(&[1]), "1 request");
    }
}
