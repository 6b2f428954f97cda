//! Members of queues: who they are, what they do, and the wrap-up behind a call.
use super::world::*;
use crate::model::*;
use crate::normalize::asterisk::Normalizer;
use crate::profile::{Site, embedded, load};

const A: &str = "a PJSIP/1002-1 6 t";

fn member(queue: &str, interface: &str, name: &str, more: &str) -> String {
    let more = if more.is_empty() { "Paused: 0" } else { more };
    format!("Event: QueueMember|Queue: {queue}|Name: {name}|Location: {interface}|Penalty: 0|Status: 1|{more}")
}

/// The same as an event tells it.
fn changed(queue: &str, interface: &str, name: &str, more: &str) -> String {
    format!("Queue: {queue}|MemberName: {name}|Interface: {interface}|Penalty: 0|Status: 1|{more}")
}

fn lists(w: &mut World, members: &[String]) {
    let params = "Event: QueueParams|Queue: support".to_owned();
    let list: Vec<_> = [params].iter().chain(members).map(|text| msg(text)).collect();
    w.secs += 1;
    w.n.adopt_members(Some(&list), World::at(w.secs));
    let all = w.all.len();
    w.resync(&[], &[], &[]);
    w.all.drain(..all);
}

fn agents(w: &World) -> Vec<String> {
    let show = |a: &Agent| {
        let device = a.device.as_ref().map_or("-", DeviceId::key);
        let reason = a.reason.as_ref().map(|r| format!(" {r}")).unwrap_or_default();
        let queues = a
            .queues
            .iter()
            .map(|q| format!(" {}", q.queue.key()))
            .collect::<String>();
        format!("{} at {device} {:?}{reason}{queues}", a.id.key(), a.state)
    };
    w.e.agents().map(show).collect()
}

/// What was told of agents since, as `type by`.
fn told(w: &mut World) -> Vec<String> {
    let line = |event: &Event| match &event.data {
        Data::Agent(data) => {
            let by = data.agent.set_by.map(|by| format!(" by {by:?}")).unwrap_or_default();
            Some(format!(
                "{}{by}",
                event.kind.as_str().trim_start_matches("lineside.agent.")
            ))
        }
        _ => None,
    };
    std::mem::take(&mut w.all).iter().filter_map(line).collect()
}

#[test]
fn an_agent_is_its_name_where_that_is_one_persons_and_else_its_device() {
    let mut w = World::bare(Restored::default());
    lists(
        &mut w,
        &[
            member("support", "PJSIP/1002", "Ann", ""),
            member("sales", "Local/1002@agents/n", "Ann", ""),
            member("support", "PJSIP/1003", "Phone", ""),
            member("support", "PJSIP/1004", "Phone", ""),
            member("support", "PJSIP/1005", "PJSIP/1005", ""),
            member("sales", "Local/9@agents", "Outside", ""),
        ],
    );
    assert_eq!(
        agents(&w),
        [
            "1003 at 1003 Ready support",
            "1004 at 1004 Ready support",
            "1005 at 1005 Ready support",
            "Ann at 1002 Ready sales support",
            "Outside at - Ready sales"
        ]
    );
}

#[test]
fn the_list_of_the_site_names_agents_by_interface_or_name() {
    let site: Site =
        toml::from_str("extensions = '10XX'\nafterCallReason = 'wrap-up'\n[[agents]]\nid = 'ann'\ninterface = 'PJSIP/1002'\n[[agents]]\nid = 'bob'\nname = 'Bob Builder'").unwrap();
    let profile = load("asterisk/asterisk", embedded("asterisk/asterisk").unwrap(), None)
        .unwrap()
        .asterisk()
        .unwrap();
    let switch = SwitchName::try_from("hq").unwrap();
    let mut w = World::bare(Restored::default());
    w.n = Normalizer::new(switch, profile, site.rules().unwrap(), &[], false);
    lists(
        &mut w,
        &[
            member("support", "PJSIP/1002", "Phone 1002", ""),
            member("support", "PJSIP/1003", "Bob Builder", ""),
        ],
    );
    assert_eq!(agents(&w), ["ann at 1002 Ready support", "bob at 1003 Ready support"]);
    let pause = changed(
        "support",
        "PJSIP/1003",
        "Bob Builder",
        "Paused: 1|PausedReason: wrap-up",
    );
    w.ev("QueueMemberPause", "", &pause);
    assert_eq!(agents(&w)[1], "bob at 1003 WorkingAfterCall wrap-up support");
}

#[test]
fn a_local_member_is_followed_by_the_state_that_is_watched_first() {
    let mut w = World::bare(Restored::default());
    let watched = |state| format!("Paused: 0|StateInterface: {state}");
    lists(
        &mut w,
        &[
            member("support", "Local/77@agents", "Ann", &watched("PJSIP/1002")),
            member("support", "Local/78@agents", "Bob", &watched("hint:1003@stations")),
            member("support", "Local/1004@agents/n", "Cem", &watched("Local/1004@agents/n")),
        ],
    );
    assert_eq!(
        agents(&w),
        [
            "Ann at 1002 Ready support",
            "Bob at 1003 Ready support",
            "Cem at 1004 Ready support"
        ]
    );
}

#[test]
fn members_come_pause_and_go() {
    let mut w = World::bare(Restored::default());
    lists(&mut w, &[]);
    w.ev(
        "QueueMemberAdded",
        "",
        &changed("support", "PJSIP/1002", "Ann", "Paused: 0"),
    );
    assert_eq!(told(&mut w), ["loggedOn", "ready"]);
    let lunch = changed("support", "PJSIP/1002", "Ann", "Paused: 1|PausedReason: lunch");
    w.ev("QueueMemberPause", "", &lunch);
    assert_eq!(agents(&w), ["Ann at 1002 NotReady lunch support"]);
    // The same is told again by every change of the phone.
    w.ev("QueueMemberStatus", "", &lunch);
    assert_eq!(told(&mut w), ["notReady"]);
    w.ev("QueueMemberRemoved", "", &lunch);
    assert_eq!(told(&mut w), ["loggedOff"]);
}

#[test]
fn who_paused_is_told_where_the_dialplan_shows_and_else_nobody() {
    let paused = |on: u8| changed("support", "PJSIP/1002", "Ann", &format!("Paused: {on}"));
    let mut w = World::bare(Restored::default());
    lists(&mut w, &[member("support", "PJSIP/1002", "Ann", "")]);
    w.ev("QueueMemberPause", "", &paused(1));
    assert_eq!(told(&mut w).last().unwrap(), "notReady");
    w.ev("Newchannel", "a PJSIP/1002-1 4 a *46", "");
    w.ev(
        "Newexten",
        "a PJSIP/1002-1 4 a *46",
        "Application: UnpauseQueueMember|AppData: ,PJSIP/1002",
    );
    w.ev("QueueMemberPause", "", &paused(0));
    w.ev("Newexten", "a PJSIP/1002-1 4 a *46", "Application: Hangup|AppData: x");
    w.ev("Hangup", "a PJSIP/1002-1 4 a *46", "Cause: 16");
    assert!(
        told(&mut w).contains(&"ready by Phone".to_owned()),
        "at the end of her own call"
    );
    w.ev("QueueMemberPause", "", &paused(1));
    assert_eq!(told(&mut w).last().unwrap(), "notReady by Application");
    let auto = changed("support", "PJSIP/1002", "Ann", "Paused: 1|PausedReason: Auto-Pause");
    w.ev("QueueMemberPause", "", &auto);
    assert_eq!(told(&mut w).last().unwrap(), "notReady by Switch");
}

/// A caller of the queue talks to Ann, who has ten seconds for each wrap-up.
fn served(w: &mut World) {
    served_by(w, "Wrapuptime: 10");
}

fn served_by(w: &mut World, own: &str) {
    let ann = member("support", "PJSIP/1002", "Ann", &format!("Paused: 0|{own}"));
    lists(w, &[ann]);
    serves(w);
    assert_eq!(agents(w), ["Ann at 1002 Busy support"]);
    told(w);
}

fn serves(w: &mut World) {
    queue(w);
    w.ev("Newchannel", "a PJSIP/1002-1 0 t", "");
    w.dial("DialBegin", TU, "a PJSIP/1002-1 0 t", "");
    w.ev("Newstate", "a PJSIP/1002-1 5 t", "");
    w.ev("Newstate", A, "");
    w.ev("QueueCallerLeave", TU, "Queue: support");
    let dest = block("Dest", A);
    w.raw(format!(
        "Event: AgentConnect{}{dest}|Queue: support|MemberName: Ann|Interface: PJSIP/1002",
        block("", TU)
    ));
}

#[test]
fn a_wrap_up_begins_with_the_end_of_the_talk_and_ends_by_its_time() {
    let mut w = World::bare(Restored::default());
    served(&mut w);
    w.ev("HangupRequest", A, "");
    assert_eq!(told(&mut w), ["workingAfterCall by Switch"]);
    let due = w.n.poll_timeout().unwrap();
    assert_eq!(due, World::at(w.secs + 10).tick);
    assert_eq!(w.n.handle_timeout(World::at(w.secs + 9).tick), None);
    let facts = w.n.handle_timeout(due).unwrap();
    assert_eq!(facts.time, Some(World::at(w.secs + 10).wall));
    w.facts(facts);
    assert_eq!(told(&mut w), ["ready by Switch"]);
    assert_eq!(w.n.poll_timeout(), None);
}

#[test]
fn a_wrap_up_is_counted_from_the_second_that_the_switch_tells() {
    for (last, wraps) in [(-1, 9), (0, 10), (-600, 10)] {
        let mut w = World::bare(Restored::default());
        served(&mut w);
        w.ev("HangupRequest", A, "");
        let ended = w.secs;
        let counted = World::at(ended).wall.as_millis() / 1000 + last;
        let more = format!("Paused: 0|Wrapuptime: 10|LastCall: {counted}");
        w.raw(format!(
            "Event: QueueMemberStatus|{}",
            changed("support", "PJSIP/1002", "Ann", &more)
        ));
        told(&mut w);
        let due = w.n.poll_timeout().unwrap();
        assert_eq!(due, World::at(ended + wraps).tick, "{last}");
        let facts = w.n.handle_timeout(due).unwrap();
        assert_eq!(facts.time, Some(World::at(ended + wraps).wall));
        w.facts(facts);
        assert_eq!(told(&mut w), ["ready by Switch"]);
    }
}

/// The configuration, as `GetConfig` shows it.
fn configured(w: &mut World, lines: &[&str]) {
    let lines = [&["Response: Success"], lines].concat();
    w.n.adopt_configuration(&msg(&lines.join("|")));
}

#[test]
fn the_wrap_up_of_a_queue_is_that_of_its_members_without_one_of_their_own() {
    for (own, wraps) in [("Wrapuptime: 0", 4), ("Wrapuptime: 10", 10)] {
        let mut w = World::bare(Restored::default());
        configured(
            &mut w,
            &[
                "Category-000000: general",
                "Line-000000-000000: wrapuptime=99",
                "Category-000001: support",
                "Line-000001-000000: strategy=linear",
                "Line-000001-000001: wrapuptime=20",
                "Line-000001-000002: WrapUpTime = 4",
                "Line-000007-000000: wrapuptime=3",
                "Category-000002: sales",
                "Line-000002-000000: wrapuptime=soon",
            ],
        );
        served_by(&mut w, own);
        w.ev("HangupRequest", A, "");
        assert_eq!(told(&mut w), ["workingAfterCall by Switch"]);
        assert_eq!(w.n.poll_timeout(), Some(World::at(w.secs + wraps).tick), "{own}");
    }
    let mut w = World::bare(Restored::default());
    configured(
        &mut w,
        &["Category-000000: support", "Line-000000-000000: wrapuptime=0"],
    );
    served_by(&mut w, "Wrapuptime: 0");
    w.ev("HangupRequest", A, "");
    assert_eq!(told(&mut w), ["ready"], "none is none");
}

/// What Ann does in each of her queues.
fn in_queues(w: &World) -> Vec<String> {
    let ann = w.e.agents().next().unwrap();
    let queues = ann.queues.iter();
    queues
        .map(|queue| format!("{} {:?}", queue.queue.key(), queue.state))
        .collect()
}

#[test]
fn a_call_of_one_queue_is_written_up_in_all_of_who_took_it_where_they_share_the_last_call() {
    for (shared, sales) in [("yes", "WorkingAfterCall"), ("no", "Ready")] {
        let mut w = World::bare(Restored::default());
        let shared = format!("Line-000000-000000: shared_lastcall = {shared}");
        let general = ["Category-000000: general", &shared];
        let later = ["Category-000001: later", "Line-000001-000000: wrapuptime=20"];
        configured(&mut w, &[general, later].concat());
        let own = "Paused: 0|Wrapuptime: 10";
        let of = |queue: &str, more: &str| member(queue, "PJSIP/1002", "Ann", more);
        lists(&mut w, &[of("support", own), of("sales", ""), of("later", "")]);
        serves(&mut w);
        w.ev("HangupRequest", A, "");
        w.ev("Hangup", A, "");
        let states = |later: &str, sales: &str, support: &str| {
            [("later", later), ("sales", sales), ("support", support)].map(|(queue, state)| format!("{queue} {state}"))
        };
        assert_eq!(in_queues(&w), states(sales, sales, "WorkingAfterCall"), "{shared}");
        let due = w.n.poll_timeout().unwrap();
        while w.n.poll_timeout() == Some(due) {
            let facts = w.n.handle_timeout(due).unwrap();
            w.facts(facts);
        }
        // The queue that leaves more time leaves it for this call, too.
        assert_eq!(in_queues(&w), states(sales, "Ready", "Ready"), "{shared}");
    }
}

#[test]
fn who_pauses_in_a_wrap_up_is_not_ready_and_who_comes_back_in_it_goes_on() {
    let mut w = World::bare(Restored::default());
    served(&mut w);
    w.ev("HangupRequest", A, "");
    w.ev(
        "QueueMemberPause",
        "",
        &changed("support", "PJSIP/1002", "Ann", "Paused: 1|Wrapuptime: 10"),
    );
    w.ev(
        "QueueMemberPause",
        "",
        &changed("support", "PJSIP/1002", "Ann", "Paused: 0|Wrapuptime: 10"),
    );
    let told = told(&mut w);
    let kinds: Vec<&str> = told.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(kinds, ["workingAfterCall", "notReady", "workingAfterCall"]);
}

#[test]
fn an_agent_of_the_pool_is_in_its_queues_while_it_is_logged_on() {
    let mut w = World::bare(Restored::default());
    let away = member("support", "Agent/7", "Ann", "Paused: 0").replace("Status: 1", "Status: 5");
    lists(&mut w, &[away]);
    assert_eq!(agents(&w), ["Ann at - LoggedOff"]);
    w.ev("Newchannel", "a PJSIP/1002-1 6 a 800", "");
    w.ev("AgentLogin", "a PJSIP/1002-1 6 a 800", "Agent: 7");
    w.ev(
        "QueueMemberStatus",
        "",
        &changed("support", "Agent/7", "Ann", "Paused: 0"),
    );
    assert!(agents(&w)[0].starts_with("Ann at 1002"), "{:?}", agents(&w));
    w.ev("AgentLogoff", "", "Agent: 7");
    let away = changed("support", "Agent/7", "Ann", "Paused: 0").replace("Status: 1", "Status: 5");
    w.ev("QueueMemberStatus", "", &away);
    assert_eq!(agents(&w), ["Ann at - LoggedOff"]);
}

#[test]
fn callers_stand_where_the_queue_says() {
    let mut w = World::bare(Restored::default());
    lists(&mut w, &[]);
    for (n, position) in [(1, 1), (2, 2), (3, 1)] {
        let spec = format!("t{n} PJSIP/trunk-{n} 6 t{n} 4930");
        w.ev("Newchannel", &spec.replace(" 6 ", " 4 "), "");
        w.ev("NewCallerid", &spec, "");
        w.ev(
            "QueueCallerJoin",
            &spec,
            &format!("Queue: support|Position: {position}"),
        );
    }
    let mut events = std::mem::take(&mut w.all);
    let queue = events.drain(..).filter_map(|event| match event.data {
        Data::Queue(data) => Some(data.queue),
        _ => None,
    });
    let queue = queue.max_by_key(|queue| queue.waiting.len()).unwrap();
    let native = |waiting: &WaitingCall| w.e.calls().find(|c| c.id == waiting.call).unwrap().native_ids[0].to_string();
    assert_eq!(queue.waiting.iter().map(native).collect::<Vec<_>>(), ["t3", "t1", "t2"]);
}
