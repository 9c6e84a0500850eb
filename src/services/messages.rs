//! Sentences of this room that residents read beside its forms and pages.

use super::fields::FieldKind;

/// Help below the label of a field; empty where the label says all.
#[must_use]
pub(super) const fn hint(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Nik => "16 angka, seperti tertulis pada KTP.",
        FieldKind::Kk => "16 angka, seperti tertulis pada Kartu Keluarga.",
        FieldKind::Phone => "Misalnya 0812 3456 7890.",
        FieldKind::Email => "Misalnya nama@contoh.id. Kabar permohonan dikirim ke sini.",
        FieldKind::Decimal => "Pakai koma untuk pecahan, misalnya 3,15.",
        FieldKind::Money => "Rupiah, angka saja, misalnya 1500000.",
        FieldKind::Geo => "Buka peta di HP, tekan lama pada lokasinya, lalu salin kedua angkanya.",
        FieldKind::Table { .. } => "Isi baris yang perlu saja. Baris kosong tidak dihitung.",
        FieldKind::Text
        | FieldKind::Textarea
        | FieldKind::Date
        | FieldKind::Time
        | FieldKind::Datetime
        | FieldKind::Number
        | FieldKind::Bool
        | FieldKind::Select(_) => "",
    }
}

/// Label of the control that asks for kelurahan and lingkungan at once.
pub(super) const PLACE_LABEL: &str = "Kelurahan dan lingkungan";

/// Working minutes as people read them: `2 hari kerja`, `1 jam 45 menit`. A working day has 420 minutes.
#[must_use]
pub fn working_time(minutes: u32) -> String {
    const DAY: u32 = 420;
    if minutes >= DAY && minutes.is_multiple_of(DAY) {
        return format!("{} hari kerja", minutes / DAY);
    }
    let (hours, rest) = (minutes / 60, minutes % 60);
    match (hours, rest) {
        (0, rest) => format!("{rest} menit"),
        (hours, 0) => format!("{hours} jam"),
        (hours, rest) => format!("{hours} jam {rest} menit"),
    }
}

#[cfg(test)]
mod tests {
    use super::working_time;

    #[test]
    fn working_time_is_said_in_days_or_in_hours() {
        let said: Vec<String> = [420, 2_940, 105, 60, 42, 500].into_iter().map(working_time).collect();
        assert_eq!(
            said,
            [
                "1 hari kerja",
                "7 hari kerja",
                "1 jam 45 menit",
                "1 jam",
                "42 menit",
                "8 jam 20 menit"
            ]
        );
    }
}
