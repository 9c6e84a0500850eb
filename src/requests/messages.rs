//! Sentences of this room that people read.

use chrono::{DateTime, Timelike, Utc};
use chrono_tz::Tz;

use super::route::Party;
use super::stage::Action;
use crate::platform::indonesian::long_date;

/// What a mail says. `{layanan}`, `{kelurahan}`, `{batas}` (of the request) and `{batas_langkah}` (of whoever must act)
/// are filled in.
pub struct Mail {
    pub subject: &'static str,
    pub lead: &'static str,
    pub next: &'static str,
    pub button: &'static str,
}

const SHOW: &str = "Lihat permohonan";

/// The mail of an action to the resident; none for steps that go on as promised.
#[must_use]
pub fn mail(action: Action) -> Option<Mail> {
    match action {
        Action::Submit | Action::Cancel | Action::Expire => Some(begin_or_end(action)),
        Action::Return | Action::Refer | Action::Reject | Action::Object => decision(action),
        Action::SendBack | Action::Correct | Action::Transfer => under_way(action),
        Action::Issue | Action::Reissue | Action::Revoke => letter(action),
        _ => None,
    }
}

fn begin_or_end(action: Action) -> Mail {
    match action {
        Action::Cancel => Mail {
            subject: "Permohonan dibatalkan",
            lead: "Permohonan {layanan} Anda sudah dibatalkan.",
            next: "Anda dapat mengajukan lagi kapan saja.",
            button: SHOW,
        },
        Action::Expire => Mail {
            subject: "Permohonan ditutup",
            lead: "Permohonan {layanan} Anda ditutup karena tidak dilengkapi sampai batas waktunya.",
            next: "Anda dapat mengajukan lagi kapan saja.",
            button: SHOW,
        },
        _ => Mail {
            subject: "Permohonan diterima",
            lead: "Permohonan {layanan} Anda sudah kami terima. Kami berjanji menyelesaikannya paling lambat {batas}.",
            next: "Anda tidak perlu datang. Kami memberi kabar pada setiap langkah, dan Anda dapat melacaknya dengan kode di bawah ini.",
            button: SHOW,
        },
    }
}

fn decision(action: Action) -> Option<Mail> {
    Some(match action {
        Action::Return => Mail {
            subject: "Perlu dilengkapi",
            lead: "Permohonan {layanan} Anda belum dapat diproses. Petugas menuliskan:",
            next: "Lengkapi lewat tautan di bawah ini dalam 14 hari. Selama menunggu Anda, waktu layanan berhenti dihitung.",
            button: "Lengkapi permohonan",
        },
        Action::Refer => Mail {
            subject: "Perlu didaftarkan lebih dulu",
            lead: "Permohonan {layanan} Anda belum dapat diproses, karena pemohon perlu terdaftar lebih dulu dalam data sosial ekonomi (DTSEN). Kantor kelurahan membantu pendaftarannya.",
            next: "Sesudah terdaftar, kirim lagi permohonan ini lewat tautan di bawah dalam 90 hari. Selama menunggu Anda, waktu layanan berhenti dihitung.",
            button: "Kirim lagi permohonan",
        },
        Action::Reject => Mail {
            subject: "Permohonan ditolak",
            lead: "Permohonan {layanan} Anda tidak dapat kami kabulkan. Alasannya:",
            next: "Bila Anda tidak setuju, ajukan keberatan lewat tautan di bawah ini. Atasan pejabat yang menolak akan memutusnya.",
            button: "Lihat alasannya",
        },
        Action::Object => Mail {
            subject: "Keberatan diterima",
            lead: "Keberatan Anda atas penolakan permohonan {layanan} sudah kami terima.",
            next: "Atasan pejabat yang menolak memeriksa dan memutusnya. Kabarnya kami kirim lewat email.",
            button: SHOW,
        },
        _ => return None,
    })
}

fn under_way(action: Action) -> Option<Mail> {
    Some(match action {
        Action::SendBack => Mail {
            subject: "Permohonan diperiksa sekali lagi",
            lead: "Permohonan {layanan} Anda diperiksa sekali lagi di kantor kami sebelum dilanjutkan.",
            next: "Anda tidak perlu melakukan apa pun. Janji kami tetap: selesai paling lambat {batas}.",
            button: SHOW,
        },
        Action::Correct => Mail {
            subject: "Data permohonan diperbaiki",
            lead: "Petugas memperbaiki data permohonan {layanan} Anda.",
            next: "Periksa lewat tautan di bawah ini. Bila ada yang keliru, beri tahu kantor kelurahan dengan menyebut kode permohonan.",
            button: "Periksa permohonan",
        },
        Action::Transfer => Mail {
            subject: "Dipindahkan ke kelurahan lain",
            lead: "Permohonan {layanan} Anda dipindahkan ke Kelurahan {kelurahan}, sesuai tempat tinggal pemohon.",
            next: "Anda tidak perlu mengajukan lagi. Janji kami tetap: selesai paling lambat {batas}.",
            button: SHOW,
        },
        _ => return None,
    })
}

fn letter(action: Action) -> Option<Mail> {
    Some(match action {
        Action::Issue => Mail {
            subject: "Surat sudah terbit",
            lead: "{layanan} Anda sudah ditandatangani dan terbit.",
            next: "Unduh suratnya lewat tautan di bawah ini. Keasliannya dapat diperiksa siapa pun dengan memindai kode QR pada surat.",
            button: "Unduh surat",
        },
        Action::Reissue => Mail {
            subject: "Surat diterbitkan ulang",
            lead: "{layanan} Anda akan diterbitkan ulang.",
            next: "Anda tidak perlu melakukan apa pun. Surat yang lama tetap berlaku sampai penggantinya terbit.",
            button: SHOW,
        },
        Action::Revoke => Mail {
            subject: "Surat dicabut",
            lead: "{layanan} Anda dicabut dan tidak berlaku lagi. Alasannya:",
            next: "Siapa pun yang memeriksa surat itu membaca bahwa surat itu dicabut. Bila Anda masih memerlukannya, ajukan permohonan baru.",
            button: "Lihat alasannya",
        },
        _ => return None,
    })
}

/// The office wrote to the resident.
pub const MESSAGE_TO_RESIDENT: Mail = Mail {
    subject: "Pesan dari petugas",
    lead: "Petugas menulis kepada Anda tentang permohonan {layanan}:",
    next: "Balas lewat tautan di bawah ini, jangan lewat email ini.",
    button: "Baca dan balas",
};

/// The resident wrote to the office.
pub const MESSAGE_TO_OFFICER: Mail = Mail {
    subject: "Pesan dari pemohon",
    lead: "Pemohon menulis tentang permohonan {layanan} yang Anda kerjakan.",
    next: "Pesannya dapat dibaca dan dibalas pada halaman permohonan.",
    button: "Baca dan balas",
};

/// Reminds of a request that waits for the resident.
pub const REMINDER: Mail = Mail {
    subject: "Menunggu Anda",
    lead: "Permohonan {layanan} Anda masih menunggu dilengkapi. Petugas menuliskan:",
    next: "Lengkapi paling lambat {batas_langkah}. Sesudah itu permohonan ditutup.",
    button: "Lengkapi permohonan",
};

/// Tells the superior of an objection.
pub const OBJECTION: Mail = Mail {
    subject: "Keberatan warga",
    lead: "Seorang warga berkeberatan atas penolakan permohonan {layanan} di Kelurahan {kelurahan}. Warga menuliskan:",
    next: "Sebagai atasan, Anda yang memutusnya, paling lambat {batas_langkah}.",
    button: "Buka permohonan",
};

/// Said instead when nobody stands above who rejected, or the objection was used.
pub const FINAL_REJECTION: &str =
    "Keputusan ini akhir untuk permohonan ini. Bila keadaannya berubah, Anda dapat mengajukan permohonan baru.";
/// Before the names of the answers that an officer mended.
pub const MENDED: &str = "Yang diperbaiki: ";
/// Said of papers among what was mended.
pub const MENDED_PAPERS: &str = "berkas";
pub const SIGNED_AGAIN: &str =
    "Karena isi surat berubah sesudah ditandatangani, permohonan diperiksa dan ditandatangani sekali lagi.";
pub const LETTER_NUMBER: &str = "Nomor surat: ";
pub const REPLACES: &str = "Surat yang lama tidak berlaku lagi.";

/// Who must act.
#[must_use]
pub fn party(party: Party) -> &'static str {
    match party {
        Party::Kelurahan => "Kelurahan",
        Party::Kecamatan => "Kecamatan",
        Party::Resident => "Anda (pemohon)",
    }
}

/// A moment as people read it: `24 November 2026 pukul 14.30`.
#[must_use]
pub fn moment(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    format!(
        "{} pukul {:02}.{:02}",
        long_date(local.date_naive()),
        local.hour(),
        local.minute()
    )
}

/// A reason code of a return or rejection in words.
#[must_use]
pub fn reason(code: &str) -> &'static str {
    match code {
        "incomplete" => "Berkas belum lengkap",
        "unreadable" => "Berkas tidak terbaca",
        "mismatch" => "Data tidak sesuai dengan berkas",
        "not_resident" => "Bukan warga wilayah ini",
        "requirements" => "Tidak memenuhi syarat",
        "duplicate" => "Permohonan sama sudah ada",
        "to_be_listed" => "Perlu didaftarkan lebih dulu",
        _ => "Lainnya",
    }
}

/// Reasons that an officer can choose from.
pub const REASONS: &[&str] = &[
    "incomplete",
    "unreadable",
    "mismatch",
    "not_resident",
    "requirements",
    "duplicate",
    "other",
];
