//! Measures the bridge and others under load, and prints the tables. `lineside-bench-load FOLDER PEERS [PART…]`: raw data go to
//! `load.json` in the folder, the peers are where `tests/bench/install` put them.

use lineside::bench::Failure;
use lineside_bench::load::contender::{Contender, Places};
use lineside_bench::load::report::Noise;
use lineside_bench::load::{OURS, climb, command, compare, machine, memory, monitors};
use serde_json::{Map, json};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What there is to be measured.
const PARTS: [&str; 5] = ["compare", "climb", "idle", "command", "monitors"];

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, peers, parts @ ..] = arguments.as_slice() else {
        return Err("usage: lineside-bench-load FOLDER PEERS [compare|climb|idle|command|monitors …]".into());
    };
    let folder = Path::new(folder);
    let places = Places {
        programs: env::current_exe()?.parent().ok_or("no folder")?.to_owned(),
        gateways: Path::new(env!("CARGO_MANIFEST_DIR")).join("peers"),
        peers: PathBuf::from(peers),
        work: folder.to_owned(),
    };
    machine::stay_on(OURS)?;
    let gateways = gateways(&places);
    let mut noise = Noise::default();
    let mut results = Map::new();
    for part in PARTS
        .iter()
        .filter(|part| parts.is_empty() || parts.iter().any(|p| p == *part))
    {
        let told = match *part {
            "compare" => compare::compare(&places, &gateways, &mut noise)?,
            "climb" => climb::climb(&places, &gateways, &mut noise)?,
            "idle" => memory::idle(&places)?,
            "command" => command::command(&places)?,
            _ => monitors::monitors(&places, &mut noise)?,
        };
        results.insert((*part).to_owned(), told);
        println!();
    }
    results.insert("noise".to_owned(), noise.tell());
    fs::write(folder.join("load.json"), format!("{:#}", json!(results)))?;
    Ok(())
}

/// Those that are installed.
fn gateways(places: &Places) -> Vec<Contender> {
    let mut there = Vec::new();
    for gateway in [Contender::Panoramisk, Contender::AsteriskManager] {
        match gateway.lacks(places) {
            None => there.push(gateway),
            Some(what) => println!(
                "{} is left out: there is no {}, which tests/bench/install installs",
                gateway.name(),
                what.display()
            ),
        }
    }
    there
}
