//! How many tokens an id of a trace stands for, from how many ids each prompt has.
//!
//! A prompt of `L` tokens has an id for each `u` of them, and for a rest one more or none: `floor(L / u)` to `ceil(L / u)`
//! ids. So each row gives a range of `u`, and in what all ranges have in common there is mostly a single usual size.

use crate::words::{counted, grouped};
use crate::workload::{Place, WorkloadError};

/// The sizes that formats are documented to use \[tokens\]: Mooncake's and Bailian's.
pub(super) const MOONCAKE: u32 = 512;
pub(super) const BAILIAN: u32 = 16;

/// The numbers of tokens for an id that fit all rows so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct PerId {
    least: u64,
    most: u64,
    /// Whether an option or the file states the size.
    stated: bool,
    /// The sizes that formats are documented to use, this format's first.
    documented: [u32; 2],
}

impl Default for PerId {
    fn default() -> Self {
        Self {
            least: 1,
            most: u64::MAX,
            stated: false,
            documented: [MOONCAKE, BAILIAN],
        }
    }
}

impl PerId {
    /// For a format that is documented to use 16 tokens an id.
    pub(super) fn bailian() -> Self {
        let mut new = Self::default();
        new.of_chats();
        new
    }

    /// Prefers 16 tokens an id, as the rows turn out to be of a format that is documented to use them.
    pub(super) fn of_chats(&mut self) {
        self.documented = [BAILIAN, MOONCAKE];
    }

    /// For a file or an option that states the size, whatever the rows say.
    pub(super) fn stated(tokens: u32) -> Self {
        Self {
            least: tokens.into(),
            most: tokens.into(),
            stated: true,
            ..Self::default()
        }
    }

    pub(super) fn is_stated(&self) -> bool {
        self.stated
    }

    /// Takes the length and the number of ids of a row.
    pub(super) fn row(
        &mut self,
        place: Place,
        field: &str,
        tokens: u32,
        ids: usize,
    ) -> Result<(), WorkloadError> {
        let (length, count) = (u64::from(tokens), ids as u64);
        if length == 0 && count == 0 {
            return Ok(());
        }
        let least = length / (count + 1) + 1;
        let most = match count {
            0 | 1 => u64::MAX,
            _ => length.div_ceil(count - 1).saturating_sub(1),
        };
        let both = (self.least.max(least), self.most.min(most));
        if both.0 > both.1 {
            return Err(self.contradiction(place, field, length, count));
        }
        (self.least, self.most) = both;
        Ok(())
    }

    fn contradiction(&self, place: Place, field: &str, length: u64, count: u64) -> WorkloadError {
        let known = self.usual().map(u64::from);
        let per_id = known.unwrap_or(self.least);
        let (fewest, most) = (length / per_id, length.div_ceil(per_id));
        let right = match fewest == most {
            true => grouped(most),
            false => format!("{} or {}", grouped(fewest), grouped(most)),
        };
        let because = match (self.stated, known) {
            (true, _) => "--tokens-per-id or the file says".to_owned(),
            (false, Some(_)) => "the rows before have".to_owned(),
            (false, None) => "the rows before have at least".to_owned(),
        };
        WorkloadError::Value {
            place,
            field: field.to_owned().into(),
            found: format!("a list of {}", grouped(count)),
            expected: format!(
                "{right} {} for {}, at {} an id as {because},",
                if right == "1" { "id" } else { "ids" },
                counted(length, "token", "tokens"),
                counted(per_id, "token", "tokens")
            ),
        }
    }

    /// The size that is stated; else, of the sizes that fit, the first documented one, or the power of two if there is only one.
    fn usual(&self) -> Option<u32> {
        let fits = |size: &u32| (self.least..=self.most).contains(&u64::from(*size));
        if self.stated {
            return u32::try_from(self.least).ok();
        }
        if let Some(size) = self.documented.into_iter().find(fits) {
            return Some(size);
        }
        let mut powers = (0..=16).map(|power| 1u32 << power).filter(fits);
        let first = powers.next();
        match powers.next() {
            None => first,
            Some(_) => None,
        }
    }

    /// The size, and whether it follows from the rows alone.
    pub(super) fn decided(&self, field: &str) -> Result<(u32, bool), WorkloadError> {
        if let Some(size) = self.usual() {
            return Ok((size, !self.stated && !self.documented.contains(&size)));
        }
        if self.least == self.most
            && let Ok(size) = u32::try_from(self.least)
        {
            return Ok((size, true));
        }
        let range = match self.most {
            u64::MAX => format!("{} or more", grouped(self.least)),
            most => format!("{} to {}", grouped(self.least), grouped(most)),
        };
        Err(WorkloadError::Ask {
            what: format!("an id in `{field}` may stand for {range} tokens"),
            option: "tokens-per-id",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &[(u32, usize)]) -> Result<u32, String> {
        let mut per_id = PerId::default();
        for (line, (tokens, ids)) in (1..).zip(rows) {
            let taken = per_id.row(Place::Line(line), "hash_ids", *tokens, *ids);
            taken.map_err(|error| error.to_string())?;
        }
        per_id
            .decided("hash_ids")
            .map(|it| it.0)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn rows_leave_one_size() {
        assert_eq!(of(&[(1100, 3), (1536, 3)]), Ok(512));
        assert_eq!(of(&[(201, 13)]), Ok(16));
        assert_eq!(of(&[(640, 10)]), Ok(64));
        assert_eq!(of(&[(40, 3), (33, 3), (72, 5)]), Ok(16));
        assert_eq!(of(&[(1024, 2)]), Ok(512));
        // Both documented sizes fit a prompt shorter than either.
        assert_eq!(of(&[(7, 1)]), Ok(512));
        assert_eq!(
            of(&[(2560, 2)]),
            Err("an id in `hash_ids` may stand for 854 to 2,559 tokens; say which with --tokens-per-id".to_owned())
        );
        assert_eq!(
            of(&[(1100, 3), (640, 10)]),
            Err("line 2: field `hash_ids` is a list of 10, 1 or 2 ids for 640 tokens, at 512 tokens an id as the rows \
                 before have, expected".to_owned())
        );
    }
}
