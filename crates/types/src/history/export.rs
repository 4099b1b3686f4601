//! The history as a file, piece by piece.

use serde::{Deserialize, Serialize};

use super::HistoryCursor;

/// What the file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportForm {
    /// Every movement with everything known about it.
    Plain,
    /// What Koinly imports: its universal template.
    Koinly,
    /// What CoinTracking imports: its own CSV columns.
    Cointracking,
}

/// A piece of the file; the pieces in order are the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportChunk {
    /// Whole lines of CSV; the first piece begins with the header.
    pub text: String,
    /// How many movements are in it.
    pub rows: u64,
    /// Where the next piece begins; `None` at the end.
    pub next: Option<HistoryCursor>,
}
