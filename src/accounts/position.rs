//! The offices that a person can be appointed to.

crate::text_enum! {
    /// A position in the kelurahan or kecamatan. Titles, ranks and names are data of the office, not this list.
    pub enum Position {
        Kepling => "kepling",
        Petugas => "petugas",
        Seklur => "seklur",
        Lurah => "lurah",
        Kasi => "kasi",
        Sekcam => "sekcam",
        Camat => "camat",
        /// Looks after catalogue, calendar, people and settings; never sees what a request contains.
        Admin => "admin",
        /// Read-only auditor of events.
        Pengawas => "pengawas",
    }
}

impl Position {
    /// What residents read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Kepling => "Kepala Lingkungan",
            Self::Petugas => "Petugas pelayanan",
            Self::Seklur => "Sekretaris Lurah",
            Self::Lurah => "Lurah",
            Self::Kasi => "Kepala Seksi",
            Self::Sekcam => "Sekretaris Camat",
            Self::Camat => "Camat",
            Self::Admin => "Admin",
            Self::Pengawas => "Pengawas",
        }
    }

    /// Whether the position counts only in a session that has shown a second factor (design, section 2).
    #[must_use]
    pub const fn needs_second_factor(self) -> bool {
        matches!(self, Self::Lurah | Self::Sekcam | Self::Camat | Self::Admin)
    }
}

crate::text_enum! {
    /// The sections of a kecamatan; every letter that reaches the kecamatan is initialled by the head of one.
    pub enum KasiSection {
        Ekbang => "Ekbang",
        Kesra => "Kesra",
        PelayananUmum => "Pelayanan Umum",
        Pemerintahan => "Pemerintahan",
        Trantib => "Trantib",
    }
}
