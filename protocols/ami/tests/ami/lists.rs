//! Lists, announced and old.

use crate::frames;
use crate::support::{Peer, config, text};
use lineside_ami::client::{Event, Failure, List, Reply};
use lineside_ami::{Action, Message};
use lineside_wire::Session;
use std::time::Duration;

const START: &[u8] = b"Response: Success\r\nActionID: t-3\r\nEventList: start\r\nMessage: Channels will follow\r\n\r\n";
const ITEM: &[u8] = b"Event: CoreShowChannel\r\nActionID: t-3\r\nUniqueid: 1\r\n\r\n";
const END: &[u8] = b"Event: CoreShowChannelsComplete\r\nActionID: t-3\r\nEventList: Complete\r\nListItems: 2\r\n\r\n";
const LIVE: &[u8] = b"Event: Hangup\r\nPrivilege: call,all\r\nUniqueid: 2\r\n\r\n";

fn asked(action: Action) -> Peer {
    let mut peer = Peer::logged_in();
    peer.client.submit(peer.now, action).unwrap();
    peer
}

fn list(event: &Event) -> &List {
    let Event::Completed {
        result: Ok(Reply::List(list)),
        ..
    } = event
    else {
        panic!("{event:?}")
    };
    list
}

fn names(items: &[Message]) -> Vec<String> {
    items.iter().map(|item| item.name().text().text.into_owned()).collect()
}

#[test]
fn a_list_completes_with_its_response_its_items_in_order_and_its_end() {
    let mut peer = asked(Action::new("CoreShowChannels").list());
    peer.says(
        &[
            START,
            ITEM,
            b"Event: CoreShowChannel\r\nActionID: t-3\r\nUniqueid: 2\r\n\r\n",
        ]
        .concat(),
    )
    .unwrap();
    assert_eq!(peer.events(), [], "not before its end");
    peer.says(END).unwrap();
    let events = peer.events();
    assert_eq!(events.len(), 1);
    let list = list(&events[0]);
    assert_eq!(text(&list.response, "Message").unwrap(), "Channels will follow");
    assert_eq!(
        list.items
            .iter()
            .filter_map(|item| text(item, "Uniqueid"))
            .collect::<Vec<_>>(),
        ["1", "2"]
    );
    assert_eq!(text(&list.end, "ListItems").unwrap(), "2");
    peer.says(LIVE).unwrap();
    assert!(matches!(&peer.events()[..], [Event::Message(_)]));
}

#[test]
fn a_list_that_announces_itself_need_not_be_asked_for_as_one() {
    let mut peer = asked(Action::new("CoreShowChannels"));
    let start = String::from_utf8(START.to_vec()).unwrap().replace("start", "Start");
    peer.says(&[start.as_bytes(), ITEM, END].concat()).unwrap();
    assert_eq!(list(&peer.events()[0]).items.len(), 1);
}

#[test]
fn an_empty_list_is_a_list() {
    let mut peer = asked(Action::new("CoreShowChannels").list());
    peer.says(&[START, END].concat()).unwrap();
    assert_eq!(list(&peer.events()[0]).items, []);
}

#[test]
fn an_old_list_ends_by_the_name_of_its_last_event() {
    let mut peer = asked(Action::new("PJSIPShowResourceLists").list());
    peer.says(frames::OLD_LIST).unwrap();
    let events = peer.events();
    assert_eq!(names(&list(&events[0]).items), ["ResourceListDetail"]);
}

#[test]
fn items_without_an_action_id_belong_to_the_list_they_stand_in_and_events_do_not() {
    let mut peer = asked(Action::new("ParkedCalls").list());
    peer.says(START).unwrap();
    peer.says(b"Event: ParkedCall\r\nExten: 701\r\n\r\n").unwrap();
    peer.says(LIVE).unwrap();
    peer.says(b"Event: UserEvent\r\nPrivilege: user,all\r\nActionID: u-9\r\nUserEvent: x\r\n\r\n")
        .unwrap();
    peer.says(b"Event: ParkedCall\r\nExten: 702\r\n\r\n").unwrap();
    peer.says(b"Event: ParkedCallsComplete\r\nTotal: 2\r\n\r\n").unwrap();
    let events = peer.events();
    assert_eq!(events.len(), 3);
    assert!(matches!(&events[..2], [Event::Message(_), Event::Message(_)]));
    assert_eq!(names(&list(&events[2]).items), ["ParkedCall", "ParkedCall"]);
    peer.says(b"Event: ParkedCall\r\nExten: 703\r\n\r\n").unwrap();
    assert!(matches!(&peer.events()[..], [Event::Message(_)]), "no list is open");
}

#[test]
fn a_refused_list_is_refused() {
    let mut peer = asked(Action::new("QueueStatus").list());
    peer.says(b"Response: Error\r\nActionID: t-3\r\nMessage: Permission denied\r\n\r\n")
        .unwrap();
    assert!(matches!(
        &peer.events()[..],
        [Event::Completed {
            result: Err(Failure::Refused(_)),
            ..
        }]
    ));
}

#[test]
fn two_lists_under_way_keep_their_items_apart() {
    let mut peer = asked(Action::new("CoreShowChannels").list());
    peer.client.submit(peer.now, Action::new("QueueStatus").list()).unwrap();
    let second = |bytes: &[u8]| {
        String::from_utf8(bytes.to_vec())
            .unwrap()
            .replace("t-3", "t-4")
            .into_bytes()
    };
    peer.says(
        &[
            START,
            &second(START),
            ITEM,
            &second(ITEM),
            &second(ITEM),
            &second(END),
            ITEM,
            END,
        ]
        .concat(),
    )
    .unwrap();
    let counts: Vec<_> = peer.events().iter().map(|event| list(event).items.len()).collect();
    assert_eq!(counts, [2, 2]);
}

#[test]
fn a_list_without_an_end_fails_at_its_deadline_and_its_late_items_are_stray() {
    let mut peer = asked(Action::new("CoreShowChannels").list().within(Duration::from_secs(5)));
    peer.says(&[START, ITEM].concat()).unwrap();
    peer.passes(Duration::from_secs(5)).unwrap();
    assert!(matches!(
        &peer.events()[..],
        [Event::Completed {
            result: Err(Failure::Timeout),
            ..
        }]
    ));
    peer.says(&[ITEM, END, LIVE].concat()).unwrap();
    assert!(matches!(
        &peer.events()[..],
        [Event::Stray(_), Event::Stray(_), Event::Message(_)]
    ));
}

#[test]
fn a_list_is_bounded_in_bytes_and_the_session_goes_on() {
    let mut config = config();
    config.list = ITEM.len() * 3;
    let mut peer = Peer::logged_in_with(config);
    peer.client
        .submit(peer.now, Action::new("CoreShowChannels").list())
        .unwrap();
    peer.says(&[START, &ITEM.repeat(5), END, LIVE].concat()).unwrap();
    let events = peer.events();
    assert!(matches!(
        &events[0],
        Event::Completed {
            result: Err(Failure::TooLarge(_)),
            ..
        }
    ));
    assert!(matches!(
        &events[1..],
        [Event::Stray(_), Event::Stray(_), Event::Message(_)]
    ));
}

#[test]
fn a_list_is_lost_with_its_connection() {
    let mut peer = asked(Action::new("CoreShowChannels").list());
    peer.says(&[START, ITEM].concat()).unwrap();
    peer.client.handle_eof(peer.now).unwrap();
    assert!(matches!(
        &peer.events()[..],
        [Event::Completed {
            result: Err(Failure::Lost),
            ..
        }]
    ));
}
