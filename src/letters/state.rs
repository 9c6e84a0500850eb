//! The words of the letters' tables.

crate::text_enum! {
    /// Where a letter stands.
    pub enum LetterState {
        /// It has a number and waits for its file. Nobody outside knows of it.
        Reserved => "reserved",
        Issued => "issued",
        /// Given up before it was issued; its number stays taken.
        Void => "void",
        /// Issued, and no longer to be relied on.
        Revoked => "revoked",
    }
}

crate::text_enum! {
    /// Where a number of the agenda book stands.
    pub enum EntryState {
        Reserved => "reserved",
        Used => "used",
        Void => "void",
        Revoked => "revoked",
    }
}

crate::text_enum! {
    /// Whose register a number comes from; a letter of shape B has one of each. The last to sign is the greatest.
    pub enum Level {
        Kelurahan => "kelurahan",
        Kecamatan => "kecamatan",
    }
}
