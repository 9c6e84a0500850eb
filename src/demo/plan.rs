//! The quarter behind the demo: which letters were asked for, when, and what became of each. Times are working minutes
//! before now (420 a day), so that every day shows a portal at work.

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Issued,
    /// Issued after the resident had to add something.
    IssuedAfterReturn,
    Revoked,
    /// Issued, and once more when a mistake was found.
    Reissued,
    /// Issued after petugas mended an answer.
    Corrected,
    /// Issued after a colleague further on sent it back.
    SentBack,
    /// Issued in another kelurahan than was asked.
    Transferred,
    /// Rejected; the superior decides otherwise.
    ObjectedIssued,
    /// Rejected; the superior does not decide otherwise.
    ObjectedRefused,
    /// The applicant must get listed first.
    Referred,
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

/// The 60 newest, in no order.
const PLAN: &[Planned] = &[
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

/// Requests of the demo, the 60 above included.
pub(super) const REQUESTS: usize = 400;

/// What is asked for most often comes more often; every letter on offer comes.
const ASKED_FOR: [&str; 48] = [
    "SKD",
    "SKU",
    "SKTM",
    "SKBM",
    "SKTM-DIK",
    "SP-SKCK",
    "SKD",
    "SKDU",
    "REK-KERAMAIAN",
    "SKPH",
    "SP-NIKAH",
    "SKTM-KES",
    "SKU",
    "SKMT",
    "LEGALISASI",
    "SKD",
    "SKAW",
    "SKL",
    "SKTM",
    "SKH",
    "DISP-NIKAH",
    "SKPERGI",
    "SKJD",
    "SKU",
    "SKTM-DIK",
    "SP-DTSEN",
    "SKD",
    "SKSI",
    "REK-PROPOSAL",
    "SKBN",
    "SKWALI",
    "SKTANAH",
    "SKK-KUR",
    "SKTS",
    "REK-ORMAS",
    "REK-PENELITIAN",
    "REK-PUB",
    "SKGR",
    "SKU",
    "SKD",
    "SKTM",
    "SKBM",
    "SKPH",
    "SKDU",
    "SKTM-KES",
    "SP-SKCK",
    "SKD",
    "SKL",
];

/// The whole quarter: the last weeks by hand, what lies before by a rule.
pub(super) fn plan() -> Vec<Planned> {
    let before = (0..REQUESTS - PLAN.len()).map(|n| {
        let spread = i64::try_from(n * EARLIEST / REQUESTS + n * 37 % 120).unwrap_or(0);
        let (fate, service) = fate_of(n);
        let asked_for = ASKED_FOR.get(n * 7 % ASKED_FOR.len()).copied().unwrap_or("SKD");
        p(service.unwrap_or(asked_for), fate, LATEST + spread)
    });
    PLAN.iter().copied().chain(before).collect()
}

/// Working minutes before now between which the rule hands in: 61 working days are a quarter.
const LATEST: i64 = 700;
const EARLIEST: usize = 28_800;

/// Most letters are issued; the rest is what an office sees in a quarter. Some ends need a certain letter.
fn fate_of(n: usize) -> (Fate, Option<&'static str>) {
    match n % 40 {
        3 | 16 | 28 => (Fate::IssuedAfterReturn, None),
        5 => (Fate::Transferred, Some("SKD")),
        7 => (Fate::RejectedAtVerify, None),
        9 => (Fate::Reissued, Some("SKU")),
        11 => (Fate::ObjectedIssued, Some("SKTM")),
        13 => (Fate::SentBack, Some("SKD")),
        17 => (Fate::Corrected, None),
        19 => (Fate::Cancelled, None),
        21 => (Fate::RejectedBySigner, Some("SKTANAH")),
        24 => (Fate::ObjectedRefused, Some("SKU")),
        // It waits for 90 days.
        29 => (Fate::Referred, Some("SKTM")),
        31 => (Fate::Expired, None),
        35 => (Fate::Revoked, Some("SKD")),
        _ => (Fate::Issued, None),
    }
}

/// Working minutes that an officer lets pass before acting, by request, step and officer. Every sixth request meets a
/// busy office, some officers are slow; what still waits somewhere went quickly until there.
pub(super) fn pause(place: usize, step: i16, fate: Fate, officer: &str) -> i64 {
    if matches!(fate, Fate::At(_)) {
        return 8;
    }
    let place = i64::try_from(place).unwrap_or(0);
    let usual = 6 + (place * 37 + i64::from(step) * 53) % 40;
    let slowness = match officer.bytes().map(u32::from).sum::<u32>() % 7 {
        0 => 4,
        1 | 2 => 2,
        _ => 1,
    };
    let busy = if place % 6 == 3 { 5 } else { 1 };
    usual * slowness * busy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::catalogue;

    #[test]
    fn every_fate_and_shape_and_step_is_planned_with_services_that_are_offered() {
        let plan = plan();
        assert_eq!((PLAN.len(), plan.len()), (60, REQUESTS));
        let offered = catalogue::definitions().unwrap();
        let mut services = std::collections::HashSet::new();
        let mut shapes = std::collections::HashSet::new();
        for planned in &plan {
            let service = offered.iter().find(|s| s.code == planned.service).unwrap();
            assert!(service.active, "{}", planned.service);
            services.insert(&service.code);
            if planned.fate == Fate::Issued {
                shapes.insert(service.shape);
            }
            if let Fate::At(step) = planned.fate {
                assert!(usize::try_from(step).unwrap() <= service.steps.len());
            }
        }
        assert_eq!(shapes.len(), 3);
        assert!(services.len() >= 30, "{}", services.len());
        assert!((1..=8).all(|step| plan.iter().any(|planned| planned.fate == Fate::At(step))));
    }
}
