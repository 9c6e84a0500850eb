//! The choice of an officer, as a pure function (design section 5).
//!
//! Holders of the position before those who act for them; then least open effort per minute available in the next
//! five days; a tie goes to who has waited longest for work, then
//! to the lower id, so the same facts always give the same officer. The reason is stored with the assignment and can
//! be read by whoever asks "why me?"; it holds ids and numbers only.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use uuid::Uuid;

use crate::text_enum;

/// An officer appointed to the position in the area, with the facts that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub id: Uuid,
    /// Effort of the open items, in minutes.
    pub open_effort_minutes: i64,
    /// Working minutes in the next five days, absences taken off.
    pub available_minutes: i64,
    pub open_items: i64,
    /// Most open items this person may hold; `None` = no cap.
    pub cap: Option<i64>,
    /// Absent now.
    pub absent: bool,
    /// Appointed to act for the holder of the position: only when no holder can.
    pub stands_in: bool,
    pub skills: Vec<String>,
    /// When work was last assigned; `None` = never.
    pub last_assigned_at: Option<DateTime<Utc>>,
}

/// What this piece of work asks of an officer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Need<'a> {
    /// The skill that the step is set to need, if any.
    pub skill: Option<&'a str>,
    /// Who may not get it, though appointed: the applicant and the submitter.
    pub never: &'a [Uuid],
}

text_enum! {
    /// Why an appointed officer was not considered.
    pub enum Excluded {
        Own => "own_request",
        Absent => "absent",
        Skill => "skill",
        Full => "full",
    }
}

text_enum! {
    /// What decided.
    pub enum Rule {
        OnlyOne => "only_one",
        /// The holder of the position comes before who acts for the holder.
        Holder => "holder",
        LeastLoad => "least_load",
        LongestUnassigned => "longest_unassigned",
        LowestId => "lowest_id",
    }
}

/// One officer in the explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weighed {
    pub id: Uuid,
    pub open_effort_minutes: i64,
    pub available_minutes: i64,
    pub open_items: i64,
    pub last_assigned_at: Option<DateTime<Utc>>,
    /// Why not considered; absent from the stored value when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<Excluded>,
}

/// The stored explanation: who was looked at, best first, and what decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// `None` when nobody could be chosen.
    pub rule: Option<Rule>,
    pub weighed: Vec<Weighed>,
}

/// The outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Chosen {
        id: Uuid,
        reason: Reason,
    },
    /// Nobody may: a task for the superior, with the reason why each was left out.
    Nobody {
        reason: Reason,
    },
}

/// Chooses among the appointed officers, given in any order.
#[must_use]
pub fn choose(candidates: &[Candidate], need: Need<'_>) -> Choice {
    let (mut able, mut others) = (Vec::new(), Vec::new());
    for candidate in candidates {
        match excluded(candidate, need) {
            None => able.push(candidate),
            Some(why) => others.push((candidate, why)),
        }
    }
    able.sort_by(|a, b| better(a, b));
    others.sort_by_key(|(candidate, _)| candidate.id);
    let rule = match able.as_slice() {
        [] => None,
        [_] => Some(Rule::OnlyOne),
        [first, second, ..] => Some(deciding(first, second)),
    };
    let left_out = others.into_iter().map(|(candidate, why)| weighed(candidate, Some(why)));
    let reason = Reason {
        rule,
        weighed: able.iter().map(|c| weighed(c, None)).chain(left_out).collect(),
    };
    match able.first() {
        Some(first) => Choice::Chosen { id: first.id, reason },
        None => Choice::Nobody { reason },
    }
}

fn excluded(candidate: &Candidate, need: Need<'_>) -> Option<Excluded> {
    if need.never.contains(&candidate.id) {
        Some(Excluded::Own)
    } else if candidate.absent {
        Some(Excluded::Absent)
    } else if need
        .skill
        .is_some_and(|skill| !candidate.skills.iter().any(|s| s == skill))
    {
        Some(Excluded::Skill)
    } else if candidate.cap.is_some_and(|cap| candidate.open_items >= cap) {
        Some(Excluded::Full)
    } else {
        None
    }
}

fn better(a: &Candidate, b: &Candidate) -> Ordering {
    a.stands_in
        .cmp(&b.stands_in)
        .then(by_load(a, b))
        .then(a.last_assigned_at.cmp(&b.last_assigned_at))
        .then(a.id.cmp(&b.id))
}

/// What tells the first from the second. Never assigned (`None`) sorts before any moment.
fn deciding(first: &Candidate, second: &Candidate) -> Rule {
    if !first.stands_in && second.stands_in {
        Rule::Holder
    } else if by_load(first, second).is_lt() {
        Rule::LeastLoad
    } else if first.last_assigned_at < second.last_assigned_at {
        Rule::LongestUnassigned
    } else {
        Rule::LowestId
    }
}

/// Compares effort / available without division: exact, and whole numbers only. Who has no minute in the next days
/// comes after everybody who has, and among those the effort alone counts.
fn by_load(a: &Candidate, b: &Candidate) -> Ordering {
    let available = |c: &Candidate| i128::from(c.available_minutes.max(0));
    let effort = |c: &Candidate| i128::from(c.open_effort_minutes.max(0));
    match (available(a), available(b)) {
        (0, 0) => effort(a).cmp(&effort(b)),
        (0, _) => Ordering::Greater,
        (_, 0) => Ordering::Less,
        (of_a, of_b) => (effort(a) * of_b).cmp(&(effort(b) * of_a)),
    }
}

fn weighed(candidate: &Candidate, excluded: Option<Excluded>) -> Weighed {
    Weighed {
        id: candidate.id,
        open_effort_minutes: candidate.open_effort_minutes,
        available_minutes: candidate.available_minutes,
        open_items: candidate.open_items,
        last_assigned_at: candidate.last_assigned_at,
        excluded,
    }
}

#[cfg(test)]
#[path = "score_tests.rs"]
mod tests;
