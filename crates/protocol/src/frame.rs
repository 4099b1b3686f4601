//! Frames: a little-endian `u32` length, then that many bytes of postcard.

use serde::{Serialize, de::DeserializeOwned};

/// The longest ordinary frame, bytes.
pub const MAX_FRAME: usize = 1024 * 1024;
/// The longest frame that carries a job, bytes.
pub const MAX_JOB_FRAME: usize = hearth_types::job::MAX_JOB_BYTES + MAX_FRAME;

/// Why bytes are no frame.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// Longer than this place allows.
    #[error("a frame of {length} bytes; at most {limit} are taken")]
    TooLong {
        /// What the prefix says.
        length: usize,
        /// What is allowed.
        limit: usize,
    },
    /// Not the expected message.
    #[error("a frame that does not parse")]
    Parse(#[source] postcard::Error),
}

/// The frame of a message.
///
/// # Errors
/// [`FrameError::TooLong`] when the message exceeds `limit`.
pub fn encode<T: Serialize>(message: &T, limit: usize) -> Result<Vec<u8>, FrameError> {
    let mut bytes = vec![0; 4];
    bytes = postcard::to_extend(message, bytes).map_err(FrameError::Parse)?;
    let length = bytes.len() - 4;
    let prefix = u32::try_from(length).ok().filter(|_| length <= limit);
    let prefix = prefix.ok_or(FrameError::TooLong { length, limit })?;
    bytes[..4].copy_from_slice(&prefix.to_le_bytes());
    Ok(bytes)
}

/// How many bytes follow this prefix.
///
/// # Errors
/// [`FrameError::TooLong`] when that is more than `limit`.
pub fn length(prefix: [u8; 4], limit: usize) -> Result<usize, FrameError> {
    let length = usize::try_from(u32::from_le_bytes(prefix)).unwrap_or(usize::MAX);
    if length > limit {
        Err(FrameError::TooLong { length, limit })
    } else {
        Ok(length)
    }
}

/// The message in a frame's bytes (without the prefix).
///
/// # Errors
/// [`FrameError::Parse`] when it is not one, or when bytes are left over.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FrameError> {
    match postcard::take_from_bytes(bytes) {
        Ok((message, [])) => Ok(message),
        Ok(_) => Err(FrameError::Parse(postcard::Error::DeserializeBadEncoding)),
        Err(error) => Err(FrameError::Parse(error)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lease::{NodeFrame, RenterFrame};

    proptest! {
        #[test]
        fn any_bytes_parse_or_are_refused(bytes: Vec<u8>) {
            let _ = decode::<RenterFrame>(&bytes);
            let _ = decode::<NodeFrame>(&bytes);
        }
    }

    #[test]
    fn a_frame_comes_back() {
        let bytes = encode(&RenterFrame::Stop, MAX_FRAME).unwrap();
        let prefix = [bytes[0], bytes[1], bytes[2], bytes[3]];
        assert_eq!(length(prefix, MAX_FRAME).unwrap(), bytes.len() - 4);
        assert!(matches!(decode(&bytes[4..]), Ok(RenterFrame::Stop)));
    }

    #[test]
    fn an_oversize_prefix_is_refused_before_anything_is_allocated() {
        assert!(matches!(
            length([255; 4], MAX_FRAME),
            Err(FrameError::TooLong { .. })
        ));
    }
}
