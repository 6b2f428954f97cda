//! The files of the log as a power cut or a bad disk leaves them: cut, overwritten, with what was never written as zeros.
use super::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use std::fs;
use std::os::unix::fs::FileExt as _;

const GROUPS: u64 = 20;
const GROUP: u64 = 3;
const LAST: u64 = NOW + GROUPS * GROUP;
const DB: &str = "lineside.db";
const WAL: &str = "lineside.db-wal";

/// Where the events are when the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// All in the write-ahead log.
    Ahead,
    /// Some in the file, and newer ones in the write-ahead log.
    Both,
    /// All in the file.
    Home,
}

/// As long as an event is.
fn body(id: u64) -> Bytes {
    Bytes::from(format!("{{\"id\":{id},\"text\":\"{}\"}}", "told".repeat(400)))
}

fn group(number: u64) -> Commit {
    let first = NOW + number * GROUP + 1;
    let long = |id| {
        let short = Arc::into_inner(record(id, first, 0)).unwrap();
        Arc::new(Record {
            body: body(id),
            ..short
        })
    };
    let records: Vec<_> = (first..first + GROUP).map(long).collect();
    let key = RowKey {
        kind: "call",
        id: Text::from(format!("call {}", number % 5)),
    };
    let held = Held {
        record: Arc::clone(&records[0]),
        untold: None,
    };
    let change = RowChange {
        switch: Text::from("hq"),
        entity: Some(Some(held)),
        memo: Some(Some(Text::from(format!("memo {number}")))),
    };
    Commit {
        records,
        rows: Rows::from([(key, change)]),
    }
}

/// A log, and its files as they are at the end of its process.
async fn log(kept: Kept) -> TempDir {
    let directory = TempDir::new().unwrap();
    let (mut store, _) = Store::open(&config(&directory), NOW).unwrap();
    for number in 0..GROUPS {
        store.append(group(number), 0).await;
        if kept == Kept::Both && number == GROUPS / 2 {
            rusqlite::Connection::open(schema::file(directory.path()))
                .unwrap()
                .pragma_update_and_check(None, "wal_checkpoint", "RESTART", |_| Ok(()))
                .unwrap();
        }
    }
    if kept == Kept::Home {
        store.close(0).await;
        return directory;
    }
    let left = copy(&directory);
    store.close(0).await;
    left
}

fn copy(from: &TempDir) -> TempDir {
    let to = TempDir::new().unwrap();
    for file in [DB, WAL, "lineside.db-shm"] {
        if from.path().join(file).exists() {
            fs::copy(from.path().join(file), to.path().join(file)).unwrap();
        }
    }
    to
}

/// Does something bad to one of the files, and says what.
fn damage(directory: &Path, name: &str, chance: &mut ChaCha8Rng) -> String {
    let path = directory.join(name);
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    let length = file.metadata().unwrap().len();
    let mut below = |limit: u64| chance.next_u64() % limit.max(1);
    match below(4) {
        0 => {
            let cut = below(length);
            file.set_len(cut).unwrap();
            format!("{name} cut at {cut}")
        }
        1 => {
            let (at, many) = (below(length), 1 + below(64));
            let bytes: Vec<u8> = (0..many).map(|_| below(256) as u8).collect();
            file.write_all_at(&bytes, at).unwrap();
            format!("{name} overwritten at {at} by {bytes:?}")
        }
        2 => {
            let (at, many) = (below(length / 512) * 512, 512 * (1 + below(32)));
            file.write_all_at(&vec![0; many as usize], at).unwrap();
            format!("{name} zeros at {at}, {many} bytes")
        }
        _ => {
            let many = 1 + below(20_000);
            let bytes: Vec<u8> = (0..many).map(|_| below(256) as u8).collect();
            file.write_all_at(&bytes, length).unwrap();
            format!("{name} {many} bytes behind its end")
        }
    }
}

/// Everything that can be read, or nothing where that fails.
async fn bodies(log: &Log) -> Option<Vec<(u64, Bytes)>> {
    let mut query = Query {
        after: log.floor().id,
        upto: Sequence::MAX,
        budget: Budget {
            entries: 7,
            bytes: 1 << 20,
        },
        masked: false,
        matches: |_: &Facets<'_>| true,
    };
    let mut all = Vec::new();
    loop {
        let page = log.page(Query { ..query }).await.ok()?.ok()?;
        all.extend(page.entries.iter().map(|e| (e.id.get(), e.body.clone())));
        query.after = page.through;
        if page.end {
            return Some(all);
        }
    }
}

/// What was found.
struct Found {
    events: Vec<(u64, Bytes)>,
    rows: Vec<LiveRow>,
    /// Does the disk take more?
    health: Health,
}

/// Opens what is left and goes on with it.
async fn go_on(directory: &TempDir, clock: u64, what: &str) -> Found {
    let (mut store, loaded) = Store::open(&config(directory), clock).unwrap_or_else(|error| panic!("{what}: {error}"));
    let log = store.log();
    let kept = bodies(&log).await;
    let next = clock.max(loaded.last.get() + 1);
    assert!(next > LAST && next < clock + 1_000, "{what}: the next id is {next}");
    assert!(loaded.rows.len() <= 5, "{what}");
    let lost = kept.as_ref().is_some_and(|kept| kept.iter().all(|(id, _)| *id != LAST));
    let health = store.append(commit(vec![record(next, next, 0)]), 0).await;
    let place = log.place(Sequence::new(LAST), Sequence::new(next)).await;
    match place {
        Ok(None) => assert!(!lost, "{what}: a client goes on behind what is lost"),
        Ok(Some(reason)) => assert_eq!(reason, GapReason::LostTail, "{what}"),
        // Who asks is told of a gap too.
        Err(StoreError::Damaged { .. }) => {}
        Err(error) => panic!("{what}: {error}"),
    }
    store.close(0).await;
    Found {
        events: kept.unwrap_or_default(),
        rows: loaded.rows,
        health,
    }
}

/// The rows after so many groups: each call as its last group has it, and no call of a later one.
fn rows_after(groups: u64) -> Vec<LiveRow> {
    let last_of = |call| (0..groups).rev().find(|number| number % 5 == call);
    let row = |number: u64| LiveRow {
        kind: "call".to_owned(),
        id: Text::from(format!("call {}", number % 5)),
        switch: Text::from("hq"),
        event: Some(body(NOW + number * GROUP + 1).to_vec()),
        untold: None,
        memo: Some(Text::from(format!("memo {number}"))),
    };
    (0..5).filter_map(last_of).map(row).collect()
}

#[tokio::test]
async fn whatever_happened_to_the_files_the_log_opens_goes_on_and_gives_no_id_twice() {
    let (mut whole_logs, mut without_tail, mut unreadable) = (0, 0, 0);
    for kept in [Kept::Ahead, Kept::Both, Kept::Home] {
        let whole = log(kept).await;
        for seed in 0..100 {
            let mut chance = ChaCha8Rng::seed_from_u64(seed);
            let left = copy(&whole);
            let names = if kept == Kept::Home { &[DB][..] } else { &[DB, WAL] };
            let damaged = names[(chance.next_u32() as usize) % names.len()];
            let what = format!("{kept:?}, seed {seed}: {}", damage(left.path(), damaged, &mut chance));
            let clock = NOW + 1_000_000;
            let found = go_on(&left, clock, &what).await;
            let read = found.events;
            assert!(read.is_sorted_by(|a, b| a.0 < b.0), "{what}: {read:?}");
            assert!(
                read.iter().all(|(id, _)| (NOW + 1..=LAST).contains(id)),
                "{what}: {read:?}"
            );
            if damaged == WAL {
                // Its checksums tell what is whole.
                let expected: Vec<_> = (NOW + 1..).take(read.len()).map(|id| (id, body(id))).collect();
                assert_eq!(read, expected, "{what}");
                assert_eq!(read.len() as u64 % GROUP, 0, "{what}: a part of a group");
                assert_eq!(found.rows, rows_after(read.len() as u64 / GROUP), "{what}");
                assert_eq!(found.health, Health::Well, "{what}");
            }
            match read.len() as u64 {
                0 => unreadable += 1,
                kept if kept == GROUPS * GROUP => whole_logs += 1,
                _ => without_tail += 1,
            }
            // Damage that only a write finds is healed by the next start.
            let found = go_on(&left, clock + 1_000_000, &what).await;
            assert_eq!(found.health, Health::Well, "{what}");
        }
    }
    let all = [whole_logs, without_tail, unreadable];
    assert!(all.iter().all(|many| *many > 20), "each of it happened: {all:?}");
}

/// Where in the file the event is.
fn place_of(id: u64, file: &Path) -> u64 {
    let (bytes, text) = (fs::read(file).unwrap(), body(id));
    bytes.windows(text.len()).position(|part| part == text).unwrap() as u64
}

#[tokio::test]
async fn a_reader_is_given_everything_before_a_damaged_place_and_the_next_start_begins_a_new_log() {
    let directory = log(Kept::Home).await;
    let (file, damaged) = (schema::file(directory.path()), NOW + GROUPS * GROUP / 2);
    let bytes = fs::OpenOptions::new().write(true).open(&file).unwrap();
    bytes.write_all_at(&[0; 64], place_of(damaged, &file)).unwrap();

    let (store, loaded) = Store::open(&config(&directory), NOW + 1_000_000).unwrap();
    assert_eq!(loaded.last, Sequence::new(LAST), "nobody has read it yet");
    let query = |after| Query {
        after: Sequence::new(after),
        upto: Sequence::MAX,
        budget: Budget {
            entries: 100,
            bytes: 1 << 20,
        },
        masked: false,
        matches: |_: &Facets<'_>| true,
    };
    let page = store.log().page(query(NOW)).await.unwrap().unwrap();
    let ids: Vec<u64> = page.entries.iter().map(|entry| entry.id.get()).collect();
    assert_eq!(ids, (NOW + 1..damaged).collect::<Vec<_>>());
    assert!(!page.end);
    let error = store.log().page(query(damaged - 1)).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    let behind = store.log().page(query(damaged)).await.unwrap().unwrap();
    assert_eq!(behind.entries.len() as u64, LAST - damaged, "the rest can be read");
    store.close(0).await;

    let (store, loaded) = Store::open(&config(&directory), NOW + 2_000_000).unwrap();
    assert_eq!((loaded.last, loaded.rows.len()), (Sequence::new(NOW + 2_000_000), 0));
    assert_eq!(store.log().floor().reason, GapReason::LostTail);
    assert!(
        directory
            .path()
            .join(format!("{DB}.damaged-{}", NOW + 2_000_000))
            .exists()
    );
    store.close(0).await;
}
