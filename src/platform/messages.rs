//! What people read when a call is refused.

use actix_web::http::StatusCode;

/// Title and advice for an error code; codes without a line of their own speak by their status.
#[must_use]
pub fn problem(code: &str, status: StatusCode) -> (&'static str, &'static str) {
    match code {
        "login_required" => ("Belum masuk", "Masuk lebih dulu, lalu ulangi."),
        "login_failed" => (
            "Tidak dapat masuk",
            "Email/NIK atau kata sandi tidak cocok. Bila satu email dipakai sekeluarga, masuklah dengan NIK.",
        ),
        "token_expired" => ("Sesi berakhir", "Perbarui sesi dengan refresh token atau masuk lagi."),
        "refresh_reused" => (
            "Sesi diakhiri",
            "Token lama dipakai ulang. Demi keamanan, masuklah lagi.",
        ),
        "email_unverified" => (
            "Email belum dikonfirmasi",
            "Buka tautan pada email konfirmasi, lalu masuk lagi.",
        ),
        "otp_required" => ("Kode dibutuhkan", "Masukkan kode 6 angka dari aplikasi autentikator."),
        "otp_invalid" => (
            "Kode tidak cocok",
            "Tunggu kode berikutnya pada aplikasi autentikator, lalu coba lagi.",
        ),
        "second_factor_required" => (
            "Konfirmasi dibutuhkan",
            "Masukkan kode autentikator untuk melanjutkan, lalu ulangi.",
        ),
        "totp_already_confirmed" => ("Sudah aktif", "Kode autentikator akun ini sudah aktif."),
        "totp_not_enrolled" => (
            "Belum ada kode",
            "Daftarkan dulu aplikasi autentikator pada halaman akun Anda.",
        ),
        "nik_already_verified" => (
            "NIK sudah terverifikasi",
            "Akun lain dengan NIK ini sudah dicocokkan dengan KTP.",
        ),
        "link_invalid" => (
            "Tautan tidak berlaku",
            "Tautan sudah dipakai atau kedaluwarsa. Mintalah tautan baru.",
        ),
        "csrf" => ("Formulir kedaluwarsa", "Muat ulang halaman ini lalu kirim lagi."),
        "own_request" => (
            "Permohonan sendiri",
            "Anda tidak dapat memproses permohonan Anda sendiri.",
        ),
        "not_your_step" => ("Bukan giliran Anda", "Langkah ini dikerjakan oleh jabatan lain."),
        "not_allowed" => ("Tidak berwenang", "Jabatan Anda tidak membuka bagian ini."),
        "held_by_other" => (
            "Sedang dibuka petugas lain",
            "Permohonan ini sedang dikerjakan rekan Anda.",
        ),
        "cap_reached" => ("Batas tercapai", "Selesaikan dulu permohonan yang sudah Anda ambil."),
        "wrong_state" => (
            "Tidak dapat dilakukan",
            "Permohonan ini tidak dapat diproses demikian pada tahap sekarang.",
        ),
        "messages_closed" => (
            "Percakapan sudah ditutup",
            "Pesan dapat ditulis sampai 30 hari setelah permohonan berakhir.",
        ),
        "draft_limit" => (
            "Simpanan penuh",
            "Paling banyak 20 formulir dapat disimpan. Kirim atau hapus dulu salah satunya.",
        ),
        "no_objection" => ("Penolakan sudah final", "Keberatan hanya dapat diajukan satu kali."),
        "stale_version" => (
            "Data sudah berubah",
            "Muat ulang untuk melihat keadaan terakhir, lalu ulangi.",
        ),
        "invalid" => (
            "Isian perlu diperbaiki",
            "Perbaiki isian yang ditandai, lalu kirim lagi.",
        ),
        "malformed_json" => ("JSON tidak terbaca", "Periksa penulisan JSON pada isi permintaan."),
        "malformed_body" => ("Isi tidak terbaca", "Periksa bentuk isi permintaan."),
        "malformed_path" => ("Alamat tidak terbaca", "Periksa alamat atau parameter permintaan."),
        "idempotency_mismatch" => (
            "Kunci sudah dipakai",
            "Idempotency-Key ini sudah dipakai untuk isi yang lain. Pakai kunci baru.",
        ),
        "idempotency_key_invalid" => ("Kunci tidak sah", "Idempotency-Key berisi 1 sampai 200 karakter ASCII."),
        "too_large" => ("Terlalu besar", "Perkecil berkas atau isi permintaan."),
        "too_many_requests" => ("Terlalu sering", "Tunggu sebentar lalu coba lagi."),
        "range_too_long" => ("Rentang terlalu panjang", "Persempit rentang tanggal."),
        "bad_cursor" => ("Halaman tidak dikenal", "Mulai lagi dari halaman pertama."),
        "no_office" => ("Belum ada petugas", "Belum ada pejabat untuk langkah ini."),
        _ => by_status(status),
    }
}

fn by_status(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        400 => ("Permintaan tidak terbaca", "Periksa permintaan, lalu ulangi."),
        401 => ("Belum masuk", "Masuk lebih dulu, lalu ulangi."),
        403 => ("Tidak berwenang", "Anda tidak berwenang melakukan ini."),
        404 => (
            "Tidak ditemukan",
            "Alamat atau kode ini tidak ada, atau bukan milik Anda.",
        ),
        405 => (
            "Cara tidak didukung",
            "Alamat ini tidak menerima metode tersebut; lihat Allow.",
        ),
        406 => ("Bentuk tidak tersedia", "Minta application/json."),
        409 => ("Tidak dapat dilakukan", "Keadaan sekarang tidak memungkinkan hal ini."),
        412 => (
            "Data sudah berubah",
            "Muat ulang untuk melihat keadaan terakhir, lalu ulangi.",
        ),
        413 => ("Terlalu besar", "Perkecil berkas atau isi permintaan."),
        415 => (
            "Jenis isi tidak didukung",
            "Kirim application/json, atau multipart/form-data untuk berkas.",
        ),
        422 => (
            "Isian perlu diperbaiki",
            "Perbaiki isian yang ditandai, lalu kirim lagi.",
        ),
        429 => ("Terlalu sering", "Tunggu sebentar lalu coba lagi."),
        503 => ("Sedang sibuk", "Coba lagi sebentar lagi."),
        _ => (
            "Terjadi gangguan",
            "Kesalahan pada sistem kami. Coba lagi; bila berulang, hubungi kantor kecamatan.",
        ),
    }
}
