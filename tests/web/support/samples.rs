//! Valid input: a photo and the papers of a domicile letter.

use image::{DynamicImage, ImageFormat, RgbImage};
use sepakat::services::catalogue;
use serde_json::Value;

/// What a resident hands in, its files still to be uploaded.
#[derive(Clone)]
pub struct Papers {
    pub body: Value,
    /// Kinds of the files that go with it.
    pub kinds: Vec<String>,
}

impl Papers {
    /// The sample of the catalogue, for this service.
    pub fn of(code: &str) -> Self {
        let seed = catalogue::ALL.iter().find(|seed| seed.code == code).unwrap();
        let mut body: Value = serde_json::from_str(seed.sample).unwrap();
        let kinds = serde_json::from_value(body["attachments"].take()).unwrap();
        body["service"] = code.into();
        Self { body, kinds }
    }
}

/// A domicile letter.
pub fn skd() -> Papers {
    Papers::of("SKD")
}

/// A small photograph as a phone takes it.
pub fn a_photo() -> Vec<u8> {
    let picture = RgbImage::from_fn(320, 240, |x, y| image::Rgb([(x % 251) as u8, (y % 241) as u8, 120]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}
