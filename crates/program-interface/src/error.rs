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
