use super::*;

#[tokio::test]
async fn a_client_that_never_reads_is_cut_and_nobody_else_notices() {
    let bridge = open(StreamConfig {
        client_queue_bytes: 64 * 1024,
        ..config(None)
    });
    let mut slow = bridge.subscribe(None, true);
    let mut quick = bridge.subscribe(None, true);
    for subscription in [&mut slow, &mut quick] {
        while json(&next(subscription).await)["last"] != true {}
    }
    let cut = slow.cut();
    let mut got = Vec::new();
    for n in 0..40 {
        bridge.send(story(n, "1001", "1002").whole()).await;
        got.extend(ids(&events(&mut quick, 6).await));
    }
    cut.cancelled().await;
    assert!(matches!(slow.next().await, Next::Cut));
    let position = slow.position();
    drop(slow);
    let mut resumed = bridge.subscribe(Some(position), false);
    assert_eq!(ids(&events(&mut resumed, got.len()).await), got);
}
