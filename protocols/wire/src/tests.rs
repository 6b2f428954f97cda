use crate::{Private, Tick, Timers, Transmit};
use bytes::Bytes;
use std::time::Duration;

#[test]
fn a_private_value_shows_itself_to_nobody_who_only_prints_it() {
    let private = Private::new("+491713920001".to_owned());
    assert_eq!(format!("{private} {private:?} {:?}", Some(&private)), "… … Some(…)");
    assert_eq!(private.len(), 13);
    assert_eq!(private.into_inner(), "+491713920001");
}

#[test]
fn bytes_to_be_written_show_their_number_only() {
    let bytes = Bytes::from_static(b"Secret: hunter2");
    let transmit = Transmit { bytes, secret: true };
    assert_eq!(format!("{transmit:?}"), "Transmit(15 bytes, secret)");
}

#[test]
fn ticks_stop_at_both_ends_of_the_clock() {
    let end = Tick::from_micros(u64::MAX);
    assert_eq!(end + Duration::from_secs(1), end);
    assert_eq!(Tick::ZERO - end, Duration::ZERO);
    assert_eq!(Tick::ZERO + Duration::MAX, end);
    assert_eq!(
        Tick::from_micros(7).since(Tick::from_micros(2)),
        Duration::from_micros(5)
    );
}

#[test]
fn timers_come_when_they_are_due_the_earliest_first() {
    let at = Tick::from_micros;
    let mut timers = Timers::new();
    assert_eq!((timers.next(), timers.expired(at(9))), (None, None));
    timers.set('c', at(3));
    timers.set('b', at(2));
    timers.set('a', at(3));
    timers.set('d', at(1));
    timers.set('d', at(5));
    timers.stop('x');
    assert_eq!(timers.next(), Some(at(2)));
    let due: Vec<_> = std::iter::from_fn(|| timers.expired(at(4))).collect();
    assert_eq!(due, ['b', 'a', 'c']);
    assert_eq!((timers.get('d'), timers.next()), (Some(at(5)), Some(at(5))));
    timers.stop('d');
    assert_eq!(timers.next(), None);
}
