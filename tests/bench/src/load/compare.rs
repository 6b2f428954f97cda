//! The same load for everybody, in turn.

use super::CLIENTS;
use super::contender::{Contender, Places};
use super::plan::Plan;
use super::report::{self, Noise};
use super::round::{Outcome, round};
use super::{OURS, THEIRS};
use lineside::bench::Failure;
use serde_json::{Value, json};
use std::time::Duration;

/// Messages of the switch a second.
const RATES: [f64; 2] = [2_000.0, 5_000.0];
const ROUNDS: usize = 3;
/// What counts of a round.
const LENGTH: Duration = Duration::from_secs(8);

/// Prints how long events take, and what they cost, for everybody.
///
/// # Errors
/// One of them does not start.
pub fn compare(places: &Places, gateways: &[Contender], noise: &mut Noise) -> Result<Value, Failure> {
    println!(
        "{CLIENTS} WebSocket clients, each for its telephone; the contender on processor {THEIRS}, switch and clients on {OURS}. {ROUNDS} \
         rounds of {} s in turn, of the gateways one.\n\
         p50 to p99.9: microseconds from when the switch was to say it to when the client had it. late: by how much the generator was \
         (p99),\nwhich the latency contains. CPU: seconds for 1,000 messages of the switch. theirs, ours: how busy the two processors \
         were. RSS: MiB.",
        LENGTH.as_secs()
    );
    let mut told = Vec::new();
    for rate in RATES {
        let plan = Plan::new(rate, LENGTH)?;
        println!(
            "\n{rate} messages a second: clients of the bridge get {:.0} events a second, those of the gateways {:.0} messages",
            plan.bridge_expected() as f64 / LENGTH.as_secs_f64(),
            plan.gateway_expected() as f64 / LENGTH.as_secs_f64()
        );
        report::heads();
        let ours = [Contender::Relay, Contender::Bridge, Contender::BridgeWithoutLog];
        let contenders = ours.into_iter().chain(gateways.iter().copied());
        let mut outcomes: Vec<(Contender, Vec<Outcome>)> = contenders.map(|each| (each, Vec::new())).collect();
        for number in 0..ROUNDS {
            for (contender, outcomes) in &mut outcomes {
                if number == 0 || !contender.is_gateway() {
                    outcomes.push(round(*contender, places, &plan)?);
                }
            }
        }
        for (contender, outcomes) in &outcomes {
            told.push(report::row(*contender, rate, outcomes));
            outcomes.iter().for_each(|outcome| noise.add(outcome));
        }
        if let [(_, relay), others @ ..] = outcomes.as_slice() {
            for (contender, outcomes) in others.iter().filter(|(contender, _)| !contender.is_gateway()) {
                told.push(report::ratios(*contender, rate, outcomes, relay));
            }
        }
    }
    Ok(json!(told))
}
