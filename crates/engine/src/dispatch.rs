//! Every command finds its handler here; a new one does not compile until it has one.

use hearth_types::ipc::{AcceptCoStake, Code, Command, IpcError, OfferCoStake};
use serde::Serialize;
use serde_json::Value;

use crate::engine::{Engine, internal};

fn reply<T: Serialize>(value: T) -> Result<Value, IpcError> {
    serde_json::to_value(value).map_err(internal)
}

impl Engine {
    pub(crate) async fn dispatch(&self, command: Command) -> Result<Value, IpcError> {
        match command {
            Command::GetStatus(_) => reply(self.status().await),
            Command::CreateWallet(request) => reply(self.create_wallet(request).await?),
            Command::ImportWallet(request) => reply(self.import_wallet(request).await?),
            Command::UnlockWallet(request) => reply(self.unlock_wallet(request).await?),
            Command::LockWallet(_) => reply(self.lock_wallet()?),
            Command::ImportWalletKey(request) => reply(self.import_wallet_key(request).await?),
            Command::ListWallets(_) => reply(self.list_wallets().await?),
            Command::UseWallet(request) => reply(self.use_wallet(request.address).await?),
            Command::RenameWallet(request) => reply(self.rename_wallet(request).await?),
            Command::RemoveWallet(request) => reply(self.remove_wallet(request).await?),
            Command::AskBackupWords(_) => reply(self.ask_backup_words()?),
            Command::CheckBackup(request) => reply(self.check_backup(request.words).await?),
            Command::SetWithdrawalAddress(r) => reply(self.set_withdrawal_address(r.address).await?),
            Command::CancelWithdrawalChange(_) => reply(self.cancel_withdrawal_change().await?),
            Command::ListContacts(_) => reply(self.list_contacts().await?),
            Command::SetContact(request) => reply(self.set_contact(request).await?),
            Command::RemoveContact(request) => reply(self.remove_contact(request.address).await?),
            Command::ReviewSend(request) => reply(self.review_send(request).await?),
            Command::Send(request) => reply(self.send(request).await?),
            Command::GetWallet(_) => {
                // A chain that does not answer leaves the last balances standing; the status says so.
                let _ = self.read_chain().await;
                reply(self.wallet_view()?)
            }
            Command::AskFaucet(_) => reply(self.ask_faucet().await?),
            Command::ListDevices(request) => reply(self.list_devices(request.refresh).await?),
            Command::GetReadiness(_) => reply(self.machine_readiness().await?),
            Command::SetDeviceLending(r) => reply(self.set_device_lending(r.device, r.lend).await?),
            Command::StartBenchmark(request) => reply(self.start_benchmark(request.device).await?),
            Command::CancelTask(request) => reply(self.cancel_task(request.task)?),
            Command::ReviewStake(r) => reply(self.review_stake(r.device, r.amount).await?),
            Command::Stake(request) => reply(self.stake(request).await?),
            Command::ReviewUnstake(r) => reply(self.review_unstake(r.device, r.amount).await?),
            Command::RequestUnstake(request) => reply(self.request_unstake(request).await?),
            Command::ReviewWithdraw(request) => reply(self.review_withdraw(request.device).await?),
            Command::WithdrawStake(request) => reply(self.withdraw_stake(request).await?),
            Command::ListCoStakes(_) => reply(self.list_co_stakes().await?),
            Command::ReviewOfferCoStake(r) => {
                let request = OfferCoStake {
                    device: r.device,
                    amount: r.amount,
                    share_bps: r.share_bps,
                };
                reply(self.review_offer_co_stake(request).await?)
            }
            Command::OfferCoStake(request) => reply(self.offer_co_stake(request).await?),
            Command::ReviewCancelCoStakeOffer(r) => reply(self.review_cancel_co_stake_offer(r.device).await?),
            Command::CancelCoStakeOffer(r) => reply(self.cancel_co_stake_offer(r.device).await?),
            Command::ReviewAcceptCoStake(r) => {
                let request = AcceptCoStake {
                    account: r.account,
                    amount: r.amount,
                    share_bps: r.share_bps,
                };
                reply(self.review_accept_co_stake(request).await?)
            }
            Command::AcceptCoStake(request) => reply(self.accept_co_stake(request).await?),
            Command::ReviewLeaveCoStake(r) => reply(self.review_leave_co_stake(r.account).await?),
            Command::LeaveCoStake(r) => reply(self.leave_co_stake(r.account).await?),
            Command::ReviewWithdrawCoStake(r) => reply(self.review_withdraw_co_stake(r.account).await?),
            Command::WithdrawCoStake(r) => reply(self.withdraw_co_stake(r.account).await?),
            Command::ListSlashes(_) => reply(self.list_slashes().await?),
            Command::ListClaims(_) => reply(self.list_claims().await?),
            Command::ReviewClaim(request) => reply(self.review_claim(&request.proof).await?),
            Command::ClaimRewards(request) => reply(self.claim_rewards(&request.proof).await?),
            Command::StartLending(_) => reply(self.start_lending().await?),
            Command::StopLending(request) => reply(self.stop_lending(request.force).await?),
            Command::PauseLending(request) => reply(self.pause_lending(request.seconds).await?),
            Command::ResumeLending(_) => reply(self.resume_lending().await?),
            Command::ListOffers(request) => reply(self.list_offers(&request.need).await?),
            Command::RequestQuote(r) => reply(self.request_quote(r.node, r.seconds).await?),
            Command::ReviewDeploy(request) => reply(self.review_deploy(request.lease).await?),
            Command::Deploy(request) => reply(self.deploy(request).await?),
            Command::StopDeployment(request) => reply(self.stop_deployment(request.lease).await?),
            Command::ListDeployments(_) => reply(self.list_deployments().await?),
            Command::GetDeployment(request) => reply(self.deployment(request.lease).await?),
            Command::GetResultFile(r) => reply(self.result_file(r.lease, r.name).await?),
            Command::ListLeases(_) => reply(self.list_leases().await?),
            Command::ListHistory(r) => reply(self.history(r.before, r.limit).await?),
            Command::PageHistory(r) => reply(self.history_page(&r.filter, r.after.as_ref(), r.limit).await?),
            Command::GetIncome(r) => reply(self.income(r.from, r.until, r.device).await?),
            Command::GetStatement(request) => reply(self.statement(request.month).await?),
            Command::ExportHistory(r) => reply(self.export(r.form, &r.filter, r.after.as_ref()).await?),
            Command::VerifyHistory(request) => reply(self.verify(&request).await?),
            Command::AuditHistory(_) => reply(self.audit().await?),
            Command::Reconcile(_) => reply(self.reconcile().await?),
            Command::GetSettings(_) => reply(self.settings().await?),
            Command::SetSettings(request) => reply(self.set_settings(request.settings).await?),
            Command::GetBrowserAccess(_) => reply(
                self.inner
                    .config
                    .host
                    .browser_access()
                    .ok_or_else(|| IpcError::new(Code::NotFound, "No browser interface runs."))?,
            ),
            Command::Quit(request) => reply(self.quit(request.force).await?),
        }
    }
}
