//! Output, files, quotes, counters, devices and settings.

use hearth_store::{
    Store,
    counter::NODE_REQUESTS,
    devices,
    leases::SealedSecret,
    outputs::{self, CHUNK_OVERHEAD, MAX_CHUNK_BYTES, MAX_OUTPUT_BYTES, OutputError},
    quotes::{self, QuoteRow},
    settings,
};
use hearth_types::{
    device::{Benchmark, Measured},
    id::{DeviceId, LeaseId},
    lease::{OutputChunk, Side, Stream},
    money::IoPerSecond,
    time::UnixMillis,
};

use crate::samples::quote;

const LEASE: LeaseId = LeaseId([1; 32]);

fn chunk(sequence: u64, length: u64) -> OutputChunk {
    let text = "x".repeat(usize::try_from(length).unwrap());
    let stream = Stream::Stdout;
    OutputChunk {
        sequence,
        stream,
        text,
    }
}

#[tokio::test]
async fn the_latest_output_is_kept_and_no_more() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let most = MAX_OUTPUT_BYTES / (MAX_CHUNK_BYTES + CHUNK_OVERHEAD);
    let chunks = most + 3;
    for sequence in 0..chunks {
        assert!(
            outputs::append(&mut tx, LEASE, &chunk(sequence, MAX_CHUNK_BYTES))
                .await
                .unwrap()
        );
    }
    let kept = outputs::output(&mut tx, LEASE, 0).await.unwrap();
    assert_eq!(kept.len() as u64, most);
    assert_eq!((kept[0].sequence, kept.last().unwrap().sequence), (3, chunks - 1));
    assert_eq!(outputs::next_sequence(&mut tx, LEASE).await.unwrap(), chunks);
    assert!(
        !outputs::append(&mut tx, LEASE, &chunk(0, 1)).await.unwrap(),
        "a repeated chunk"
    );
    let long = outputs::append(&mut tx, LEASE, &chunk(chunks, MAX_CHUNK_BYTES + 1)).await;
    assert!(matches!(long, Err(OutputError::ChunkTooLong)));
    assert_eq!(
        outputs::output(&mut tx, LEASE, chunks - 1).await.unwrap().len(),
        1
    );
}

#[tokio::test]
async fn a_gap_stays_a_gap_and_empty_chunks_are_not_free() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    for sequence in [0, 7, 5, 8] {
        let new = outputs::append(&mut tx, LEASE, &chunk(sequence, 1))
            .await
            .unwrap();
        assert_eq!(new, sequence != 5, "{sequence}");
    }
    let kept = outputs::output(&mut tx, LEASE, 0).await.unwrap();
    assert_eq!(kept.iter().map(|c| c.sequence).collect::<Vec<_>>(), [0, 7, 8]);
    for beyond in [u64::MAX, u64::MAX / 2] {
        let refused = outputs::append(&mut tx, LEASE, &chunk(beyond, 1)).await;
        assert!(matches!(refused, Err(OutputError::Store(_))), "{beyond}");
    }
    // As many as fit, then a thousand of nothing: they push the oldest out.
    let full = MAX_OUTPUT_BYTES / (MAX_CHUNK_BYTES + CHUNK_OVERHEAD);
    for sequence in 9..9 + full + 1_000 {
        let length = if sequence < 9 + full { MAX_CHUNK_BYTES } else { 0 };
        outputs::append(&mut tx, LEASE, &chunk(sequence, length))
            .await
            .unwrap();
    }
    let kept = outputs::output(&mut tx, LEASE, 0).await.unwrap();
    assert!(kept[0].sequence > 9, "{}", kept[0].sequence);
}

#[tokio::test]
async fn files_are_capped_in_name_number_and_size() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    outputs::put_file(&mut tx, LEASE, "b.bin", &[1, 2, 3])
        .await
        .unwrap();
    outputs::put_file(&mut tx, LEASE, "b.bin", &[4]).await.unwrap();
    assert_eq!(
        outputs::file(&mut tx, LEASE, "b.bin").await.unwrap(),
        Some(vec![4])
    );
    assert_eq!(outputs::file(&mut tx, LEASE, "c.bin").await.unwrap(), None);
    for name in ["", "a\0b", &"n".repeat(256)] {
        let refused = outputs::put_file(&mut tx, LEASE, name, &[]).await;
        assert!(matches!(refused, Err(OutputError::BadName)));
    }
    let most = usize::try_from(outputs::MAX_FILES_BYTES).unwrap();
    let large = outputs::put_file(&mut tx, LEASE, "large", &vec![0; most]).await;
    assert!(matches!(large, Err(OutputError::FilesTooLarge)));
    for number in 1..outputs::MAX_FILES {
        outputs::put_file(&mut tx, LEASE, &number.to_string(), &[])
            .await
            .unwrap();
    }
    let many = outputs::put_file(&mut tx, LEASE, "one more", &[]).await;
    assert!(matches!(many, Err(OutputError::TooManyFiles)));
    assert_eq!(
        outputs::files(&mut tx, LEASE).await.unwrap().len(),
        outputs::MAX_FILES
    );
}

#[tokio::test]
async fn a_quote_is_valid_until_it_expires_or_is_forgotten() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let row = |lease, side, expires_at| QuoteRow {
        side,
        quote: hearth_types::market::Quote {
            expires_at: UnixMillis(expires_at),
            ..quote(lease)
        },
        node_signature: [1; 64],
        session_secret: (side == Side::Renter).then(|| SealedSecret(vec![1])),
    };
    for stored in [
        row(1, Side::Provider, 100),
        row(2, Side::Provider, 200),
        row(3, Side::Renter, 300),
    ] {
        quotes::put(&mut tx, &stored).await.unwrap();
        quotes::put(&mut tx, &stored).await.unwrap();
    }
    let promised = |rows: Vec<QuoteRow>| rows.iter().map(|row| row.quote.lease.0[0]).collect::<Vec<_>>();
    for (now, valid) in [(50, vec![2, 1]), (100, vec![2]), (200, vec![])] {
        let rows = quotes::valid(&mut tx, Side::Provider, UnixMillis(now))
            .await
            .unwrap();
        assert_eq!(promised(rows), valid, "{now}");
    }
    assert_eq!(
        quotes::get(&mut tx, LeaseId([3; 32]), Side::Renter)
            .await
            .unwrap(),
        Some(row(3, Side::Renter, 300))
    );
    quotes::forget(&mut tx, LeaseId([3; 32]), Side::Renter)
        .await
        .unwrap();
    quotes::forget_expired(&mut tx, UnixMillis(150)).await.unwrap();
    assert_eq!(
        promised(quotes::valid(&mut tx, Side::Renter, UnixMillis(0)).await.unwrap()),
        [0_u8; 0]
    );
    assert_eq!(
        promised(
            quotes::valid(&mut tx, Side::Provider, UnixMillis(0))
                .await
                .unwrap()
        ),
        [2]
    );
}

#[tokio::test]
async fn a_counter_never_repeats_even_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hearth.db");
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.next_counter(NODE_REQUESTS, 0).await.unwrap(), 1);
    assert_eq!(store.next_counter(NODE_REQUESTS, 0).await.unwrap(), 2);
    assert_eq!(store.next_counter(NODE_REQUESTS, 1_000).await.unwrap(), 1_000);
    assert_eq!(store.next_counter("other", 5).await.unwrap(), 5);
    store.close().await;
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.next_counter(NODE_REQUESTS, 7).await.unwrap(), 1_001);
}

#[tokio::test]
async fn devices_and_settings_are_kept() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(settings::load(&mut tx).await.unwrap(), settings::defaults());
    let mut chosen = settings::defaults();
    chosen.price = IoPerSecond(u64::MAX);
    chosen.language = Some("de".into());
    settings::save(&mut tx, &chosen).await.unwrap();
    assert_eq!(settings::load(&mut tx).await.unwrap(), chosen);

    let measured = Measured {
        median: 1.5,
        min: 1.0,
        max: 2.0,
        runs: 5,
    };
    let benchmark = Benchmark {
        f32_gflops: measured,
        memory_gb_per_s: measured,
        at: UnixMillis(9),
    };
    let device = DeviceId([6; 32]);
    devices::set_benchmark(&mut tx, device, &benchmark).await.unwrap();
    assert!(
        devices::list(&mut tx).await.unwrap()[0].lend,
        "lent until decided otherwise"
    );
    devices::set_lend(&mut tx, device, false).await.unwrap();
    let stored = devices::list(&mut tx).await.unwrap();
    assert_eq!((stored[0].lend, &stored[0].benchmark), (false, &Some(benchmark)));
}
