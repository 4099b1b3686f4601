//! Solana Pay transfer requests: an address, and perhaps an amount, as a link that other wallets read from a QR
//! code. <https://docs.solanapay.com/spec>

use std::fmt::Write as _;

use crate::{
    id::{Address, WalletAddress},
    money::format_decimal,
};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayRequest {
    /// Who is to be paid: a wallet, not its token account.
    pub recipient: WalletAddress,
    /// The token's mint; `None` = SOL.
    pub mint: Option<Address>,
    /// How much, base units and decimals; `None` = the payer chooses.
    pub amount: Option<(u64, u32)>,
    /// Who asks, for the payer's screen.
    pub label: Option<String>,
}

impl PayRequest {
    /// The link, such as `solana:ADDRESS?amount=1.5&spl-token=MINT`.
    #[must_use]
    pub fn url(&self) -> String {
        let mut url = format!("solana:{}", self.recipient);
        let amount = self
            .amount
            .map(|(base_units, decimals)| ("amount", format_decimal(base_units, decimals)));
        let mint = self.mint.map(|mint| ("spl-token", mint.to_string()));
        let label = self.label.as_ref().map(|label| ("label", encoded(label)));
        let fields = [amount, mint, label].into_iter().flatten();
        for (number, (name, value)) in fields.enumerate() {
            let sign = if number == 0 { '?' } else { '&' };
            // Writing to a string does not fail.
            let _ = write!(url, "{sign}{name}={value}");
        }
        url
    }
}

/// Percent-encoded, all but RFC 3986's unreserved characters.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_is_the_one_of_the_specification() {
        let mut request = PayRequest {
            recipient: WalletAddress([1; 32]),
            mint: None,
            amount: None,
            label: None,
        };
        let address = request.recipient.to_string();
        assert_eq!(request.url(), format!("solana:{address}"));
        request.amount = Some((150_000_000, 8));
        request.mint = Some(Address([2; 32]));
        request.label = Some("Jo & sons, Köln".into());
        let mint = Address([2; 32]);
        assert_eq!(
            request.url(),
            format!("solana:{address}?amount=1.5&spl-token={mint}&label=Jo%20%26%20sons%2C%20K%C3%B6ln")
        );
        // Below one the specification wants a leading zero.
        request.amount = Some((1, 9));
        assert!(request.url().contains("amount=0.000000001&"));
    }
}
