//! PDFs that one reader understands and another does not.

use lopdf::{Stream, dictionary};

use super::{FileError, clean};

const PAGES: &str = "<</Type/Pages/Kids[3 0 R]/Count 1>>";
const PAGE: &str = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>";
const CATALOG: &str = "<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>";

/// A PDF by hand with a right table of its objects, numbered from 1.
fn written(objects: &[&[u8]], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.5\n".to_vec();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (at, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", out.len());
        out.extend(format!("{} 0 obj\n", at + 1).bytes());
        out.extend(*object);
        out.extend(b"\nendobj\n");
    }
    let (size, start) = (objects.len() + 1, out.len());
    out.extend(
        format!("xref\n0 {size}\n{table}trailer\n<</Size {size} {trailer}>>\nstartxref\n{start}\n%%EOF").bytes(),
    );
    out
}

/// One page, and `object` as what the catalogue opens.
fn opening(object: &[u8]) -> Vec<u8> {
    written(
        &[CATALOG.as_bytes(), PAGES.as_bytes(), PAGE.as_bytes(), object],
        "/Root 1 0 R",
    )
}

fn refusal(pdf: &[u8]) -> Option<FileError> {
    clean(pdf).err()
}

#[test]
fn a_script_that_our_reader_cannot_parse_is_found_all_the_same() {
    let deep = format!("{}{}", "[".repeat(150), "]".repeat(150));
    let brackets = format!("{}{}", "(".repeat(300), ")".repeat(300));
    for odd in [
        deep.as_str(),
        &brackets,
        "1 99999999 R",
        "99999999999999999999999",
        "--5",
        "<zz>",
    ] {
        let action = format!("<</S/JavaScript/JS(app.alert(1))/X {odd}>>");
        assert_eq!(
            refusal(&opening(action.as_bytes())),
            Some(FileError::PdfActive),
            "{odd}"
        );
        let escaped = action.replace("/JavaScript", "/J#61vaScrip#74");
        assert_eq!(
            refusal(&opening(escaped.as_bytes())),
            Some(FileError::PdfActive),
            "{odd}"
        );
        for other in ["Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA"] {
            let other = format!("<</{other} 1 0 R/X {odd}>>");
            assert_eq!(
                refusal(&opening(other.as_bytes())),
                Some(FileError::PdfActive),
                "{other}"
            );
        }
    }
    let unfinished = opening(b"<</S/JavaScript/JS(app.alert(1))");
    assert_eq!(refusal(&unfinished), Some(FileError::PdfActive));
}

#[test]
fn a_script_that_the_table_hides_is_found() {
    let pdf = String::from_utf8(opening(b"<</S/JavaScript/JS(app.alert(1))>>")).unwrap();
    let at = pdf.find(" 00000 n \ntrailer").unwrap();
    for entry in ["0000000000 00001 f ", "0000000009 00000 n ", "0000000200 00000 n "] {
        let mut hidden = pdf.clone();
        hidden.replace_range(at - 10..at + 9, entry);
        assert_eq!(refusal(hidden.as_bytes()), Some(FileError::PdfActive), "{entry}");
    }
}

#[test]
fn a_script_in_a_packed_stream_is_found_even_if_no_table_names_it() {
    let mut packed = Stream::new(
        dictionary! { "Type" => "ObjStm", "N" => 1, "First" => 4 },
        b"9 0 <</S/JavaScript/JS(app.alert(1))/X --5>>".to_vec(),
    );
    packed.compress().unwrap();
    let head = format!(
        "<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {}>>stream\n",
        packed.content.len()
    );
    let filtered = packed.dict.has(b"Filter");
    let head = if filtered {
        head
    } else {
        head.replace("/Filter/FlateDecode", "")
    };
    let object = [head.as_bytes(), &packed.content, b"\nendstream"].concat();
    let known = written(
        &[
            CATALOG.replace("4 0", "9 0").as_bytes(),
            PAGES.as_bytes(),
            PAGE.as_bytes(),
            &object,
        ],
        "/Root 1 0 R",
    );
    assert_eq!(refusal(&known), Some(FileError::PdfActive));
    // A stream of objects that the table leaves out was not read: nobody knows what another reader finds in it.
    let left_out = [b"%PDF-1.5\n4 0 obj\n", &object[..], b"\nendobj\n"].concat();
    let mut pdf = written(&[CATALOG.as_bytes(), PAGES.as_bytes(), PAGE.as_bytes()], "/Root 1 0 R");
    pdf.extend(&left_out[9..]);
    assert!(refusal(&pdf).is_some());
}

#[test]
fn what_was_not_read_whole_is_refused() {
    assert_eq!(refusal(&opening(b"<</S/GoTo/D(start)>>")), None);
    assert_eq!(
        refusal(&opening(b"<</S/GoTo/D(start)/X --5>>")),
        Some(FileError::Damaged)
    );
    let objects = [CATALOG.as_bytes(), PAGES.as_bytes(), PAGE.as_bytes(), b"null"];
    for trailer in ["", "/Root 9 0 R", "/Root 4 0 R", "/Root null"] {
        assert_eq!(
            refusal(&written(&objects, trailer)),
            Some(FileError::Damaged),
            "{trailer}"
        );
    }
}

#[test]
fn pdfs_of_common_programs_are_taken() {
    let text = b"<</Length 49>>stream\nBT /F1 9 Tf (Javascript /JSON/AAA /XFAx) Tj ET  \nendstream";
    let catalog = b"<</Type/Catalog/Pages 2 0 R/OpenAction[3 0 R/XYZ null null 0]/Lang(id-ID)>>";
    let plain = written(&[catalog, PAGES.as_bytes(), PAGE.as_bytes(), text], "/Root 1 0 R");
    assert_eq!(refusal(&plain), None);
    // The same through a tool that packs objects, where it is installed.
    let dir = tempfile::tempdir().unwrap();
    let from = dir.path().join("plain.pdf");
    std::fs::write(&from, plain).unwrap();
    for (name, how) in [("packed", "--object-streams=generate"), ("fast", "--linearize")] {
        let to = dir.path().join(name);
        let made = std::process::Command::new("qpdf").arg(how).args([&from, &to]).status();
        if made.is_ok_and(|status| status.success()) {
            assert_eq!(refusal(&std::fs::read(&to).unwrap()), None, "{name}");
        }
    }
}
