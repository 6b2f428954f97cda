//! What switches do differently, as data.
use std::time::Duration;

/// How a switch tells what happens. The default is what the standard has in mind.
#[derive(Clone, Debug)]
pub(crate) struct Quirks {
    pub(crate) call_ids: CallIds,
    /// Connections are named by four octets of their own, and not by the number of their device.
    pub(crate) dynamic_devices: bool,
    /// Device ids have the name beside the number: `N<1001>Name`.
    pub(crate) names_in_ids: bool,
    /// Devices are asked for by names that are given out for their numbers, and told of by these.
    pub(crate) named_devices: bool,
    /// What agents do is told.
    pub(crate) agents_told: bool,
    /// A monitor tells what its filter names, where it says so beside that, and nothing where it does not.
    pub(crate) inverted_filters: bool,
    /// Who is left hears that the other one hung up, before the own connection ends.
    pub(crate) others_clearing: bool,
    /// Who forwards at once is told to have done so.
    pub(crate) immediate_diverted: bool,
    /// A call is offered before the telephone rings.
    pub(crate) offered: bool,
    pub(crate) service_initiated: bool,
    pub(crate) queue: QueueTold,
    pub(crate) queue_leaves: QueueLeaves,
    /// What comes of a transfer or a conference is a new call.
    pub(crate) new_call_ids: bool,
    /// The lists of a transfer name every connection as it was, and not only what the monitored device was in.
    pub(crate) whole_lists: bool,
    pub(crate) causes: bool,
    pub(crate) caller: CallerTold,
    /// A busy device hears of the call that it did not get.
    pub(crate) failed_at_busy: bool,
    /// Who picks up or takes a parked call makes a call of its own first.
    pub(crate) pickup_calls: bool,
    pub(crate) services_permitted: bool,
    pub(crate) linkage: bool,
    /// So much later each monitor hears of it than the one that was started before.
    pub(crate) spread: Duration,
    /// The answer comes before what it brought about.
    pub(crate) response_first: bool,
    /// A device may be monitored more than once.
    pub(crate) monitored_twice: bool,
    /// A slot for parked calls may be monitored, too.
    pub(crate) slots_monitored: bool,
    /// So many monitors the licence allows.
    pub(crate) monitors: usize,
    /// So many entries are in one part of a long list, which then comes in requests of its own; `None`: in the response.
    pub(crate) segment: Option<usize>,
}

impl Default for Quirks {
    fn default() -> Self {
        Quirks {
            call_ids: CallIds::Decimal,
            dynamic_devices: false,
            names_in_ids: false,
            named_devices: false,
            agents_told: true,
            inverted_filters: false,
            others_clearing: true,
            immediate_diverted: true,
            offered: false,
            service_initiated: true,
            queue: QueueTold::Queued,
            queue_leaves: QueueLeaves::Offered,
            new_call_ids: true,
            whole_lists: true,
            causes: true,
            caller: CallerTold::Calling,
            failed_at_busy: false,
            pickup_calls: true,
            services_permitted: false,
            linkage: false,
            spread: Duration::ZERO,
            response_first: true,
            monitored_twice: true,
            slots_monitored: false,
            monitors: 1000,
            segment: None,
        }
    }
}

/// How a call is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallIds {
    /// Two octets.
    Octets,
    Decimal,
    /// 32 hexadecimal digits.
    Hex,
}

/// What is told when a call comes to a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QueueTold {
    Queued,
    /// It is delivered to the group, to be distributed.
    Delivered,
}

/// When a queue is told to have given a call away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QueueLeaves {
    /// When somebody is rung.
    Offered,
    Answered,
}

/// Where the number of who calls from outside stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallerTold {
    /// As who calls.
    Calling,
    /// As what the network says; who calls is not known.
    Network,
    /// As who is behind the trunk, which calls.
    Associated,
    /// Not at first: it is told of later.
    Later,
}
