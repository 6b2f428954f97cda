use super::*;
use std::fs;

const EVENTS: u64 = 40;

async fn fill(directory: &TempDir) -> Store {
    let (mut store, _) = Store::open(&config(directory), NOW).unwrap();
    for id in 1..=EVENTS {
        store.append(commit(vec![record(NOW + id, NOW + id, 0)]), 0).await;
    }
    store
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len()
}

/// Copies the log as a crash would leave it, with `name` cut to `length`.
fn copy_cut(from: &TempDir, name: &str, length: u64) -> TempDir {
    let to = TempDir::new().unwrap();
    for file in ["lineside.db", "lineside.db-wal"] {
        if from.path().join(file).exists() {
            fs::copy(from.path().join(file), to.path().join(file)).unwrap();
        }
    }
    fs::OpenOptions::new()
        .write(true)
        .open(to.path().join(name))
        .unwrap()
        .set_len(length)
        .unwrap();
    to
}

/// Opens what a crash left, and gives what is still there and how a client that had seen everything fares.
async fn reopen(directory: &TempDir) -> (Vec<u64>, Option<GapReason>) {
    let later = NOW + 1_000_000;
    let (mut store, loaded) = Store::open(&config(directory), later).unwrap();
    assert!(loaded.last <= Sequence::new(NOW + EVENTS).max(Sequence::new(later)));
    let log = store.log();
    let kept = read(&log, 0).await.unwrap();
    let before = log.place(Sequence::new(NOW + EVENTS), loaded.last).await.unwrap();
    // The next number is at least the clock's; nothing that was lost is given out again.
    let next = later.max(loaded.last.get() + 1);
    store.append(commit(vec![record(next, next, 0)]), 0).await;
    let after = log
        .place(Sequence::new(NOW + EVENTS), Sequence::new(next))
        .await
        .unwrap();
    assert_eq!(
        before.is_some(),
        after.is_some(),
        "a gap stays a gap once the log went on"
    );
    store.close(0).await;
    (kept, after)
}

#[tokio::test]
async fn a_write_ahead_log_cut_at_any_byte_opens_up_to_a_commit_and_the_rest_is_a_gap() {
    let directory = TempDir::new().unwrap();
    let store = fill(&directory).await;
    let whole = length(&schema::wal(&schema::file(directory.path())));
    for cut in (0..whole).step_by(1237).chain([whole - 1, whole]) {
        let copy = copy_cut(&directory, "lineside.db-wal", cut);
        let (kept, gap) = reopen(&copy).await;
        assert_eq!(
            kept,
            (1..=kept.len() as u64).map(|i| NOW + i).collect::<Vec<_>>(),
            "cut at {cut}"
        );
        let lost = (kept.len() as u64) < EVENTS;
        assert_eq!(
            gap,
            lost.then_some(GapReason::LostTail),
            "cut at {cut} kept {}",
            kept.len()
        );
    }
    store.close(0).await;
}

#[tokio::test]
async fn a_file_cut_at_any_byte_is_whole_all_the_same_or_set_aside_for_a_new_log() {
    let directory = TempDir::new().unwrap();
    fill(&directory).await.close(0).await;
    let whole = length(&schema::file(directory.path()));
    for cut in (0..whole).step_by(1531).chain([whole - 1]) {
        let copy = copy_cut(&directory, "lineside.db", cut);
        let (kept, gap) = reopen(&copy).await;
        let aside = fs::read_dir(copy.path())
            .unwrap()
            .filter_map(|e| e.unwrap().file_name().into_string().ok());
        let aside = aside.filter(|name| name.contains(".damaged-")).count();
        if kept.len() as u64 == EVENTS {
            assert_eq!((aside, gap), (0, None), "cut at {cut}: nothing that mattered was lost");
        } else {
            assert_eq!(
                (kept.as_slice(), gap),
                (&[][..], Some(GapReason::LostTail)),
                "cut at {cut}"
            );
            assert_eq!(aside, usize::from(cut > 0), "cut at {cut}");
        }
    }
}

#[tokio::test]
async fn a_file_cut_while_a_write_ahead_log_stands_beside_it_is_never_read_wrongly() {
    let directory = TempDir::new().unwrap();
    let connection = schema::open(&schema::file(directory.path()), NOW).unwrap().connection;
    drop(connection);
    let mut store = fill(&directory).await;
    // Now the file has pages of its own, and newer ones stand in the write-ahead log.
    rusqlite::Connection::open(schema::file(directory.path()))
        .unwrap()
        .pragma_update_and_check(None, "wal_checkpoint", "RESTART", |_| Ok(()))
        .unwrap();
    let more = record(NOW + EVENTS + 1, NOW + EVENTS + 1, 0);
    store.append(commit(vec![more]), 0).await;
    let whole = length(&schema::file(directory.path()));
    for cut in (0..whole).step_by(1531) {
        let copy = copy_cut(&directory, "lineside.db", cut);
        let (kept, _) = reopen(&copy).await;
        let expected: Vec<u64> = (1..=kept.len() as u64).map(|i| NOW + i).collect();
        assert_eq!(kept, expected, "cut at {cut}");
    }
    store.close(0).await;
}
