//! Lines of CSV, without a text of its own for any field.

use hearth_types::{
    money::{push_decimal, push_signed},
    time::UnixMillis,
};

use super::ids::Ids;
use crate::{StoreError, codec::from_column};

/// Characters with which spreadsheets begin a formula, or skip to one.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// What was written, and room for a field.
pub(super) struct Lines {
    csv: csv::Writer<Vec<u8>>,
    field: String,
    ids: Ids,
}

impl Lines {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self {
            csv: csv::Writer::from_writer(Vec::with_capacity(bytes)),
            field: String::new(),
            ids: Ids::default(),
        }
    }

    /// A whole line.
    pub(super) fn header(&mut self, names: &[&str]) -> Result<(), StoreError> {
        self.csv.write_record(names).map_err(wrong)
    }

    /// A field of our own words.
    pub(super) fn word(&mut self, text: &str) -> Result<(), StoreError> {
        self.csv.write_field(text).map_err(wrong)
    }

    /// Some empty fields.
    pub(super) fn empty(&mut self, count: usize) -> Result<(), StoreError> {
        (0..count).try_for_each(|_| self.word(""))
    }

    /// A field of somebody's words; no spreadsheet takes it for a formula.
    pub(super) fn text(&mut self, text: &str) -> Result<(), StoreError> {
        if !text.starts_with(FORMULA) {
            return self.word(text);
        }
        self.made(|field| {
            field.push('\'');
            field.push_str(text);
        })
    }

    /// A whole number.
    pub(super) fn number(&mut self, number: i64) -> Result<(), StoreError> {
        self.made(|field| push_signed(field, number, 0))
    }

    /// A decimal number with its sign.
    pub(super) fn signed(&mut self, base_units: i64, decimals: u32) -> Result<(), StoreError> {
        self.made(|field| push_signed(field, base_units, decimals))
    }

    /// A decimal number without its sign.
    pub(super) fn unsigned(&mut self, base_units: i64, decimals: u32) -> Result<(), StoreError> {
        self.made(|field| push_decimal(field, base_units.unsigned_abs(), decimals))
    }

    /// A time in UTC, with what follows it.
    pub(super) fn time(&mut self, at_ms: i64, after: &str) -> Result<(), StoreError> {
        let at = time(at_ms)?;
        self.made(|field| {
            at.push_utc_text(field);
            field.push_str(after);
        })
    }

    /// A lease's id.
    pub(super) fn lease(&mut self, hex: &str) -> Result<(), StoreError> {
        let text = self.ids.lease(hex)?;
        self.csv.write_field(text).map_err(wrong)
    }

    /// A device's id.
    pub(super) fn device(&mut self, hex: &str) -> Result<(), StoreError> {
        let text = self.ids.device(hex)?;
        self.csv.write_field(text).map_err(wrong)
    }

    /// A transaction's signature.
    pub(super) fn signature(&mut self, hex: &str) -> Result<(), StoreError> {
        let text = self.ids.signature(hex)?;
        self.csv.write_field(text).map_err(wrong)
    }

    /// Ends a line.
    pub(super) fn end(&mut self) -> Result<(), StoreError> {
        self.csv.write_record(None::<&[u8]>).map_err(wrong)
    }

    pub(super) fn into_text(self) -> Result<String, StoreError> {
        let bytes = self.csv.into_inner().ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        text.ok_or(StoreError::Value { what: "entry.note" })
    }

    fn made(&mut self, make: impl FnOnce(&mut String)) -> Result<(), StoreError> {
        self.field.clear();
        make(&mut self.field);
        self.csv.write_field(&self.field).map_err(wrong)
    }
}

/// A moment from the file.
pub(super) fn time(at_ms: i64) -> Result<UnixMillis, StoreError> {
    Ok(UnixMillis(from_column(at_ms, "entry.at_ms")?))
}

/// Writing into memory does not fail.
fn wrong(_: csv::Error) -> StoreError {
    StoreError::Value {
        what: "a line of CSV",
    }
}
