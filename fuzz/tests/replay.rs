//! Every test run replays the corpus of every body, and mutations of it that are the same each time.

use lineside_fuzz::{BODIES, Chance, mutated};

#[test]
fn every_body_holds_for_its_corpus() {
    for body in BODIES {
        let corpus = body.corpus().unwrap();
        assert!(corpus.len() >= 4, "{} has next to no corpus", body.name);
        for input in &corpus {
            (body.run)(input);
        }
    }
}

#[test]
fn every_body_holds_for_mutations_of_its_corpus() {
    for body in BODIES {
        let corpus = body.corpus().unwrap();
        for seed in 0..body.mutations {
            let mut chance = Chance::new(seed);
            let input = chance.one_of(&corpus).unwrap().clone();
            let other = chance.one_of(&corpus).unwrap().clone();
            (body.run)(&mutated(&input, &other, &mut chance));
        }
    }
}

#[test]
fn every_body_holds_for_no_bytes_and_for_any_one_byte() {
    for body in BODIES {
        (body.run)(&[]);
        for byte in (0..=255).step_by(if body.mutations < 1000 { 16 } else { 1 }) {
            (body.run)(&[byte]);
        }
    }
}
