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
        Action::Assign => "Dialihkan oleh atasan",
    }
}

/// What a form says that asks for more than a press.
pub(super) struct FormWords {
    pub title: &'static str,
    pub button: &'static str,
    pub is_danger: bool,
    /// The control that asks where to; empty where nothing is asked.
    pub target: &'static str,
    pub note: &'static str,
    pub hint: &'static str,
    pub is_note_required: bool,
}

/// Who decides an objection.
pub(super) const SUPERIOR: &str = "Atasan";

/// Name of the control that asks for the new place.
pub(super) const PLACE: &str = "applicant.lingkungan";

/// The form of an action; none for what is a button or has a page of its own.
#[must_use]
pub(super) const fn form(action: Action) -> Option<FormWords> {
    let plain = FormWords {
        title: "",
        button: "",
        is_danger: false,
        target: "",
        note: "",
        hint: "",
        is_note_required: true,
    };
    Some(match action {
        Action::Return => FormWords {
            title: "Kembalikan untuk dilengkapi",
            button: "Kembalikan ke pemohon",
            note: "Apa yang harus dilengkapi pemohon?",
            hint: "Pemohon membaca tulisan ini. Sebut berkas atau isian yang dimaksud.",
            ..plain
        },
        Action::SendBack => FormWords {
            title: "Kembalikan ke langkah sebelumnya",
            button: "Kembalikan",
            target: "Kembalikan ke langkah",
            note: "Apa yang harus diperiksa lagi?",
            hint: "Hanya dibaca petugas, tidak oleh pemohon.",
            ..plain
        },
        Action::Transfer => FormWords {
            title: "Pindahkan ke kelurahan lain",
            button: "Pindahkan",
            target: "Tempat tinggal pemohon",
            note: "Catatan untuk pemohon",
            hint: "Permohonan dimulai dari Kepala Lingkungan di sana; waktu layanan tetap dihitung.",
            is_note_required: false,
            ..plain
        },
        Action::Refer => FormWords {
            title: "Minta pemohon didaftarkan lebih dulu",
            button: "Minta didaftarkan",
            note: "Catatan untuk pemohon",
            hint: "Untuk pemohon yang belum terdaftar di DTSEN. Permohonan menunggu 90 hari.",
            is_note_required: false,
            ..plain
        },
        Action::Reject => FormWords {
            title: "Tolak permohonan",
            button: "Tolak",
            is_danger: true,
            note: "Penjelasan untuk pemohon",
            ..plain
        },
        Action::Object => FormWords {
            title: "Ajukan keberatan",
            button: "Kirim keberatan",
            note: "Mengapa Anda tidak setuju?",
            hint: "Keberatan diajukan satu kali. Atasan pejabat yang menolak membaca tulisan ini dan memutusnya.",
            ..plain
        },
        Action::Reissue => FormWords {
            title: "Terbitkan ulang surat",
            button: "Terbitkan ulang",
            note: "Apa yang keliru pada surat?",
            hint: "Surat yang lama tetap berlaku sampai penggantinya terbit.",
            is_note_required: false,
            ..plain
        },
        Action::Revoke => FormWords {
            title: "Cabut surat",
            button: "Cabut surat",
            is_danger: true,
            note: "Penjelasan untuk pemohon",
            ..plain
        },
        _ => return None,
    })
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
        "send_back" => "Dikembalikan ke langkah sebelumnya.",
        "transfer" => "Dipindahkan ke kelurahan lain. Pemohon sudah diberi tahu.",
        "refer" => "Pemohon sudah diberi tahu bahwa perlu didaftarkan lebih dulu.",
        "reject" => "Ditolak. Pemohon sudah diberi tahu alasannya.",
        "kosong" => "Tidak ada permohonan yang menunggu Anda sekarang.",
        "penuh" => "Anda sudah membuka sebanyak yang diperbolehkan. Selesaikan dulu salah satu di bawah ini.",
        _ => "",
    }
}

/// What the form says in which a request is changed.
pub(super) struct ChangeWords {
    pub title: &'static str,
    /// Last part of its address.
    pub path: &'static str,
    pub button: &'static str,
    pub files_hint: &'static str,
}

pub(super) const COMPLETE: ChangeWords = ChangeWords {
    title: "Lengkapi",
    path: "lengkapi",
    button: "Kirim lagi",
    files_hint: "Berkas baru menggantikan semua berkas lama dari jenis yang sama. Yang tidak Anda unggah lagi tetap dipakai.",
};

pub(super) const MEND: ChangeWords = ChangeWords {
    title: "Perbaiki",
    path: "perbaiki",
    button: "Simpan perbaikan",
    files_hint: "Berkas baru menggantikan semua berkas lama dari jenis yang sama. Pemohon diberi tahu apa saja yang diperbaiki.",
};

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
