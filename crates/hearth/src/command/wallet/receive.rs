//! The address to be paid at: Solana Pay link and QR code.

use anyhow::Context as _;
use hearth_types::{
    ipc::{Amount, Code, GetStatus, IpcError},
    money::Currency,
    pay_url::PayRequest,
};
use qrcode::{Color, QrCode};

use super::send::{CurrencyName, amount};
use crate::{client::Client, output};

/// Light modules around a code, which readers want.
const MARGIN: usize = 2;

/// `hearth wallet receive`.
#[derive(Debug, clap::Args)]
pub(super) struct Receive {
    /// How much to ask for, such as 12.5; the payer chooses when it is left out.
    #[arg(long)]
    amount: Option<String>,
    /// What to ask for.
    #[arg(long, value_enum, default_value_t = CurrencyName::Io)]
    currency: CurrencyName,
}

pub(super) async fn run(client: &mut Client, args: &Receive, json: bool) -> anyhow::Result<()> {
    let status = client.ask(GetStatus {}).await?;
    let wallet = status
        .wallet
        .ok_or_else(|| IpcError::new(Code::NoWallet, "There is no wallet yet."))?;
    let currency = Currency::from(args.currency);
    let asked: Option<Amount> = args
        .amount
        .as_deref()
        .map(|text| amount(text, currency))
        .transpose()?;
    let mint = match currency {
        Currency::Io => Some(
            status
                .network_info
                .context("the network is not known yet")?
                .io_mint,
        ),
        // The command offers IO and SOL alone.
        Currency::Sol | Currency::Usdc => None,
    };
    let url = PayRequest {
        recipient: wallet.address,
        mint,
        amount: asked.map(|amount| (amount.base_units, currency.decimals())),
        label: None,
    }
    .url();
    if json {
        return output::json(&serde_json::json!({ "address": wallet.address, "url": url }));
    }
    output::line(picture(&url)?);
    output::line(format!("Address  {}", wallet.address));
    output::line(format!("Link     {url}"));
    Ok(())
}

/// Two rows of modules a line; dark ones are blanks, because terminals are dark and readers want a light ground.
fn picture(text: &str) -> anyhow::Result<String> {
    let code = QrCode::new(text).context("the link as a QR code")?;
    let width = code.width();
    let dark = |x: usize, y: usize| {
        let inside = |n: usize| n.checked_sub(MARGIN).filter(|n| *n < width);
        matches!((inside(x), inside(y)), (Some(x), Some(y)) if code[(x, y)] == Color::Dark)
    };
    let whole = width + 2 * MARGIN;
    let rows = (0..whole).step_by(2).map(|y| {
        let signs = (0..whole).map(|x| match (dark(x, y), dark(x, y + 1)) {
            (false, false) => '█',
            (false, true) => '▀',
            (true, false) => '▄',
            (true, true) => ' ',
        });
        signs.collect::<String>()
    });
    Ok(rows.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::picture;

    #[test]
    fn a_link_becomes_a_square_with_a_light_edge() {
        let drawn = picture("solana:HAgk14JpMQLgt6rVgv7cBQFJWFto5Dqxi472uT3DKpqk").unwrap();
        let rows: Vec<Vec<char>> = drawn.lines().map(|line| line.chars().collect()).collect();
        let width = rows[0].len();
        assert!(rows.iter().all(|row| row.len() == width));
        assert_eq!(rows.len(), width.div_ceil(2));
        assert!(rows[0].iter().all(|sign| *sign == '█'));
        // The corner's finder pattern: a dark edge of seven.
        assert!(rows[1][2..9].iter().all(|sign| matches!(sign, '▄' | ' ')));
    }
}
