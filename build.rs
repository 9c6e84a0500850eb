//! Copies the letter font into the build, so that the parser of names and the typesetter use the same bytes.

use std::path::{Path, PathBuf};

const FACES: [&str; 4] = ["Regular", "Bold", "Italic", "BoldItalic"];
const DEBIAN: &str = "/usr/share/fonts/truetype/liberation2";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=SEPAKAT_FONT_DIR");
    let from = std::env::var_os("SEPAKAT_FONT_DIR").map_or_else(|| PathBuf::from(DEBIAN), PathBuf::from);
    let Some(out) = std::env::var_os("OUT_DIR").map(PathBuf::from) else {
        println!("cargo::error=OUT_DIR is not set: run this through cargo");
        return;
    };
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

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    println!("cargo::rerun-if-changed={}", from.display());
    // Read and write instead of fs::copy: the package's files may be read-only, and a second build must overwrite ours.
    std::fs::write(to, std::fs::read(from)?)
}
