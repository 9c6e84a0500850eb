//! The typesetter: typst, and the only file that names it. The binary hands [`typeset`] to the application.
//!
//! Values reach the template as a JSON file and are never read as markup; the template sees four files of ours, no
//! clock, no packages, no disk. Output is PDF/A-2a and PDF/UA-1 in one, and the same input gives the same bytes.

use chrono::{Datelike, Timelike};
use sepakat::letters::{BASE_SOURCE, EMBLEM_SVG, TypesetError, TypesetInput, font};
use std::sync::OnceLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// Renders one letter.
pub fn typeset(input: &TypesetInput) -> Result<Vec<u8>, TypesetError> {
    let result = render(input);
    // typst's cache is global and grows by 0.8 MB a letter; ten generations keep what all letters share.
    comemo::evict(10);
    result
}

fn render(input: &TypesetInput) -> Result<Vec<u8>, TypesetError> {
    let shared = shared()?;
    let data = serde_json::json!({ "letter": input.data, "qr_mm": input.qr.side_mm });
    let sheet = Sheet {
        shared,
        main: Source::new(shared.main, input.template.source.into()),
        data: Bytes::from_string(data.to_string()),
        qr: Bytes::from_string(input.qr.svg.clone()),
    };
    let document = typst::compile::<PagedDocument>(&sheet)
        .output
        .map_err(|errors| TypesetError::Layout(told(&errors)))?;
    let export = |message: String| TypesetError::Export(message);
    let options = PdfOptions {
        ident: Smart::Custom(input.ident.to_owned()),
        creator: Smart::Custom(Some("SEPAKAT".to_owned())),
        timestamp: timestamp(input),
        standards: PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
            .map_err(|error| export(error.message().to_string()))?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| export(told(&errors)))
}

fn told(errors: &[SourceDiagnostic]) -> String {
    errors
        .iter()
        .map(|error| error.message.to_string())
        .collect::<Vec<_>>()
        .join("; ")
}

fn timestamp(input: &TypesetInput) -> Option<Timestamp> {
    let at = input.timestamp;
    let small = |number: u32| u8::try_from(number).ok();
    Datetime::from_ymd_hms(
        at.year(),
        small(at.month())?,
        small(at.day())?,
        small(at.hour())?,
        small(at.minute())?,
        small(at.second())?,
    )
    .map(Timestamp::new_utc)
}

/// What is the same for every letter, made once.
struct Shared {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    base: Source,
    emblem: Bytes,
    main: FileId,
    data: FileId,
    qr: FileId,
    emblem_id: FileId,
}

fn shared() -> Result<&'static Shared, TypesetError> {
    static SHARED: OnceLock<Option<Shared>> = OnceLock::new();
    SHARED
        .get_or_init(build)
        .as_ref()
        .ok_or_else(|| TypesetError::Layout("bad path in the typesetter".into()))
}

fn build() -> Option<Shared> {
    // typst keeps every path for ever in a table of 65,536: constant paths only, never one per letter.
    let id = |path| Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).ok()?).intern());
    let fonts: Vec<Font> = font::FACES
        .iter()
        .flat_map(|face| Font::iter(Bytes::new(*face)))
        .collect();
    Some(Shared {
        library: LazyHash::new(Library::builder().build()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        base: Source::new(id("/base.typ")?, BASE_SOURCE.into()),
        emblem: Bytes::from_string(EMBLEM_SVG),
        main: id("/letter.typ")?,
        data: id("/data.json")?,
        qr: id("/qr.svg")?,
        emblem_id: id("/emblem.svg")?,
    })
}

/// The world one letter sees.
struct Sheet<'a> {
    shared: &'a Shared,
    main: Source,
    data: Bytes,
    qr: Bytes,
}

impl World for Sheet<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.shared.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shared.book
    }

    fn main(&self) -> FileId {
        self.shared.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        match id {
            _ if id == self.shared.main => Ok(self.main.clone()),
            _ if id == self.shared.base.id() => Ok(self.shared.base.clone()),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id {
            _ if id == self.shared.data => Ok(self.data.clone()),
            _ if id == self.shared.qr => Ok(self.qr.clone()),
            _ if id == self.shared.emblem_id => Ok(self.shared.emblem.clone()),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shared.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests;
