//! The pages of residents and officers over HTTP, as a browser without scripts uses them.

pub mod form;
pub mod forms;
mod office;

use reqwest::Method;

use crate::support::{Client, PASSWORD, Reply, TestApp};
pub use form::PageForm;

/// A browser in which somebody has logged in.
pub async fn browser(app: &TestApp, email: &str, otp: Option<&str>) -> Client {
    let client = app.visitor();
    let fields = [
        ("login", email),
        ("password", PASSWORD),
        ("otp", otp.unwrap_or("")),
        ("ke", "/"),
    ];
    let reply = Reply::to(client.call(Method::POST, "/masuk").form(&fields)).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    client
}

/// A page with this status.
#[track_caller]
pub fn page(reply: &Reply, status: u16) -> String {
    let text = reply.text();
    assert_eq!(reply.status.as_u16(), status, "{text}");
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8", "{text}");
    assert!(text.contains("<html lang=\"id\">"), "{text}");
    text
}

/// Where a form led.
#[track_caller]
pub fn led_to(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.header("location").to_owned()
}

#[tokio::test]
async fn the_catalogue_is_open_to_everybody() {
    let app = TestApp::new();
    let visitor = app.visitor();
    let home = page(&visitor.get("/").await, 200);
    assert_eq!(home.matches("class=\"card\"").count(), 33);
    let found = page(&visitor.get("/?cari=Domisili%20USAHA").await, 200);
    assert_eq!(found.matches("class=\"card\"").count(), 1, "{found}");
    assert!(page(&visitor.get("/?cari=zzz").await, 200).contains("Tidak ada layanan yang cocok"));
    let service = page(&visitor.get("/layanan/SKD").await, 200);
    assert!(service.contains("Rp 0") && service.contains("1 hari kerja") && service.contains("/layanan/SKD/ajukan"));
    page(&visitor.get("/layanan/TIDAK-ADA").await, 404);
    let closed = visitor.get("/api/v1/services").await.json(200);
    let closed = closed["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|service| service["active"] == false)
        .unwrap();
    let code = closed["code"].as_str().unwrap();
    assert!(!page(&visitor.get(&format!("/layanan/{code}")).await, 200).contains("/ajukan"));
    let resident = app.resident("Siti Aminah").await;
    let resident = browser(&app, &resident.email, None).await;
    assert_eq!(
        led_to(&resident.get(&format!("/layanan/{code}/ajukan")).await),
        format!("/layanan/{code}")
    );
}

#[tokio::test]
async fn the_api_of_the_catalogue_gives_the_whole_definition() {
    let app = TestApp::new();
    let visitor = app.visitor();
    let list = visitor.get("/api/v1/services").await;
    assert_eq!(list.header("cache-control"), "public, max-age=60");
    let list = list.json(200);
    assert_eq!(
        (list["items"].as_array().unwrap().len(), &list["next_cursor"]),
        (38, &serde_json::Value::Null)
    );
    let skd = visitor.get("/api/v1/services/SKD").await.json(200);
    assert_eq!(
        (skd["promised_minutes"].as_u64(), skd["steps"].as_array().map(Vec::len)),
        (Some(420), Some(4))
    );
    assert_eq!(
        (skd["applicant_fields"].as_array().map(Vec::len), &skd["real"]),
        (Some(15), &serde_json::Value::Null)
    );
    visitor
        .get("/api/v1/services/TIDAK-ADA")
        .await
        .refused(404, "not_found");
    let areas = visitor.get("/api/v1/areas").await.json(200);
    let of = |level: &str| {
        areas["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|area| area["level"] == level)
            .count()
    };
    assert_eq!((of("kelurahan"), of("lingkungan")), (12, 36));
    let mutiara = areas["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|area| area["code"] == "12.09.20.1006")
        .unwrap();
    assert_eq!(
        (&mutiara["parent"], &mutiara["unit_code"]),
        (&"12.09.20".into(), &"MTR".into())
    );
}

#[tokio::test]
async fn who_is_not_logged_in_is_led_to_the_login_and_back() {
    let app = TestApp::new();
    let visitor = app.visitor();
    for (path, back) in [
        ("/layanan/SKD/ajukan", "%2Flayanan%2FSKD%2Fajukan"),
        ("/permohonan", "%2Fpermohonan"),
        ("/antrean", "%2Fantrean"),
        ("/permohonan/x", "%2Fpermohonan%2Fx"),
    ] {
        assert_eq!(led_to(&visitor.get(path).await), format!("/masuk?ke={back}"));
    }
}

#[tokio::test]
async fn a_code_that_no_request_has_is_answered_kindly() {
    let app = TestApp::new();
    let visitor = app.visitor();
    page(&visitor.get("/lacak").await, 200);
    for code in ["KKT-0000-0000-0000-0", "x", "%C3%A9%22%3Cb%3E", &"A".repeat(1_000)] {
        let text = page(&visitor.get(&format!("/lacak?kode={code}")).await, 404);
        assert!(
            text.contains("Kode ini tidak ditemukan") && !text.contains("<b>"),
            "{text}"
        );
    }
}
