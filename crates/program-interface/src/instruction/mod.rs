//! Instructions: one tag byte, then fixed fields. Each has a struct for its data and one for its accounts,
//! whose `metas` are in the order the program expects.
//!
//! A statement that an instruction rests on (quote, voucher, close) is not repeated in its data: the program
//! reads it from the ed25519 precompile's instruction directly before (see [`crate::precompile`]). Compute
//! budget instructions go anywhere before that.

mod co_stake;
mod lease;
mod market;
mod network;
mod rewards;
mod slash;
mod stake;

pub use co_stake::{
    AcceptOffer, AcceptOfferAccounts, CancelOffer, LeaveCoStake, LeaveCoStakeAccounts, OfferAccounts,
    OfferCoStake, WithdrawCoStake, WithdrawCoStakeAccounts,
};
pub use lease::{
    CLOSE_WITH_VOUCHER_DEVICES, Close, CloseAccounts, CloseExpired, CloseExpiredAccounts, OpenLease,
    OpenLeaseAccounts, Settle, SettleAccounts, TopUp, TopUpAccounts,
};
pub use market::{
    ConvertFees, ConvertFeesAccounts, DrainMaker, DrainMakerAccounts, FundMaker, FundMakerAccounts,
    Repurchase, RepurchaseAccounts, TakeUsdc, TakeUsdcAccounts,
};
pub use network::{
    AcceptKey, AcceptKeyAccounts, AuthorityAccounts, InitNetwork, InitNetworkAccounts, ProposeKey,
    SetLeasing, SetParameters,
};
pub use rewards::{
    BurnFees, BurnFeesAccounts, Claim, ClaimAccounts, PostRoot, PostRootAccounts, VoidRoot, VoidRootAccounts,
};
pub use slash::{
    BurnSlash, BurnSlashAccounts, PostSlash, PostSlashAccounts, RestoreSlash, RestoreSlashAccounts,
    TakeSlash, TakeSlashAccounts, VoidSlash, VoidSlashAccounts,
};
pub use stake::{
    Classify, ClassifyAccounts, RegisterDevice, RegisterDeviceAccounts, RequestUnstake, Stake, StakeAccounts,
    UnstakeAccounts, Withdraw,
};

use crate::Bytes32;

/// Address of the system program.
pub const SYSTEM_PROGRAM: Bytes32 = [0; 32];
/// Address of the SPL token program, `TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA`.
pub const TOKEN_PROGRAM: Bytes32 = [
    6, 221, 246, 225, 215, 101, 161, 147, 217, 203, 225, 70, 206, 235, 121, 172, 28, 180, 133, 237, 95, 91,
    55, 145, 58, 140, 245, 133, 126, 255, 0, 169,
];
/// Address of the instructions sysvar, `Sysvar1nstructions1111111111111111111111111`.
pub const INSTRUCTIONS_SYSVAR: Bytes32 = [
    6, 167, 213, 23, 24, 123, 209, 102, 53, 218, 212, 4, 85, 253, 194, 192, 193, 36, 198, 143, 33, 86, 117,
    165, 219, 186, 203, 95, 8, 0, 0, 0,
];

/// One entry of an instruction's account list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meta {
    /// The account.
    pub address: Bytes32,
    /// Whether it must sign.
    pub signer: bool,
    /// Whether the program changes it.
    pub writable: bool,
}

impl Meta {
    /// A device account, as it follows the fixed accounts of the lease instructions.
    #[must_use]
    pub const fn device(address: Bytes32) -> Self {
        Self {
            address,
            signer: false,
            writable: true,
        }
    }
}

/// Declares the tags once, with the way back from a byte.
macro_rules! tags {
    ($($name:ident = $value:literal,)*) => {
        /// The first byte of an instruction's data.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Tag {
            $(#[doc = concat!("[`", stringify!($name), "`].")] $name = $value,)*
        }

        impl Tag {
            /// Every tag, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The tag with this number.
            #[must_use]
            pub const fn from_byte(byte: u8) -> Option<Self> {
                match byte {
                    $($value => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

tags! {
    InitNetwork = 0,
    Stake = 1,
    RequestUnstake = 2,
    Withdraw = 3,
    OpenLease = 4,
    Settle = 5,
    Close = 6,
    CloseExpired = 7,
    SetParameters = 8,
    SetLeasing = 9,
    ProposeKey = 10,
    AcceptKey = 11,
    RegisterDevice = 12,
    Classify = 13,
    OfferCoStake = 14,
    CancelOffer = 15,
    AcceptOffer = 16,
    LeaveCoStake = 17,
    WithdrawCoStake = 18,
    PostSlash = 19,
    VoidSlash = 20,
    TakeSlash = 21,
    RestoreSlash = 22,
    BurnSlash = 23,
    TopUp = 24,
    FundMaker = 25,
    DrainMaker = 26,
    Repurchase = 27,
    TakeUsdc = 28,
    ConvertFees = 29,
    PostRoot = 30,
    VoidRoot = 31,
    BurnFees = 32,
    Claim = 33,
}

/// Declares an instruction's accounts with their rights, and the list of metas.
macro_rules! accounts {
    (
        $(#[$meta:meta])*
        pub struct $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ident,)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[$field_meta])* pub $field: $crate::Bytes32,)* }

        impl $name {
            /// How many accounts, devices aside.
            pub const COUNT: usize = [$(stringify!($field)),*].len();

            /// The account list, in order.
            #[must_use]
            pub const fn metas(&self) -> [$crate::instruction::Meta; Self::COUNT] {
                [$($crate::instruction::accounts!(@meta self.$field, $kind)),*]
            }
        }
    };
    (@meta $address:expr, readonly) => {
        $crate::instruction::Meta { address: $address, signer: false, writable: false }
    };
    (@meta $address:expr, writable) => {
        $crate::instruction::Meta { address: $address, signer: false, writable: true }
    };
    (@meta $address:expr, signer) => {
        $crate::instruction::Meta { address: $address, signer: true, writable: false }
    };
    (@meta $address:expr, signer_writable) => {
        $crate::instruction::Meta { address: $address, signer: true, writable: true }
    };
}

use accounts;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_lead_back_to_themselves() {
        for (byte, &tag) in (0..).zip(Tag::ALL) {
            assert_eq!((Tag::from_byte(byte), tag as u8), (Some(tag), byte));
        }
        assert_eq!((Tag::ALL.len(), Tag::from_byte(34)), (34, None));
    }

    #[test]
    fn data_is_tag_and_fields() {
        let stake = Stake {
            device_id: [1; 32],
            node: [2; 32],
            amount: 3,
        };
        let bytes = stake.to_bytes();
        assert_eq!((bytes.len(), bytes[0], bytes[65]), (73, 1, 3));
        assert_eq!(Stake::from_bytes(&bytes), Some(stake));
        assert_eq!(Settle {}.to_bytes(), [5]);
        assert_eq!(Settle::from_bytes(&[5]), Some(Settle {}));
        assert_eq!(Settle::from_bytes(&[5, 0]), None);
        assert_eq!(Settle::from_bytes(&[6]), None);
    }

    #[test]
    fn a_claim_ends_with_its_proof() {
        let claim = Claim {
            epoch: 1,
            index: 2,
            cumulative: 3,
        };
        let mut data = [9; Claim::LEN + 64];
        data[..Claim::LEN].copy_from_slice(&claim.to_bytes());
        assert_eq!(Claim::split(&data), Some((claim, [[9; 32]; 2].as_slice())));
        assert_eq!(Claim::split(&data[..Claim::LEN]), Some((claim, [].as_slice())));
        assert_eq!(Claim::split(&data[..Claim::LEN + 63]), None);
        assert_eq!(Claim::split(&data[1..]), None);
    }
}
