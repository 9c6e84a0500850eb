//! Who may do what: `policy/matrix.csv` and `policy/actions.csv`, written by hand, against what the portal answers.
//!
//! Every address of the program has a line in matrix.csv, every action one in actions.csv; the head of each file says
//! how to add one. What is asked is made so that it has no effect where it is allowed: an empty or stale body, which
//! is refused after all questions of authority (412, 422).

mod bodies;
mod calls;
mod ids;
mod scene;
mod table;

use std::collections::BTreeSet;
use std::fmt::Write;

use sepakat::platform::http::registered;
use sepakat::requests::stage::Action;

use scene::Scene;
use table::{Line, ROLES, Table};

/// Asks every cell of a table and tells each line that is otherwise, as it would have to be written.
async fn compare(scene: &Scene, table: &Table, ask: impl AsyncFn(&Scene, &Line, usize) -> String) {
    let mut wrong = String::new();
    for line in &table.lines {
        let mut real = Vec::new();
        for role in 0..ROLES.len() {
            real.push(ask(scene, line, role).await);
        }
        scene.revive();
        if real != line.cells {
            let differs = ROLES
                .iter()
                .zip(&real)
                .zip(&line.cells)
                .filter(|((_, real), told)| real != told);
            let differs: Vec<String> = differs
                .map(|((role, real), told)| format!("{role} {told} -> {real}"))
                .collect();
            writeln!(wrong, "{}\n    is: {}", differs.join("; "), line.with(&real)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{} and reality differ:\n{wrong}", table.name);
}

#[tokio::test]
async fn everybody_may_do_what_the_matrix_says_and_nothing_else() {
    let scene = Scene::new().await;
    let matrix = Table::read("matrix.csv", include_str!("policy/matrix.csv"));
    let told: BTreeSet<String> = matrix.lines.iter().map(Line::route).collect();
    let known: BTreeSet<String> = registered()
        .into_iter()
        .filter(|(_, path)| !table::is_built(path))
        .map(|(method, path)| format!("{method} {}", table::plain(&path)))
        .collect();
    let missing: Vec<_> = known.difference(&told).collect();
    let surplus: Vec<_> = told.difference(&known).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "matrix.csv lacks {missing:#?} and has lines without an address {surplus:#?}"
    );
    compare(&scene, &matrix, calls::ask).await;
    scene.app.drain_jobs();
}

#[tokio::test]
async fn every_action_is_open_to_whom_the_matrix_says_and_to_nobody_else() {
    let scene = Scene::new().await;
    let actions = Table::read("actions.csv", include_str!("policy/actions.csv"));
    let told: BTreeSet<&str> = actions.lines.iter().map(|line| line.call.as_str()).collect();
    let known: BTreeSet<&str> = Action::ALL.iter().map(|action| action.as_str()).chain(["*"]).collect();
    assert_eq!(told, known, "actions.csv and the actions of the program");
    compare(&scene, &actions, calls::act).await;
    scene.app.drain_jobs();
}
