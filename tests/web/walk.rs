//! One letter the whole way over HTTP, by the program as people run it, with a real mail server: what must never go
//! red.

mod paper;

use std::time::{Duration, Instant};

use sepakat::platform::time::Clock;
use serde_json::{Value, json};

use crate::support::{Client, Demo, KECAMATAN, MUTIARA, a_photo};

const EMAIL: &str = "nuraini.sitorus@uji.example";
const PASSWORD: &str = "kata sandi yang panjang";

/// Signs that a typesetter, a page or a database could take for its own.
const PURPOSE: &str = r##"Buka rekening #1 *tebal* _miring_ $x^2$ [a] <b>"kutip"</b> \n @k 100% & ~'; DROP TABLE `x`"##;

fn person() -> Value {
    json!({
        "nik": "1209205505909871", "no_kk": "1209200101159871", "nama": "Nur'aini Br. Sitorus, S.Pd.",
        "tgl_lahir": "1990-05-15", "jk": "P", "email": EMAIL, "hp": "081200009871", "area": MUTIARA,
        "password": PASSWORD,
    })
}

fn applicant() -> Value {
    json!({
        "nik": "1209205505909871", "no_kk": "1209200101159871", "nama": "Nur'aini Br. Sitorus, S.Pd.",
        "tempat_lahir": "Tanjung Balai", "tgl_lahir": "1990-05-15", "jk": "P", "agama": "Kristen",
        "status_kawin": "Cerai Hidup", "pekerjaan": "Pedagang #1 & penjahit",
        "kewarganegaraan": "WNI", "alamat": "Jl. Cokroaminoto Gg. Melati No. 7-A", "lingkungan": format!("{MUTIARA}.02"),
        "kelurahan_code": MUTIARA, "hp": "081200009871", "email": EMAIL,
    })
}

fn fields() -> Value {
    json!({
        "alamat_domisili": "Jl. Sisingamangaraja Gg. \"Rukun\" No. 41 [belakang], Lingkungan II", "tinggal_sejak": "2019-03-01",
        "status_tinggal": "sewa/kontrak", "keperluan": PURPOSE,
    })
}

/// As the letter prints them.
const PRINTED: &[&str] = &[
    "1209205505909871",
    "Nur'aini Br. Sitorus, S.Pd.",
    "Tanjung Balai",
    "15 Mei 1990",
    "Perempuan",
    "Kristen",
    "Cerai Hidup",
    "Pedagang #1 & penjahit",
    "Jl. Cokroaminoto Gg. Melati No. 7-A",
    "Jl. Sisingamangaraja Gg. \"Rukun\" No. 41 [belakang], Lingkungan II",
    "1 Maret 2019",
    "sewa/kontrak",
    PURPOSE,
    "Lurah Mutiara",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_walks_from_registration_to_verification() {
    let demo = Demo::start();
    let resident = register(&demo).await;
    let request = submit(&resident).await;
    let id = request["id"].as_str().unwrap();
    demo.mail.wait_for(EMAIL, "diterima");

    // The kepling sends it back with a reason, and the resident mends it.
    let kepling = next(&demo, "kepling", id).await;
    let note = "Foto KK buram; unggah ulang";
    kepling
        .act(
            id,
            &json!({ "action": "return", "note": note, "reason_code": "unclear_scan" }),
        )
        .await;
    let returned = demo.mail.wait_for(EMAIL, "dilengkapi");
    assert!(returned.text.contains(note), "{}", returned.text);
    let kk = resident.upload().await;
    let again = json!({ "action": "resubmit", "attachments": [{ "kind": "kk", "id": kk }] });
    resident.act(id, &again).await;

    for (role, action) in [
        ("kepling", "endorse"),
        ("petugas", "verify"),
        ("seklur", "initial"),
        ("lurah", "sign"),
    ] {
        let officer = next(&demo, role, id).await;
        let moved = officer.act(id, &json!({ "action": action })).await;
        assert_ne!(moved["version"], request["version"]);
    }
    let issued = until_issued(&resident, id).await;
    let letter = &issued["letter"];
    let mail = demo.mail.wait_for(EMAIL, "terbit");
    assert!(mail.text.contains(letter["number"].as_str().unwrap()), "{}", mail.text);

    let pdf = resident.get(&format!("/api/v1/requests/{id}/letter")).await;
    assert_eq!(
        (pdf.status.as_u16(), pdf.header("content-type")),
        (200, "application/pdf")
    );
    paper::says(&pdf.bytes, PRINTED);
    paper::says(&pdf.bytes, &[letter["number"].as_str().unwrap()]);
    paper::shows_the_address(
        &pdf.bytes,
        &format!("{}/v/{}#", demo.url, letter["code"].as_str().unwrap()),
    );
    verify(&demo, letter, &pdf.bytes).await;
    let code = request["tracking_code"].as_str().unwrap();
    let tracked = demo.visitor().get(&format!("/api/v1/track/{code}")).await.json(200);
    assert_eq!(
        (&tracked["status_label"], &tracked["step"]),
        (&json!("Selesai"), &Value::Null)
    );
    counted(&demo).await;
    silent_about_people(&demo.log());
}

/// Registers, follows the mailed link and logs in.
async fn register(demo: &Demo) -> Client {
    let mut resident = demo.visitor();
    let reply = resident.post("/api/v1/auth/register", &person()).await;
    assert_eq!(reply.json(202)["status"], "mail_sent");
    let early = json!({ "login": EMAIL, "password": PASSWORD });
    resident
        .post("/api/v1/auth/login", &early)
        .await
        .refused(403, "email_unverified");
    let link = demo.mail.wait_for(EMAIL, "").link(&demo.url);
    let path = link.strip_prefix(&demo.url).unwrap();
    assert_eq!(resident.get(path).await.status, 200);
    resident.login(EMAIL, PASSWORD, None).await;
    resident
}

async fn submit(resident: &Client) -> Value {
    let mut body =
        json!({ "service": "SKD", "area": MUTIARA, "relation": "self", "applicant": applicant(), "fields": fields() });
    let mut attachments = Vec::new();
    for kind in ["ktp", "kk"] {
        let taken = resident
            .post_file("/api/v1/attachments", "foto.jpg", a_photo())
            .await
            .json(201);
        attachments.push(json!({ "kind": kind, "id": taken["id"] }));
    }
    body["attachments"] = attachments.into();
    let request = resident.post("/api/v1/requests", &body).await.json(201);
    assert_eq!(request["status"], "submitted");
    assert_eq!(request["step"]["position"], "kepling");
    assert!(
        request["due_at"].as_str().is_some_and(|due| due.ends_with("+07:00")),
        "{request}"
    );
    request
}

/// Whoever of this role is given the request by Ambil berikutnya.
async fn next(demo: &Demo, role: &str, id: &str) -> Client {
    for who in demo.people(role, MUTIARA) {
        let client = demo.log_in(&who).await;
        let reply = client.post("/api/v1/queue/next", &json!({})).await;
        if reply.status == 200 && reply.json(200)["id"] == id {
            return client;
        }
    }
    panic!("nobody in the role of {role} was given the request");
}

async fn until_issued(resident: &Client, id: &str) -> Value {
    let begun = Instant::now();
    loop {
        let request = resident.get(&format!("/api/v1/requests/{id}")).await.json(200);
        if request["status"] == "issued" {
            return request;
        }
        assert_eq!(request["status"], "signing", "{request}");
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "still signing after a minute"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The letter is known by its code and by its bytes, and by no other bytes.
async fn verify(demo: &Demo, letter: &Value, pdf: &[u8]) {
    let anyone = demo.visitor();
    let code = letter["code"].as_str().unwrap();
    let by_code = anyone.get(&format!("/api/v1/letters/{code}")).await.json(200);
    assert_eq!(
        (&by_code["state"], &by_code["number"]),
        (&json!("valid"), &letter["number"]),
        "{by_code}"
    );
    assert!(!by_code.to_string().contains("Sitorus"), "{by_code}");
    let check = async |bytes: Vec<u8>| {
        anyone
            .post_file("/api/v1/letters/verify", "surat.pdf", bytes)
            .await
            .json(200)
    };
    let by_file = check(pdf.to_vec()).await;
    assert_eq!(
        (&by_file["state"], &by_file["number"]),
        (&json!("valid"), &letter["number"])
    );
    let mut altered = pdf.to_vec();
    altered[pdf.len() / 2] ^= 1;
    assert_eq!(check(altered).await["state"], "altered");
    assert_eq!(check(b"%PDF-1.7 something else".to_vec()).await["state"], "unknown");
    let page = anyone.get(&format!("/v/{code}")).await;
    assert!(
        page.status == 200 && page.text().contains(letter["number"].as_str().unwrap()),
        "{}",
        page.text()
    );
    anyone
        .get("/api/v1/letters/AAAAAAAAAAAA")
        .await
        .refused(404, "not_found");
}

/// The camat sees one request received, finished and on time.
async fn counted(demo: &Demo) {
    let camat = demo.log_in(&demo.people("camat", KECAMATAN)[0]).await;
    // Not the month that is meant without dates: it may turn between the letter and this line.
    let today = Clock::System.now().date_naive();
    let (from, to) = (today.pred_opt().unwrap(), today.succ_opt().unwrap());
    let report = camat
        .get(&format!(
            "/api/v1/reports/service-levels?area={MUTIARA}&group_by=area&from={from}&to={to}"
        ))
        .await
        .json(200);
    for figure in [&report["rows"][0], &report["total"]] {
        let counts = ["received", "finished", "on_time"].map(|name| figure[name].as_i64());
        assert_eq!(counts, [Some(1); 3], "{report}");
    }
}

/// Personal data never stands in the log.
fn silent_about_people(log: &str) {
    assert!(log.contains("\"route\""), "{log}");
    for secret in [
        "1209205505909871",
        "1209200101159871",
        "Sitorus",
        EMAIL,
        PASSWORD,
        "081200009871",
        "Melati",
    ] {
        assert!(!log.contains(secret), "{secret} stands in the log");
    }
}
