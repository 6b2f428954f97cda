//! What a client costs that is only there.

use super::CLIENTS;
use super::client::Clients;
use super::contender::{Contender, Places};
use super::switch::Switch;
use lineside::bench::Failure;
use serde_json::{Value, json};
use std::thread;
use std::time::Duration;

/// With how many clients it is looked.
const COUNTS: [usize; 3] = [200, 1_000, 4_000];
/// Until memory that is given back was given back.
const PAUSE: Duration = Duration::from_millis(500);

/// The memory of the contender with so many idle clients, for each of these numbers.
///
/// # Errors
/// It does not start, or does not let them all in.
fn measure(contender: Contender, places: &Places, counts: &[usize]) -> Result<Vec<(usize, u64)>, Failure> {
    let switch = Switch::start()?;
    let running = contender.start(places, &switch)?;
    let mut clients: Vec<Clients> = Vec::new();
    let mut connected = 0;
    let mut measured = Vec::new();
    for count in counts {
        // There are no more telephones than that; who watches which makes no difference.
        while connected < *count {
            let first = connected % CLIENTS;
            let more = (count - connected).min(CLIENTS - first);
            clients.push(Clients::connect(running.target.clone(), first, more)?);
            connected += more;
        }
        thread::sleep(PAUSE);
        measured.push((*count, running.process.memory()?));
    }
    Ok(measured)
}

/// Prints what an idle client costs each.
///
/// # Errors
/// One of them does not start, or does not let all clients in.
pub fn idle(places: &Places) -> Result<Value, Failure> {
    println!("\nIdle clients: RSS in MiB, and what each more costs in KiB");
    let mut told = Vec::new();
    for contender in [Contender::Relay, Contender::BridgeWithoutLog, Contender::Bridge] {
        let measured = measure(contender, places, &COUNTS)?;
        print!("{:24}", contender.name());
        for (count, bytes) in &measured {
            print!("  {count}: {:.1}", *bytes as f64 / f64::from(1 << 20));
        }
        let mut slopes = Vec::new();
        for pair in measured.windows(2) {
            let [(few, small), (many, large)] = pair else { continue };
            let slope = (*large as f64 - *small as f64) / (many - few) as f64 / 1024.0;
            print!("  {few} to {many}: {slope:.1} KiB");
            slopes.push(slope);
        }
        println!();
        told.push(json!({ "contender": contender.name(), "measured": measured, "kibibytesAClient": slopes }));
    }
    Ok(json!({ "idle": told }))
}
