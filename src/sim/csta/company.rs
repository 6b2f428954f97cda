//! People who play one story after the other, for ever, beside others who do the same at telephones of their own.
use super::agents::Duty;
use super::call::Call;
use super::flows::{self, FLOWS};
use super::script::{self, Stuck};
use super::site::Cast;
use super::world::World;
use lineside_csta::types::EventCause;
use std::time::Duration;

/// The story that each company begins with: a call, agents, a queue.
const FIRST: &[&str] = &["inbound", "agent_wraps_up", "queue_answered"];
/// Who of each company takes the calls of its first queue for a living.
const AGENTS: [char; 2] = ['C', 'D'];
/// Between two stories, in steps.
const PAUSE: u32 = 2;
/// Before somebody hangs up, in steps: people talk.
const TALK: u32 = 3;

#[derive(Debug)]
pub(super) struct Company {
    cast: Cast,
    /// The story that is played next.
    next: usize,
}

impl Company {
    /// The company of this number among those of the switch.
    pub(super) fn new(mut cast: Cast, number: usize) -> Self {
        // Trunks are there for all.
        cast.retain(|letter, _| !letter.is_ascii_digit());
        let first = FIRST.get(number % FIRST.len());
        let next = FLOWS.iter().position(|(name, _)| Some(name) == first);
        Company {
            cast,
            next: next.unwrap_or(0),
        }
    }

    /// Is this the number of one of them?
    pub(super) fn has(&self, number: &str) -> bool {
        self.cast.values().any(|known| known == number)
    }

    /// Comes to an end with what is left of the story before, and gives the steps of the next one: so much after each other.
    pub(super) fn next_story(&mut self, world: &mut World, step: Duration) -> Vec<(Duration, &'static str)> {
        self.tidy(world);
        let Some((_, story)) = FLOWS.get(self.next % FLOWS.len()) else {
            return Vec::new();
        };
        self.next += 1;
        let pause = |words: &str| match words.ends_with("hangs up") {
            true => step * TALK,
            false => step,
        };
        flows::steps(story).map(|words| (pause(words), words)).collect()
    }

    /// How long they rest between two stories.
    pub(super) fn rest(step: Duration) -> Duration {
        step * PAUSE
    }

    /// Somebody of them does something. Where an application did something with their calls they may not be able to.
    pub(super) fn perform(&mut self, world: &mut World, step: &str) -> Result<(), Stuck> {
        std::mem::swap(&mut world.site.cast, &mut self.cast);
        let done = script::perform(world, step);
        std::mem::swap(&mut world.site.cast, &mut self.cast);
        done
    }

    /// Nobody is in a call any more, and the agents are there.
    fn tidy(&self, world: &mut World) {
        let left = |call: &&Call| {
            call.live().any(|leg| {
                let outside = leg.outside.as_ref().map(|outside| &outside.number);
                self.has(&leg.device) || outside.is_some_and(|number| self.has(number))
            })
        };
        let left: Vec<u32> = world.calls.values().filter(left).map(|call| call.id).collect();
        for call in left {
            world.clear_call(call, EventCause::NormalClearing);
        }
        let named = |letter: char| self.cast.get(&letter).cloned();
        let Some(queue) = named('Q') else { return };
        for (letter, device) in &self.cast {
            let works = AGENTS.contains(letter);
            // Who is there already, or not there, cannot come or go again.
            let _ = match (works, world.agents.get(device)) {
                (true, None) => world
                    .log_on(device, device, &queue)
                    .and_then(|()| world.takes_up(device, Duty::Ready)),
                (false, None) => Ok(()),
                // That they are ready is told again: to who was not there when they came.
                (true, Some(_)) => world.takes_up(device, Duty::Ready),
                (false, Some(_)) => world.log_off(device, None),
            };
        }
    }
}
