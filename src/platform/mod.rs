//! What any server needs and no office does: nothing here knows a word of the kecamatan.

pub mod text_enum;
