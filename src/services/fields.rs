//! What a person can be asked, and the reading and printing of each kind of answer.

mod answers;
mod identifiers;
mod kinds;
mod parse;
mod print;
mod problem;

pub use answers::{Answers, merge};
pub use identifiers::{identifier_paths, map_identifiers};
pub use kinds::{Field, FieldKind, OptionSource, Options};
pub(super) use parse::report;
pub use parse::{Origin, ParseContext, parse_all};
pub use print::{Control, PrintContext, Printed, option_label};
pub use problem::Problem;
