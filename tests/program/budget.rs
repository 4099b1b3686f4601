//! What transactions cost and weigh.

use hearth_program_interface::compute_units;
use hearth_program_interface::instruction::CLOSE_WITH_VOUCHER_DEVICES;
use hearth_program_interface::message::MAX_LEASE_DEVICES;
use hearth_program_interface::seeds;
use litesvm::LiteSVM;
use solana_keypair::Keypair;
use solana_sdk::instruction::Instruction;
use solana_sdk::message::Message;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signer::Signer as _;

use crate::harness::{
    COOLDOWN, MAX_SECONDS, MIN_STAKE, PACKET, Provider, RATE, Rental, WINDOW, Wallet, World, ix,
};

const EIGHT: u8 = 8;

struct Table<'a> {
    world: &'a mut World,
    rows: Vec<(String, u32, u64, usize)>,
}

impl Table<'_> {
    /// Sends under exactly the ceiling that clients ask for.
    fn send(&mut self, name: &str, signer: &Keypair, ceiling: u32, instructions: &[Instruction]) {
        self.world.ok_within(&[signer], instructions, ceiling);
        self.rows
            .push((name.to_owned(), ceiling, self.world.used, self.world.size));
    }

    fn life(&mut self, name: &str, provider: &Provider, renter: &Wallet) {
        let devices = u8::try_from(provider.devices.len()).unwrap();
        let rental = Rental::new(self.world, provider, renter);
        let ceiling = compute_units::open_lease(devices, rental.bumps.0, rental.bumps.1);
        let open = rental.open(self.world);
        self.send(&format!("open, {name}"), &renter.key, ceiling, &open);
        let settle = rental.settle(self.world, RATE, 1);
        self.send(
            &format!("settle, {name}"),
            &renter.key,
            compute_units::SETTLE,
            &settle,
        );
        let close = rental.close_with(self.world, (2 * RATE, 2), (2 * RATE, 2));
        self.send(
            &format!("close with voucher, {name}"),
            &renter.key,
            compute_units::close(devices),
            &close,
        );

        let rental = Rental::opened(self.world, provider, renter);
        let close = rental.close(self.world, 0, 0);
        self.send(
            &format!("close, {name}"),
            &renter.key,
            compute_units::close(devices),
            &close,
        );

        let rental = Rental::opened(self.world, provider, renter);
        self.world.pass(MAX_SECONDS + WINDOW);
        let expired = rental.close_expired(self.world);
        self.send(
            &format!("close expired, {name}"),
            &renter.key,
            compute_units::close(devices),
            &[expired],
        );
    }
}

/// Runs everything; gives the table as text.
fn measure(world: &mut World) -> String {
    let (owner, node, renter) = (world.wallet(), Keypair::new(), world.wallet());
    let bump = world
        .find(&seeds::device(&owner.address().to_bytes(), &[0; 32]))
        .1;
    let device = world.device_address(&owner, [0; 32]);
    let mut table = Table {
        world,
        rows: Vec::new(),
    };
    let stake = ix::stake(table.world, &owner, [0; 32], &node, MIN_STAKE + 5);
    table.send("stake, first", &owner.key, compute_units::stake(bump), &[stake]);
    let stake = ix::stake(table.world, &owner, [0; 32], &node, 5);
    table.send("stake, more", &owner.key, compute_units::stake(bump), &[stake]);
    let request = ix::request_unstake(table.world, &owner, &device, 20);
    table.send("request unstake", &owner.key, compute_units::UNSTAKE, &[request]);
    table.world.pass(COOLDOWN);
    let withdraw = ix::withdraw(table.world, &owner, &device);
    table.send("withdraw", &owner.key, compute_units::UNSTAKE, &[withdraw]);
    let one = table.world.provider(1);
    table.life("1 device", &one, &renter);
    let eight = table.world.provider(EIGHT);
    table.life("8 devices", &eight, &renter);
    let lines = table.rows.iter().map(|(name, ceiling, used, size)| {
        format!("{name:32} {used:6} of {ceiling:6} units {size:5} bytes\n")
    });
    lines.collect()
}

#[test]
fn ceilings_hold() {
    println!("{}", measure(&mut World::new()));
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
    println!("{}", measure(&mut World::on(svm)));
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
    assert!(weight(&stranger, &rental.settle(&world, 1, 1)) <= PACKET);
    assert!(weight(&stranger, &rental.close(&world, 0, 0)) <= PACKET);
    assert!(weight(&stranger, &[rental.close_expired(&world)]) <= PACKET);
    assert!(weight(&renter.address(), &with_voucher(&rental)) <= PACKET);
    assert!(weight(&stranger, &with_voucher(&rental)) > PACKET);
    rental.devices.truncate(CLOSE_WITH_VOUCHER_DEVICES);
    assert!(weight(&stranger, &with_voucher(&rental)) <= PACKET);
}
