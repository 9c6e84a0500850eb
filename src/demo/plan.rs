//! The month behind the demo: which letters were asked for, when, and what became of each. Times are working minutes
//! before now (420 a day), so that every day shows a portal at work.

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Issued,
    /// Issued after the resident had to add something.
    IssuedAfterReturn,
    Revoked,
    RejectedAtVerify,
    RejectedBySigner,
    Cancelled,
    /// Returned, and the resident stays silent.
    Expired,
    /// Waits for the resident.
    Returned,
    /// Waits at this step of the catalogue's route.
    At(i16),
}

/// A request to make.
#[derive(Debug, Clone, Copy)]
pub(super) struct Planned {
    pub service: &'static str,
    pub fate: Fate,
    /// Working minutes before now at which it is handed in.
    pub ago: i64,
}

const fn p(service: &'static str, fate: Fate, ago: i64) -> Planned {
    Planned { service, fate, ago }
}

/// 60 requests, in no order.
pub(super) const PLAN: &[Planned] = &[
    p("SKD", Fate::Issued, 8900),
    p("SKU", Fate::Issued, 8700),
    p("SKTM", Fate::Issued, 8600),
    p("SKBM", Fate::Issued, 8300),
    p("SKTM-DIK", Fate::Issued, 8100),
    p("SP-SKCK", Fate::Issued, 7900),
    p("SKD", Fate::Issued, 7600),
    p("SKDU", Fate::Issued, 7400),
    p("REK-KERAMAIAN", Fate::Issued, 7200),
    p("SKPH", Fate::Issued, 7000),
    p("SP-NIKAH", Fate::Issued, 6700),
    p("SKTM-KES", Fate::Issued, 6500),
    p("SKU", Fate::Issued, 6200),
    p("SKMT", Fate::Issued, 6000),
    p("LEGALISASI", Fate::Issued, 5800),
    p("SKD", Fate::Issued, 5500),
    p("SKAW", Fate::Issued, 5300),
    p("SKL", Fate::Issued, 5000),
    p("SKTM", Fate::Issued, 4700),
    p("SKH", Fate::Issued, 4400),
    p("DISP-NIKAH", Fate::Issued, 4200),
    p("SKPERGI", Fate::Issued, 3900),
    p("SKJD", Fate::Issued, 3700),
    p("SKU", Fate::Issued, 3300),
    p("SKTM-DIK", Fate::Issued, 3000),
    p("SP-DTSEN", Fate::Issued, 2300),
    p("SKD", Fate::Issued, 2000),
    p("SKSI", Fate::Issued, 1700),
    p("REK-PROPOSAL", Fate::Issued, 1500),
    p("SKBN", Fate::IssuedAfterReturn, 8000),
    p("SKWALI", Fate::IssuedAfterReturn, 5600),
    p("SKU", Fate::IssuedAfterReturn, 3500),
    p("SKD", Fate::Revoked, 6800),
    p("SKTM", Fate::Revoked, 7500),
    p("SKTM", Fate::RejectedAtVerify, 5900),
    p("SKPH", Fate::RejectedAtVerify, 2500),
    p("SKTANAH", Fate::RejectedBySigner, 6300),
    p("SKK-KUR", Fate::Cancelled, 4900),
    p("SKBM", Fate::Cancelled, 1600),
    p("SKU", Fate::Expired, 8500),
    p("SKTM-KES", Fate::Expired, 7700),
    p("SKD", Fate::Returned, 1400),
    p("SKDU", Fate::Returned, 900),
    p("SKL", Fate::Returned, 450),
    p("SKBM", Fate::At(1), 120),
    p("SKU", Fate::At(2), 60),
    p("SKH", Fate::At(2), 300),
    p("SKD", Fate::At(3), 150),
    p("SKPH", Fate::At(4), 200),
    p("SKPERGI", Fate::At(4), 430),
    p("SKK-KUR", Fate::At(2), 100),
    p("SKTS", Fate::At(4), 800),
    p("SKTM", Fate::At(5), 500),
    p("SKTM-DIK", Fate::At(6), 620),
    p("SKBN", Fate::At(7), 700),
    p("SP-SKCK", Fate::At(8), 520),
    p("REK-ORMAS", Fate::At(1), 90),
    p("REK-PENELITIAN", Fate::At(2), 200),
    p("REK-PUB", Fate::At(3), 260),
    p("SKGR", Fate::At(4), 900),
];

/// Working minutes that an officer lets pass before acting, by request and step. Every sixth request meets a busy
/// office and is late; what still waits somewhere went quickly until there.
pub(super) fn pause(place: usize, step: i16, fate: Fate) -> i64 {
    if matches!(fate, Fate::At(_)) {
        return 8;
    }
    let place = i64::try_from(place).unwrap_or(0);
    let usual = 6 + (place * 37 + i64::from(step) * 53) % 40;
    if place % 6 == 3 { usual * 6 } else { usual }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::catalogue;

    #[test]
    fn every_fate_and_shape_and_step_is_planned_with_services_that_are_offered() {
        assert_eq!(PLAN.len(), 60);
        let offered = catalogue::definitions().unwrap();
        let mut shapes = std::collections::HashSet::new();
        for planned in PLAN {
            let service = offered.iter().find(|s| s.code == planned.service).unwrap();
            assert!(service.active, "{}", planned.service);
            if planned.fate == Fate::Issued {
                shapes.insert(service.shape);
            }
            if let Fate::At(step) = planned.fate {
                assert!(usize::try_from(step).unwrap() <= service.steps.len());
            }
        }
        assert_eq!(shapes.len(), 3);
        assert!((1..=8).all(|step| PLAN.iter().any(|planned| planned.fate == Fate::At(step))));
    }
}
