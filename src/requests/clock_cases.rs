//! Worked by hand: what happens, the events, the target in working minutes, when it is due. 23 November 2026 is a
//! Monday; 24 and 25 December 2026, a Thursday and a Friday, are cuti bersama and Christmas.

pub(super) const DUE: &[(&str, &str, i64, &str)] = &[
    (
        "within the morning",
        "2026-11-23 08:00 submitted 1 kelurahan",
        60,
        "2026-11-23 09:00",
    ),
    (
        "over lunch",
        "2026-11-23 11:30 submitted 1 kelurahan",
        60,
        "2026-11-23 13:30",
    ),
    (
        "exactly at lunch",
        "2026-11-23 11:00 submitted 1 kelurahan",
        60,
        "2026-11-23 12:00",
    ),
    (
        "exactly at closing",
        "2026-11-23 15:00 submitted 1 kelurahan",
        60,
        "2026-11-23 16:00",
    ),
    (
        "one minute after closing",
        "2026-11-23 15:00 submitted 1 kelurahan",
        61,
        "2026-11-24 08:01",
    ),
    (
        "over night",
        "2026-11-23 15:30 submitted 1 kelurahan",
        60,
        "2026-11-24 08:30",
    ),
    (
        "a whole day",
        "2026-11-23 08:00 submitted 1 kelurahan",
        420,
        "2026-11-23 16:00",
    ),
    (
        "a day from ten o'clock",
        "2026-11-23 10:00 submitted 1 kelurahan",
        420,
        "2026-11-24 10:00",
    ),
    (
        "before opening",
        "2026-11-23 05:00 submitted 1 kelurahan",
        60,
        "2026-11-23 09:00",
    ),
    (
        "in the lunch break",
        "2026-11-23 12:30 submitted 1 kelurahan",
        30,
        "2026-11-23 13:30",
    ),
    (
        "at the minute of closing",
        "2026-11-23 16:00 submitted 1 kelurahan",
        60,
        "2026-11-24 09:00",
    ),
    (
        "late in the evening",
        "2026-11-23 23:59 submitted 1 kelurahan",
        60,
        "2026-11-24 09:00",
    ),
    (
        "on a Saturday",
        "2026-11-28 09:00 submitted 1 kelurahan",
        60,
        "2026-11-30 09:00",
    ),
    (
        "over the Friday prayer",
        "2026-11-27 11:30 submitted 1 kelurahan",
        60,
        "2026-11-27 14:30",
    ),
    (
        "a Friday to its closing",
        "2026-11-27 08:00 submitted 1 kelurahan",
        390,
        "2026-11-27 16:30",
    ),
    (
        "a target day from Friday",
        "2026-11-27 08:00 submitted 1 kelurahan",
        420,
        "2026-11-30 08:30",
    ),
    (
        "over cuti bersama and Christmas",
        "2026-12-23 15:00 submitted 1 kelurahan",
        120,
        "2026-12-28 09:00",
    ),
    (
        "over New Year",
        "2026-12-31 15:00 submitted 1 kelurahan",
        120,
        "2027-01-04 09:00",
    ),
    (
        "over Nyepi and Idul Fitri",
        "2026-03-17 15:00 submitted 1 kelurahan",
        120,
        "2026-03-25 09:00",
    ),
    (
        "over Independence Day",
        "2026-08-14 16:30 submitted 1 kelurahan",
        60,
        "2026-08-18 09:00",
    ),
    (
        "seven target days",
        "2026-11-23 08:00 submitted 1 kelurahan",
        2940,
        "2026-12-02 08:30",
    ),
    (
        "nothing to do",
        "2026-11-22 08:00 submitted 1 kelurahan",
        0,
        "2026-11-22 08:00",
    ),
    (
        "a pause stops the clock",
        "2026-11-23 08:00 submitted 2 kelurahan; 2026-11-23 09:00 returned 2; 2026-11-23 14:00 submitted 2 kelurahan",
        120,
        "2026-11-23 15:00",
    ),
    (
        "a pause over night",
        "2026-11-23 08:00 submitted 2 kelurahan; 2026-11-23 15:00 returned 2; 2026-11-24 10:00 submitted 2 kelurahan",
        420,
        "2026-11-24 11:00",
    ),
    (
        "it comes back on a Sunday",
        "2026-11-23 08:00 submitted 2 kelurahan; 2026-11-23 09:00 returned 2; 2026-11-29 20:00 submitted 2 kelurahan",
        120,
        "2026-11-30 09:00",
    ),
    (
        "two pauses",
        "2026-11-23 08:00 submitted 1 kelurahan; 2026-11-23 08:30 returned 1; 2026-11-23 10:00 submitted 1 kelurahan; \
         2026-11-23 10:30 submitted 2 kelurahan; 2026-11-23 11:00 returned 2; 2026-11-24 08:00 submitted 2 kelurahan",
        120,
        "2026-11-24 08:30",
    ),
    (
        "the pause begins at the very end",
        "2026-11-23 08:00 submitted 2 kelurahan; 2026-11-23 09:00 returned 2; 2026-11-24 10:00 submitted 2 kelurahan",
        60,
        "2026-11-23 09:00",
    ),
    (
        "returned too late, it stays late",
        "2026-11-23 08:00 submitted 2 kelurahan; 2026-11-23 11:00 returned 2; 2026-11-24 10:00 submitted 2 kelurahan",
        60,
        "2026-11-23 09:00",
    ),
    (
        "both offices share one target, signing counts",
        "2026-11-23 08:00 submitted 2 kelurahan; 2026-11-23 09:00 signing 4 kelurahan; \
         2026-11-23 10:00 submitted 5 kecamatan",
        240,
        "2026-11-23 12:00",
    ),
    (
        "ended before it was due",
        "2026-11-23 08:00 submitted 2 kelurahan; 2026-11-23 09:00 signing 4 kelurahan; 2026-11-23 09:01 issued",
        120,
        "2026-11-23 10:00",
    ),
    (
        "objected to after a day",
        "2026-11-23 08:00 submitted 2 kelurahan; 2026-11-23 09:00 rejected 2; 2026-11-24 09:00 submitted 2 kelurahan",
        120,
        "2026-11-24 10:00",
    ),
];
