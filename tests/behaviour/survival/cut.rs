//! A bridge that is killed, and whose log is then cut or overwritten, as a power cut and a bad disk do.
use super::ledger::Seen;
use super::subscriber::{Given, Subscriber, Transport};
use super::*;
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

/// Does something bad to a file of the log, and says what.
fn damage(directory: &Path, chance: &mut ChaCha8Rng) -> String {
    // What was written last stands in the write-ahead log, and is what a crash of the machine takes.
    let kind = chance.next_u32() % 6;
    let name = if kind < 4 { "lineside.db-wal" } else { "lineside.db" };
    let Ok(file) = OpenOptions::new().write(true).open(directory.join(name)) else {
        return format!("there was no {name}");
    };
    let length = file.metadata().expect("a length").len();
    let at = chance.next_u64() % length.max(1);
    match kind {
        0..=2 | 4 => {
            file.set_len(at).expect("cut");
            format!("{name} was cut at {at}")
        }
        3 => {
            let bytes: Vec<u8> = (0..64).map(|_| chance.next_u32().to_le_bytes()[0]).collect();
            file.write_all_at(&bytes, at).expect("written");
            format!("{name} was overwritten at {at}")
        }
        _ => {
            let at = at / 512 * 512;
            file.write_all_at(&[0; 4096], at).expect("written");
            format!("{name} had zeros at {at}")
        }
    }
}

/// Everything behind the last gap, and no number twice before it.
fn wrong_with(named: &str, given: &Given, log: &[Seen]) -> Vec<String> {
    let (since, many) = &given.anew;
    let behind: Vec<Seen> = log.iter().filter(|seen| seen.id > *since).cloned().collect();
    let mut wrong: Vec<String> = difference(named, &given.seen[*many..], &behind).into_iter().collect();
    let again = given.seen.windows(2).filter(|pair| pair[0].id >= pair[1].id);
    wrong.extend(again.map(|pair| format!("{named} was given {:?} behind {:?}", pair[1], pair[0])));
    let other = given.gaps.iter().filter(|reason| *reason != "lostTail");
    wrong.extend(other.map(|reason| format!("{named} was told of a gap because of {reason}")));
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_lost_its_tail_is_a_gap_and_a_snapshot_and_no_id_is_given_again() {
    let damages = number_from("LINESIDE_KILLS", 20) / 4;
    let seed = seed();
    eprintln!("LINESIDE_SEED={seed}, {damages} damages");
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let folder = TempDir::new().expect("a folder");
    let mut switch = Switch::start(USERNAME, SECRET, seed).await.expect("a switch");
    let config = configure(folder.path(), switch.address());
    let (tell, mut address) = watch::channel(None);
    let transports = [Transport::WebSocket, Transport::ServerSentEvents, Transport::Lines];
    let subscribers = transports.map(|transport| Subscriber::start(transport, "", address.clone()));

    let mut done = Vec::new();
    for _ in 0..damages {
        let life = Life::begin(&config, &tell);
        up(&mut address).await;
        tokio::time::sleep(Duration::from_millis(300 + chance.next_u64() % 1200)).await;
        let said = life.end(&tell);
        assert!(
            !said.iter().any(|line| line.contains("panicked")),
            "after {done:?}: {said:#?}"
        );
        done.push(damage(&folder.path().join("log"), &mut chance));
    }

    let mut life = Life::begin(&config, &tell);
    let mut last = up(&mut address).await;
    if log(last, "").await.iter().any(|line| line.contains(r#""type":"gap""#)) {
        // What only a reader finds is told to that reader, and the next start begins a new log.
        life.end(&tell);
        done.push("a reader found it".to_owned());
        life = Life::begin(&config, &tell);
        last = up(&mut address).await;
    }
    timeout(PATIENCE, switch.close()).await.expect("the last call ends");
    until_quiet(last).await;
    let now = snapshot(last).await.expect("it lives");
    let log = seen(&log(last, "").await);
    let (mut wrong, mut gaps) = (Vec::new(), 0);
    for subscriber in subscribers {
        let named = format!("{:?}", subscriber.transport);
        let given = subscriber.until(&now.sequence, PATIENCE).await;
        wrong.extend(wrong_with(&named, &given, &log));
        if given.now.entities != now.entities {
            wrong.push(format!("{named} knows {:#?} and the bridge {:#?}", given.now, now));
        }
        gaps += given.gaps.len();
    }
    life.end(&tell);
    assert!(
        wrong.is_empty(),
        "LINESIDE_SEED={seed}, {done:#?}: {}",
        wrong.join("\n")
    );
    assert!(gaps > 0, "LINESIDE_SEED={seed}: nothing was lost by {done:#?}");
}
