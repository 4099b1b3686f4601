//! The chain's own clock.

use hearth_types::{id::Address, time::UnixMillis};

use super::{ChainClient, ChainError};

/// Address of the clock sysvar, `SysvarC1ock11111111111111111111111111111111`.
const CLOCK: Address = Address([
    0x06, 0xa7, 0xd5, 0x17, 0x18, 0xc7, 0x74, 0xc9, 0x28, 0x56, 0x63, 0x98, 0x69, 0x1d, 0x5e, 0xb6, 0x8b,
    0x5e, 0xb8, 0xa3, 0x9b, 0x4b, 0x6d, 0x5c, 0x73, 0x55, 0x5b, 0x21, 0x00, 0x00, 0x00, 0x00,
]);
/// Owner of every sysvar, `Sysvar1111111111111111111111111111111111111`.
const SYSVARS: Address = Address([
    0x06, 0xa7, 0xd5, 0x17, 0x18, 0x75, 0xf7, 0x29, 0xc7, 0x3d, 0x93, 0x40, 0x8f, 0x21, 0x61, 0x20, 0x06,
    0x7e, 0xd8, 0x8c, 0x76, 0xe0, 0x8c, 0x28, 0x7f, 0xc1, 0x94, 0x60, 0x00, 0x00, 0x00, 0x00,
]);
/// Where the time lies in it: after slot, start of the epoch, epoch and leader schedule's epoch, 8 bytes each.
const TIME_AT: usize = 32;

impl ChainClient {
    /// The time that programs compare with, to the second. Whatever expires on chain expires by this clock and not
    /// by the machine's.
    ///
    /// # Errors
    /// A failed request, or an answer that is no clock.
    pub async fn time(&self) -> Result<UnixMillis, ChainError> {
        let bad = || ChainError::BadAnswer("no clock");
        let account = self.account(CLOCK).await?.ok_or_else(bad)?;
        let data = account.data_of(SYSVARS)?.ok_or_else(bad)?;
        let seconds = data.get(TIME_AT..).and_then(<[u8]>::first_chunk::<8>);
        let seconds = i64::from_le_bytes(*seconds.ok_or_else(bad)?);
        Ok(UnixMillis::from_seconds(
            u64::try_from(seconds).map_err(|_| bad())?,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_are_the_clusters() {
        assert_eq!(CLOCK.to_string(), "SysvarC1ock11111111111111111111111111111111");
        assert_eq!(SYSVARS.to_string(), "Sysvar1111111111111111111111111111111111111");
    }
}
