//! How much each can follow.

use super::contender::{Contender, Places};
use super::plan::Plan;
use super::report::Noise;
use super::round::round;
use lineside::bench::Failure;
use serde_json::{Value, json};
use std::time::Duration;

/// The rates at which it is looked who can follow. For more there are not enough telephones.
const RATES: [f64; 6] = [3e3, 5e3, 7e3, 10e3, 20e3, 40e3];
/// For how long each.
const STEP: Duration = Duration::from_secs(3);

/// How many messages a second each can follow: up to the first rate at which it cannot.
///
/// # Errors
/// One of them does not start.
pub fn climb(places: &Places, gateways: &[Contender], noise: &mut Noise) -> Result<Value, Failure> {
    println!(
        "\nHow many messages a second each follows for {} s: everything arrives, 99 of 100 within 100 ms",
        STEP.as_secs()
    );
    let mut climbing: Vec<(Contender, f64, bool)> = gateways
        .iter()
        .copied()
        .chain([Contender::Bridge])
        .map(|contender| (contender, 0.0, true))
        .collect();
    for rate in RATES {
        if !climbing.iter().any(|(_, _, goes_on)| *goes_on) {
            break;
        }
        let plan = Plan::new(rate, STEP)?;
        for (contender, sustained, goes_on) in climbing.iter_mut().filter(|(_, _, goes_on)| *goes_on) {
            let outcome = round(*contender, places, &plan)?;
            noise.add(&outcome);
            *goes_on = outcome.is_sustained();
            if *goes_on {
                *sustained = rate;
            }
            println!(
                "{:24} {rate:8.0}: {} p99 {:9.3} ms, {} of {} events, {:.4} CPU s, processors {:.0}% and {:.0}%",
                contender.name(),
                if *goes_on { "yes" } else { "no " },
                outcome.latencies.at(0.99).as_secs_f64() * 1000.0,
                outcome.latencies.len(),
                outcome.expected,
                outcome.busy_each.as_secs_f64() * 1000.0,
                100.0 * outcome.theirs,
                100.0 * outcome.ours
            );
        }
    }
    let told: Vec<Value> = climbing
        .into_iter()
        .map(|(contender, rate, highest)| json!({ "contender": contender.name(), "follows": rate, "orMore": highest }))
        .collect();
    Ok(json!({ "climb": told }))
}
