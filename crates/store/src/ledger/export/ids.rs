//! Ids as people read them, from hexadecimal, fast: lines that follow each other often belong to one device or lease.

use crate::StoreError;

/// Texts written last.
#[derive(Default)]
pub(super) struct Ids {
    lease: Last,
    device: Last,
    signature: String,
}

#[derive(Default)]
struct Last {
    hex: String,
    text: String,
}

impl Last {
    fn text(&mut self, hex: &str, what: &'static str) -> Result<&str, StoreError> {
        if self.hex != hex {
            let mut out = [0; 44];
            let id = bytes::<32>(hex, what)?;
            let length = id.map_or(0, |id| five8::encode_32(&id, &mut out));
            set(&mut self.text, out.get(..usize::from(length)));
            self.hex.clear();
            self.hex.push_str(hex);
        }
        Ok(&self.text)
    }
}

impl Ids {
    /// A lease's id, empty for none.
    pub(super) fn lease(&mut self, hex: &str) -> Result<&str, StoreError> {
        self.lease.text(hex, "entry.lease")
    }

    /// A device's id, empty for none.
    pub(super) fn device(&mut self, hex: &str) -> Result<&str, StoreError> {
        self.device.text(hex, "entry.device")
    }

    /// A transaction's signature, empty for none.
    pub(super) fn signature(&mut self, hex: &str) -> Result<&str, StoreError> {
        let mut out = [0; 88];
        let signature = bytes::<64>(hex, "entry.signature")?;
        let length = signature.map_or(0, |signature| five8::encode_64(&signature, &mut out));
        set(&mut self.signature, out.get(..usize::from(length)));
        Ok(&self.signature)
    }
}

/// The bytes, when there are any.
fn bytes<const N: usize>(hex: &str, what: &'static str) -> Result<Option<[u8; N]>, StoreError> {
    if hex.is_empty() {
        return Ok(None);
    }
    let mut bytes = [0; N];
    hex::decode_to_slice(hex, &mut bytes).map_err(|_| StoreError::Value { what })?;
    Ok(Some(bytes))
}

fn set(text: &mut String, ascii: Option<&[u8]>) {
    text.clear();
    text.push_str(std::str::from_utf8(ascii.unwrap_or_default()).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use hearth_types::id::{DeviceId, LeaseId, TxSignature};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_are_those_of_the_types(first: [u8; 32], second: [u8; 32]) {
            let (one, other) = (hex::encode_upper(first), hex::encode_upper(second));
            let mut ids = Ids::default();
            prop_assert_eq!(ids.device(&one).unwrap(), DeviceId(first).to_string());
            prop_assert_eq!(ids.lease(&other).unwrap(), LeaseId(second).to_string());
            prop_assert_eq!(ids.device("").unwrap(), "");
            prop_assert_eq!(ids.device(&other).unwrap(), DeviceId(second).to_string());
            let signature: [u8; 64] = [first, second].concat().try_into().unwrap();
            prop_assert_eq!(ids.signature(&(one + &other)).unwrap(), TxSignature(signature).to_string());
            prop_assert_eq!(ids.signature("").unwrap(), "");
        }
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let mut ids = Ids::default();
        assert!(ids.lease("0102").is_err());
        assert!(ids.device(&"g".repeat(64)).is_err());
        assert!(ids.signature(&"0".repeat(64)).is_err());
    }
}
