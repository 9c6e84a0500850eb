//! Many requests that stand where one stands, without three hundred walks to there.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text, Uuid as SqlUuid};
use sepakat::schema::requests;
use uuid::Uuid;

/// Copies of a request of kelurahan `area`, held by `holder`. Their histories hang on hashes of another request, which
/// nobody asks for here.
pub fn copies(conn: &mut PgConnection, of: Uuid, area: &str, holder: Option<Uuid>, number: i32) -> Vec<Uuid> {
    let mark = format!("salinan {area}");
    diesel::sql_query(
        "INSERT INTO requests SELECT (jsonb_populate_record(r, jsonb_build_object(
             'id', gen_random_uuid(), 'tracking_code', $2 || ' ' || n, 'area', $3, 'lingkungan', $3 || '.02',
             'step_area', $3, 'holder', $4))).*
         FROM requests r, generate_series(1, $5) n WHERE r.id = $1",
    )
    .bind::<SqlUuid, _>(of)
    .bind::<Text, _>(&mark)
    .bind::<Text, _>(area)
    .bind::<diesel::sql_types::Nullable<SqlUuid>, _>(holder)
    .bind::<Integer, _>(number)
    .execute(conn)
    .unwrap();
    for table in ["request_contents", "request_events", "request_measures"] {
        diesel::sql_query(format!(
            "INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object('request_id', r.id))).*
             FROM {table} t, requests r WHERE t.request_id = $1 AND r.tracking_code LIKE $2 || ' %'"
        ))
        .bind::<SqlUuid, _>(of)
        .bind::<Text, _>(&mark)
        .execute(conn)
        .unwrap();
    }
    let made: Vec<Uuid> = requests::table
        .filter(requests::tracking_code.like(format!("{mark} %")))
        .select(requests::id)
        .load(conn)
        .unwrap();
    assert_eq!(made.len(), number as usize);
    made
}
