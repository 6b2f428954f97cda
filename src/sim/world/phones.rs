use std::time::Duration;

/// How fast people and telephones are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// From the call to the first ring.
    pub(super) ring: Duration,
    /// From the first ring to the answer.
    pub(super) answer: Duration,
    /// How long people talk or wait.
    pub(super) talk: Duration,
}

impl Pace {
    /// As in the lab, where nobody has anything to say, but with time to ask for something.
    pub(crate) const LAB: Pace = Pace {
        ring: Duration::from_millis(20),
        answer: Duration::from_millis(400),
        talk: Duration::from_secs(60),
    };

    /// The same in a crowd, where calls come and go.
    pub(crate) const CROWD: Pace = Pace {
        talk: Duration::from_secs(3),
        ..Pace::LAB
    };

    /// As people are, in a hurry.
    pub(crate) const PEOPLE: Pace = Pace {
        ring: Duration::from_millis(150),
        answer: Duration::from_secs(3),
        talk: Duration::from_secs(30),
    };
}

/// What becomes of a call to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// It rings and is answered.
    Answers,
    /// It rings until the caller gives up.
    RingsOnly,
    /// It rings, and is refused.
    Refuses,
    /// It is refused at once, with this cause.
    Fails(u16),
}

/// What the telephone of a number does, in and outside the site: the last two digits say.
pub(super) fn habit(number: &str) -> Habit {
    let end = number.len().checked_sub(2).and_then(|at| number.get(at..));
    match end {
        Some("95") => Habit::Fails(1),
        Some("96") => Habit::Refuses,
        Some("97") => Habit::Fails(17),
        Some("98") => Habit::RingsOnly,
        _ => Habit::Answers,
    }
}

/// What Asterisk calls a cause.
pub(super) const fn cause_text(cause: u16) -> &'static str {
    match cause {
        1 => "Unallocated (unassigned) number",
        3 => "No route to destination",
        16 => "Normal Clearing",
        17 => "User busy",
        19 => "User alerting, no answer",
        21 => "Call Rejected",
        26 => "Answered elsewhere",
        _ => "Unknown",
    }
}
