//! The lines of a matrix.

/// The columns, in their order.
pub const ROLES: [&str; 13] = [
    "anon", "resident", "kepling", "petugas", "seklur", "lurah", "stale", "loket", "kasi", "sekcam", "camat", "admin",
    "pengawas",
];

/// A file as it was read.
pub struct Table {
    pub name: &'static str,
    pub lines: Vec<Line>,
}

/// One call (method and address, or an action) in one case, with what each role is answered.
pub struct Line {
    pub call: String,
    pub case: String,
    pub cells: Vec<String>,
}

impl Table {
    pub fn read(name: &'static str, text: &str) -> Self {
        let mut rows = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
            .map(|line| line.split(',').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>());
        let head = rows.next().unwrap();
        assert_eq!(head[2..], ROLES, "{name}");
        let line = |row: Vec<String>| {
            assert_eq!(row.len(), ROLES.len() + 2, "{name}: {row:?}");
            Line {
                call: row[0].clone(),
                case: row[1].clone(),
                cells: row[2..].to_vec(),
            }
        };
        Self {
            name,
            lines: rows.map(line).collect(),
        }
    }
}

impl Line {
    /// Method and address as the program has registered them.
    pub fn route(&self) -> String {
        plain(self.call.split('?').next().unwrap())
    }

    /// The line with other cells, to be read beside the file.
    pub fn with(&self, cells: &[String]) -> String {
        format!("{}, {}, {}", self.call, self.case, cells.join(", "))
    }
}

/// A style sheet is named by what it contains.
pub fn plain(address: &str) -> String {
    match address.split_once("/assets/") {
        Some((before, file)) if file.ends_with(".css") => format!("{before}/assets/{{style}}.css"),
        _ => address.to_owned(),
    }
}

/// Whether an address is a file that was built into the program, as `name.print.js`: open to everybody, and only there
/// after `make assets`.
pub fn is_built(path: &str) -> bool {
    path.strip_prefix("/assets/")
        .is_some_and(|file| file.matches('.').count() > 1)
}
