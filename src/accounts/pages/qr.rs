//! The QR code of an enrolment, as an inline picture.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

use crate::platform::error::Error;

/// White modules around the code (ISO/IEC 18004).
const QUIET: usize = 4;

/// An `svg` element of the text; black on white also where the page is dark, or phones do not read it.
///
/// # Errors
/// `Internal` for a text longer than a code holds; an e-mail and a secret are far from it.
pub(super) fn svg(text: &str) -> Result<String, Error> {
    let code = QRBuilder::new(text)
        .ecl(ECL::M)
        .build()
        .map_err(|_| Error::internal("text too long for a QR code"))?;
    let side = code.size + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in code.data.chunks(code.size).take(code.size).enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, module)| module.value()) {
            // Writing to a String cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Ok(format!(
        "<svg viewBox=\"0 0 {side} {side}\" width=\"240\" height=\"240\" role=\"img\" aria-label=\"Kode QR untuk aplikasi \
         autentikator\" shape-rendering=\"crispEdges\"><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path \
         d=\"{path}\" fill=\"#000\"/></svg>"
    ))
}
