//! Fuzzing, on the stable toolchain.
//!
//! A body takes any bytes and fails by an assertion. Its corpus is `corpus/<body>/`, one input a file; every test run replays it and
//! some mutations of it that are the same in every run. For a longer search: `cargo run --release -p lineside-fuzz -- <body>
//! --seconds 600`; the binary also reads inputs from files or standard input, as other fuzzers give them. An input that failed
//! once belongs in the corpus.

mod bodies;
mod chance;
mod mutate;

pub use chance::Chance;
pub use mutate::mutated;

use std::path::PathBuf;
use std::{fs, io};

/// One property of any bytes.
#[derive(Clone, Copy)]
pub struct Body {
    /// Its name, and that of its corpus.
    pub name: &'static str,
    /// Fails by a panic if the property does not hold for the bytes.
    pub run: fn(&[u8]),
    /// How many mutations of its corpus every test run takes.
    pub mutations: u64,
}

/// Every body.
pub const BODIES: [Body; 11] = [
    Body {
        name: "ami_decode",
        run: bodies::ami_decode::run,
        mutations: 5000,
    },
    Body {
        name: "ami_message",
        run: bodies::ami_message::run,
        mutations: 5000,
    },
    Body {
        name: "ami_text",
        run: bodies::ami_text::run,
        mutations: 5000,
    },
    Body {
        name: "ami_client",
        run: bodies::ami_client::run,
        mutations: 5000,
    },
    Body {
        name: "ami_server",
        run: bodies::ami_server::run,
        mutations: 5000,
    },
    Body {
        name: "csta_ber",
        run: bodies::csta_ber::run,
        mutations: 5000,
    },
    Body {
        name: "csta_message",
        run: bodies::csta_message::run,
        mutations: 5000,
    },
    Body {
        name: "csta_session",
        run: bodies::csta_session::run,
        mutations: 5000,
    },
    Body {
        name: "csta_xml",
        run: bodies::csta_xml::run,
        mutations: 5000,
    },
    Body {
        name: "link",
        run: bodies::link::run,
        mutations: 300,
    },
    Body {
        name: "replay",
        run: bodies::replay::run,
        mutations: 300,
    },
];

impl Body {
    /// The inputs of the corpus of this body, in the order of their names.
    ///
    /// # Errors
    /// The corpus cannot be read.
    pub fn corpus(&self) -> io::Result<Vec<Vec<u8>>> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(self.name);
        let mut files = fs::read_dir(folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<Vec<_>>>()?;
        files.sort();
        files.iter().map(fs::read).collect()
    }
}
