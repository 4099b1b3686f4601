//! What the network itself does on chain: its verifier posts roots and slashes, with the practice network's own keys.
//! Built here from the program's layouts alone, so that the engine's builders do not check themselves.

use std::path::Path;

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hearth_program_interface::{
    Bytes32,
    account::SlashReason,
    instruction::{
        Meta, PostRoot, PostRootAccounts, PostSlash, PostSlashAccounts, SYSTEM_PROGRAM, TOKEN_PROGRAM,
        TakeSlash, TakeSlashAccounts,
    },
    seeds,
};
use hearth_tests::network::{Network, Rpc};
use hearth_types::{id::Address, money::Io};
use serde_json::json;
use solana_keypair::Keypair;
use solana_sdk::{
    hash::Hash,
    instruction::{AccountMeta, Instruction},
    message::Message,
    pubkey::Pubkey,
    signer::Signer as _,
};

/// SOL for fees and rent, lamports.
const FEES: u64 = 1_000_000_000;

/// The verifier of a practice network.
pub(crate) struct Verifier {
    key: Keypair,
    program: Pubkey,
    rpc: Rpc,
}

impl Verifier {
    /// Reads the key of a network whose folder is `folder`, and gives it SOL.
    pub(crate) async fn of(network: &Network, folder: &Path) -> anyhow::Result<Self> {
        let file = folder.join("chain").join("keys").join("verifier.json");
        let bytes: Vec<u8> = serde_json::from_slice(&std::fs::read(file)?)?;
        let key = Keypair::try_from(bytes.as_slice()).context("the verifier's key")?;
        let rpc = network.rpc()?;
        let address = key.pubkey().to_string();
        rpc.call("requestAirdrop", json!([address, FEES])).await?;
        let info = rpc.call("practice_info", json!([])).await?;
        let program: Address = info["programId"].as_str().context("the program")?.parse()?;
        Ok(Self {
            key,
            program: Pubkey::new_from_array(program.0),
            rpc,
        })
    }

    /// Moves the chain's clock ahead; gives its new time, Unix seconds.
    pub(crate) async fn advance(&self, seconds: u64) -> anyhow::Result<u64> {
        let now = self.rpc.call("practice_advanceClock", json!([seconds])).await?;
        now["unixTimestamp"].as_u64().context("a time")
    }

    /// Posts the root of an epoch whose leaves give `total` in all.
    pub(crate) async fn post_root(&self, epoch: u64, root: Bytes32, total: Io) -> anyhow::Result<()> {
        let accounts = PostRootAccounts {
            verifier: self.key.pubkey().to_bytes(),
            network: self.derived(&seeds::network()),
            rewards: self.derived(&seeds::rewards()),
            schedule: self.derived(&seeds::schedule()),
            reward_vault: self.derived(&seeds::reward_vault()),
            fee_vault: self.derived(&seeds::fee_vault()),
            token_program: TOKEN_PROGRAM,
        };
        let data = PostRoot {
            epoch,
            root,
            report: [1; 32],
            total: total.0,
            fee_draw: 0,
        };
        self.send(&accounts.metas(), &data.to_bytes()).await
    }

    /// Slashes a device (its account) for failed proofs.
    pub(crate) async fn post_slash(&self, device: Address, evidence: Bytes32) -> anyhow::Result<()> {
        let accounts = PostSlashAccounts {
            verifier: self.key.pubkey().to_bytes(),
            network: self.derived(&seeds::network()),
            device: device.0,
            slash: self.derived(&seeds::slash(&device.0, &evidence)),
            system_program: SYSTEM_PROGRAM,
        };
        let data = PostSlash {
            reason: SlashReason::FailedProofs,
            evidence,
        };
        self.send(&accounts.metas(), &data.to_bytes()).await
    }

    /// Takes what was slashed, as far as the epoch's cap allows.
    pub(crate) async fn take_slash(&self, device: Address, evidence: Bytes32) -> anyhow::Result<()> {
        let accounts = TakeSlashAccounts {
            network: self.derived(&seeds::network()),
            device: device.0,
            slash: self.derived(&seeds::slash(&device.0, &evidence)),
            stake_vault: self.derived(&seeds::stake_vault()),
            slash_vault: self.derived(&seeds::slash_vault()),
            token_program: TOKEN_PROGRAM,
        };
        self.send(&accounts.metas(), &TakeSlash {}.to_bytes()).await
    }

    fn derived(&self, seeds: &[&[u8]]) -> Bytes32 {
        Pubkey::find_program_address(seeds, &self.program).0.to_bytes()
    }

    /// Sends one instruction; the practice chain answers when it has run.
    async fn send(&self, metas: &[Meta], data: &[u8]) -> anyhow::Result<()> {
        let latest = self.rpc.call("getLatestBlockhash", json!([])).await?;
        let blockhash: Hash = latest["value"]["blockhash"]
            .as_str()
            .context("a blockhash")?
            .parse()?;
        let instruction = Instruction {
            program_id: self.program,
            accounts: metas.iter().map(account_meta).collect(),
            data: data.to_vec(),
        };
        let payer = self.key.pubkey();
        let message = Message::new_with_blockhash(&[instruction], Some(&payer), &blockhash).serialize();
        let signature = self.key.sign_message(&message);
        let bytes = [&[1_u8] as &[u8], signature.as_ref(), &message].concat();
        let params = json!([STANDARD.encode(bytes), {"encoding": "base64"}]);
        self.rpc.call("sendTransaction", params).await?;
        Ok(())
    }
}

fn account_meta(meta: &Meta) -> AccountMeta {
    AccountMeta {
        pubkey: Pubkey::new_from_array(meta.address),
        is_signer: meta.signer,
        is_writable: meta.writable,
    }
}
