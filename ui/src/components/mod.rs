//! Pieces that several pages share.

mod button;
mod chart;
mod error;
mod frame;
mod lending;
mod money;
mod notices;
mod question;
mod readiness;
mod save;
mod state_pill;
mod text;
mod unlock;

pub(crate) use button::{ActButton, Kind};
pub(crate) use chart::{Bar, BarChart, Figure};
pub(crate) use error::{ErrorBox, ErrorNote};
pub(crate) use frame::Frame;
pub(crate) use lending::LendingButtons;
pub(crate) use money::{Money, SignedMoney, Worth, currency_text, money_text, usd_text};
pub(crate) use notices::Notices;
pub(crate) use question::QuestionDialog;
pub(crate) use readiness::Checklist;
pub(crate) use save::{save_bytes, save_csv};
pub(crate) use text::{Address, Empty, Loading, Pill, Progress, When};
pub(crate) use unlock::UnlockForm;
