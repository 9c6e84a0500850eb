//! The six plain words in which residents read where their request is.

use super::lifecycle::Stage;
use super::route::{Route, StepName};

/// One of the six words of design section 3; the sixth, "Ditolak/Dibatalkan", has two faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusWord {
    /// Handed in, nobody has acted on it yet.
    Filed,
    /// An officer reads or initials it.
    Checking,
    /// The resident must complete it.
    Incomplete,
    /// The lurah or camat signs it.
    AwaitingSignature,
    Done,
    Rejected,
    /// Given up by the resident or by silence, or the letter was revoked.
    Cancelled,
}

impl StatusWord {
    /// As the resident reads it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Filed => "Diajukan",
            Self::Checking => "Diperiksa",
            Self::Incomplete => "Perlu dilengkapi",
            Self::AwaitingSignature => "Menunggu tanda tangan",
            Self::Done => "Selesai",
            Self::Rejected => "Ditolak",
            Self::Cancelled => "Dibatalkan",
        }
    }
}

/// The word for a stage; none for a draft, which nobody but its writer sees.
#[must_use]
pub fn status_word(stage: Stage, route: &Route) -> Option<StatusWord> {
    Some(match stage {
        Stage::Draft => return None,
        Stage::Submitted(n) if n == route.first() => StatusWord::Filed,
        Stage::Submitted(n) => match route.step(n).map(|s| s.name) {
            Some(StepName::Endorse) => StatusWord::Filed,
            Some(StepName::Sign) => StatusWord::AwaitingSignature,
            Some(StepName::Verify | StepName::Initial) | None => StatusWord::Checking,
        },
        Stage::Signing(_) => StatusWord::AwaitingSignature,
        Stage::Returned(_) => StatusWord::Incomplete,
        Stage::Issued => StatusWord::Done,
        Stage::Rejected(_) => StatusWord::Rejected,
        Stage::Cancelled | Stage::Expired | Stage::Revoked => StatusWord::Cancelled,
    })
}

#[cfg(test)]
mod tests {
    use super::super::route::tests::route;
    use super::*;

    #[test]
    fn a_b_letter_reads_as_it_moves() {
        let b = route('B', &[]);
        let words: Vec<&str> = (1..=8)
            .filter_map(|n| status_word(Stage::Submitted(n), &b))
            .map(StatusWord::label)
            .collect();
        let expected = [
            "Diajukan",
            "Diperiksa",
            "Diperiksa",
            "Menunggu tanda tangan",
            "Diperiksa",
            "Diperiksa",
            "Diperiksa",
            "Menunggu tanda tangan",
        ];
        assert_eq!(words, expected);
        assert_eq!(status_word(Stage::Signing(4), &b), Some(StatusWord::AwaitingSignature));
        assert_eq!(status_word(Stage::Draft, &b), None);
    }

    #[test]
    fn the_first_step_reads_as_handed_in_whoever_holds_it() {
        assert_eq!(
            status_word(Stage::Submitted(2), &route('A', &[1])),
            Some(StatusWord::Filed)
        );
        assert_eq!(
            status_word(Stage::Submitted(1), &route('C', &[])),
            Some(StatusWord::Filed)
        );
    }
}
