//! Whose figures a person may read: a lurah those of the own kelurahan, sekcam and camat those of their kecamatan.

use crate::accounts::{Actor, Position};
use crate::areas::{AreaCode, AreaLevel};
use crate::platform::error::Error;

/// Areas whose requests a report counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    pub kelurahan: Vec<AreaCode>,
    /// Whole kecamatan.
    pub kecamatan: Vec<AreaCode>,
}

impl Scope {
    /// All that the positions of a person open.
    ///
    /// # Errors
    /// 403: `second_factor_required` when a position that might open it waits for the second factor, else `not_allowed`.
    pub fn of(actor: &Actor) -> Result<Self, Error> {
        let mut scope = Self::default();
        for held in &actor.appointments {
            match held.position {
                Position::Lurah => scope.kelurahan.push(held.area.clone()),
                Position::Sekcam | Position::Camat => scope.kecamatan.push(held.area.clone()),
                _ => {}
            }
        }
        if scope != Self::default() {
            Ok(scope)
        } else if actor.second_factor_missing {
            Err(Error::Forbidden {
                code: "second_factor_required",
            })
        } else {
            Err(Error::Forbidden { code: "not_allowed" })
        }
    }

    /// Only this kelurahan or kecamatan, if it lies within.
    #[must_use]
    pub fn narrowed_to(&self, area: &AreaCode) -> Option<Self> {
        let within = self.kelurahan.contains(area) || self.kecamatan.iter().any(|own| own.contains(area));
        let (kelurahan, kecamatan) = match area.level() {
            AreaLevel::Kelurahan => (vec![area.clone()], Vec::new()),
            AreaLevel::Kecamatan => (Vec::new(), vec![area.clone()]),
            // Nothing is counted by lingkungan, and nobody here answers for a kabupaten.
            AreaLevel::Lingkungan | AreaLevel::Kabupaten => return None,
        };
        within.then_some(Self { kelurahan, kecamatan })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(code: &str) -> AreaCode {
        AreaCode::parse(code).unwrap()
    }

    fn narrowed(scope: &Scope, code: &str) -> bool {
        scope.narrowed_to(&area(code)).is_some()
    }

    #[test]
    fn a_lurah_reads_the_own_kelurahan_only() {
        let scope = Scope {
            kelurahan: vec![area("12.09.20.1001")],
            ..Scope::default()
        };
        assert_eq!(scope.narrowed_to(&area("12.09.20.1001")), Some(scope.clone()));
        for other in ["12.09.20.1002", "12.09.20", "12.09", "12.09.20.1001.01"] {
            assert!(!narrowed(&scope, other), "{other}");
        }
    }

    #[test]
    fn a_camat_reads_the_kecamatan_and_each_kelurahan_in_it() {
        let scope = Scope {
            kecamatan: vec![area("12.09.20")],
            ..Scope::default()
        };
        assert!(narrowed(&scope, "12.09.20") && narrowed(&scope, "12.09.20.1002"));
        for other in ["12.09.21", "12.09.21.1001", "12.09", "12.09.20.1001.01"] {
            assert!(!narrowed(&scope, other), "{other}");
        }
    }
}
