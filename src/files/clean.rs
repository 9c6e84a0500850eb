//! Lets in what a scan can be and makes it harmless. Nothing of an uploaded photo's bytes survives: it is decoded
//! within limits, turned upright and encoded anew, so position, owner and trailing data are gone. Costs up to half
//! a second and 140 MB, so callers take turns (`FileStore::cleaning`).

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Pixel, Rgb, RgbImage};

use super::error::{FileError, MAX_PIXELS, MAX_SIDE};
use super::{MediaType, jpeg, pdf};

/// Bytes a decoder may hold: 40 megapixels of RGBA.
const MAX_ALLOC: u64 = 160 << 20;
/// Longest side kept: a page of A4 at 170 dots per inch stays readable.
const KEPT_SIDE: u32 = 2_000;
const JPEG_QUALITY: u8 = 82;

/// A harmless file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    pub media_type: MediaType,
    pub bytes: Vec<u8>,
}

/// Judges a file by its bytes alone; the name and the type a client claims are never asked.
///
/// # Errors
/// Why it is refused.
pub fn clean(bytes: &[u8]) -> Result<Cleaned, FileError> {
    if bytes.is_empty() {
        return Err(FileError::Empty);
    }
    let kind = infer::get(bytes).map(|kind| kind.mime_type());
    match kind {
        Some("image/jpeg") => {
            jpeg::check_whole(bytes)?;
            image(bytes, ImageFormat::Jpeg)
        }
        Some("image/png") => image(bytes, ImageFormat::Png),
        Some("image/webp") => image(bytes, ImageFormat::WebP),
        Some("application/pdf") => {
            pdf::check(bytes)?;
            Ok(Cleaned {
                media_type: MediaType::Pdf,
                bytes: bytes.to_vec(),
            })
        }
        _ => Err(FileError::Kind),
    }
}

fn image(bytes: &[u8], format: ImageFormat) -> Result<Cleaned, FileError> {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refused(&error))?;
    let (width, height) = decoder.dimensions();
    // Before decoding: a small file may claim a picture that fills the memory.
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(FileError::TooManyPixels);
    }
    let turn = decoder.orientation().map_err(|error| refused(&error))?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error))?;
    if picture.width().max(picture.height()) > KEPT_SIDE {
        picture = picture.resize(KEPT_SIDE, KEPT_SIDE, FilterType::Triangle);
    }
    picture.apply_orientation(turn);
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY)
        .encode_image(&on_white(picture))
        .map_err(|error| refused(&error))?;
    Ok(Cleaned {
        media_type: MediaType::Jpeg,
        bytes: out,
    })
}

/// JPEG has no transparency; paper is white.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (to, from) in flat.pixels_mut().zip(picture.pixels()) {
        let mut paper = Rgb([u8::MAX; 3]).to_rgba();
        paper.blend(from);
        *to = paper.to_rgb();
    }
    flat
}

fn refused(error: &image::ImageError) -> FileError {
    match error {
        image::ImageError::Limits(_) => FileError::TooManyPixels,
        image::ImageError::Decoding(_)
        | image::ImageError::Encoding(_)
        | image::ImageError::Parameter(_)
        | image::ImageError::Unsupported(_)
        | image::ImageError::IoError(_) => FileError::Damaged,
    }
}
