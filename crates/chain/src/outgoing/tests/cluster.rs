//! A chain with servers, as bad as they come: what the machine is told, and what is true.

use std::{cell::RefCell, rc::Rc};

use hearth_types::id::{Address, TxSignature};
use rand::{Rng as _, rngs::StdRng};

use super::super::{
    Answer, Level, Listing, Root, Terms,
    witness::{Searched, Seen, Witness},
};
use crate::client::{ChainError, TxError};

/// Slots after which a block is final.
const FINAL_AFTER: u64 = 32;
/// Slots after which a block is confirmed.
const CONFIRMED_AFTER: u64 = 2;
/// Blocks for which a blockhash is good.
const LIFE: u64 = 150;
/// Blocks whose signatures every machine holds in memory, pruned or not.
const CACHED_BLOCKS: u64 = 300;
/// The deepest fork: final blocks stay.
const DEEPEST_FORK: u64 = 24;
/// The furthest that an honest server is behind, slots.
const FURTHEST_LAG: u64 = 60;

/// Blocks in the order of their slots.
#[derive(Clone, Debug, Default)]
struct Chain {
    blocks: Vec<Root>,
    landed: Vec<Landed>,
}

/// A transaction in its block.
#[derive(Clone, Copy, Debug)]
struct Landed {
    id: u8,
    block: Root,
}

impl Chain {
    fn tip(&self) -> Root {
        self.blocks.last().copied().unwrap_or(Root { slot: 0, height: 0 })
    }

    /// The newest block up to a slot.
    fn at(&self, slot: u64) -> Root {
        let later = self.blocks.partition_point(|block| block.slot <= slot);
        let found = later.checked_sub(1).map(|last| self.blocks[last]);
        found.unwrap_or(Root { slot: 0, height: 0 })
    }

    fn find(&self, id: u8) -> Option<Root> {
        let found = self.landed.iter().find(|landed| landed.id == id);
        found.map(|landed| landed.block)
    }

    fn cut(&mut self, slot: u64) {
        self.blocks.retain(|block| block.slot <= slot);
        self.landed.retain(|landed| landed.block.slot <= slot);
    }
}

/// A transaction that somebody holds and may put into a block.
#[derive(Clone, Copy, Debug)]
struct Held {
    id: u8,
    last_height: u64,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weather {
    pub(super) servers: usize,
    /// A server that says anything.
    pub(super) liar: Option<usize>,
    /// Servers stand behind load balancers: each answer comes from another machine.
    pub(super) balanced: bool,
    /// Every other machine has only this many slots of history.
    pub(super) pruned: Option<u64>,
    pub(super) forks: bool,
    /// An honest server gives a wrong height now and then.
    pub(super) glitches: bool,
    /// Transactions get lost, or linger.
    pub(super) losses: bool,
}

/// The truth.
pub(super) struct Cluster {
    chain: Rc<Chain>,
    /// The chain that some machines still follow after a fork, until a slot.
    abandoned: Option<(Rc<Chain>, u64)>,
    pub(super) slot: u64,
    held: Vec<Held>,
    pub(super) weather: Weather,
    pub(super) dice: StdRng,
}

impl Cluster {
    pub(super) fn new(weather: Weather, dice: StdRng) -> Self {
        let mut cluster = Self {
            chain: Rc::default(),
            abandoned: None,
            slot: 1_000,
            held: Vec::new(),
            weather,
            dice,
        };
        cluster.advance(300);
        cluster
    }

    /// What a transaction signed now is judged by. `error`: how far off its height may be by the word of servers.
    pub(super) fn terms(&mut self, id: u8) -> (Terms, u64) {
        let last = self.chain.tip().height + LIFE;
        let several = self.weather.servers > 1;
        let (low, high) = if several { (16, 32) } else { (0, 0) };
        let said = self.dice.random_range(last - low..=last + high);
        let behind = if several { self.dice.random_range(0..40) } else { 0 };
        let terms = Terms {
            signature: TxSignature([id; 64]),
            payer: Address([1; 32]),
            blockhash: [id; 32],
            last_valid_block_height: said,
            after_slot: Some(self.slot - behind),
        };
        (terms, last)
    }

    fn roll(&mut self, per_cent: u32) -> bool {
        self.dice.random_range(0..100) < per_cent
    }

    /// Lets so many slots pass.
    pub(super) fn advance(&mut self, slots: u64) {
        for _ in 0..slots {
            self.slot += 1;
            if self.weather.forks && self.roll(2) {
                self.fork();
            }
            // A skipped slot now and then.
            if !self.roll(5) {
                self.make_block();
            }
        }
    }

    fn make_block(&mut self) {
        let block = Root {
            slot: self.slot,
            height: self.chain.tip().height + 1,
        };
        let mut landed = Vec::new();
        for held in self.held.clone() {
            let lands = if self.weather.losses { self.roll(3) } else { true };
            if block.height <= held.last_height && !self.contains(held.id) && lands {
                landed.push(Landed { id: held.id, block });
            }
        }
        let chain = Rc::make_mut(&mut self.chain);
        chain.blocks.push(block);
        chain.landed.extend(landed);
    }

    fn fork(&mut self) {
        let depth = self.dice.random_range(1..=DEEPEST_FORK);
        let from = self.slot.saturating_sub(depth);
        let until = self.slot + self.dice.random_range(1..80);
        self.abandoned = Some((Rc::clone(&self.chain), until));
        Rc::make_mut(&mut self.chain).cut(from);
    }

    /// Whether it is in the chain now.
    pub(super) fn contains(&self, id: u8) -> bool {
        self.chain.find(id).is_some()
    }

    /// How it went where it is: depends on the block, so that forks may differ about it.
    pub(super) fn outcome(&self, id: u8) -> Option<Option<TxError>> {
        self.chain.find(id).map(|block| outcome_in(block.slot))
    }

    pub(super) fn is_final(&self, id: u8) -> bool {
        self.chain
            .find(id)
            .is_some_and(|block| block.slot + FINAL_AFTER <= self.slot)
    }

    fn hold(&mut self, id: u8, last_height: u64) {
        if !self.held.iter().any(|held| held.id == id) {
            self.held.push(Held { id, last_height });
        }
    }
}

fn outcome_in(slot: u64) -> Option<TxError> {
    slot.is_multiple_of(7)
        .then(|| TxError::Other("it fails in this block".into()))
}

/// One machine's view at one moment.
struct View {
    chain: Rc<Chain>,
    slot: u64,
    first_slot: u64,
}

impl View {
    fn root(&self) -> Root {
        self.chain.at(self.slot.saturating_sub(FINAL_AFTER))
    }

    fn find(&self, id: u8) -> Option<Root> {
        self.chain.find(id).filter(|block| block.slot <= self.slot)
    }

    fn status(&self, id: u8) -> Option<Seen> {
        let block = self.find(id)?;
        let tip = self.chain.at(self.slot);
        let remembered = block.height + CACHED_BLOCKS > tip.height || block.slot >= self.first_slot;
        let level = match self.slot - block.slot {
            FINAL_AFTER.. => Level::Final,
            CONFIRMED_AFTER.. => Level::Confirmed,
            _ => Level::Processed,
        };
        remembered.then(|| Seen {
            level,
            slot: block.slot,
            error: outcome_in(block.slot),
        })
    }
}

/// A server of it.
pub(super) struct Server<'a> {
    pub(super) cluster: &'a RefCell<Cluster>,
    pub(super) number: usize,
    pub(super) last_height: u64,
}

impl Server<'_> {
    fn lies(&self) -> bool {
        self.cluster.borrow().weather.liar == Some(self.number)
    }

    /// The machine that happens to answer.
    fn view(&self) -> View {
        let mut cluster = self.cluster.borrow_mut();
        let machine = if cluster.weather.balanced {
            cluster.dice.random_range(0..4_u64)
        } else {
            self.number as u64
        };
        let lag = if machine % 2 == 0 {
            0
        } else {
            FURTHEST_LAG * machine / 4
        };
        let slot = cluster.slot - cluster.dice.random_range(lag / 2..=lag);
        let first_slot = match cluster.weather.pruned {
            Some(kept) if machine % 2 == 1 || !cluster.weather.balanced => slot.saturating_sub(kept),
            Some(_) | None => 0,
        };
        // A machine that has not heard of the fork goes on with the old one, and what it holds final stays behind.
        let follows_old = machine == 3 || (!cluster.weather.balanced && machine == 1);
        let chain = match &cluster.abandoned {
            Some((chain, until)) if follows_old && *until > slot => chain,
            Some(_) | None => &cluster.chain,
        };
        View {
            chain: Rc::clone(chain),
            slot,
            first_slot,
        }
    }

    fn any(&self, below: u64) -> u64 {
        self.cluster.borrow_mut().dice.random_range(0..below)
    }

    fn fails(&self) -> Result<(), ChainError> {
        let fails = self.cluster.borrow_mut().roll(3);
        if fails {
            Err(ChainError::BadAnswer("not now"))
        } else {
            Ok(())
        }
    }
}

fn id_of(signature: TxSignature) -> u8 {
    signature.0[0]
}

impl Witness for Server<'_> {
    async fn status(&self, signature: TxSignature) -> Result<(u64, Option<Seen>), ChainError> {
        if self.lies() {
            let seen = (self.any(4) == 0).then(|| Seen {
                level: match self.any(3) {
                    0 => Level::Processed,
                    1 => Level::Confirmed,
                    _ => Level::Final,
                },
                slot: self.any(100_000),
                error: (self.any(2) == 0).then(|| TxError::Other("a lie".into())),
            });
            return Ok((self.any(100_000), seen));
        }
        self.fails()?;
        let view = self.view();
        Ok((view.slot, view.status(id_of(signature))))
    }

    async fn root(&self) -> Result<Root, ChainError> {
        if self.lies() {
            let slot = self.any(100_000);
            return Ok(Root {
                slot,
                height: self.any(slot + 1),
            });
        }
        self.fails()?;
        let glitch = self.cluster.borrow().weather.glitches && self.any(100) < 3;
        let root = self.view().root();
        Ok(if glitch {
            Root {
                height: root.height + self.any(400),
                ..root
            }
        } else {
            root
        })
    }

    async fn takes_blockhash(&self, _: [u8; 32]) -> Result<bool, ChainError> {
        if self.lies() {
            return Ok(self.any(2) == 0);
        }
        self.fails()?;
        let view = self.view();
        Ok(view.chain.at(view.slot).height <= self.last_height)
    }

    async fn search(
        &self,
        _: Address,
        signature: TxSignature,
        not_before: u64,
        _: Option<u64>,
    ) -> Result<Searched, ChainError> {
        if self.lies() {
            return Ok(Searched::Lacks(Listing { oldest_slot: Some(0) }));
        }
        self.fails()?;
        let view = self.view();
        let root = view.root();
        if root.slot < not_before {
            return Err(ChainError::BadAnswer("minimum context slot not reached"));
        }
        let block = view.find(id_of(signature));
        let shown = block.filter(|block| (view.first_slot..=root.slot).contains(&block.slot));
        if let Some(Root { slot, .. }) = shown {
            let error = outcome_in(slot);
            return Ok(Searched::Holds { slot, error });
        }
        // The payer's first money came in slot 1,000.
        let oldest_slot = (view.first_slot <= 1_000).then_some(1_000);
        Ok(Searched::Lacks(Listing { oldest_slot }))
    }

    async fn first_slot(&self) -> Result<u64, ChainError> {
        if self.lies() {
            return Ok(0);
        }
        self.fails()?;
        Ok(self.view().first_slot)
    }

    async fn send(&self, bytes: &[u8]) -> Answer {
        let id = bytes[0];
        let lies = self.lies();
        let mut cluster = self.cluster.borrow_mut();
        let taken = !cluster.weather.losses || cluster.roll(40);
        if taken || lies {
            cluster.hold(id, self.last_height);
        }
        if lies {
            return Answer::Refused(TxError::InsufficientSol);
        }
        if cluster.roll(5) {
            return Answer::Unclear;
        }
        // Now and then a server refuses in earnest what another one has passed on.
        match cluster.roll(2) {
            true => Answer::Refused(TxError::Other("not with me".into())),
            false => Answer::Taken,
        }
    }
}
