//! A disk that takes nothing: another program that holds the file stands for it.

use super::*;

#[tokio::test]
async fn live_delivery_goes_on_while_the_disk_fails_and_both_turns_are_told() {
    let directory = TempDir::new().unwrap();
    let bridge = open(config(Some(&directory)));
    let mut live = bridge.subscribe(Some(Sequence::ZERO), false);
    bridge.send(story(1, "1001", "1002").whole()).await;
    let mut got = events(&mut live, 6).await;
    let blocker = crate::store::block(directory.path());
    bridge.send(story(2, "1001", "1002").whole()).await;
    let more = events(&mut live, 7).await;
    let degraded = more
        .iter()
        .find(|e| e["type"] == "lineside.bridge.degraded")
        .expect("told");
    assert_eq!(degraded["source"], "/bridges/lineside");
    assert_eq!(degraded["data"]["what"], "log");
    assert!(bridge.stream.failing().is_some());
    got.extend(more);
    let mut resumed = bridge.subscribe(Some(sequence(&got[3])), false);
    assert_eq!(
        ids(&events(&mut resumed, got.len() - 4).await),
        ids(&got)[4..],
        "also from memory"
    );
    let healed = sequencer::micros_now();
    drop(blocker);
    let recovered = events(&mut live, 1).await;
    assert!(
        sequence(&recovered[0]).get() >= healed,
        "a repaired log goes on above the clock"
    );
    assert_eq!(recovered[0]["type"], "lineside.bridge.recovered");
    assert!(bridge.stream.failing().is_none());
    got.extend(recovered);
    drop((live, resumed));
    bridge.close().await;
    let bridge = open(config(Some(&directory)));
    let mut after = bridge.subscribe(Some(Sequence::ZERO), false);
    assert_eq!(
        ids(&events(&mut after, got.len()).await),
        ids(&got),
        "nothing is missing on the disk"
    );
}
