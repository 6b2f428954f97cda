//! The devices of a virtual site, and who is who.
use std::collections::BTreeMap;

/// The people and places of the stories, by their letter: the number of a device, or one outside.
pub(crate) type Cast = BTreeMap<char, String>;

/// What there is.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) devices: BTreeMap<String, Device>,
    pub(crate) cast: Cast,
}

#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) sort: Sort,
    pub(crate) name: &'static str,
    /// Whom a group or queue rings.
    pub(crate) members: Vec<String>,
    pub(crate) in_service: bool,
    pub(crate) do_not_disturb: bool,
    pub(crate) message_waiting: bool,
    /// Is talking to somebody of whom nobody needs to hear.
    pub(crate) engaged: bool,
    pub(crate) forwarding: BTreeMap<When, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Station,
    /// One channel to the outside.
    Trunk,
    Queue,
    /// All members ring.
    Group,
    /// A place for parked calls.
    Slot,
    /// Announcement, mailbox: answers at once.
    VoiceUnit,
    /// A number that leads elsewhere: to where it forwards.
    Route,
}

/// When calls are forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum When {
    Always,
    Busy,
    NoAnswer,
}

/// Who is outside, as the switch knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outside {
    pub(crate) number: String,
    pub(crate) shown: Shown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Known,
    Restricted,
    Unknown,
}

/// The digit before every number outside.
pub(crate) const OUTSIDE: char = '0';

impl Device {
    pub(crate) const fn new(sort: Sort, name: &'static str) -> Self {
        Device {
            sort,
            name,
            members: Vec::new(),
            in_service: true,
            do_not_disturb: false,
            message_waiting: false,
            engaged: false,
            forwarding: BTreeMap::new(),
        }
    }
}

/// Letter, number, what it is, name.
const CAST: &[(char, &str, Sort, &str)] = &[
    ('A', "1001", Sort::Station, "Anna"),
    ('B', "1002", Sort::Station, "Bert"),
    ('C', "1003", Sort::Station, "Cleo"),
    ('D', "1004", Sort::Station, "Dora"),
    ('E', "1005", Sort::Station, "Egon"),
    ('F', "1006", Sort::Station, "Fred"),
    ('S', "1007", Sort::Station, "Sara"),
    ('Q', "2001", Sort::Queue, "Sales"),
    ('R', "2002", Sort::Queue, "Support"),
    ('G', "2101", Sort::Group, "Office"),
    ('L', "7001", Sort::Slot, "Parked"),
    ('V', "3001", Sort::VoiceUnit, "Mailbox"),
    ('I', "3002", Sort::VoiceUnit, "Welcome"),
    ('N', "8001", Sort::Route, "Elsewhere"),
    ('1', "9001", Sort::Trunk, "Trunk"),
    ('2', "9002", Sort::Trunk, "Trunk"),
    ('3', "9003", Sort::Trunk, "Trunk"),
    ('4', "9004", Sort::Trunk, "Trunk"),
    ('5', "9005", Sort::Trunk, "Trunk"),
    ('6', "9006", Sort::Trunk, "Trunk"),
    ('7', "9007", Sort::Trunk, "Trunk"),
    ('8', "9008", Sort::Trunk, "Trunk"),
];

/// Where a number leads that is answered elsewhere.
const ELSEWHERE: &str = "01713920002";

/// People outside. The numbers are kept free for films by the Bundesnetzagentur.
const PEOPLE: &[(char, &str)] = &[
    ('T', "01713920001"),
    ('U', ELSEWHERE),
    ('W', "01713920003"),
    ('X', "01713920004"),
];

impl Site {
    /// So many companies in one house, each with telephones and queues of its own, ten numbers on from those of the one before; the trunks
    /// are shared. Behind them are nine telephones at which nobody plays.
    pub(crate) fn house(companies: u32) -> (Self, Vec<Cast>) {
        let mut house = Site::default();
        let plan = house.clone();
        let mut casts = vec![plan.cast.clone()];
        for company in 1..companies {
            let moved = |number: &str| match plan.devices.get(number).map(|device| device.sort) {
                Some(Sort::Trunk) => number.to_owned(),
                _ => further(number, 10 * company),
            };
            for (number, device) in &plan.devices {
                let members = device.members.iter().map(|member| moved(member)).collect();
                let leads = device.forwarding.iter();
                let leads = leads.map(|(when, to)| (*when, moved(to))).collect();
                let device = Device {
                    members,
                    forwarding: leads,
                    ..device.clone()
                };
                house.devices.insert(moved(number), device);
            }
            let people = plan.cast.iter().map(|(letter, number)| (*letter, moved(number)));
            casts.push(people.collect());
        }
        for number in 1..=9 {
            let number = further("1000", 10 * companies + number);
            house.devices.insert(number, Device::new(Sort::Station, ""));
        }
        (house, casts)
    }
}

/// The number that is so much higher, with as many digits.
fn further(number: &str, by: u32) -> String {
    let (width, value) = (number.len(), number.parse::<u64>().unwrap_or_default());
    format!("{:0width$}", value + u64::from(by))
}

impl Default for Site {
    fn default() -> Self {
        let devices = CAST.iter().map(|(_, number, sort, name)| {
            let mut device = Device::new(*sort, name);
            if matches!(sort, Sort::Queue | Sort::Group) {
                device.members = ["1002", "1003", "1004"].map(str::to_owned).to_vec();
            }
            if *sort == Sort::Route {
                let elsewhere = format!("{OUTSIDE}{ELSEWHERE}");
                device.forwarding.insert(When::Always, elsewhere);
            }
            ((*number).to_owned(), device)
        });
        let inside = CAST.iter().map(|(letter, number, ..)| (*letter, (*number).to_owned()));
        let outside = PEOPLE.iter().map(|(letter, number)| (*letter, (*number).to_owned()));
        Site {
            devices: devices.collect(),
            cast: inside.chain(outside).collect(),
        }
    }
}
