//! Proof, again and again, that the words are still written down somewhere.

use hearth_chain::signer::TxSigner as _;
use hearth_store::wallets;
use hearth_types::{
    id::WalletAddress,
    ipc::{BackupWord, Code, IpcError, Secret, Topic, WalletList},
};
use rand::seq::index::sample;

use crate::{
    engine::{Engine, internal},
    state::now,
};

/// Words asked for: a guess hits with a chance of 1 to 2048³, and every wrong one costs a new question.
const ASKED: usize = 3;

/// The places that were asked for, and of which wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BackupQuestion {
    wallet: WalletAddress,
    places: Vec<u8>,
}

impl Engine {
    pub(crate) fn ask_backup_words(&self) -> Result<Vec<u8>, IpcError> {
        let wallet = self.open_wallet()?;
        let count = wallet.word_count().ok_or_else(|| {
            IpcError::new(Code::NotFound, "No words are kept with this wallet's key.")
                .mend("Its backup is the key file or the phrase that it was made from.")
        })?;
        let mut places: Vec<u8> = sample(&mut rand::rng(), count, ASKED)
            .into_iter()
            .map(|index| u8::try_from(index.saturating_add(1)))
            .collect::<Result<_, _>>()
            .map_err(internal)?;
        places.sort_unstable();
        self.state().backup_question = Some(BackupQuestion {
            wallet: wallet.address(),
            places: places.clone(),
        });
        Ok(places)
    }

    pub(crate) async fn check_backup(&self, words: Vec<BackupWord>) -> Result<WalletList, IpcError> {
        let wallet = self.open_wallet()?;
        // One answer a question, or words could be guessed one after the other.
        let asked = self.state().backup_question.take();
        let asked = asked.filter(|question| question.wallet == wallet.address());
        let asked = asked.ok_or_else(|| {
            IpcError::new(Code::NotFound, "These words were not asked for.").mend("Start the check again.")
        })?;
        let mut answers: Vec<(u8, Secret)> = words.into_iter().map(|w| (w.place, w.word)).collect();
        answers.sort_unstable_by_key(|(place, _)| *place);
        let same_places = answers.iter().map(|(place, _)| *place).eq(asked.places);
        if !same_places || !wallet.knows_words(&answers) {
            return Err(
                IpcError::new(Code::BadSeedPhrase, "These are not the words of this wallet at these places.")
                    .mend("Look at what you wrote down and try again. If it is lost, make a new wallet and send everything there."),
            );
        }
        let mut tx = self.inner.store.begin().await?;
        wallets::backup_checked(&mut tx, wallet.address(), now()).await?;
        tx.commit().await?;
        self.changed(Topic::Wallet);
        self.list_wallets().await
    }
}
