//! What the load is made of, and how it is reckoned with.

#[cfg(test)]
mod held {
    use lineside_bench::load::latency::{Latencies, median};
    use lineside_bench::load::monitors::traffic::{Traffic, is_looked_at, number};
    use lineside_bench::load::plan::{Plan, passed_on_number};
    use lineside_csta::Event;
    use lineside_csta::types::{DeviceId, ExtendedDeviceId};
    use std::collections::BTreeMap;
    use std::time::Duration;

    #[test]
    fn what_the_bridge_tells_bears_the_number_of_a_message_that_was_said() {
        let plan = Plan::new(400.0, Duration::from_secs(2)).unwrap();
        assert!(plan.said.is_sorted_by_key(|said| said.at));
        assert!(plan.bridge_expected() > 0 && plan.gateway_expected() > plan.bridge_expected());
        for delivery in &plan.deliveries {
            assert!(delivery.number <= delivery.by, "told before it happened");
            assert!(plan.said[delivery.by].at < plan.length);
        }
    }

    #[test]
    fn every_message_of_the_switch_bears_its_number() {
        let plan = Plan::new(400.0, Duration::from_secs(2)).unwrap();
        for (number, said) in plan.said.iter().enumerate() {
            let text = String::from_utf8_lossy(&said.bytes);
            let time = text.lines().find_map(|line| line.strip_prefix("Timestamp: ")).unwrap();
            let passed_on = format!("{{\"timestamp\": \"{time}\"}}");
            assert_eq!(passed_on_number(passed_on.as_bytes()), Some(number), "{text}");
        }
    }

    #[test]
    fn monitored_telephones_tell_a_message_every_millisecond_and_each_hears_of_its_calls_only() {
        let mut traffic = Traffic::default();
        (1000..1400).for_each(|telephone| traffic.join(&telephone.to_string()));
        let told: Vec<_> = (0..4000).map(|number| traffic.message(number)).collect();
        // After a second calls begin and end side by side.
        assert!(told[1008..].iter().all(Option::is_some));
        let mut calls: BTreeMap<String, usize> = BTreeMap::new();
        for report in told.iter().flatten() {
            let monitor = report.monitor_cross_ref_id.text();
            if let Event::Delivered(event) = &report.event {
                let parties = [&event.calling_device, &event.called_device];
                let is_there = |party: &&ExtendedDeviceId| **party == DeviceId::dialled(&monitor).into();
                assert!(parties.iter().any(is_there), "{monitor}");
            }
            *calls.entry(monitor).or_default() += 1;
        }
        assert_eq!(calls.len(), 400, "all telephones are in calls");
    }

    #[test]
    fn an_event_of_a_call_bears_the_number_of_the_message_that_led_to_it() {
        let event = br#"{"data":{"call":{"connections":[{"nativeIds":["1001"],"number":"1001"}],"nativeIds":["17"],"direction":"internal"}},"type":"lineside.call.delivered"}"#;
        assert_eq!(number(event), Some(8 * 17 + 201));
        assert!(is_looked_at(8 * 17 + 201) && !is_looked_at(8 * 17 + 202));
        assert_eq!(number(br#"{"type":"lineside.call.originated"}"#), None);
    }

    #[test]
    fn a_percentile_is_what_such_a_part_does_not_exceed() {
        let micros = |n| Duration::from_micros(n);
        let latencies = Latencies::of((1..=1000).rev().map(micros).collect());
        let told = [0.5, 0.99, 0.999, 1.0].map(|part| latencies.at(part));
        assert_eq!(told, [500, 990, 999, 1000].map(micros));
        assert_eq!(Latencies::default().at(0.5), Duration::ZERO);
        assert!((median(vec![4.0, 1.0, 3.0, 2.0]) - 2.5).abs() < 1e-9);
    }
}
