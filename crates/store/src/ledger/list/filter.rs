//! A filter on its way into a query.

use hearth_types::{
    history::{EntryState, HistoryCursor, HistoryFilter},
    time::UnixMillis,
};

use super::search::{self, Search};
use crate::{
    StoreError,
    codec::{Word, moment},
};

/// Conditions as columns have them; what is `None` is not asked for.
#[derive(Debug)]
pub(in super::super) struct Wanted {
    pub(in super::super) kind: Option<&'static str>,
    pub(in super::super) currency: Option<&'static str>,
    pub(in super::super) state: Option<&'static str>,
    pub(in super::super) lease: Option<Vec<u8>>,
    pub(in super::super) device: Option<Vec<u8>>,
    /// First moment.
    pub(in super::super) from: i64,
    /// First moment after.
    pub(in super::super) until: i64,
    pub(super) search: Option<Search>,
}

/// The condition that drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Driver {
    Text,
    Lease,
    Device,
    State,
    Kind,
    Currency,
    Time,
}

impl Wanted {
    pub(in super::super) fn new(filter: &HistoryFilter) -> Result<Self, StoreError> {
        let bound = |at: Option<UnixMillis>, open| at.map_or(Ok(open), moment);
        Ok(Self {
            kind: filter.kind.map(Word::word),
            currency: filter.currency.map(Word::word),
            state: filter.state.map(Word::word),
            lease: filter.lease.map(|lease| lease.0.to_vec()),
            device: filter.device.map(|device| device.0.to_vec()),
            from: bound(filter.from, 0)?,
            until: bound(filter.until, i64::MAX)?,
            search: search::parse(&filter.text),
        })
    }

    /// Most selective first: a lease has a handful of entries, a device perhaps half of them, and almost all of them
    /// are final.
    pub(super) fn driver(&self) -> Driver {
        let rare_state = self.state.is_some_and(|state| state != EntryState::Final.word());
        match self {
            Self { search: Some(_), .. } => Driver::Text,
            Self { lease: Some(_), .. } => Driver::Lease,
            _ if rare_state => Driver::State,
            Self { device: Some(_), .. } => Driver::Device,
            Self { kind: Some(_), .. } => Driver::Kind,
            Self {
                currency: Some(_), ..
            } => Driver::Currency,
            Self { state: Some(_), .. } => Driver::State,
            _ => Driver::Time,
        }
    }
}

/// The place before which entries are wanted: time, then number.
pub(in super::super) fn place(after: Option<&HistoryCursor>, open: i64) -> Result<(i64, i64), StoreError> {
    match after {
        Some(cursor) => Ok((moment(cursor.at)?, cursor.id)),
        None => Ok((open, open)),
    }
}
