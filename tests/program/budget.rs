//! What transactions cost and weigh: every instruction under exactly the ceiling that clients ask for, with both
//! token programs, as a table. With `HEARTH_BENCH` set to a file's name the table is written there as JSON lines.

use hearth_program_interface::account::{DeviceStatus, Leasing, Role, SlashReason};
use hearth_program_interface::compute_units as units;
use hearth_program_interface::emission::{MONTH_SECONDS, TOTAL};
use hearth_program_interface::instruction::{CLOSE_WITH_VOUCHER_DEVICES, Claim, PostRoot, Tag};
use hearth_program_interface::merkle;
use hearth_program_interface::message::MAX_LEASE_DEVICES;
use hearth_program_interface::params::{
    CO_WAIT_SECONDS, DAY, EPOCH_SECONDS, REPURCHASE_WAIT_SECONDS, ROOT_DELAY_SECONDS, SLASH_HOLD_SECONDS,
};
use hearth_program_interface::seeds;
use litesvm::LiteSVM;
use solana_keypair::Keypair;
use solana_sdk::instruction::Instruction;
use solana_sdk::message::Message;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signer::Signer as _;

use crate::harness::{
    COOLDOWN, IO, MAX_SECONDS, MIN_STAKE, PACKET, Provider, RATE, Rental, TAG, WINDOW, Wallet, World, ix,
    parameters, program_key,
};

const EIGHT: u8 = 8;

/// One line of the table.
struct Row {
    name: String,
    ceiling: u32,
    used: u64,
    size: usize,
}

struct Table {
    world: World,
    rows: Vec<Row>,
    /// Which instructions were sent.
    tags: Vec<u8>,
}

impl Table {
    /// Sends under exactly the ceiling that clients ask for.
    fn send(&mut self, name: &str, signers: &[&Keypair], ceiling: u32, instructions: &[Instruction]) {
        self.world.ok_within(signers, instructions, ceiling);
        self.tags.push(instructions.last().unwrap().data[0]);
        self.rows.push(Row {
            name: name.to_owned(),
            ceiling,
            used: self.world.used,
            size: self.world.size,
        });
    }

    fn one(&mut self, name: &str, signer: &Keypair, ceiling: u32, instruction: Instruction) {
        self.send(name, &[signer], ceiling, &[instruction]);
    }

    fn network(&mut self) {
        let (authority, new) = (self.world.authority.insecure_clone(), Keypair::new());
        self.world.svm.airdrop(&new.pubkey(), 1_000_000_000).unwrap();
        let init = ix::init_network(&self.world, &parameters());
        let signers = [&authority, &program_key()];
        self.send("init network", &signers, units::INIT_NETWORK, &[init]);
        let set = ix::set_parameters(&self.world, parameters().parameters());
        self.one("set parameters", &authority, units::SET_NETWORK, set);
        let pause = ix::set_leasing(&self.world, Leasing::Open);
        self.one("set leasing", &authority, units::SET_NETWORK, pause);
        let propose = ix::propose_key(&self.world, Role::Oracle, new.pubkey().to_bytes());
        self.one("propose key", &authority, units::SET_NETWORK, propose);
        let accept = ix::accept_key(&self.world, Role::Oracle, &new.pubkey());
        self.one("accept key", &new, units::SET_NETWORK, accept);
        self.world.oracle = new;
    }

    fn staking(&mut self) {
        let (owner, node) = (self.world.wallet(), Keypair::new());
        let bump = |world: &World, id| world.find(&seeds::device(&owner.address().to_bytes(), id)).1;
        let register = ix::register(&self.world, &owner, [1; 32], node.pubkey().to_bytes());
        let ceiling = units::stake(bump(&self.world, &[1; 32]));
        self.one("register device", &owner.key, ceiling, register);
        let ceiling = units::stake(bump(&self.world, &[0; 32]));
        let device = self.world.device_address(&owner, [0; 32]);
        let stake = ix::stake(&self.world, &owner, [0; 32], &node, MIN_STAKE + 5);
        self.one("stake, first", &owner.key, ceiling, stake);
        let stake = ix::stake(&self.world, &owner, [0; 32], &node, 5);
        self.one("stake, more", &owner.key, ceiling, stake);
        let request = ix::request_unstake(&self.world, &owner, &device, 20);
        self.one("request unstake", &owner.key, units::UNSTAKE, request);
        self.world.pass(COOLDOWN);
        let withdraw = ix::withdraw(&self.world, &owner, &device);
        self.one("withdraw", &owner.key, units::UNSTAKE, withdraw);
        let verifier = self.world.verifier.insecure_clone();
        let classify = ix::classify(&self.world, &device, 2 * MIN_STAKE, DeviceStatus::Active);
        self.one("classify", &verifier, units::CHANGE_DEVICE, classify);
    }

    fn co_staking(&mut self) {
        let (provider, co) = (self.world.provider(1), self.world.wallet());
        let (owner, device) = (&provider.wallet, provider.devices[0]);
        let terms = (MIN_STAKE / 2, 1);
        let bump = self.world.find(&seeds::offers(&owner.address().to_bytes())).1;
        let offer = ix::offer(&self.world, owner, &device, terms);
        self.one("offer co-stake", &owner.key, units::offer(bump), offer.clone());
        let cancel = ix::cancel_offer(&self.world, owner, &device);
        self.one("cancel offer", &owner.key, units::offer(bump), cancel);
        self.world.ok(&[&owner.key], &[offer]);
        let accept = ix::accept_offer(&self.world, &co, &device, terms);
        self.one("accept offer", &co.key, units::UNSTAKE, accept);
        let leave = ix::leave(&self.world, &co, &device);
        self.one("leave co-stake", &co.key, units::CHANGE_DEVICE, leave);
        let request = ix::request_unstake(&self.world, owner, &device, MIN_STAKE);
        self.one("request unstake, both", &owner.key, units::UNSTAKE, request);
        self.world.pass(CO_WAIT_SECONDS + COOLDOWN);
        let withdraw = ix::withdraw_co(&self.world, &co, &owner.address(), &device);
        self.one("withdraw co-stake", &co.key, units::UNSTAKE, withdraw);
    }

    fn slashing(&mut self) {
        let (provider, whale) = (self.world.provider(1), self.world.wallet());
        let stake = ix::stake(&self.world, &whale, [0; 32], &Keypair::new(), 95_000 * IO);
        self.world.ok(&[&whale.key], &[stake]);
        let device = provider.devices[0];
        let verifier = self.world.verifier.insecure_clone();
        let authority = self.world.authority.insecure_clone();
        for number in 1..=3 {
            let evidence = [number; 32];
            let bump = self.world.find(&seeds::slash(&device.to_bytes(), &evidence)).1;
            let post = ix::post_slash(&self.world, &device, SlashReason::Abandoned, evidence);
            self.one("post slash", &verifier, units::post_slash(bump), post);
        }
        self.world.pass(DAY);
        for number in 1..=2 {
            let take = ix::take_slash(&self.world, &device, [number; 32]);
            self.one("take slash", &whale.key, units::SLASH, take);
        }
        let void = ix::void_slash(&self.world, &device, [3; 32]);
        self.one("void slash", &authority, units::SLASH, void);
        let restore = ix::restore_slash(&self.world, &device, [1; 32], &whale.token);
        self.one("restore slash", &authority, units::SLASH, restore);
        self.world.pass(SLASH_HOLD_SECONDS);
        let burn = ix::burn_slash(&self.world, &device, [2; 32]);
        self.one("burn slash", &whale.key, units::SLASH, burn);
    }

    fn life(&mut self, name: &str, provider: &Provider, renter: &Wallet) {
        let devices = u8::try_from(provider.devices.len()).unwrap();
        let rental = Rental::new(&mut self.world, provider, renter);
        let ceiling = units::open_lease(devices, rental.bumps.0, rental.bumps.1);
        let key = &renter.key;
        let open = rental.open(&self.world);
        self.send(&format!("open lease, {name}"), &[key], ceiling, &open);
        let top_up = rental.top_up(&self.world, MAX_SECONDS + 1);
        self.send(
            &format!("top up, {name}"),
            &[key],
            units::top_up(devices),
            &top_up,
        );
        let settle = rental.settle(&self.world, RATE, 1);
        self.send(&format!("settle, {name}"), &[key], units::SETTLE, &settle);
        let close = rental.close_with(&self.world, (2 * RATE, 2), (2 * RATE, 2));
        self.send(
            &format!("close with voucher, {name}"),
            &[key],
            units::close(devices),
            &close,
        );
        let rental = Rental::opened(&mut self.world, provider, renter);
        let close = rental.close(&self.world, 0, 0);
        self.send(&format!("close, {name}"), &[key], units::close(devices), &close);
        let rental = Rental::opened(&mut self.world, provider, renter);
        self.world.pass(MAX_SECONDS + WINDOW);
        let expired = rental.close_expired(&self.world);
        self.send(
            &format!("close expired, {name}"),
            &[key],
            units::close(devices),
            &[expired],
        );
    }

    fn market(&mut self) {
        let (provider, renter, maker) = (self.world.provider(1), self.world.wallet(), self.world.wallet());
        let (owner, oracle) = (&provider.wallet, self.world.oracle.insecure_clone());
        let bump = self.world.find(&seeds::maker(&maker.address().to_bytes())).1;
        let fund = ix::fund_maker(&self.world, &maker, 1_000 * IO, 250_000);
        self.one("fund maker", &maker.key, units::fund_maker(bump), fund);
        let drain = ix::drain_maker(&self.world, &maker, IO);
        self.one("drain maker", &maker.key, units::DRAIN_MAKER, drain);
        let rental = Rental::opened_in_usdc(&mut self.world, &provider, &renter);
        let settle = rental.settle(&self.world, 10_030, 10);
        self.send("settle, USDC", &[&renter.key], units::SETTLE, &settle);
        let part = ix::repurchase(&self.world, &rental, owner, &maker, (27, 1));
        self.one("repurchase", &owner.key, units::EXCHANGE, part);
        let close = rental.close(&self.world, 0, 0);
        self.send("close, USDC", &[&renter.key], units::close(1), &close);
        let last = ix::repurchase(&self.world, &rental, owner, &maker, (9_000, 1));
        self.one("repurchase, last", &owner.key, units::EXCHANGE, last);
        let rental = Rental::opened_in_usdc(&mut self.world, &provider, &renter);
        let close = rental.close_with(&self.world, (10_030, 10), (10_030, 10));
        self.world.ok(&[&renter.key], &close);
        self.world.pass(REPURCHASE_WAIT_SECONDS);
        let take = ix::take_usdc(&self.world, &rental, owner);
        self.one("take USDC", &owner.key, units::EXCHANGE, take);
        let convert = ix::convert_fees(&self.world, &maker, (1_003, 1));
        self.one("convert fees", &oracle, units::EXCHANGE, convert);
    }

    fn rewards(&mut self) {
        let wallet = self.world.wallet();
        let (reward_vault, fee_vault) = (self.world.reward_vault, self.world.fee_vault);
        self.world.give(&reward_vault, TOTAL);
        self.world.give(&fee_vault, 50 * IO);
        self.world.pass(MONTH_SECONDS);
        let verifier = self.world.verifier.insecure_clone();
        let authority = self.world.authority.insecure_clone();
        let proof = [[3; 32]; merkle::MAX_DEPTH];
        let leaf = |cumulative| merkle::leaf(&TAG, &wallet.address().to_bytes(), cumulative, ix::sha256);
        let mut given = PostRoot {
            epoch: 0,
            root: [0; 32],
            report: [1; 32],
            total: 0,
            fee_draw: 1,
        };
        for number in 1..=2 {
            self.world.pass(EPOCH_SECONDS);
            given.epoch = self.world.now() / EPOCH_SECONDS - 1;
            given.total = number;
            given.root = merkle::root(leaf(number), 0, &proof, ix::sha256).unwrap();
            let post = ix::post_any_root(&self.world, &given);
            self.one("post root", &verifier, units::ROOT, post.clone());
            let void = ix::void_root(&self.world, given.epoch);
            self.one("void root", &authority, units::ROOT, void);
            self.world.ok(&[&verifier], &[post]);
            self.world.pass(ROOT_DELAY_SECONDS);
            let claim = Claim {
                epoch: given.epoch,
                index: 0,
                cumulative: number,
            };
            let name = if number == 1 {
                "claim, first"
            } else {
                "claim, more"
            };
            let bump = self.world.find(&seeds::claimed(&wallet.address().to_bytes())).1;
            let claim = ix::claim_with(&self.world, &wallet, &claim, &proof);
            self.one(name, &wallet.key, units::claim(bump, 20), claim);
        }
        let burn = ix::burn_fees(&self.world, IO);
        self.one("burn fees", &verifier, units::ROOT, burn);
    }
}

/// Runs everything; gives the table.
fn measure(svm: LiteSVM) -> Vec<Row> {
    let mut table = Table {
        world: World::bare(svm),
        rows: Vec::new(),
        tags: Vec::new(),
    };
    table.network();
    table.staking();
    table.co_staking();
    table.slashing();
    let renter = table.world.wallet();
    for (name, devices) in [("1 device", 1), ("8 devices", EIGHT)] {
        let provider = table.world.provider(devices);
        table.life(name, &provider, &renter);
    }
    table.market();
    table.rewards();
    for tag in Tag::ALL {
        assert!(table.tags.contains(&(*tag as u8)), "{tag:?} is not measured");
    }
    table.rows
}

#[expect(clippy::print_stdout, reason = "a table to read")]
fn print(rows: &[Row]) {
    for Row {
        name,
        ceiling,
        used,
        size,
    } in rows
    {
        println!("{name:32} {used:6} of {ceiling:6} units {size:5} bytes");
    }
}

#[test]
fn ceilings_hold() {
    let rows = measure(LiteSVM::new());
    print(&rows);
    let Some(file) = std::env::var_os("HEARTH_BENCH") else {
        return;
    };
    let line = |row: &Row| {
        let line = serde_json::json!({
            "instruction": row.name, "units": row.used, "ceiling": row.ceiling, "bytes": row.size,
        });
        format!("{line}\n")
    };
    std::fs::write(file, rows.iter().map(line).collect::<String>()).unwrap();
}

#[test]
fn ceilings_hold_with_the_older_token_program() {
    let mut features = LiteSVM::mainnet_feature_set();
    features.deactivate(&Pubkey::from_str_const(
        "ptokFjwyJtrwCa9Kgo9xoDS59V4QccBGEaRFnRPnSdP",
    ));
    let svm = LiteSVM::default()
        .with_feature_set(features)
        .with_feature_accounts()
        .with_builtins()
        .with_lamports(1_000_000_000_000_000)
        .with_sysvars()
        .with_default_programs()
        .with_sigverify(true)
        .with_blockhash_check(true)
        .with_precompiles();
    print(&measure(svm));
}

fn weight(payer: &Pubkey, instructions: &[Instruction]) -> usize {
    let mut all = ix::budget(1).to_vec();
    all.extend_from_slice(instructions);
    let message = Message::new(&all, Some(payer));
    1 + 64 * usize::from(message.header.num_required_signatures) + message.serialize().len()
}

/// Eight devices fit everywhere but where the interface says so: a close with a voucher whose fee a third party
/// pays.
#[test]
fn the_largest_transactions_fit_a_packet() {
    assert_eq!(usize::from(EIGHT), MAX_LEASE_DEVICES);
    let mut world = World::new();
    let (provider, renter, stranger) = (world.provider(EIGHT), world.wallet(), Keypair::new().pubkey());
    let mut rental = Rental::new(&mut world, &provider, &renter);
    let with_voucher = |rental: &Rental| rental.close_with(&world, (1, 1), (1, 1));
    assert!(weight(&renter.address(), &rental.open(&world)) <= PACKET);
    assert!(weight(&renter.address(), &rental.top_up(&world, 1)) <= PACKET);
    assert!(weight(&stranger, &rental.settle(&world, 1, 1)) <= PACKET);
    assert!(weight(&stranger, &rental.close(&world, 0, 0)) <= PACKET);
    assert!(weight(&stranger, &[rental.close_expired(&world)]) <= PACKET);
    assert!(weight(&renter.address(), &with_voucher(&rental)) <= PACKET);
    assert!(weight(&stranger, &with_voucher(&rental)) > PACKET);
    rental.devices.truncate(CLOSE_WITH_VOUCHER_DEVICES);
    assert!(weight(&stranger, &with_voucher(&rental)) <= PACKET);
}
