//! What is hashed, byte by byte.
//!
//! A link's hash is SHA-256 over a domain word, the hash before, the link's number, and the link's body. Numbers are
//! eight bytes, big-endian; texts and byte strings are their length and their bytes; what can be absent begins with
//! 0 or 1; postings are in the order of their accounts' names. So two different facts never have the same bytes.

use sha2::{Digest as _, Sha256};

use super::Head;

const DOMAIN: &[u8] = b"hearth history link 1";
/// Bodies of the two sorts of links begin with these.
const STATE: u8 = 0;
const ENTRY: u8 = 1;

/// Everything that an entry says, as it stands in the file.
pub(in super::super) struct EntryFacts<'a> {
    pub(in super::super) id: i64,
    pub(in super::super) at_ms: i64,
    pub(in super::super) kind: &'a str,
    pub(in super::super) state: &'a str,
    pub(in super::super) key: &'a str,
    pub(in super::super) lease: Option<&'a [u8]>,
    pub(in super::super) device: Option<&'a [u8]>,
    pub(in super::super) note: &'a str,
    pub(in super::super) reverses: Option<i64>,
    pub(in super::super) currency: &'a str,
    pub(in super::super) amount: i64,
    pub(in super::super) usd: Option<i64>,
    pub(in super::super) price: Option<PriceFacts<'a>>,
    /// Only when the entry begins with it.
    pub(in super::super) signature: Option<&'a [u8]>,
}

/// The price that an entry's worth follows from.
pub(in super::super) struct PriceFacts<'a> {
    pub(in super::super) at_ms: i64,
    pub(in super::super) usd_nanos: i64,
    pub(in super::super) source: &'a str,
}

/// One posting of an entry.
pub(in super::super) struct PostingFacts<'a> {
    pub(in super::super) account: &'a str,
    pub(in super::super) currency: &'a str,
    pub(in super::super) amount: i64,
    pub(in super::super) usd: Option<i64>,
}

struct Writer(Sha256);

impl Writer {
    fn after(head: &Head, sort: u8) -> Self {
        let mut hash = Sha256::new();
        hash.update(DOMAIN);
        hash.update(head.hash);
        hash.update((head.links + 1).to_be_bytes());
        hash.update([sort]);
        Self(hash)
    }

    fn number(&mut self, number: i64) {
        self.0.update(number.to_be_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn maybe<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.0.update([u8::from(value.is_some())]);
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn end(self, head: &Head) -> Head {
        Head {
            links: head.links + 1,
            hash: self.0.finalize().into(),
        }
    }
}

/// The chain's end after an entry is linked. Postings in the order of their accounts' names.
pub(in super::super) fn hash_entry<'a>(
    head: &Head,
    entry: &EntryFacts<'_>,
    postings: impl Iterator<Item = PostingFacts<'a>>,
) -> Head {
    let mut out = Writer::after(head, ENTRY);
    out.number(entry.id);
    out.number(entry.at_ms);
    for text in [entry.kind, entry.state, entry.key, entry.note, entry.currency] {
        out.bytes(text.as_bytes());
    }
    out.maybe(entry.lease, Writer::bytes);
    out.maybe(entry.device, Writer::bytes);
    out.maybe(entry.reverses, Writer::number);
    out.number(entry.amount);
    out.maybe(entry.usd, Writer::number);
    out.maybe(entry.price.as_ref(), |out, price| {
        out.number(price.at_ms);
        out.number(price.usd_nanos);
        out.bytes(price.source.as_bytes());
    });
    out.maybe(entry.signature, Writer::bytes);
    for posting in postings {
        out.bytes(posting.account.as_bytes());
        out.bytes(posting.currency.as_bytes());
        out.number(posting.amount);
        out.maybe(posting.usd, Writer::number);
    }
    out.end(head)
}

/// The chain's end after a state is linked.
pub(in super::super) fn hash_state(
    head: &Head,
    entry: i64,
    state: &str,
    signature: Option<&[u8; 64]>,
) -> Head {
    hash_state_bytes(head, entry, state, signature.map(<[u8; 64]>::as_slice))
}

/// As [`hash_state`], for a signature as the file has it.
pub(super) fn hash_state_bytes(head: &Head, entry: i64, state: &str, signature: Option<&[u8]>) -> Head {
    let mut out = Writer::after(head, STATE);
    out.number(entry);
    out.bytes(state.as_bytes());
    out.maybe(signature, Writer::bytes);
    out.end(head)
}
