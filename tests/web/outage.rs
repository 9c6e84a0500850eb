//! The database was gone for a moment.

use crate::support::TestApp;

#[tokio::test]
async fn after_every_connection_died_the_next_calls_are_answered() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    // The second time the pool also holds new connections, on which nothing was ever prepared.
    for _ in 0..3 {
        app.disconnect_all();
        for _ in 0..12 {
            resident.get("/api/v1/me").await.json(200);
        }
    }
}
