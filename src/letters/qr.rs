//! QR codes as one SVG path: vectors stay sharp in print and need no raster library.

use fast_qr::{ECL, QRBuilder};
use std::fmt::Write as _;

/// White modules around the code (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;
/// Printed width of one module. Phones read 0.4 mm and more from paper; design says at least 0.5.
const MODULE_MM: f64 = 0.52;
/// Narrower codes look lost beside the signature.
const LEAST_MM: f64 = 34.0;

/// A drawn code and the width at which its modules are wide enough to be scanned from paper.
#[derive(Clone, Debug, PartialEq)]
pub struct Qr {
    pub svg: String,
    /// Side of the picture with its quiet zone.
    pub side_mm: f64,
    /// Modules of that side.
    pub modules: usize,
}

/// The text is longer than a QR code holds (2,331 bytes at level M).
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("text too long for a QR code")]
pub struct TooLong;

/// Draws `text` at error correction level M (15 % of the code may be lost to a stamp or a crease).
pub fn draw(text: &str) -> Result<Qr, TooLong> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| TooLong)?;
    let modules = code.size + 2 * QUIET;
    let mut path = String::with_capacity(8 * 1024);
    for (y, row) in code.data.chunks(code.size).take(code.size).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left.value() == right.value()) {
            if run.first().is_some_and(|module| module.value()) {
                let width = run.len();
                // Writing to a String cannot fail.
                let _ = write!(path, "M{} {}h{width}v1h-{width}z", x + QUIET, y + QUIET);
            }
            x += run.len();
        }
    }
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {modules} {modules}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{modules}\" height=\"{modules}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    );
    let count = u32::try_from(modules).map_err(|_| TooLong)?;
    Ok(Qr {
        svg,
        side_mm: (f64::from(count) * MODULE_MM).max(LEAST_MM),
        modules,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_wide_enough_for_the_longest_token() {
        for address in [
            "http://127.0.0.1:8080",
            "https://sepakat.kecamatan-kota-kisaran-timur.asahankab.go.id",
        ] {
            let qr = draw(&format!("{address}/v/7F3KQ2ZM8HWT#{}", "A".repeat(192))).unwrap();
            let module = qr.side_mm / f64::from(u32::try_from(qr.modules).unwrap());
            assert!(module >= 0.5, "{module}");
            assert!(qr.side_mm < 42.0, "{} mm leaves no room beside it", qr.side_mm);
        }
    }

    #[test]
    fn a_short_code_is_drawn_as_one_path() {
        let qr = draw("SEPAKAT").unwrap();
        assert_eq!(qr.svg.matches("<path").count(), 1);
        insta::assert_snapshot!(qr.svg);
    }

    #[test]
    fn too_much_text_is_an_error() {
        assert_eq!(draw(&"x".repeat(3_000)), Err(TooLong));
    }
}
