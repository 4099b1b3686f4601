//! `hearth practice`: run or ask the practice network.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use hearth_types::{
    id::WalletAddress,
    ipc::{Code, IpcError},
    money::Io,
};

use crate::output;

/// `hearth practice`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Run it in the foreground.
    Run {
        /// Its folder; the daemon's own by default.
        #[arg(long, value_name = "DIR", env = "HEARTH_PRACTICE_DIR")]
        dir: Option<PathBuf>,
    },
    /// Its addresses and parameters.
    Info {
        /// Its RPC address; the daemon's own by default.
        #[arg(long, value_name = "URL")]
        rpc_url: Option<String>,
    },
    /// Practice IO and SOL for a wallet.
    Faucet {
        /// Who gets it.
        wallet: WalletAddress,
        /// How much IO.
        #[arg(long, default_value = "1000")]
        amount: Io,
        /// Its RPC address; the daemon's own by default.
        #[arg(long, value_name = "URL")]
        rpc_url: Option<String>,
    },
}

/// Does what was asked.
pub(crate) fn run(args: &Args, data_dir: &Path, json: bool) -> anyhow::Result<()> {
    match &args.what {
        What::Run { dir } => {
            let dir = crate::paths::practice_dir(dir.as_deref(), data_dir)?;
            let program = crate::paths::sibling("hearth-practice")?;
            let status = std::process::Command::new(&program)
                .arg("--data-dir")
                .arg(&dir)
                .status();
            let status = status.with_context(|| format!("starting {}", program.display()))?;
            anyhow::ensure!(status.success(), "the practice network ended with {status}");
            Ok(())
        }
        What::Info { rpc_url } => super::block_on(async {
            let info = hearth_engine::practice_info(&address(rpc_url.as_deref(), data_dir)?).await?;
            if json {
                return output::json(&info);
            }
            output::line(serde_json::to_string_pretty(&info)?);
            Ok(())
        }),
        What::Faucet {
            wallet,
            amount,
            rpc_url,
        } => super::block_on(async {
            let address = address(rpc_url.as_deref(), data_dir)?;
            let signature = hearth_engine::practice_faucet(&address, *wallet, *amount).await?;
            if json {
                return output::json(&serde_json::json!({ "signature": signature }));
            }
            output::line(format!("{amount} (practice) sent to {wallet}: {signature}"));
            Ok(())
        }),
    }
}

fn address(given: Option<&str>, data_dir: &Path) -> anyhow::Result<String> {
    if let Some(url) = given {
        return Ok(url.to_owned());
    }
    let named = std::env::var_os("HEARTH_PRACTICE_DIR").map(PathBuf::from);
    let file = crate::paths::practice_dir(named.as_deref(), data_dir)?.join("endpoint.json");
    let none = || {
        IpcError::new(Code::ChainUnreachable, "No practice network is known here.")
            .mend("Start the daemon, or name its address with --rpc-url.")
    };
    let bytes = std::fs::read(file).map_err(|_| none())?;
    let endpoint: serde_json::Value = serde_json::from_slice(&bytes)?;
    Ok(endpoint["rpc_url"].as_str().ok_or_else(none)?.to_owned())
}
