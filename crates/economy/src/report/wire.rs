//! Reading and writing of canonical bytes.

/// Why bytes are no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// They end too early.
    #[error("the report is cut off")]
    CutOff,
    /// A number not in its shortest form, or too large for its place.
    #[error("a number of the report is not in its one form")]
    Number,
    /// A tag that means nothing.
    #[error("the report has a {0} that is not known")]
    Unknown(&'static str),
    /// A value out of its bounds.
    #[error("the report has a {0} out of bounds")]
    OutOfBounds(&'static str),
    /// A text that is not UTF-8.
    #[error("a name in the report is no text")]
    Text,
}

/// Writes canonical bytes.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn reserve(&mut self, bytes: usize) {
        self.bytes.reserve(bytes);
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    #[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
    pub(super) fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    pub(super) fn length(&mut self, length: usize) {
        self.number(length as u64);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads canonical bytes; refuses any other.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn byte(&mut self) -> Result<u8, DecodeError> {
        let (first, rest) = self.rest.split_first().ok_or(DecodeError::CutOff)?;
        self.rest = rest;
        Ok(*first)
    }

    pub(super) fn raw<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(DecodeError::CutOff)?;
        self.rest = rest;
        Ok(*bytes)
    }

    pub(super) fn number(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(DecodeError::Number);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                let shortest = byte != 0 || shift == 0;
                return if shortest {
                    Ok(value)
                } else {
                    Err(DecodeError::Number)
                };
            }
        }
        Err(DecodeError::Number)
    }

    /// A number of a narrower type.
    pub(super) fn narrow<T: TryFrom<u64>>(&mut self) -> Result<T, DecodeError> {
        T::try_from(self.number()?).map_err(|_| DecodeError::Number)
    }

    pub(super) fn text(&mut self) -> Result<String, DecodeError> {
        let length = self.narrow::<usize>()?;
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(DecodeError::CutOff)?;
        self.rest = rest;
        String::from_utf8(bytes.to_vec()).map_err(|_| DecodeError::Text)
    }

    /// A list. Its length is checked against what is there, at `least` bytes a row, before anything is reserved.
    pub(super) fn list<T>(
        &mut self,
        least: usize,
        mut row: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let length = self.narrow::<usize>()?;
        if length > self.rest.len() / least.max(1) {
            return Err(DecodeError::CutOff);
        }
        let mut rows = Vec::with_capacity(length);
        for _ in 0..length {
            rows.push(row(self)?);
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_have_one_form(value: u64, garbage: Vec<u8>) {
            let mut writer = Writer::default();
            writer.number(value);
            let bytes = writer.into_bytes();
            prop_assert_eq!(Reader::new(&bytes).number(), Ok(value));
            let mut reader = Reader::new(&garbage);
            if let Ok(value) = reader.number() {
                let mut again = Writer::default();
                again.number(value);
                let read = garbage.len() - reader.rest().len();
                prop_assert_eq!(again.into_bytes(), &garbage[..read]);
            }
        }
    }

    #[test]
    fn longer_forms_are_refused() {
        assert_eq!(Reader::new(&[0x80, 0]).number(), Err(DecodeError::Number));
        assert_eq!(Reader::new(&[0xff; 11]).number(), Err(DecodeError::Number));
        assert_eq!(Reader::new(&[0x80]).number(), Err(DecodeError::CutOff));
        let many = |reader: &mut Reader<'_>| reader.byte();
        assert_eq!(
            Reader::new(&[0xff, 0x7f, 1]).list(1, many),
            Err(DecodeError::CutOff)
        );
    }
}
