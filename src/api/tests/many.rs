use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_subscribers_each_get_all_of_theirs_and_nothing_else() {
    let bridge = start().await;
    let mut clients = Vec::new();
    for n in 0..30 {
        let path = match n % 3 {
            0 => "/v1/events?snapshot=true".to_owned(),
            1 => format!("/v1/events?snapshot=true&device=hq:{}", 1000 + n),
            _ => "/v1/events?snapshot=true&type=call.cleared".to_owned(),
        };
        let mut client = bridge.subscribe(&path).await;
        for kind in ["hello", "subscribed", "snapshot"] {
            client.control(kind).await;
        }
        clients.push((n, client));
    }
    let readers: Vec<_> = clients
        .into_iter()
        .map(|(n, mut client)| {
            tokio::spawn(async move {
                let mut told = Vec::new();
                let expected = match n % 3 {
                    0 => 30 * 6,
                    1 => 4,
                    _ => 30,
                };
                while told.len() < expected {
                    told.extend(client.events(1).await);
                }
                (n, told)
            })
        })
        .collect();
    for n in 0..30_u64 {
        bridge.send(story(n, &(1000 + n).to_string(), "2000").whole()).await;
    }
    for reader in readers {
        let (n, told) = reader.await.unwrap();
        assert!(ids(&told).is_sorted_by(|a, b| a < b));
        match n % 3 {
            1 => assert_eq!(
                types(&told),
                ["originated", "delivered", "established", "connectionCleared"]
            ),
            2 => assert!(types(&told).iter().all(|kind| *kind == "cleared")),
            _ => {}
        }
    }
}
