//! Who may know whom (docs/architecture.md): read from the sources, so that an edge that should not be is a red test.

mod sources;

use std::collections::BTreeSet;

use sources::{Source, paths, rooms, sources};

/// What every part may use: `app` is the context of an operation, `schema` the generated tables.
const GROUND: &[&str] = &["platform", "app", "config", "schema", "text_enum"];

/// What serves the whole and stands above all rooms.
const ROOF: &[&str] = &[
    "routes", "worker", "server", "start", "admin", "demo", "typeset", "main",
];

/// Edges that the rules forbid and that have a reason. An entry that is no longer needed fails the test, too.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "platform/http/finish.rs",
        "app",
        "the outermost layer counts and limits calls, which App keeps",
    ),
    ("accounts/person.rs", SQL, "one look-up that other rooms ask for"),
    (
        "accounts/person_key.rs",
        SQL,
        "a table of one row a person, with the sealing that gives it its meaning",
    ),
    (
        "services/form_view.rs",
        "shell",
        "a form as pages show it, with errors at its fields",
    ),
    (
        "demo/history.rs",
        "requests::store",
        "finds the past that an earlier start made",
    ),
    (
        "demo/history/acts.rs",
        "requests::store",
        "looks who holds a request before it acts",
    ),
    (
        "demo/history/follow.rs",
        "requests::store",
        "looks whether the lived past came out as planned",
    ),
    (
        "requests/events.rs",
        SQL,
        "the chain: a row and its hash are written by the same lines",
    ),
    ("requests/expire.rs", SQL, "a sweep is its query"),
    ("requests/remind.rs", SQL, "a sweep is its query"),
    ("requests/queue.rs", SQL, "a queue is its query"),
    (
        "requests/opening.rs",
        "actix_web",
        "streams a file to the one who may see it",
    ),
    (
        "reports/csv_file.rs",
        "actix_web",
        "an answer that is a file, shared by every report",
    ),
];

const SQL: &str = "diesel::prelude";

/// Compares what was found with the exceptions of this rule.
fn hold(rule: &str, found: &[(String, String)]) {
    let wrong: Vec<_> = found
        .iter()
        .filter(|(file, what)| !EXCEPTIONS.iter().any(|(f, w, _)| f == file && w == what))
        .collect();
    assert!(wrong.is_empty(), "{rule}:\n{wrong:#?}");
}

/// Imports of a room that the order of rooms forbids.
fn forbidden_rooms(source: &Source, rooms: &[String]) -> Vec<String> {
    let part = source.part();
    let place = rooms.iter().position(|room| *room == part);
    let named: BTreeSet<String> = paths(&source.text)
        .iter()
        .map(|path| path.split("::").next().unwrap().to_owned())
        .collect();
    let mut wrong = Vec::new();
    for other in named {
        let is_ground = GROUND.contains(&other.as_str());
        let other_place = rooms.iter().position(|room| *room == other);
        let allowed = match part.as_str() {
            _ if other == part => true,
            part if ROOF.contains(&part) || part == "lib" => true,
            "platform" => is_ground && !["app", "config"].contains(&other.as_str()),
            "app" | "config" => other_place.is_some() || is_ground,
            "shell" => is_ground,
            _ => {
                let is_below = matches!((place, other_place), (Some(own), Some(other)) if other < own);
                // Who is calling is a matter of the edge, also in a room that accounts stands upon.
                let is_caller = source.is_edge() && other == "accounts";
                is_ground || is_below || is_caller || (other == "shell" && source.is_edge())
            }
        };
        if !allowed {
            wrong.push(other);
        }
    }
    wrong
}

#[test]
fn a_room_knows_only_the_rooms_above_it_in_lib_rs() {
    let rooms = rooms();
    assert!(rooms.len() > 5, "{rooms:?}");
    let mut found = Vec::new();
    for source in sources() {
        found.extend(
            forbidden_rooms(&source, &rooms)
                .into_iter()
                .map(|other| (source.name(), other)),
        );
    }
    hold("a room imports only rooms listed above it in lib.rs", &found);
}

#[test]
fn the_rooms_stand_in_the_order_of_the_house() {
    const ORDER: &[&str] = &[
        "areas",
        "calendar",
        "office",
        "audit",
        "files",
        "notifications",
        "accounts",
        "services",
        "measures",
        "assignment",
        "letters",
        "surveys",
        "requests",
        "oversight",
        "counter",
        "reports",
        "privacy",
        "programmes",
    ];
    let rooms = rooms();
    let places: Vec<usize> = rooms
        .iter()
        .map(|room| {
            ORDER
                .iter()
                .position(|known| known == room)
                .unwrap_or_else(|| panic!("{room} has no place"))
        })
        .collect();
    assert!(places.is_sorted(), "{rooms:?}");
}

#[test]
fn only_the_conductor_knows_rooms_that_must_not_know_each_other() {
    // These get plain values from `requests`; the order alone would let some of them know each other.
    let blind = ["measures", "assignment", "letters", "surveys"];
    let mut found = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| blind.contains(&source.part().as_str()))
    {
        for path in paths(&source.text) {
            let other = path.split("::").next().unwrap().to_owned();
            if blind.contains(&other.as_str()) && other != source.part() {
                found.push((source.name(), other));
            }
        }
    }
    hold(
        "measures, assignment, letters and surveys get plain values from requests",
        &found,
    );
}

#[test]
fn only_the_edge_speaks_http() {
    let roof = ["routes", "server", "app", "platform", "main", "shell", "start", "demo"];
    let found: Vec<_> = sources()
        .iter()
        .filter(|source| !source.is_edge() && !roof.contains(&source.part().as_str()))
        .filter(|source| source.text.contains("actix_web"))
        .map(|source| (source.name(), "actix_web".to_owned()))
        .collect();
    hold(
        "only api, pages, routes, server, app and platform say actix_web",
        &found,
    );
}

#[test]
fn only_stores_speak_sql() {
    let free = ["platform", "reports", "schema"];
    let found: Vec<_> = sources()
        .iter()
        .filter(|source| !source.is_of(&["store"]) && !free.contains(&source.part().as_str()))
        .filter(|source| speaks_sql(&source.text))
        .map(|source| (source.name(), SQL.to_owned()))
        .collect();
    hold("only stores, platform and reports speak SQL", &found);
}

/// Naming a connection's type or deriving a column's conversion is no query.
fn speaks_sql(text: &str) -> bool {
    const QUERY: &[&str] = &[
        SQL,
        "crate::schema",
        "QueryDsl",
        "diesel::insert_into",
        "diesel::update",
        "diesel::delete",
        "diesel::select",
        "diesel::sql_query",
        "diesel::dsl",
    ];
    QUERY.iter().any(|word| text.contains(word))
}

#[test]
fn no_room_reaches_into_the_store_of_another() {
    let mut found = Vec::new();
    for source in sources() {
        for path in paths(&source.text) {
            let mut steps = path.split("::");
            let room = steps.next().unwrap();
            if room != source.part() && steps.any(|step| step == "store") {
                found.push((source.name(), format!("{room}::store")));
            }
        }
        // `use crate::services;` and then `services::store::current(..)`.
        for room in rooms().iter().filter(|room| **room != source.part()) {
            if source.text.contains(&format!(" {room}::store::")) || source.text.contains(&format!("({room}::store::"))
            {
                found.push((source.name(), format!("{room}::store")));
            }
        }
    }
    hold("a room calls another room's front door, never its store", &found);
}

#[test]
fn typst_is_named_by_one_file() {
    let found: Vec<_> = sources()
        .iter()
        .filter(|source| source.part() != "typeset")
        .filter(|source| source.text.contains("typst::") || source.text.contains("typst_"))
        .map(|source| (source.name(), "typst".to_owned()))
        .collect();
    hold("only typeset.rs names typst", &found);
}

#[test]
fn every_exception_is_still_needed() {
    for (file, what, reason) in EXCEPTIONS {
        assert!(!reason.is_empty());
        let sources = sources();
        let source = sources.iter().find(|source| source.name() == *file);
        let source = source.unwrap_or_else(|| panic!("{file} is gone: take it out of the exceptions"));
        let last = what.rsplit("::").next().unwrap();
        assert!(
            source.text.contains(last),
            "{file} no longer names {what}: take it out of the exceptions"
        );
    }
}
