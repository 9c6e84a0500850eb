//! Scans for the sample requests: a sheet with lines and CONTOH across it, so that nobody takes it for a real paper.

use std::collections::HashMap;
use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use uuid::Uuid;

use crate::app::App;
use crate::files::{self, Cleaned};
use crate::platform::error::Error;

const WIDTH: u32 = 640;
const HEIGHT: u32 = 420;
const INK: Rgb<u8> = Rgb([40, 48, 64]);
const STAMP: Rgb<u8> = Rgb([190, 40, 40]);

/// The letters of CONTOH, five dots wide, one row a number.
const CONTOH: [[u8; 7]; 6] = [
    [0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110],
    [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
    [0b10001, 0b11001, 0b10101, 0b10101, 0b10011, 0b10001, 0b10001],
    [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
    [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
    [0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
];
/// Pixels of a dot.
const DOT: u32 = 14;

/// Makes scans; each kind is drawn and cleaned once.
#[derive(Default)]
pub(super) struct Scans {
    cleaned: HashMap<String, Cleaned>,
}

impl Scans {
    /// Uploads a scan of a kind of paper for an account, as the upload does it; gives the attachment's id.
    ///
    /// # Errors
    /// What the database or the file store says.
    pub(super) fn upload(&mut self, app: &App, owner: Uuid, kind: &str) -> Result<Uuid, Error> {
        let cleaned = match self.cleaned.get(kind) {
            Some(cleaned) => cleaned,
            None => {
                let cleaned = files::clean(&png(kind)?)?;
                self.cleaned.entry(kind.to_owned()).or_insert(cleaned)
            }
        };
        let sealed = files::seal(&app.ctx(), &app.extras().files, cleaned)?;
        app.write_now(|conn, ctx| files::record(conn, ctx, owner, &sealed))?;
        Ok(sealed.id)
    }
}

fn png(kind: &str) -> Result<Vec<u8>, Error> {
    let mut out = Cursor::new(Vec::new());
    drawn(kind)
        .write_to(&mut out, ImageFormat::Png)
        .map_err(Error::internal)?;
    Ok(out.into_inner())
}

fn drawn(kind: &str) -> RgbImage {
    let mut sheet = RgbImage::from_pixel(WIDTH, HEIGHT, paper(kind));
    let salt: u32 = kind.bytes().map(u32::from).sum();
    for line in 0..9 {
        let length = 180 + (salt * 31 + line * 97) % 300;
        fill(&mut sheet, [48, 40 + line * 40, length, 8], INK);
    }
    fill(&mut sheet, [480, 40, 110, 140], Rgb([150, 160, 175]));
    for (place, rows) in (0_u32..).zip(CONTOH) {
        for (row, bits) in (0_u32..).zip(rows) {
            for column in (0..5).filter(|column| bits >> (4 - column) & 1 == 1) {
                let (x, y) = (70 + (place * 6 + column) * DOT, 150 + row * DOT + place * 4);
                fill(&mut sheet, [x, y, DOT, DOT], STAMP);
            }
        }
    }
    sheet
}

/// An identity card is bluish, other papers are not.
fn paper(kind: &str) -> Rgb<u8> {
    if kind.starts_with("ktp") {
        Rgb([205, 225, 240])
    } else if kind.starts_with("kk") {
        Rgb([225, 238, 222])
    } else {
        Rgb([247, 244, 236])
    }
}

fn fill(sheet: &mut RgbImage, [left, top, width, height]: [u32; 4], colour: Rgb<u8>) {
    for y in top..(top + height).min(HEIGHT) {
        for x in left..(left + width).min(WIDTH) {
            sheet.put_pixel(x, y, colour);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_passes_as_an_upload() {
        for kind in ["ktp", "kk", "pernyataan"] {
            assert!(files::clean(&png(kind).unwrap()).unwrap().bytes.len() > 2_000);
        }
    }
}
