//! Why the program refused: custom error codes, stable for ever. They begin at 1,000, so that they are never
//! taken for the token program's.

macro_rules! errors {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $text:literal;)*) => {
        /// Why the program refused an instruction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u32)]
        pub enum ProgramError {
            $(#[doc = $text] $name = $code,)*
        }

        impl ProgramError {
            /// Every error.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The error with this custom code; `None` for a code of another program.
            #[must_use]
            pub const fn from_code(code: u32) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// What happened, as a sentence for a person.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// The name of the variant, for logs.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }
        }
    };
}

errors! {
    // Shape of the instruction and of its accounts.
    BadInstruction = 1000, "The instruction is unknown or its data have another length.";
    NotEnoughAccounts = 1001, "Accounts are missing or surplus.";
    MissingSignature = 1002, "An account that must sign did not.";
    NotWritable = 1003, "An account that changes was passed as read-only.";
    WrongProgramAccount = 1004, "A program or sysvar account is not the one it must be.";
    WrongAddress = 1005, "An account is not at the address its seeds give.";
    WrongOwner = 1006, "An account belongs to another program.";
    WrongAccountType = 1007, "An account is of another type, version or length.";
    AlreadyExists = 1008, "The account exists already.";
    ArithmeticOverflow = 1009, "An amount does not fit.";

    // Network.
    BadParameter = 1100, "A parameter is outside its bounds.";
    KeysNotDistinct = 1101, "Authority, verifier and oracle must be three different keys.";
    WrongMint = 1102, "The mint is not the network's, or has other decimals than IO.";

    NotAuthority = 1103, "Only the network's authority may do this.";
    NotVerifier = 1104, "Only the network's verifier may do this.";
    NotOracle = 1105, "Only the network's oracle may do this.";
    NoHandOver = 1106, "No role was promised to anybody, or another role.";
    WrongNewKey = 1107, "The role was promised to another key.";
    LeasesPaused = 1108, "New leases are paused; everything else goes on.";

    // Token accounts.
    WrongTokenAccount = 1110, "The token account belongs to another wallet.";
    InsufficientFunds = 1111, "The token account holds less than that.";
    ZeroAmount = 1112, "The amount is zero.";

    // Stake.
    NotDeviceOwner = 1200, "Only the wallet that staked may do this.";
    WrongNode = 1201, "The device belongs to another node.";
    DeviceHired = 1202, "The device is hired.";
    InsufficientStake = 1203, "The stake is smaller than that.";
    StillCooling = 1204, "The stake is still cooling down.";
    NothingCooling = 1205, "No stake is cooling down.";

    SlashPending = 1206, "A slash is pending; nothing leaves until it is taken or voided.";
    BadRequirement = 1207, "The requirement is below the network's minimum or above its bound.";
    RequirementRemembered = 1208, "The requirement was lowered in the last 14 days and cannot be lowered again yet.";

    // Co-stake.
    NoOffer = 1220, "The owner offers no co-stake on this device.";
    OfferExists = 1221, "The device has an offer already.";
    OfferTaken = 1222, "A co-staker has accepted the offer.";
    TooManyOffers = 1223, "The owner has two offers already.";
    AboveHalf = 1224, "A co-staker stakes at most half of what the device needs.";
    BadShare = 1225, "A share is at most 10,000 basis points.";
    OwnerFirst = 1226, "The owner has not staked its own part yet.";
    OwnOffer = 1227, "An owner does not co-stake on its own device.";
    TermsChanged = 1228, "The offer has other terms.";
    NotCoStaker = 1229, "Only the co-staker may do this.";
    AlreadyLeaving = 1230, "The co-staker is leaving already.";
    NotLeaving = 1231, "The co-staker has not asked to leave.";

    // Slashing.
    EvidenceMissing = 1240, "A slash needs the hash of its evidence.";
    SlashNotPending = 1241, "The slash is not pending.";
    SlashWaits = 1242, "The slash cannot be taken yet.";
    SlashCapReached = 1243, "As much as allowed was slashed in this epoch.";
    SlashNotHeld = 1244, "No stake of this slash is in the slash vault.";
    SlashStillHeld = 1245, "The slash can still be restored and not be burned yet.";
    WrongSlash = 1246, "The slash is of another device.";

    // Signed statements.
    MissingStatement = 1300, "The instruction before is not a signature check.";
    BadStatementLayout = 1301, "The signature check has another layout than the one accepted.";
    WrongStatementSigner = 1302, "The statement is signed by another key.";
    BadStatement = 1303, "The signed bytes are not the statement expected.";
    WrongNetwork = 1304, "The statement is for another network or program.";
    WrongLease = 1305, "The statement or device is of another lease.";

    // Opening a lease.
    QuoteExpired = 1400, "The quote has expired.";
    WrongRenter = 1401, "The quote is for another renter.";
    WrongProvider = 1402, "The device belongs to another provider.";
    WrongDevices = 1403, "The devices are not those of the quote or lease.";
    DuplicateDevice = 1404, "The same device is passed twice.";
    DeviceNotStaked = 1405, "The device has less stake than it needs.";
    DeviceNotActive = 1406, "The device may not take leases.";
    UnknownCurrency = 1407, "The currency is not supported.";

    // Paying and closing a lease.
    LeaseClosed = 1500, "The lease is closed.";
    NothingToSettle = 1501, "This much is settled already.";
    VoucherOutOfOrder = 1502, "The voucher is older than what is settled.";
    AboveEscrow = 1503, "The amount is above what is in escrow.";
    AboveRate = 1504, "The amount is more than rate times seconds, or the seconds are more than the lease allows.";
    VoucherTooLow = 1505, "The node asks for more than the voucher pays.";
    LeaseNotExpired = 1506, "The lease cannot be closed without the node yet.";
    NotRenter = 1507, "Only the renter may do this.";
    NotProvider = 1508, "Only the provider may do this.";
    ExtensionExpired = 1509, "The node's consent to the extension has expired.";
    NothingToExtend = 1510, "The lease is that long already.";
    NothingWaits = 1511, "No USDC waits in this lease, or less than that.";
    StillWaiting = 1512, "The USDC still waits for a repurchase.";
    WrongCurrency = 1513, "The lease is paid in another currency.";

    // Market makers.
    BadPrice = 1600, "A price is more than zero.";
    NotMaker = 1601, "Only the market maker may do this.";
    MakerHasLess = 1602, "The market maker has less IO than that.";
    BelowMinimumOut = 1603, "The market maker gives less than the least that was asked for.";

    // Rewards.
    EpochOutOfOrder = 1700, "A root of this or a later epoch was posted.";
    EpochNotOver = 1701, "The epoch is not over yet.";
    TotalFell = 1702, "Cumulative rewards never fall.";
    AboveSchedule = 1703, "The schedule has not unlocked that much.";
    VaultTooLow = 1704, "The reward vault does not cover what is posted.";
    EmptyRoot = 1705, "A root and the hash of its report are not zero.";
    NotLastRoot = 1706, "Only the last root can be voided.";
    RootFinal = 1707, "The root can be claimed against and no longer be voided.";
    UnknownRoot = 1708, "No root of this epoch is kept.";
    RootTooNew = 1709, "The root cannot be claimed against yet.";
    WrongProof = 1710, "The proof does not lead to the root.";
    NothingToClaim = 1711, "That much was claimed already.";
    AbovePosted = 1712, "More would be claimed than was posted.";
    NotClaimant = 1713, "The rewards are another wallet's.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_back_to_their_error() {
        for &error in ProgramError::ALL {
            assert_eq!(ProgramError::from_code(error as u32), Some(error));
            assert!(error.text().ends_with('.'));
        }
        assert_eq!(ProgramError::from_code(1), None);
    }
}
