//! Sentences that only the pages of this room say.

use crate::requests::stage::Action;

/// What happened, in the history of a request.
#[must_use]
pub(super) const fn happened(action: Action) -> &'static str {
    match action {
        Action::Submit => "Permohonan diajukan",
        Action::Endorse => "Pengantar diberikan",
        Action::Verify => "Berkas diperiksa dan sesuai",
        Action::Initial => "Diparaf",
        Action::Sign => "Ditandatangani",
        Action::Return => "Dikembalikan untuk dilengkapi",
        Action::Resubmit => "Dilengkapi pemohon",
        Action::SendBack => "Dikembalikan ke langkah sebelumnya",
        Action::Correct => "Data diperbaiki petugas",
        Action::Transfer => "Dipindahkan ke kelurahan lain",
        Action::Reject => "Ditolak",
        Action::Object => "Keberatan diajukan",
        Action::Refer => "Menunggu pendaftaran lebih dulu",
        Action::Cancel => "Dibatalkan pemohon",
        Action::Expire => "Ditutup karena tidak dilengkapi",
        Action::Reissue => "Diterbitkan ulang",
        Action::Revoke => "Surat dicabut",
        Action::LevelSigned => "Surat kelurahan jadi, diteruskan ke kecamatan",
        Action::Issue => "Surat terbit",
        Action::SignFailed => "Penandatanganan gagal, diulang",
    }
}

/// The button that moves a request on; none for what needs a form of its own.
#[must_use]
pub(super) const fn button(action: Action) -> Option<&'static str> {
    match action {
        Action::Endorse => Some("Beri pengantar"),
        Action::Verify => Some("Berkas sesuai, teruskan"),
        Action::Initial => Some("Paraf"),
        Action::Sign => Some("Tanda tangani"),
        _ => None,
    }
}

/// Said above the queue after an action.
#[must_use]
pub(super) fn done(action: &str) -> &'static str {
    match action {
        "endorse" => "Pengantar diberikan. Permohonan sudah diteruskan.",
        "verify" => "Pemeriksaan selesai. Permohonan sudah diteruskan.",
        "initial" => "Paraf dibubuhkan. Permohonan sudah diteruskan.",
        "sign" => "Ditandatangani. Suratnya sedang dibuat dan dikirim ke pemohon.",
        "return" => "Dikembalikan. Pemohon sudah diberi tahu.",
        "reject" => "Ditolak. Pemohon sudah diberi tahu alasannya.",
        "kosong" => "Tidak ada permohonan yang menunggu Anda sekarang.",
        "penuh" => "Anda sudah membuka sebanyak yang diperbolehkan. Selesaikan dulu salah satu di bawah ini.",
        _ => "",
    }
}

/// Sent again with other contents after it had arrived.
pub(super) const SENT_BEFORE: &str = "Formulir ini sudah terkirim sebelumnya; lihat Permohonan saya. Bila ini permohonan yang lain, periksa isinya lalu kirim sekali lagi.";
pub(super) const KUASA_WITHOUT_RELATION: &str =
    "Surat kuasa hanya dilampirkan bila Anda mengurus untuk orang lain dengan kuasa. Pilih itu, atau buang berkasnya.";
pub(super) const TOO_LARGE: &str = "Berkas terlalu besar. Perkecil fotonya, lalu unggah lagi.";
pub(super) const KUASA_LABEL: &str = "Surat kuasa, bila Anda mengurus untuk orang lain";
pub(super) const DRAFT_CHANGED: &str =
    "Simpanan ini sudah diubah di tempat lain. Muat ulang dari Permohonan saya, lalu lanjutkan.";
pub(super) const DRAFT_GONE: &str =
    "Simpanan ini tidak ada lagi. Isian di bawah ini masih ada: simpan atau kirim sekali lagi.";
pub(super) const DRAFT_TOO_LARGE: &str = "Isian terlalu panjang untuk disimpan. Kirim permohonannya, atau persingkat.";
pub(super) const DRAFT_LIMIT: &str =
    "Anda sudah menyimpan 20 formulir. Kirim atau hapus dulu salah satunya pada Permohonan saya.";
/// What an account that waits to be compared has to be compared with.
pub(super) const ANOTHER_VERIFIED: &str =
    "Akun lain dengan NIK ini sudah dicocokkan dengan KTP. Mintalah pemohon memakai akun itu.";
/// Who wrote a message for the resident's side.
pub(super) const APPLICANT: &str = "Pemohon";
