//! Prepares what is embedded: the letter font, so that the parser of names and the typesetter use the same bytes, and
//! the files that `make assets` built for the pages.

use std::fmt::Write;
use std::path::{Path, PathBuf};

const FACES: [&str; 4] = ["Regular", "Bold", "Italic", "BoldItalic"];
const DEBIAN: &str = "/usr/share/fonts/truetype/liberation2";
/// Always there (its .gitignore is in the repository), so that cargo can watch it.
const BUILT: &str = "src/shell/built";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=SEPAKAT_FONT_DIR");
    println!("cargo::rerun-if-changed={BUILT}");
    let Some(out) = std::env::var_os("OUT_DIR").map(PathBuf::from) else {
        println!("cargo::error=OUT_DIR is not set: run this through cargo");
        return;
    };
    fonts(&out);
    if let Err(error) = built(&out) {
        println!("cargo::error=the files for the pages cannot be embedded: {error}");
    }
}

fn fonts(out: &Path) {
    let from = std::env::var_os("SEPAKAT_FONT_DIR").map_or_else(|| PathBuf::from(DEBIAN), PathBuf::from);
    for face in FACES {
        let name = format!("LiberationSerif-{face}.ttf");
        if let Err(error) = copy(&from.join(&name), &out.join(&name)) {
            println!(
                "cargo::error=the letter font {name} is not in {}: install the Debian package fonts-liberation2 \
                 or set SEPAKAT_FONT_DIR ({error})",
                from.display()
            );
            return;
        }
    }
}

/// Writes a list of the built files for `src/shell/built.rs`. A release needs them; while developing, pages say that
/// they are missing.
fn built(out: &Path) -> std::io::Result<()> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(BUILT)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".gz").map(str::to_owned));
    }
    names.sort();
    if names.is_empty() && std::env::var_os("PROFILE").is_some_and(|profile| profile == "release") {
        println!("cargo::error=the files for the pages are not built: run make assets");
    }
    let mut list = "&[".to_owned();
    for name in names {
        let (plain, gzip) = (format!("{name}.plain"), format!("{name}.gz"));
        copy(&Path::new(BUILT).join(&name), &out.join(&plain))?;
        copy(&Path::new(BUILT).join(&gzip), &out.join(&gzip))?;
        let _ = write!(list, "({name:?}, include_bytes!({plain:?}), include_bytes!({gzip:?})),");
    }
    std::fs::write(out.join("built.rs"), list + "]")
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if from.is_absolute() {
        println!("cargo::rerun-if-changed={}", from.display());
    }
    // Read and write instead of fs::copy: the package's files may be read-only, and a second build must overwrite ours.
    std::fs::write(to, std::fs::read(from)?)
}
