//! Walking along a chain of hashes, row by row, and the first thing on the way that does not fit. The same for every
//! kind of chain: a row holds its number, the hash of the row before, and its own hash over both and its content.

use std::fmt;

use super::GENESIS;
use crate::platform::error::Error;

/// How far around its place a row is looked for that stands elsewhere.
const NEIGHBOURS: i32 = 1_000;

/// The first row that does not fit: where, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    pub chain: String,
    pub seq: i32,
    pub what: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "chain {}, row {}: {}", self.chain, self.seq, self.what)
    }
}

/// Why a verification ended early.
#[derive(Debug)]
pub enum VerifyError {
    Broken(Flaw),
    Failed(Error),
}

impl From<Error> for VerifyError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// A chain as far as it was walked.
#[derive(Debug)]
pub struct Walk {
    chain: String,
    seq: i32,
    hash: Vec<u8>,
}

/// A row as the walk sees it.
pub struct Link<'a> {
    pub seq: i32,
    pub prev_hash: &'a [u8],
    pub hash: &'a [u8],
    /// The hash its content gives at a place.
    pub expected: &'a dyn Fn(i32) -> Vec<u8>,
}

impl Walk {
    #[must_use]
    pub fn of(chain: String) -> Self {
        Self {
            chain,
            seq: 0,
            hash: GENESIS.to_vec(),
        }
    }

    #[must_use]
    pub fn chain(&self) -> &str {
        &self.chain
    }

    #[must_use]
    pub const fn seq(&self) -> i32 {
        self.seq
    }

    /// Takes the next row.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn step(&mut self, link: &Link<'_>) -> Result<(), VerifyError> {
        let wanted = self.seq + 1;
        if link.seq > wanted {
            return Err(self.flaw(
                wanted,
                format!("missing; the next row there is has number {}", link.seq),
            ));
        }
        if (link.expected)(link.seq) != link.hash {
            let belongs = |at: &i32| *at != link.seq && (link.expected)(*at) == link.hash;
            let around = (link.seq - NEIGHBOURS).max(1)..=link.seq.saturating_add(NEIGHBOURS);
            let what = match around.into_iter().find(belongs) {
                Some(at) => format!("reordered; what stands here was row {at}"),
                None => "altered; its content does not give its hash".to_owned(),
            };
            return Err(self.flaw(link.seq, what));
        }
        if link.seq != wanted || link.prev_hash != self.hash {
            return Err(self.flaw(
                link.seq,
                "does not follow the row before it: one of both was replaced".to_owned(),
            ));
        }
        self.seq = link.seq;
        self.hash = link.hash.to_vec();
        Ok(())
    }

    /// Compares the end with the head that is kept elsewhere.
    ///
    /// # Errors
    /// A tail that is missing, or that the head does not know.
    pub fn end(&self, seq: i32, hash: &[u8]) -> Result<(), VerifyError> {
        let next = self.seq + 1;
        if seq > self.seq {
            return Err(self.flaw(next, format!("missing; the chain's head is row {seq}")));
        }
        if seq < self.seq {
            return Err(self.flaw(seq + 1, format!("stands beyond the chain's head, row {seq}")));
        }
        if hash != self.hash {
            return Err(self.flaw(seq, "is not the row that the chain's head names".to_owned()));
        }
        Ok(())
    }

    /// A flaw of this chain.
    #[must_use]
    pub fn flaw(&self, seq: i32, what: String) -> VerifyError {
        VerifyError::Broken(Flaw {
            chain: self.chain.clone(),
            seq,
            what,
        })
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[derive(Clone)]
    struct Row {
        seq: i32,
        word: &'static str,
        before: Vec<u8>,
        hash: Vec<u8>,
    }

    impl Row {
        fn expected(&self, seq: i32) -> Vec<u8> {
            Sha256::digest([&self.before[..], format!("{seq} {}", self.word).as_bytes()].concat()).to_vec()
        }
    }

    fn chain(words: &[&'static str]) -> Vec<Row> {
        let mut before = GENESIS.to_vec();
        let mut rows = Vec::new();
        for (seq, word) in (1..).zip(words) {
            let mut row = Row {
                seq,
                word,
                before,
                hash: Vec::new(),
            };
            row.hash = row.expected(seq);
            before = row.hash.clone();
            rows.push(row);
        }
        rows
    }

    /// What a walk says; the head is that of the untouched chain.
    fn walked(rows: &[Row]) -> String {
        let whole = chain(&["a", "b", "c", "d"]);
        let mut walk = Walk::of("x".to_owned());
        let steps = rows.iter().try_for_each(|row| {
            walk.step(&Link {
                seq: row.seq,
                prev_hash: &row.before,
                hash: &row.hash,
                expected: &|at| row.expected(at),
            })
        });
        match steps.and_then(|()| walk.end(4, &whole[3].hash)) {
            Ok(()) => "whole".to_owned(),
            Err(VerifyError::Broken(flaw)) => flaw.to_string(),
            Err(VerifyError::Failed(error)) => panic!("{error}"),
        }
    }

    #[test]
    fn the_first_row_that_does_not_fit_is_named() {
        let whole = chain(&["a", "b", "c", "d"]);
        assert_eq!(walked(&whole), "whole");
        let mut altered = whole.clone();
        altered[1].word = "B";
        assert_eq!(
            walked(&altered),
            "chain x, row 2: altered; its content does not give its hash"
        );
        altered[1].hash = altered[1].expected(2);
        let replaced = "chain x, row 3: does not follow the row before it: one of both was replaced";
        assert_eq!(walked(&altered), replaced);
        let mut missing = whole.clone();
        missing.remove(1);
        assert_eq!(
            walked(&missing),
            "chain x, row 2: missing; the next row there is has number 3"
        );
        let mut swapped = whole.clone();
        swapped.swap(1, 2);
        (swapped[1].seq, swapped[2].seq) = (2, 3);
        assert_eq!(
            walked(&swapped),
            "chain x, row 2: reordered; what stands here was row 3"
        );
        assert_eq!(
            walked(&whole[..3]),
            "chain x, row 4: missing; the chain's head is row 4"
        );
        assert_eq!(walked(&[]), "chain x, row 1: missing; the chain's head is row 4");
        let longer = chain(&["a", "b", "c", "d", "e"]);
        assert_eq!(walked(&longer), "chain x, row 5: stands beyond the chain's head, row 4");
        let other = chain(&["a", "b", "c", "D"]);
        assert_eq!(
            walked(&other),
            "chain x, row 4: is not the row that the chain's head names"
        );
    }
}
