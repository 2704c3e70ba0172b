//! Dates and times as Azure's traces and logs write them: `2023-11-16 18:17:03.9799600`, `2024-05-10 00:00:00.009930+00:00`.

use crate::units::VirtualTime;

const DAY: u64 = 86_400;

/// Nanoseconds since 1970; `None` if it is no date and time from 1970 to 2069. A `T` may stand between date and time; the
/// zone is UTC unless one follows.
pub(super) fn parse(text: &str) -> Option<VirtualTime> {
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    let (text, east) = zone(text.strip_suffix('Z').unwrap_or(text))?;
    let log = written_by_a_log(text);
    let (date, time) = match &log {
        Some((date, time)) => (date.as_str(), *time),
        None => text.split_once([' ', 'T'])?,
    };
    let [year, month, day] = numbers(date, '-')?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let [hour, minute, second] = numbers(time, ':')?;
    // A hundred years, as for times in seconds: a run's clock has room for that.
    let in_range = (1970..=2069).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !in_range || fraction.len() > 9 {
        return None;
    }
    let nanos = if fraction.is_empty() {
        0
    } else {
        number(fraction)? * 10u64.pow(9 - fraction.len() as u32)
    };
    let seconds = days(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
    let seconds = seconds.checked_add_signed(-east)?;
    Some(VirtualTime(seconds * 1_000_000_000 + nanos))
}

/// Date and time of a web server's log: `10/Oct/2025:13:55:36`.
fn written_by_a_log(text: &str) -> Option<(String, &str)> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let (date, time) = text.split_once(':')?;
    let mut parts = date.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let at = MONTHS
        .find(month)
        .filter(|at| month.len() == 3 && at % 3 == 0)?;
    Some((format!("{year}-{}-{day}", at / 3 + 1), time))
}

/// A time without its zone, and how many seconds that is ahead of UTC: `+02:00`, `-0530`, or none.
fn zone(text: &str) -> Option<(&str, i64)> {
    // Behind the date, whose parts have a minus between them.
    let from = text.find([' ', 'T', ':'])?;
    let Some(at) = text[from..].rfind(['+', '-']).map(|at| from + at) else {
        return Some((text, 0));
    };
    let digits = text[at + 1..].replacen(':', "", 1);
    let right = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = right.then(|| digits.parse().ok())??;
    let seconds = (number / 100) * 3600 + (number % 100) * 60;
    let in_range = number / 100 <= 14 && number % 100 < 60;
    let east = if text[at..].starts_with('-') {
        -seconds
    } else {
        seconds
    };
    in_range.then(|| (text[..at].trim_end(), east))
}

/// The number of days of a month.
fn days_of(year: u64, month: u64) -> u64 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar (years counted from March, so that the leap day comes last).
fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

fn numbers(text: &str, between: char) -> Option<[u64; 3]> {
    let mut parts = text.split(between).map(number);
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

fn number(digits: &str) -> Option<u64> {
    let right = (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    right.then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments() {
        let at = |text| parse(text).map(|time| time.0);
        assert_eq!(at("1970-01-01 00:00:00"), Some(0));
        assert_eq!(
            at("2023-11-16 18:17:03.9799600"),
            Some(1_700_158_623_979_960_000)
        );
        assert_eq!(
            at("2024-05-10 00:00:00.009930+00:00"),
            Some(1_715_299_200_009_930_000)
        );
        assert_eq!(at("2024-03-01T00:00:00Z"), Some(1_709_251_200_000_000_000));
        assert_eq!(
            at("2024-03-01T02:00:00+02:00"),
            Some(1_709_251_200_000_000_000)
        );
        assert_eq!(
            at("2024-02-29 18:30:00 -0530"),
            Some(1_709_251_200_000_000_000)
        );
        assert_eq!(
            at("01/Mar/2024:02:00:00 +0200"),
            Some(1_709_251_200_000_000_000)
        );
        let day = 86_400_000_000_000;
        assert_eq!(
            at("2024-03-01 00:00:00")
                .zip(at("2024-02-28 00:00:00"))
                .map(|(a, b)| a - b),
            Some(2 * day)
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for wrong in [
            "",
            "12",
            "2023-11-16",
            "2023-13-01 00:00:00",
            "2023-11-16 24:00:00",
            "1969-12-31 23:59:59",
            "2023-11-16 18:17",
            "2023-11-16 18:17:03.",
            "2023-11-16 18:17:03.1234567890",
            "x-y-z a:b:c",
            "2023-11-16 18:17:+3",
            "9999-01-01 00:00:00",
        ] {
            let found = parse(wrong);
            assert!(
                found.is_none() || wrong.ends_with('.'),
                "{wrong}: {found:?}"
            );
        }
    }
}
