//! Sentences of this room that people read.

use chrono::{DateTime, Timelike, Utc};
use chrono_tz::Tz;

use super::route::Party;
use super::stage::Action;
use crate::platform::indonesian::long_date;

/// What a mail says.
pub struct Mail {
    pub subject: &'static str,
    /// `{layanan}` and `{batas}` are filled in.
    pub lead: &'static str,
    pub next: &'static str,
    pub button: &'static str,
}

/// The mail of an action; none for steps inside the office.
#[must_use]
pub fn mail(action: Action) -> Option<Mail> {
    Some(match action {
        Action::Submit => Mail {
            subject: "Permohonan diterima",
            lead: "Permohonan {layanan} Anda sudah kami terima. Kami berjanji menyelesaikannya paling lambat {batas}.",
            next: "Anda tidak perlu datang. Kami memberi kabar pada setiap langkah, dan Anda dapat melacaknya dengan kode di bawah ini.",
            button: "Lihat permohonan",
        },
        Action::Return | Action::Refer => Mail {
            subject: "Perlu dilengkapi",
            lead: "Permohonan {layanan} Anda belum dapat diproses. Petugas menuliskan:",
            next: "Lengkapi lewat tautan di bawah ini dalam 14 hari. Selama menunggu Anda, waktu layanan berhenti dihitung.",
            button: "Lengkapi permohonan",
        },
        Action::Reject => Mail {
            subject: "Permohonan ditolak",
            lead: "Permohonan {layanan} Anda tidak dapat kami kabulkan. Alasannya:",
            next: "Bila Anda tidak setuju, sampaikan keberatan kepada atasan pejabat tersebut di kantor kelurahan atau kecamatan dengan menyebut kode di bawah ini.",
            button: "Lihat alasannya",
        },
        Action::Issue => Mail {
            subject: "Surat sudah terbit",
            lead: "{layanan} Anda sudah ditandatangani dan terbit.",
            next: "Unduh suratnya lewat tautan di bawah ini. Keasliannya dapat diperiksa siapa pun dengan memindai kode QR pada surat.",
            button: "Unduh surat",
        },
        Action::Cancel => Mail {
            subject: "Permohonan dibatalkan",
            lead: "Permohonan {layanan} Anda sudah dibatalkan.",
            next: "Anda dapat mengajukan lagi kapan saja.",
            button: "Lihat permohonan",
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
