//! Ids as text, fast: lines that follow each other often belong to one device or lease.

/// Texts written last.
#[derive(Default)]
pub(super) struct Ids {
    lease: Last,
    device: Last,
    signature: String,
}

#[derive(Default)]
struct Last {
    bytes: Vec<u8>,
    text: String,
}

impl Last {
    fn text(&mut self, bytes: Option<&[u8]>) -> &str {
        let bytes = bytes.unwrap_or_default();
        if self.bytes != bytes {
            self.bytes = bytes.to_vec();
            self.text = bytes.try_into().map_or_else(
                |_| String::new(),
                |id: &[u8; 32]| {
                    let mut out = [0; 44];
                    let length = five8::encode_32(id, &mut out);
                    ascii(out.get(..usize::from(length)))
                },
            );
        }
        &self.text
    }
}

impl Ids {
    /// A lease's id, empty for none.
    pub(super) fn lease(&mut self, lease: Option<&[u8]>) -> &str {
        self.lease.text(lease)
    }

    /// A device's id, empty for none.
    pub(super) fn device(&mut self, device: Option<&[u8]>) -> &str {
        self.device.text(device)
    }

    /// A transaction's signature, empty for none.
    pub(super) fn signature(&mut self, signature: Option<&[u8]>) -> &str {
        self.signature.clear();
        if let Some(Ok(signature)) = signature.map(<&[u8; 64]>::try_from) {
            let mut out = [0; 88];
            let length = five8::encode_64(signature, &mut out);
            self.signature = ascii(out.get(..usize::from(length)));
        }
        &self.signature
    }
}

fn ascii(text: Option<&[u8]>) -> String {
    String::from_utf8_lossy(text.unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    use hearth_types::id::{DeviceId, TxSignature};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_are_those_of_the_types(first: [u8; 32], second: [u8; 32]) {
            let mut ids = Ids::default();
            prop_assert_eq!(ids.device(Some(&first)), DeviceId(first).to_string());
            prop_assert_eq!(ids.device(None), "");
            prop_assert_eq!(ids.device(Some(&second)), DeviceId(second).to_string());
            let signature: [u8; 64] = [first, second].concat().try_into().unwrap();
            prop_assert_eq!(ids.signature(Some(&signature)), TxSignature(signature).to_string());
        }
    }
}
