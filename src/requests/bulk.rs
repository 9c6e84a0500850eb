//! One action on many requests: what is asked, and what becomes of each.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::act::NewAction;
use super::stage::Action;
use crate::accounts::{Actor, second_factor_fresh};
use crate::app::Ctx;
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;

/// Most requests of one call.
pub const MAX_ITEMS: usize = 100;

/// Actions that need nothing but a yes.
const OPEN: &[Action] = &[Action::Endorse, Action::Verify, Action::Initial, Action::Sign];

/// `POST /api/v1/actions/bulk`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewBulk {
    /// `endorse`, `verify`, `initial` or `sign`.
    #[schema(example = "sign")]
    pub action: String,
    /// At most 100, none twice.
    pub items: Vec<NewItem>,
    /// Read only where the signer of a certification service signs.
    #[serde(default)]
    pub passphrase: Option<String>,
}

/// One request, as it was read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewItem {
    #[schema(value_type = uuid::Uuid)]
    pub id: String,
    /// Another one is refused with 412.
    pub version: i32,
}

/// What became of all.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BulkDone {
    /// In the order in which they were asked for.
    pub items: Vec<ItemDone>,
}

/// What became of one request: the status, code and message that the action alone would have been answered.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ItemDone {
    pub id: String,
    /// 200, or 202 while its letter is being made; else why not.
    #[schema(example = 202)]
    pub status: u16,
    /// Null when it was done.
    pub code: Option<String>,
    pub message: String,
    /// The new version; null when nothing was done.
    pub version: Option<i32>,
}

impl ItemDone {
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.code.is_none()
    }
}

impl NewBulk {
    /// The call as a whole, before any item: its input, then the second factor, which is asked for once.
    ///
    /// # Errors
    /// `Invalid` with every wrong field at once; `second_factor_required`.
    pub fn check(&self, ctx: &Ctx<'_>, actor: &Actor) -> Result<(), Error> {
        let mut errors = Vec::new();
        let action = self.action.parse().ok().filter(|action| OPEN.contains(action));
        if action.is_none() {
            let message = "Hanya pengantar, pemeriksaan, paraf, dan tanda tangan yang dapat dikerjakan sekaligus.";
            errors.push(FieldError::new("action", "unknown_action", message));
        }
        if self.items.is_empty() {
            errors.push(FieldError::new(
                "items",
                "required",
                "Pilih paling sedikit satu permohonan.",
            ));
        }
        if self.items.len() > MAX_ITEMS {
            errors.push(FieldError::new(
                "items",
                "too_many",
                "Paling banyak 100 permohonan sekaligus.",
            ));
        }
        let mut seen = std::collections::HashSet::new();
        for (place, item) in self.items.iter().take(MAX_ITEMS).enumerate() {
            if !seen.insert(item.id.to_ascii_lowercase()) {
                let message = "Permohonan ini tercantum dua kali.";
                errors.push(FieldError::new(format!("items.{place}.id"), "duplicate", message));
            }
        }
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        if action == Some(Action::Sign) && !second_factor_fresh(actor, ctx.now) {
            return Err(Error::Forbidden {
                code: "second_factor_required",
            });
        }
        Ok(())
    }

    /// One item as an action of its own.
    ///
    /// # Errors
    /// Never: the value is what an action is read from.
    pub fn action_on(&self, item: &NewItem) -> Result<NewAction, Error> {
        let wanted = serde_json::json!({
            "action": self.action, "version": item.version, "passphrase": self.passphrase,
        });
        serde_json::from_value(wanted).map_err(Error::internal)
    }
}
