//! The pages of the room, without a browser.

use reqwest::Method;
use sepakat::accounts::Position;

use super::{link_token, registered, siti};
use crate::support::{Client, MUTIARA, PASSWORD, Reply, TestApp};

async fn post_form(client: &Client, path: &str, fields: &[(&str, &str)]) -> Reply {
    Reply::to(client.call(Method::POST, path).form(fields)).await
}

/// The token that the page's forms carry.
fn csrf(page: &Reply) -> String {
    let text = page.text();
    let rest = text.split(r#"name="csrf" value=""#).nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[track_caller]
fn leads_to(reply: &Reply, path: &str) {
    assert_eq!(
        (reply.status.as_u16(), reply.header("location")),
        (303, path),
        "{}",
        reply.text()
    );
}

#[tokio::test]
async fn a_resident_registers_follows_the_mail_logs_in_and_out() {
    let app = TestApp::new();
    let browser = app.visitor();
    let page = browser.get("/daftar").await;
    assert!(page.text().contains("Mutiara"), "{}", page.text());
    let siti = siti();
    let fields: Vec<(&str, &str)> = siti
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .collect();
    leads_to(&post_form(&browser, "/daftar", &fields).await, "/daftar/selesai");
    let token = link_token(&app, "keluarga@uji.example");
    let page = browser.get(&format!("/konfirmasi-email?token={token}")).await;
    assert!(page.text().contains("sudah dikonfirmasi"), "{}", page.text());

    leads_to(&browser.get("/akun").await, "/masuk?ke=%2Fakun");
    let login = [
        ("login", "keluarga@uji.example"),
        ("password", "hujan di Kisaran"),
        ("ke", "/akun"),
    ];
    let reply = post_form(&browser, "/masuk", &login).await;
    leads_to(&reply, "/akun");
    let cookie = reply.header("set-cookie").to_owned();
    assert!(
        cookie.starts_with("sepakat_session=") && cookie.contains("HttpOnly"),
        "{cookie}"
    );
    assert!(
        cookie.contains("SameSite=Lax") && !cookie.contains("Secure"),
        "{cookie}"
    );

    let page = browser.get("/akun").await;
    assert!(page.text().contains("120920*********1"), "{}", page.text());
    let form = [("csrf", &*csrf(&page))];
    leads_to(&post_form(&browser, "/keluar", &form).await, "/");
    leads_to(&browser.get("/akun").await, "/masuk?ke=%2Fakun");
    app.drain_jobs();
}

#[tokio::test]
async fn a_refused_form_comes_back_with_its_errors_but_without_the_password() {
    let app = TestApp::new();
    let reply = post_form(
        &app.visitor(),
        "/daftar",
        &[("nama", "Siti <b>"), ("password", "pendek saja")],
    )
    .await;
    assert_eq!(reply.status.as_u16(), 422);
    let text = reply.text();
    assert!(
        text.contains("Siti &#60;b&#62;") && text.contains("nik-error"),
        "{text}"
    );
    assert!(!text.contains("pendek saja"), "{text}");
    let login = [("login", "tidak.ada@uji.example"), ("password", "rahasia sekali")];
    let reply = post_form(&app.visitor(), "/masuk", &login).await;
    assert_eq!(reply.status.as_u16(), 401);
    assert!(reply.text().contains("tidak cocok") && !reply.text().contains("rahasia sekali"));
}

#[tokio::test]
async fn a_login_leads_nowhere_else_than_this_site() {
    let app = TestApp::new();
    registered(&app, &siti()).await;
    for ke in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let login = [
            ("login", "keluarga@uji.example"),
            ("password", "hujan di Kisaran"),
            ("ke", ke),
        ];
        leads_to(&post_form(&app.visitor(), "/masuk", &login).await, "/");
    }
}

#[tokio::test]
async fn what_another_site_posts_is_refused() {
    let app = TestApp::new();
    let resident = app.resident("Siti Aminah").await;
    let browser = app.visitor();
    let login = [("login", &*resident.email), ("password", PASSWORD)];
    let from = |origin: &str| {
        browser
            .call(Method::POST, "/masuk")
            .header("origin", origin)
            .form(&login)
    };
    for origin in ["https://evil.example", "null"] {
        let reply = Reply::to(from(origin)).await;
        assert_eq!(reply.status.as_u16(), 403, "{origin}");
    }
    leads_to(&Reply::to(from(&app.url)).await, "/");
    for token in ["", "00"] {
        let reply = post_form(&browser, "/keluar", &[("csrf", token)]).await;
        assert_eq!(reply.status.as_u16(), 403);
    }
    browser.get("/akun").await;
}

#[tokio::test]
async fn a_lurah_enrols_by_page_and_confirms_before_signing() {
    use diesel::prelude::*;
    use sepakat::schema::accounts as t;
    let app = TestApp::new();
    let lurah = app.officer(Position::Lurah, MUTIARA).await;
    diesel::update(t::table.find(lurah.account))
        .set((
            t::totp_confirmed_at.eq(None::<chrono::DateTime<chrono::Utc>>),
            t::totp_secret_sealed.eq(None::<Vec<u8>>),
        ))
        .execute(&mut app.connect())
        .unwrap();
    let browser = app.visitor();
    let login = [("login", &*lurah.email), ("password", PASSWORD)];
    leads_to(&post_form(&browser, "/masuk", &login).await, "/akun/faktor-kedua");
    let page = browser.get("/akun/faktor-kedua").await;
    let token = csrf(&page);
    let begun = post_form(&browser, "/akun/faktor-kedua/mulai", &[("csrf", &token)]).await;
    leads_to(&begun, "/akun/faktor-kedua");
    let page = browser.get("/akun/faktor-kedua").await;
    assert!(
        page.text().contains("<svg") && page.text().contains("Pindai"),
        "{}",
        page.text()
    );
    let wrong = [("csrf", &*token), ("otp", "000000")];
    assert_eq!(
        post_form(&browser, "/akun/faktor-kedua", &wrong).await.status.as_u16(),
        422
    );
    let leads = browser.get("/konfirmasi?ke=/antrean").await;
    assert!(leads.text().contains("Konfirmasi dengan kode"), "{}", leads.text());
}

#[tokio::test]
async fn a_dead_reset_link_says_so() {
    let app = TestApp::new();
    let browser = app.visitor();
    let page = browser.get("/atur-sandi?token=x").await;
    assert_eq!(page.status.as_u16(), 422);
    assert!(page.text().contains("tidak berlaku"));
    let sent = post_form(&browser, "/lupa-sandi", &[("login", "tidak.ada@uji.example")]).await;
    assert!(sent.status.as_u16() == 200 && sent.text().contains("Periksa email"));
    let form = [("token", "x"), ("password", "sandi yang baru")];
    assert_eq!(post_form(&browser, "/atur-sandi", &form).await.status.as_u16(), 422);
}
