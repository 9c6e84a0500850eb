//! The same walk by clicks: a resident on a telephone, officers at a desk. Screens go to `target/screens`.

use std::path::Path;

use crate::support::browser::{Browser, Driver};
use crate::support::{Demo, KECAMATAN, MUTIARA, a_photo};

const EMAIL: &str = "siti.rahma@uji.example";
const PASSWORD: &str = "kata sandi yang panjang";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_walks_by_clicks() {
    let (demo, driver) = (Demo::start(), Driver::start());
    let phone = driver.telephone(&demo.url).await;
    let desk = driver.desk(&demo.url).await;
    let photo = tempfile::Builder::new().suffix(".jpg").tempfile().unwrap();
    std::fs::write(photo.path(), a_photo()).unwrap();

    register(&demo, &phone).await;
    submit(&phone, photo.path()).await;
    let request = phone.path().await.split('?').next().unwrap().to_owned();

    officer(&demo, &desk, "kepling", &request).await;
    desk.screen("petugas-permohonan").await;
    desk.unfold("Kembalikan untuk dilengkapi").await;
    desk.fill("note", "Foto KK buram, mohon diganti").await;
    desk.press("Kembalikan ke pemohon").await;
    leave(&desk).await;
    demo.mail.wait_for(EMAIL, "dilengkapi");
    resubmit(&phone, &request, photo.path()).await;

    for (role, button) in [
        ("kepling", "Beri pengantar"),
        ("petugas", "Berkas sesuai, teruskan"),
        ("seklur", "Paraf"),
    ] {
        officer(&demo, &desk, role, &request).await;
        desk.press(button).await;
        leave(&desk).await;
    }
    officer(&demo, &desk, "lurah", &request).await;
    desk.screen("lurah-permohonan").await;
    desk.press("Tanda tangani").await;
    desk.sees("Antrean").await;
    leave(&desk).await;
    demo.mail.wait_for(EMAIL, "terbit");
    let code = take_the_letter(&phone, &request).await;
    check(&desk, &phone, &code).await;
    report(&demo, &desk).await;
    phone.close().await;
    desk.close().await;
}

async fn register(demo: &Demo, phone: &Browser) {
    phone.goto("/").await;
    phone.sees("Urus surat").await;
    phone.screen("beranda").await;
    phone.follow("Daftar").await;
    for (name, value) in [
        ("nik", "1209205505909872"),
        ("no_kk", "1209200101159872"),
        ("nama", "Siti Rahma"),
        ("tgl_lahir", "1990-05-15"),
        ("area", MUTIARA),
        ("email", EMAIL),
        ("hp", "081200009872"),
        ("password", PASSWORD),
    ] {
        phone.fill(name, value).await;
    }
    phone.choose("jk", "P").await;
    phone.screen("daftar").await;
    phone.press("Daftar").await;
    phone.sees("email").await;
    let link = demo.mail.wait_for(EMAIL, "").link(&demo.url);
    phone.goto(&link).await;
    phone.sees("sudah dikonfirmasi").await;
    phone.goto("/masuk").await;
    log_in(phone, EMAIL, PASSWORD, None).await;
    phone.sees("Permohonan saya").await;
}

async fn log_in(browser: &Browser, login: &str, password: &str, code: Option<String>) {
    browser.fill("login", login).await;
    browser.fill("password", password).await;
    if let Some(code) = code {
        browser.fill("otp", &code).await;
    }
    browser.press("Masuk").await;
    browser.sees("Keluar").await;
}

async fn leave(browser: &Browser) {
    browser.press("Keluar").await;
    browser.sees("Daftar").await;
}

async fn submit(phone: &Browser, photo: &Path) {
    phone.goto("/").await;
    phone.follow("Surat Keterangan Domisili").await;
    phone.sees("Janji selesai").await;
    phone.screen("layanan").await;
    phone.follow("Ajukan").await;
    phone.sees("Kirim permohonan").await;
    phone.screen("ajukan").await;
    for (name, value) in [
        ("relation", "self"),
        ("applicant.nik", "1209205505909872"),
        ("applicant.no_kk", "1209200101159872"),
        ("applicant.nama", "Siti Rahma"),
        ("applicant.tempat_lahir", "Kisaran"),
        ("applicant.tgl_lahir", "1990-05-15"),
        ("applicant.jk", "P"),
        ("applicant.agama", "Islam"),
        ("applicant.status_kawin", "Kawin"),
        ("applicant.pekerjaan", "Pedagang"),
        ("applicant.kewarganegaraan", "WNI"),
        ("applicant.alamat", "Jl. Cokroaminoto No. 7"),
        ("applicant.lingkungan", &format!("{MUTIARA}.02")),
        ("applicant.hp", "081200009872"),
        ("applicant.email", EMAIL),
        ("fields.alamat_domisili", "Jl. Melati No. 9"),
        ("fields.tinggal_sejak", "2019-03-01"),
        ("fields.status_tinggal", "kos"),
        ("fields.keperluan", "Membuka rekening"),
        ("attachments.ktp", photo.to_str().unwrap()),
        ("attachments.kk", photo.to_str().unwrap()),
    ] {
        phone.fill(name, value).await;
    }
    phone.press("Kirim permohonan").await;
    phone.sees("Permohonan diterima").await;
    phone.screen("diterima").await;
}

/// Logs in whoever of this role is given the request by Ambil berikutnya.
async fn officer(demo: &Demo, desk: &Browser, role: &str, request: &str) {
    for who in demo.people(role, MUTIARA) {
        desk.goto("/masuk").await;
        log_in(desk, &who.login, &who.password, who.code()).await;
        desk.goto("/antrean").await;
        desk.sees("Ambil berikutnya").await;
        desk.screen(&format!("antrean-{role}")).await;
        desk.press("Ambil berikutnya").await;
        desk.sees("Antrean").await;
        if desk.path().await == request {
            desk.sees("Riwayat").await;
            return;
        }
        leave(desk).await;
    }
    panic!("nobody in the role of {role} was given the request");
}

async fn resubmit(phone: &Browser, request: &str, photo: &Path) {
    phone.goto(request).await;
    phone.sees("Foto KK buram, mohon diganti").await;
    phone.screen("perlu-dilengkapi").await;
    phone.follow("Perbaiki dan kirim lagi").await;
    phone.fill("attachments.kk", photo.to_str().unwrap()).await;
    phone.press("Kirim lagi").await;
    phone.sees("Dilengkapi pemohon").await;
}

/// Downloads the letter; gives its code.
async fn take_the_letter(phone: &Browser, request: &str) -> String {
    phone.goto(request).await;
    phone.sees("Surat sudah terbit").await;
    phone.screen("terbit").await;
    let file = phone.download("Unduh surat (PDF)").await;
    let pdf = std::fs::read(&file).unwrap();
    assert!(pdf.starts_with(b"%PDF"));
    phone.goto("/periksa").await;
    phone.fill("file", file.to_str().unwrap()).await;
    phone.press("Periksa berkas").await;
    phone.sees("Surat ini asli dan berlaku").await;
    phone.screen("periksa-asli").await;
    let text = phone.text().await;
    let code = text
        .split("Kode surat")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned();
    let altered = file.with_extension("lain.pdf");
    let mut bytes = pdf.clone();
    bytes[pdf.len() / 2] ^= 1;
    std::fs::write(&altered, bytes).unwrap();
    phone.goto("/periksa").await;
    phone.fill("file", altered.to_str().unwrap()).await;
    phone.press("Periksa berkas").await;
    phone.sees("Berkas ini sudah diubah").await;
    code
}

/// A clerk looks the letter up without logging in, and anybody follows the request.
async fn check(desk: &Browser, phone: &Browser, code: &str) {
    desk.goto(&format!("/v/{code}")).await;
    desk.sees("Surat ini asli dan berlaku").await;
    desk.screen("verifikasi").await;
    assert!(!desk.text().await.contains("Siti Rahma"));
    phone.goto("/permohonan").await;
    phone.sees("Selesai").await;
    let text = phone.text().await;
    let tracking = text
        .split("Kode ")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned();
    desk.goto("/lacak").await;
    desk.fill("kode", &tracking.to_lowercase().replace('-', "")).await;
    desk.press("Lacak").await;
    desk.sees("Selesai").await;
    desk.screen("lacak").await;
}

async fn report(demo: &Demo, desk: &Browser) {
    let camat = &demo.people("camat", KECAMATAN)[0];
    desk.goto("/masuk").await;
    log_in(desk, &camat.login, &camat.password, camat.code()).await;
    desk.follow("Laporan").await;
    desk.sees("100").await;
    desk.screen("laporan").await;
    let text = desk.text().await;
    assert!(text.contains("1 permohonan selesai tepat waktu"), "{text}");
}
