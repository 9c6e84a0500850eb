#[cfg(feature = "typeset")]
mod typeset;

fn main() {}
