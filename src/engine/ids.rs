use crate::model::{CallId, ConnectionId, Wall};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use uuid::Uuid;

/// Chance for the ids of one link start: the same seed gives the same ids, on any machine.
pub(crate) struct Ids {
    chance: ChaCha12Rng,
}

impl Ids {
    /// The ids that follow from `seed`.
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        let mut chance = ChaCha12Rng::from_seed(seed);
        // The machine draws its action ids and its jitter from other streams of the same seed.
        chance.set_stream(1);
        Ids { chance }
    }

    pub(super) fn call(&mut self, born: Wall) -> CallId {
        CallId(self.next(born))
    }

    pub(super) fn connection(&mut self, born: Wall) -> ConnectionId {
        ConnectionId(self.next(born))
    }

    /// UUIDv7 (RFC 9562, section 5.7): 48 bits of milliseconds, then chance.
    fn next(&mut self, born: Wall) -> Uuid {
        let mut random = [0; 10];
        self.chance.fill_bytes(&mut random);
        let millis = u64::try_from(born.as_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}
