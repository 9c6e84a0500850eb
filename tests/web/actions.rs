//! What can happen to a request between its beginning and its end, and after: each action's way, and who is refused
//! with what, in the order of the contract.

mod acting;
mod correct;
mod object;
mod own;
mod pages;
mod reissue;
mod reminders;
mod scene;
mod send_back;
mod shapes;
mod transfer;
