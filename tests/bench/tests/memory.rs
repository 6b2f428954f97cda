//! What a call takes of memory it gives back: when it is over and forgotten, nothing of it is left. What is known of telephones, agents and
//! queues stays, and is the same in every round. Counted to the byte, since a process says nothing of what it still holds.

#[cfg(test)]
mod held {
    use lineside::bench::Rounds;
    use lineside_bench::counts::live;
    use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
    use std::alloc::System;
    use std::fs;
    use std::path::Path;

    #[global_allocator]
    static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

    /// A build for tests is slow, so it plays fewer flows.
    const EVERY: usize = if cfg!(debug_assertions) { 2 } else { 1 };
    /// Where the link breaks the lists that a snapshot went through keep the room that the longest had, as often as that may be.
    const ROOM: isize = 24 * 1024;

    fn captures() -> Vec<String> {
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vendor-profiles/asterisk/asterisk/cases");
        let mut all: Vec<_> = fs::read_dir(cases).unwrap().map(|case| case.unwrap().path()).collect();
        all.sort();
        let files = all.iter().map(|case| case.join("asterisk-22.capture.ndjson"));
        files
            .filter_map(|file| fs::read_to_string(file).ok())
            .step_by(EVERY)
            .collect()
    }

    #[test]
    fn memory_of_a_link_returns_when_the_calls_are_over() {
        let mut rounds = Rounds::up(&captures()).unwrap();
        // Chance casts the flows: after so many everybody is known who telephones, works in a queue or has a box.
        for _ in 0..5 {
            rounds.play(false, |_| {}).unwrap();
        }
        let before = live();
        let mut ended = 0;
        for _ in 0..if cfg!(debug_assertions) { 3 } else { 10 } {
            let round = rounds.play(false, |_| {}).unwrap();
            assert!(round.done > 20, "{round:?}");
            ended += round.ended;
        }
        let after = live();
        assert!(ended > 250, "{ended} calls");
        // Less than an entry for each call, or a string.
        let most = 8 * isize::try_from(ended).unwrap();
        assert!(
            after - before < most,
            "{} bytes more, after {ended} calls",
            after - before
        );
        for _ in 0..if cfg!(debug_assertions) { 2 } else { 10 } {
            let round = rounds.play(true, |_| {}).unwrap();
            assert!(round.breaks > 0, "{round:?}");
        }
        let broken = live();
        assert!(
            broken - after < ROOM,
            "{} bytes more, after links that broke",
            broken - after
        );
    }
}
