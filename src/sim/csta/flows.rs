//! The shared stories (`tests/flows`) as far as a CSTA switch can tell them, in people's words.

/// The name of a flow, and what people do in it; `by request`: an application asks the switch for it; `|`: now the bridge comes. T, U, W and X are outside; Q and R queues, G a group, L a park slot, V a mailbox,
/// I an announcement, N a number that leads elsewhere; the others have telephones.
pub(super) const FLOWS: &[(&str, &str)] = &[
    // Calls.
    ("internal", "A calls B; B answers; A hangs up"),
    ("inbound", "T calls B; B answers; T hangs up"),
    ("outbound", "A calls T; T rings; T answers; A hangs up"),
    ("busy", "B is busy; A calls B; A is cleared; B is free"),
    (
        "unknown_number",
        "A calls nobody outside; the network knows nobody; A is cleared",
    ),
    ("no_answer", "A calls B; B does not answer"),
    ("rejected", "A calls B; B refuses"),
    ("caller_gives_up", "T calls B; T hangs up"),
    ("caller_restricted", "T hidden calls B; B answers; T hangs up"),
    ("caller_unknown", "T unknown calls B; B answers; T hangs up"),
    (
        "hold_retrieve",
        "A calls B; B answers; A holds; A retrieves; A hangs up",
    ),
    ("parallel_ring", "T calls G; C answers; T hangs up"),
    ("ivr", "T calls I; I goes on to B; B answers; T hangs up"),
    (
        "voicemail",
        "B forwards to V when not answering; T calls B; B does not answer; T hangs up; B forwards no more",
    ),
    ("inbound_forwarded_out", "T calls N; U rings; U answers; T hangs up"),
    // Forwarding.
    (
        "forwarded_immediate",
        "B forwards to C; T calls B; C answers; T hangs up; B forwards no more",
    ),
    (
        "forwarded_busy",
        "B is busy; B forwards to C when busy; T calls B; C answers; T hangs up; B is free; B forwards no more",
    ),
    (
        "forwarded_no_answer",
        "B forwards to C when not answering; T calls B; B does not answer; C answers; T hangs up; B forwards no more",
    ),
    (
        "forwarded_chain",
        "B is busy; B forwards to C when busy; C forwards to D when not answering; T calls B; C does not answer; \
        D answers; T hangs up; B is free; B forwards no more; C forwards no more",
    ),
    (
        "forwarded_voicemail",
        "B is busy; B forwards to V when busy; T calls B; T hangs up; B is free; B forwards no more",
    ),
    (
        "deflect",
        "T calls B; B sends on to C by request; C answers; T hangs up",
    ),
    // Transfer.
    (
        "blind_transfer",
        "T calls B; B answers; B transfers to C; C answers; T hangs up",
    ),
    (
        "blind_transfer_caller",
        "B calls T; T rings; T answers; B transfers to C; C answers; T hangs up",
    ),
    (
        "blind_transfer_busy",
        "C is busy; T calls B; B answers; B transfers to C; T is cleared; C is free",
    ),
    (
        "blind_transfer_no_answer",
        "T calls B; B answers; B transfers to C; C does not answer",
    ),
    (
        "blind_transfer_outside",
        "T calls B; B answers; B transfers to U; U rings; U answers; U hangs up",
    ),
    (
        "attended_transfer",
        "T calls B; B answers; B holds; B calls C beside; C answers; B joins both; T hangs up",
    ),
    (
        "attended_transfer_caller",
        "B calls T; T rings; T answers; B holds; B calls C beside; C answers; B joins both; T hangs up",
    ),
    (
        "attended_transfer_outside",
        "T calls B; B answers; B holds; B calls U beside; U rings; U answers; B joins both; T hangs up",
    ),
    (
        "attended_transfer_ringing",
        "T calls B; B answers; B holds; B calls C beside; B joins both; C answers; T hangs up",
    ),
    (
        "attended_transfer_to_queue",
        "T calls B; B answers; B holds; B calls Q beside; Q rings C; B joins both; C answers; T hangs up",
    ),
    (
        "transfer_restricted",
        "T hidden calls B; B answers; B holds; B calls C beside; C answers; B joins both; T hangs up",
    ),
    (
        "transfer_to_voicemail",
        "T calls B; B answers; B transfers to V; T hangs up",
    ),
    ("transfer_to_ivr", "T calls B; B answers; B transfers to I; T hangs up"),
    (
        "transfer_to_queue",
        "T calls B; B answers; B transfers to Q; Q rings C; C answers; T hangs up",
    ),
    (
        "transfer_callee",
        "T calls B; B answers; B transfers to C by request; C answers; T hangs up",
    ),
    (
        "transfer_caller",
        "A calls B; B answers; A transfers to C by request; C answers; C hangs up",
    ),
    (
        "transfer_busy",
        "C is busy; T calls B; B answers; B transfers to C for nothing by request; T is cleared; C is free",
    ),
    (
        "transfer_outside",
        "A calls B; B answers; B transfers to T by request; T rings; T answers; A hangs up",
    ),
    (
        "transfer_held",
        "A calls B; B answers; A holds; A transfers to C by request; C answers; C hangs up",
    ),
    // Consultation.
    (
        "consult_transfer",
        "T calls A; A answers; A consults B by request; B answers; A joins both by request; T hangs up",
    ),
    (
        "consult_transfer_ringing",
        "T calls A; A answers; A consults B by request; A joins both by request; B answers; T hangs up",
    ),
    (
        "consult_alternate",
        "T calls A; A answers; A consults B by request; B answers; A alternates by request; A alternates by request; A joins both by request; T hangs up",
    ),
    (
        "consult_reconnect",
        "T calls A; A answers; A consults B by request; B answers; A reconnects by request; T hangs up",
    ),
    (
        "consult_conference",
        "T calls A; A answers; A consults B by request; B answers; A confers by request; A hangs up by request; T hangs up",
    ),
    (
        "consult_busy",
        "B is busy; T calls A; A answers; A consults B by request; A reconnects by request; T hangs up; B is free",
    ),
    (
        "consult_unknown_number",
        "T calls A; A answers; A consults nobody in vain by request; T hangs up",
    ),
    (
        "consult_held_party_leaves",
        "T calls A; A answers; A consults B by request; B answers; T hangs up; B hangs up",
    ),
    (
        "consult_agent_leaves",
        "T calls A; A answers; A consults B by request; B answers; A leaves both",
    ),
    (
        "consult_by_caller",
        "A calls D; D answers; A consults B by request; B answers; A joins both by request; B hangs up",
    ),
    (
        "consult_twice",
        "T calls A; A answers; A consults C by request; C does not answer; A reconnects by request; A consults B by request; B answers; A joins both by request; T hangs up",
    ),
    (
        "consult_from_queue",
        "T calls Q; Q rings A; A answers; A consults B by request; B answers; A joins both by request; T hangs up",
    ),
    (
        "consultation_busy",
        "C is busy; T calls B; B answers; B holds; B calls C beside; B is cleared; B retrieves; T hangs up; C is free",
    ),
    (
        "consultation_cleared",
        "T calls B; B answers; B holds; B calls C beside; C answers; B hangs up; B retrieves; T hangs up",
    ),
    (
        "consultation_given_up",
        "T calls B; B answers; B holds; B calls C beside; B hangs up; B retrieves; T hangs up",
    ),
    // Conference.
    (
        "conference_grows",
        "T calls A; A answers; A consults B by request; B answers; A confers by request; A consults C by request; C answers; A confers by request; A hangs up by request; C hangs up by request; B hangs up by request",
    ),
    (
        "conference_reconnect",
        "T calls A; A answers; A consults B by request; B answers; A confers by request; A consults C by request; C answers; A reconnects by request; A consults D by request; A hangs up by request; A retrieves; A hangs up by request; B hangs up by request",
    ),
    (
        "conference_consult_busy",
        "C is busy; T calls A; A answers; A consults B by request; B answers; A confers by request; A consults C by request; A reconnects; B hangs up by request; A hangs up by request; C is free",
    ),
    (
        "supervise_silent",
        "T calls B; B answers; S listens to B by request; S hangs up; T hangs up",
    ),
    (
        "supervise_active",
        "T calls B; B answers; S joins B by request; T hangs up",
    ),
    (
        "supervise_coach",
        "T calls B; B answers; S joins B by request; B hangs up",
    ),
    // Pickup and parking.
    ("pickup", "T calls B; C picks up B; T hangs up"),
    (
        "pickup_directed",
        "T calls B; C picks up B by request; C lifts; T hangs up",
    ),
    ("pickup_internal", "A calls B; C picks up B; A hangs up"),
    ("pickup_several", "T calls G; E picks up B; T hangs up"),
    (
        "pickup_queue",
        "T calls Q; Q rings B; C picks up B by request; C lifts; T hangs up",
    ),
    ("parking", "T calls B; B answers; B parks in L; C takes L; T hangs up"),
    (
        "park_caller",
        "A calls B; B answers; A parks in L by request; B hangs up",
    ),
    (
        "park_retrieved_by_parker",
        "T calls B; B answers; B parks in L; B takes L; T hangs up",
    ),
    ("park_abandoned", "T calls B; B answers; B parks in L; T hangs up"),
    (
        "park_recall",
        "T calls B; B answers; B parks in L; L recalls; B answers; T hangs up",
    ),
    (
        "park_recall_unanswered",
        "T calls B; B answers; B parks in L; L recalls; B does not answer",
    ),
    (
        "park_recall_unreachable",
        "T calls B; B answers; B parks in L; B is out of service; L recalls; T is cleared; B is in service",
    ),
    // Queues.
    ("queue_answered", "T calls Q; Q rings B; B answers; T hangs up"),
    ("queue_abandoned", "T calls Q; Q rings B; T hangs up"),
    (
        "queue_next_agent",
        "T calls Q; Q rings B; B does not answer; Q rings C; C answers; C hangs up",
    ),
    (
        "queue_refused",
        "T calls Q; Q rings B; B refuses; Q rings C; C answers; C hangs up",
    ),
    ("queue_timed_out", "T calls Q; Q overflows to B; B answers; B hangs up"),
    (
        "queue_timed_out_ringing",
        "T calls Q; Q rings B; Q overflows to C; C answers; C hangs up",
    ),
    (
        "queue_overflow",
        "T calls Q; Q overflows to R; R rings B; B answers; B hangs up",
    ),
    (
        "queue_emptied",
        "T calls Q; Q is empty and goes to B; B answers; B hangs up",
    ),
    ("queue_withdrawn", "T calls Q; Q gives up for B; B answers; B hangs up"),
    (
        "queue_waiting",
        "A calls B; B answers; T calls Q; A hangs up; Q rings B; B answers; T hangs up",
    ),
    (
        "queue_order",
        "B calls A; A answers; T calls Q; U calls Q; W calls Q; U hangs up; B hangs up; Q rings A; A answers; T hangs up; Q rings A; A answers; W hangs up",
    ),
    (
        "queue_blind_transfer",
        "T calls Q; Q rings B; B answers; B transfers to C; C answers; T hangs up",
    ),
    (
        "queue_attended_transfer",
        "T calls Q; Q rings B; B answers; B holds; B calls C beside; C answers; B joins both; T hangs up",
    ),
    (
        "queue_transfer_to_queue",
        "T calls Q; Q rings B; B answers; B transfers to R; R rings C; C answers; T hangs up",
    ),
    (
        "queue_transfer_back",
        "T calls Q; Q rings B; B answers; B transfers to Q; Q rings C; C answers; T hangs up",
    ),
    (
        "queue_transfer_twice",
        "T calls Q; Q rings B; B answers; B holds; B calls C beside; C answers; B joins both; C holds; C calls D beside; D answers; C joins both; T hangs up",
    ),
    // Asked for by an application.
    ("make_call", "A is to call B by request; A lifts; B answers; A hangs up"),
    ("make_call_no_answer", "A is to call B by request; A does not lift"),
    ("make_call_refused", "A is to call B by request; A hangs up"),
    ("make_call_cleared", "A is to call B by request; A hangs up by request"),
    (
        "make_call_unknown_number",
        "A is to call nobody outside by request; A lifts; the network knows nobody; A is cleared",
    ),
    ("click_to_dial", "A is to call B; A lifts; B answers; A hangs up"),
    ("answer_call", "T calls B; B answers by request; T hangs up"),
    ("answer_call_group", "T calls G; C answers by request; C hangs up"),
    (
        "answer_call_queue",
        "T calls Q; Q rings B; B answers by request; B hangs up",
    ),
    ("clear_connection_caller", "A calls B; B answers; A hangs up by request"),
    ("clear_connection_callee", "T calls B; B answers; B hangs up by request"),
    (
        "clear_connection_held",
        "A calls B; B answers; A holds; A hangs up by request",
    ),
    (
        "clear_connection_waiting",
        "T calls Q; Q rings B; T hangs up by request",
    ),
    // Devices.
    (
        "device_out_of_service",
        "D is out of service; D is in service; A calls B; B answers; A hangs up",
    ),
    (
        "device_do_not_disturb",
        "B is undisturbed; B is disturbed; A calls B; B answers; A hangs up",
    ),
    (
        "set_do_not_disturb",
        "B is undisturbed; A calls B; A is cleared; B is disturbed; A calls B; B answers; A hangs up",
    ),
    (
        "set_forwarding",
        "B forwards to C; A calls B; C answers; A hangs up; B forwards no more; A calls B; B answers; A hangs up",
    ),
    (
        "device_message_waiting",
        "B forwards to V when not answering; T calls B; B does not answer; T hangs up; B is told of a message; \
        B forwards no more",
    ),
    (
        "generate_digits",
        "A calls B; B answers; A presses 42# by request; A hangs up",
    ),
    ("caller_told_later", "T calls B; T is known; B answers; T hangs up"),
    // Agents.
    (
        "agent_logs_on",
        "C calls D; D answers; C hangs up; A logs on to Q by request; B logs on to Q at A by request; B logs on to Q at B by request; \
        B logs off by request",
    ),
    (
        "agent_takes_a_break",
        "C calls D; D answers; C hangs up; A logs on to Q by request; A logs on to R by request; A takes a break by request; \
        A takes a break by request; A is ready by request; A writes up by request; A has no more time; \
        A writes up by request; A is ready by request; A logs off by request",
    ),
    (
        "agent_wraps_up",
        "A logs on to Q | T calls Q; Q rings A; A answers; T hangs up; A has no more time",
    ),
    (
        "agent_in_a_call",
        "A logs on to Q by request; A calls B; B answers; A takes a break by request; A hangs up; A logs off by request",
    ),
];

/// What an application is to ask for, where there is one.
pub(crate) const BY_REQUEST: &str = " by request";
/// It is not done.
pub(crate) const IN_VAIN: &str = " in vain";
/// It is done, and does not come out as it was meant to.
pub(crate) const FOR_NOTHING: &str = " for nothing";
/// Up to here a story happened before a bridge came.
const COMES: char = '|';

/// The steps of a story before a bridge comes, and those behind that.
pub(super) fn parts(story: &'static str) -> (impl Iterator<Item = &'static str>, impl Iterator<Item = &'static str>) {
    let (before, behind) = story.split_once(COMES).unwrap_or(("", story));
    (steps(before).filter(|step| !step.is_empty()), steps(behind))
}

/// The steps of a story.
pub(super) fn steps(story: &'static str) -> impl Iterator<Item = &'static str> {
    story.split([';', COMES]).map(str::trim)
}
