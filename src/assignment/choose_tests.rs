use super::*;
use crate::calendar::CalendarVersion;

fn officer(n: u128, open: i64) -> Candidate {
    Candidate {
        id: Uuid::from_u128(n),
        open_effort_minutes: open,
        available_minutes: 100,
        open_items: 1,
        cap: None,
        absent: false,
        stands_in: false,
        skills: Vec::new(),
        last_assigned_at: None,
    }
}

fn picked(candidates: &[Candidate], previous: u128, exclude: &[u128], mode: Mode) -> (Outcome, Option<u128>) {
    let exclude: Vec<Uuid> = exclude.iter().map(|n| Uuid::from_u128(*n)).collect();
    let (outcome, account, _) = pick(candidates, Some(Uuid::from_u128(previous)), &exclude, mode);
    (outcome, account.map(|id| id.as_u128()))
}

#[test]
fn the_previous_holder_gets_it_again_in_every_mode_unless_left_out() {
    let mut two = [officer(1, 900), officer(2, 0)];
    for mode in Mode::ALL {
        assert_eq!(picked(&two, 1, &[], *mode), (Outcome::GivenBack, Some(1)));
    }
    assert_eq!(picked(&two, 1, &[1], Mode::Auto), (Outcome::Given, Some(2)));
    two[0].absent = true;
    assert_eq!(picked(&two, 1, &[], Mode::Mixed), (Outcome::Given, Some(2)));
    assert_eq!(picked(&two, 3, &[], Mode::Auto), (Outcome::Given, Some(2)));
}

#[test]
fn nobody_gets_it_where_work_is_taken_or_all_are_left_out() {
    let one = [officer(1, 0)];
    assert_eq!(picked(&one, 3, &[], Mode::Pull), (Outcome::LeftToTake, None));
    assert_eq!(picked(&one, 1, &[1], Mode::Mixed), (Outcome::Nobody, None));
    assert_eq!(picked(&[], 3, &[], Mode::Auto), (Outcome::Nobody, None));
}

#[test]
fn the_explanation_is_one_flat_object() {
    let (outcome, _, reason) = pick(&[officer(1, 0)], None, &[], Mode::Auto);
    let explanation = Explanation {
        outcome,
        mode: Mode::Auto,
        effort_minutes: 10,
        reason,
    };
    let value = serde_json::to_value(&explanation).unwrap();
    assert_eq!(
        (&value["outcome"], &value["rule"]),
        (&"given".into(), &"only_one".into())
    );
    assert_eq!(value["weighed"][0]["id"], Uuid::from_u128(1).to_string());
    assert_eq!(serde_json::from_value::<Explanation>(value).unwrap(), explanation);
}

fn calendar() -> Calendar {
    let published = "2024-01-01T00:00:00Z".parse().unwrap();
    let version = CalendarVersion::initial(published, NaiveDate::from_ymd_opt(2024, 1, 1).unwrap()).unwrap();
    Calendar {
        zone: chrono_tz::Asia::Jakarta,
        versions: vec![version],
    }
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

#[test]
fn five_working_days_ahead_begin_with_what_is_left_of_today() {
    // Thursday 26 November 2026, 15:00 WIB: one hour left; Friday 390 minutes; then three days of 420.
    let ahead = days_ahead(&calendar(), at("2026-11-26T15:00:00+07:00"));
    let minutes: Vec<i64> = ahead.iter().map(|(_, minutes)| *minutes).collect();
    assert_eq!(minutes, [60, 390, 420, 420, 420]);
    assert_eq!(ahead[2].0, NaiveDate::from_ymd_opt(2026, 11, 30).unwrap());
    // After closing today is no working day any more.
    let ahead = days_ahead(&calendar(), at("2026-11-26T16:00:00+07:00"));
    assert_eq!(ahead[0].0, NaiveDate::from_ymd_opt(2026, 11, 27).unwrap());
    assert_eq!(ahead.len(), 5);
}

#[test]
fn days_of_leave_are_no_time_ahead() {
    let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
    let row = |from, until| CandidateRow {
        account: Uuid::from_u128(1),
        nik_hash: None,
        section: None,
        acting: None,
        absent_from: from,
        absent_until: until,
        open_minutes: 7,
        open_items: 1,
        last_assigned: None,
    };
    let rows = [row(Some(day(27)), Some(day(27))), row(Some(day(30)), Some(day(30)))];
    let officers = gather(rows.into_iter());
    let officer = officers.values().next().unwrap();
    let ahead = days_ahead(&calendar(), at("2026-11-26T15:00:00+07:00"));
    assert_eq!((officers.len(), officer.open_minutes), (1, 7));
    assert_eq!(available(&ahead, officer), 60 + 420 + 420);
    assert!(officer.is_absent(day(27)) && !officer.is_absent(day(28)));
}

#[test]
fn a_kepling_follows_the_kelurahan_and_places_have_locks_of_their_own() {
    let place = |area: &str, position| Place {
        area: area.to_owned(),
        position,
        section: None,
    };
    let kepling = place("12.09.20.1001.03", Position::Kepling);
    assert_eq!(office(&kepling), "12.09.20.1001");
    assert_eq!(office(&place("12.09.20", Position::Petugas)), "12.09.20");
    let others = [
        place("12.09.20.1001.02", Position::Kepling),
        place("12.09.20.1001.03", Position::Petugas),
    ];
    assert!(others.iter().all(|other| lock_key(other) != lock_key(&kepling)));
}
