use super::*;
use crate::services::catalogue;
use proptest::prelude::*;

/// The three shapes of design section 3, nothing skipped.
pub(in crate::requests) fn shape(letter: char) -> Vec<RouteStep> {
    use AreaLevel::{Kecamatan, Kelurahan, Lingkungan};
    use Position::{Camat, Kasi, Kepling as Head, Lurah, Petugas, Sekcam, Seklur};
    use StepName::{Endorse, Initial, Sign, Verify};
    let steps: &[(StepName, Position, AreaLevel, u32)] = match letter {
        'A' => &[
            (Endorse, Head, Lingkungan, 25),
            (Verify, Petugas, Kelurahan, 35),
            (Initial, Seklur, Kelurahan, 15),
            (Sign, Lurah, Kelurahan, 25),
        ],
        'B' => &[
            (Endorse, Head, Lingkungan, 10),
            (Verify, Petugas, Kelurahan, 20),
            (Initial, Seklur, Kelurahan, 10),
            (Sign, Lurah, Kelurahan, 15),
            (Verify, Petugas, Kecamatan, 15),
            (Initial, Kasi, Kecamatan, 10),
            (Initial, Sekcam, Kecamatan, 10),
            (Sign, Camat, Kecamatan, 10),
        ],
        _ => &[
            (Verify, Petugas, Kecamatan, 30),
            (Initial, Kasi, Kecamatan, 25),
            (Initial, Sekcam, Kecamatan, 20),
            (Sign, Camat, Kecamatan, 25),
        ],
    };
    (1..)
        .zip(steps)
        .map(|(n, &(name, position, level, share_percent))| RouteStep {
            n,
            name,
            position,
            level,
            share_percent,
            skipped: None,
        })
        .collect()
}

pub(in crate::requests) fn route(letter: char, skipped: &[i16]) -> Route {
    let mut steps = shape(letter);
    for step in &mut steps {
        if skipped.contains(&step.n) {
            step.skipped = Some(SkipReason::SwitchedOff);
        }
    }
    Route::new(steps).unwrap()
}

#[test]
fn a_skipped_step_is_passed_over_and_leaves_its_share_to_the_next() {
    let route = route('A', &[1, 3]);
    assert_eq!(route.first(), 2);
    assert_eq!(route.next_after(2), Some(4));
    assert_eq!(route.next_after(4), None);
    assert_eq!(route.share_minutes(420), vec![(2, 252), (4, 168)]);
    assert_eq!(route.share_of(3, 420), 0);
}

#[test]
fn every_letter_of_the_catalogue_has_a_route_for_every_kepling() {
    for service in catalogue::definitions().unwrap() {
        let shape = shape(service.shape.as_str().chars().next().unwrap());
        assert_eq!(
            Route::of(&service.steps, Kepling::Acts).unwrap().steps,
            shape,
            "{}",
            service.code
        );
        for kepling in [Kepling::PengantarUploaded, Kepling::NotAppointed] {
            let route = Route::of(&service.steps, kepling).unwrap();
            assert_eq!(
                route.step(route.first()).unwrap().name,
                StepName::Verify,
                "{}",
                service.code
            );
        }
    }
}

#[test]
fn a_step_that_the_office_switched_off_is_skipped() {
    let mut skd = catalogue::definitions()
        .unwrap()
        .into_iter()
        .find(|s| s.code == "SKD")
        .unwrap();
    skd.steps[2].off = true;
    let route = Route::of(&skd.steps, Kepling::Acts).unwrap();
    assert_eq!(route.step(3).unwrap().skipped, Some(SkipReason::SwitchedOff));
    assert_eq!(route.next_after(2), Some(4));
}

#[test]
fn each_office_ends_with_its_own_signature_and_the_last_one_issues() {
    let b = route('B', &[]);
    let ends: Vec<i16> = (0..=9).filter(|n| b.is_level_end(*n)).collect();
    let last: Vec<i16> = (0..=9).filter(|n| b.is_last_level(*n)).collect();
    assert_eq!((ends, last), (vec![4, 8], vec![5, 6, 7, 8]));
    assert_eq!(route('C', &[]).first_verify(), 1);
    assert_eq!(b.first_verify(), 2);
}

#[test]
fn a_list_that_cannot_end_is_no_route() {
    let mut steps = shape('A');
    steps.pop();
    assert_eq!(Route::new(steps), Err(BadRoute::NoFinalSignature));
    assert_eq!(Route::new(vec![]), Err(BadRoute::NoFinalSignature));
    let mut steps = shape('B');
    steps.remove(3);
    assert_eq!(Route::new(steps), Err(BadRoute::LevelWithoutSignature));
    let mut steps = shape('A');
    steps.swap(0, 1);
    assert_eq!(Route::new(steps), Err(BadRoute::Unordered));
    let mut steps = shape('A');
    steps.iter_mut().for_each(|s| s.share_percent = 0);
    assert_eq!(Route::new(steps), Err(BadRoute::NoShares));
    let mut steps = shape('A');
    steps[3].skipped = Some(SkipReason::SwitchedOff);
    assert_eq!(Route::new(steps), Err(BadRoute::SignatureSkipped));
}

proptest! {
    #[test]
    fn shares_sum_to_the_target_whatever_is_skipped(
        shape in prop::sample::select(vec!['A', 'B', 'C']),
        skipped in prop::collection::vec(1_i16..8, 0..5),
        days in 0_i64..60,
    ) {
        let signatures = self::shape(shape).iter().filter(|s| s.name == StepName::Sign).map(|s| s.n).collect::<Vec<_>>();
        let skipped: Vec<i16> = skipped.into_iter().filter(|n| !signatures.contains(n)).collect();
        let shares = route(shape, &skipped).share_minutes(days * 420);
        prop_assert_eq!(shares.iter().map(|(_, m)| m).sum::<i64>(), days * 420);
        prop_assert!(shares.iter().all(|(n, m)| *m >= 0 && !skipped.contains(n)));
    }
}
