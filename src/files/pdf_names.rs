//! Names in raw bytes. Readers differ in what they make of a broken object, so what acts is looked for as text too.

/// Names that a script, a program, another file or a form of its own cannot do without (ISO 32000-1, 12.6.4 and
/// 7.11.4). Shorter ones (`JS`, `AA`) are found by chance in packed pictures and need one of these anyway.
const ACTIVE: [&[u8]; 11] = [
    b"JavaScript",
    b"Launch",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"RichMedia",
    b"XFA",
    b"SubmitForm",
    b"ImportData",
    b"Rendition",
    b"GoToE",
    b"GoToR",
];

/// Whether one of the names that act stands anywhere in `bytes`.
pub(super) fn has_active(bytes: &[u8]) -> bool {
    starts(bytes).any(|rest| {
        ACTIVE
            .iter()
            .any(|name| after(rest, name).is_some_and(|rest| rest.first().is_none_or(ends_name)))
    })
}

/// How often a name occurs, however it is written (`/ObjStm`, `/Obj#53tm`).
pub(super) fn count(bytes: &[u8], name: &[u8]) -> usize {
    starts(bytes).filter(|rest| after(rest, name).is_some()).count()
}

/// What follows each `/`.
fn starts(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    slashes.map(|(at, _)| bytes.get(at + 1..).unwrap_or_default())
}

/// The rest behind `name`, if `bytes` begin with it.
fn after<'a>(bytes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    name.iter().try_fold(bytes, |bytes, wanted| {
        let (found, rest) = letter(bytes);
        (found == Some(*wanted)).then_some(rest)
    })
}

/// White space and delimiters (ISO 32000-1, 7.2.2).
fn ends_name(byte: &u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | b'\x0c' | b'\r' | b' ') || b"()<>[]{}/%".contains(byte)
}

/// The next letter of a name: plain, or `#` and two hexadecimal digits (ISO 32000-1, 7.3.5).
fn letter(bytes: &[u8]) -> (Option<u8>, &[u8]) {
    match bytes {
        [b'#', a, b, rest @ ..] => {
            let mut byte = [0];
            match hex::decode_to_slice([*a, *b], &mut byte) {
                Ok(()) => (byte.first().copied(), rest),
                Err(_) => (None, rest),
            }
        }
        [plain, rest @ ..] => (Some(*plain), rest),
        [] => (None, &[]),
    }
}
