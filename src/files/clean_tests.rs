//! Hostile and honest files.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use lopdf::{Document, Object, Stream, dictionary};

use super::{FileError, MediaType, clean};

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.into().write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// A picture whose left half is red.
fn photo(format: ImageFormat) -> Vec<u8> {
    encoded(
        RgbImage::from_fn(
            300,
            200,
            |x, _| if x < 150 { Rgb([200, 0, 0]) } else { Rgb([0, 0, 200]) },
        ),
        format,
    )
}

/// Puts an EXIF segment behind the start of a JPEG: a turn of 90 degrees and a GPS block.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
    tiff.extend(2_u16.to_be_bytes());
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]); // Orientation = 6
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]); // GPS IFD at 38
    tiff.extend(0_u32.to_be_bytes());
    tiff.extend(1_u16.to_be_bytes());
    tiff.extend([0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0]); // GPSLatitudeRef = N
    tiff.extend(0_u32.to_be_bytes());
    tiff.extend(b"rumah Siti");
    let mut out = vec![0xff, 0xd8, 0xff, 0xe1];
    out.extend(u16::try_from(tiff.len() + 8).unwrap().to_be_bytes());
    out.extend(b"Exif\0\0");
    out.extend(tiff);
    out.extend(&jpeg[2..]);
    out
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn photos_become_jpeg_whatever_they_were() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let cleaned = clean(&photo(format)).unwrap();
        assert_eq!(cleaned.media_type, MediaType::Jpeg);
        let picture = image::load_from_memory(&cleaned.bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (300, 200));
    }
}

#[test]
fn a_photo_loses_its_place_and_stands_upright() {
    let photo = with_exif(&photo(ImageFormat::Jpeg));
    assert!(holds(&photo, b"rumah Siti"));
    let cleaned = clean(&photo).unwrap();
    assert!(!holds(&cleaned.bytes, b"rumah Siti") && !holds(&cleaned.bytes, b"Exif"));
    let picture = image::load_from_memory(&cleaned.bytes).unwrap().into_rgb8();
    assert_eq!((picture.width(), picture.height()), (200, 300));
    // What was left is on top after a quarter turn clockwise.
    assert!(picture.get_pixel(100, 20).0[0] > 150 && picture.get_pixel(100, 280).0[0] < 50);
}

#[test]
fn a_script_behind_a_photo_is_gone() {
    let mut polyglot = photo(ImageFormat::Jpeg);
    polyglot.extend(b"<script>alert(1)</script>");
    assert!(!holds(&clean(&polyglot).unwrap().bytes, b"script"));
}

#[test]
fn a_large_photo_is_shrunk_and_a_transparent_one_lies_on_white() {
    let wide = encoded(RgbImage::new(4_000, 1_000), ImageFormat::Png);
    let picture = image::load_from_memory(&clean(&wide).unwrap().bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (2_000, 500));
    let clear = encoded(RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0])), ImageFormat::Png);
    let picture = image::load_from_memory(&clean(&clear).unwrap().bytes)
        .unwrap()
        .into_rgb8();
    assert!(picture.pixels().all(|pixel| pixel.0[0] > 250));
}

#[test]
fn a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded() {
    // The header of a real PNG, claiming 30,000 x 30,000 and 9,000 x 9,000 pixels.
    for side in [30_000_u32, 9_000] {
        let mut bomb = photo(ImageFormat::Png);
        bomb[16..20].copy_from_slice(&side.to_be_bytes());
        bomb[20..24].copy_from_slice(&side.to_be_bytes());
        let crc = crc32(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(clean(&bomb), Err(FileError::TooManyPixels), "{side}");
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1));
        }
    }
    !crc
}

#[test]
fn what_is_no_scan_is_refused_whatever_it_calls_itself() {
    assert_eq!(clean(b""), Err(FileError::Empty));
    let html: &[u8] = b"<!doctype html><script>alert(1)</script>";
    let svg: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>";
    for other in [
        html,
        svg,
        b"MZ\x90\0",
        b"PK\x03\x04",
        b"GIF89a\x01\0\x01\0",
        b"\0\0\0\0",
    ] {
        assert_eq!(clean(other), Err(FileError::Kind));
    }
}

#[test]
fn a_file_that_broke_off_is_refused() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let whole = photo(format);
        for part in [whole.len() - 40, whole.len() / 2, 30] {
            assert_eq!(
                clean(&whole[..part]),
                Err(FileError::Damaged),
                "{format:?} cut at {part} of {}",
                whole.len()
            );
        }
    }
    let pdf = pdf(1, |_| {});
    assert_eq!(clean(&pdf[..pdf.len() / 3]).map(drop), Err(FileError::Damaged));
    assert_eq!(clean(b"%PDF-1.7\nnothing else").map(drop), Err(FileError::Damaged));
}

/// A PDF of `pages` empty pages; `change` may add to its catalogue.
fn pdf(pages: usize, change: impl Fn(&mut Document)) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let kids: Vec<Object> = (0..pages)
        .map(|_| {
            let content = document.add_object(Stream::new(dictionary! {}, b"0 0 m".to_vec()));
            let page = dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => content,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()] };
            document.add_object(page).into()
        })
        .collect();
    let count = i64::try_from(pages).unwrap();
    document.objects.insert(
        tree,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }),
    );
    let root = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", root);
    change(&mut document);
    let mut out = Vec::new();
    document.save_to(&mut out).unwrap();
    out
}

fn with_root(key: &'static str, value: Object) -> Vec<u8> {
    pdf(1, move |document| {
        document.catalog_mut().unwrap().set(key, value.clone());
    })
}

/// A PDF by hand, without a table of its objects: readers rebuild it.
fn raw_pdf(objects: &[u8]) -> Vec<u8> {
    let head = b"%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n\
                 2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n";
    [head, objects, b"trailer\n<</Root 1 0 R>>\n%%EOF\n"].concat()
}

#[test]
fn a_plain_pdf_stays_as_it_is() {
    let plain = pdf(3, |_| {});
    let cleaned = clean(&plain).unwrap();
    assert_eq!((cleaned.media_type, &cleaned.bytes), (MediaType::Pdf, &plain));
    let turns_to_page = with_root("OpenAction", dictionary! { "S" => "GoTo", "D" => "start" }.into());
    assert!(clean(&turns_to_page).is_ok());
}

#[test]
fn a_pdf_that_acts_or_carries_is_refused() {
    let script = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") };
    let launch = dictionary! { "S" => "Launch", "F" => Object::string_literal("cmd.exe") };
    let files = dictionary! { "EmbeddedFiles" => dictionary! {} };
    let form = dictionary! { "Fields" => Object::Array(vec![]), "XFA" => Object::string_literal("x") };
    for (key, value) in [
        ("OpenAction", script.clone()),
        ("AA", dictionary! { "WC" => script }),
        ("OpenAction", launch),
        ("Names", files),
        ("AcroForm", form),
    ] {
        assert_eq!(
            clean(&with_root(key, value.into())).map(drop),
            Err(FileError::PdfActive),
            "{key}"
        );
    }
    // The same word written with an escape.
    let mut escaped = with_root("OpenAction", dictionary! { "S" => "JavaScrip_" }.into());
    let at = escaped.windows(11).position(|part| part == b"/JavaScrip_").unwrap();
    escaped.splice(at..at + 11, *b"/JavaScrip#74");
    assert_eq!(clean(&escaped).map(drop), Err(FileError::PdfActive));
}

#[test]
fn a_pdf_has_one_to_fifty_pages() {
    assert!(clean(&pdf(50, |_| {})).is_ok());
    for pages in [0, 51] {
        assert_eq!(clean(&pdf(pages, |_| {})).map(drop), Err(FileError::PdfPages));
    }
}

#[test]
fn a_pdf_that_would_exhaust_the_reader_is_refused() {
    // One packed stream of objects that unfolds to 64 MiB.
    let mut packed = Stream::new(dictionary! {}, vec![b' '; 64 << 20]);
    packed.compress().unwrap();
    let head = format!(
        "3 0 obj\n<</Type/ObjStm/N 1/First 5/Filter/FlateDecode/Length {}>>\nstream\n",
        packed.content.len()
    );
    let bomb = [head.as_bytes(), &packed.content, b"\nendstream\nendobj\n"].concat();
    assert!(bomb.len() < 1 << 20);
    assert_eq!(clean(&raw_pdf(&bomb)).map(drop), Err(FileError::PdfTooComplex));
    let many = "/ObjStm /Obj#53tm ".repeat(40);
    let many = [b"%PDF-1.5\n", many.as_bytes()].concat();
    assert_eq!(clean(&many).map(drop), Err(FileError::PdfTooComplex));
    let deep = [b"%PDF-1.5\n1 0 obj\n".to_vec(), vec![b'['; 200_000]].concat();
    assert!(clean(&deep).is_err());
}

#[test]
fn a_locked_pdf_is_refused() {
    let plain = pdf(1, |_| {});
    let marked = pdf(1, |document| {
        let lock = dictionary! { "Filter" => "Standard", "V" => 1, "R" => 2, "P" => -4,
        "O" => Object::string_literal(vec![0; 32]), "U" => Object::string_literal(vec![0; 32]) };
        let lock = document.add_object(lock);
        document.trailer.set("Encrypt", lock);
    });
    assert_eq!(clean(&marked).map(drop), Err(FileError::PdfEncrypted));
    // A real one, where the tool is installed; without an opening password, as scanners' "protected" files are.
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (dir.path().join("plain.pdf"), dir.path().join("locked.pdf"));
    std::fs::write(&from, plain).unwrap();
    for password in ["", "rahasia"] {
        let made = std::process::Command::new("qpdf")
            .args(["--encrypt", password, "pemilik", "256", "--"])
            .args([&from, &to])
            .status();
        if made.is_ok_and(|status| status.success()) {
            let locked = std::fs::read(&to).unwrap();
            assert_eq!(clean(&locked).map(drop), Err(FileError::PdfEncrypted), "{password:?}");
        }
    }
}
