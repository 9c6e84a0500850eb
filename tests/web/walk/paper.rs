//! What a clerk's machine reads on a letter. Without the typesetter the stub's page carries the letter's data
//! instead, and these look there.

/// Every one of these stands on the letter, and no name of a field does. Lines may break anywhere.
#[cfg(feature = "typeset")]
pub fn says(pdf: &[u8], values: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("surat.pdf");
    std::fs::write(&file, pdf).unwrap();
    let said = run("pdftotext", &["-layout", file.to_str().unwrap(), "-"]);
    let text = without_space(&said);
    for value in values {
        assert!(text.contains(&without_space(value)), "{value:?} is not in\n{said}");
    }
    for key in [
        "alamat_domisili",
        "tinggal_sejak",
        "status_tinggal",
        "keperluan:",
        "tgl_lahir",
        "kelurahan_code",
        "{",
        "}",
    ] {
        assert!(!said.contains(key), "{key:?} stands in\n{said}");
    }
}

/// The QR code holds an address that begins so, with a token behind it.
#[cfg(feature = "typeset")]
pub fn shows_the_address(pdf: &[u8], start: &str) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("surat.pdf");
    std::fs::write(&file, pdf).unwrap();
    let picture = dir.path().join("surat");
    run(
        "pdftoppm",
        &[
            "-r",
            "300",
            "-png",
            "-singlefile",
            file.to_str().unwrap(),
            picture.to_str().unwrap(),
        ],
    );
    let picture = dir.path().join("surat.png");
    let address = run(
        "zbarimg",
        &[
            "--quiet",
            "--raw",
            "-Sdisable",
            "-Sqrcode.enable",
            picture.to_str().unwrap(),
        ],
    );
    let address = address.trim();
    assert!(address.starts_with(start), "{address}");
    let token = &address[start.len()..];
    assert!((100..=192).contains(&token.len()), "{token}");
}

#[cfg(feature = "typeset")]
fn run(program: &str, arguments: &[&str]) -> String {
    let output = std::process::Command::new(program).args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(not(feature = "typeset"))]
pub fn says(pdf: &[u8], values: &[&str]) {
    let letter = serde_json::to_value(sepakat::letters::read_stub(pdf).unwrap()).unwrap();
    let mut text = String::new();
    collect(&letter, &mut text);
    for value in values {
        assert!(
            without_space(&text).contains(&without_space(value)),
            "{value:?} is not in {text}"
        );
    }
}

#[cfg(not(feature = "typeset"))]
fn collect(value: &serde_json::Value, text: &mut String) {
    match value {
        serde_json::Value::String(word) => {
            text.push_str(word);
            text.push('\n');
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, text)),
        serde_json::Value::Object(fields) => fields.values().for_each(|item| collect(item, text)),
        _ => {}
    }
}

#[cfg(not(feature = "typeset"))]
pub fn shows_the_address(pdf: &[u8], start: &str) {
    let letter = sepakat::letters::read_stub(pdf).unwrap();
    assert!(letter.url.starts_with(start.trim_end_matches('#')), "{}", letter.url);
}

fn without_space(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}
