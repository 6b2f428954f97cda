//! What is measured on: the recordings of the lab, over and over with fresh ids.

use lineside::bench::{self, Failure, Flow};

/// What a switch says.
pub struct Corpus {
    pub flows: Vec<Flow>,
    /// The same in one piece, as one connection gives it from the banner on.
    pub bytes: Vec<u8>,
    pub messages: usize,
}

impl Corpus {
    /// Flows of at least `size` bytes together.
    ///
    /// # Errors
    /// The recordings cannot be played.
    pub fn of(size: usize) -> Result<Self, Failure> {
        let flows = bench::flows(size)?;
        let mut bytes = b"Asterisk Call Manager/11.0.0\r\n".to_vec();
        flows.iter().for_each(|flow| bytes.extend_from_slice(&flow.bytes));
        let messages = flows.iter().map(|flow| flow.messages).sum();
        Ok(Corpus { flows, bytes, messages })
    }
}
