/// A generator of numbers (xorshift) that is the same in every run.
#[derive(Clone, Debug)]
pub(crate) struct Chance {
    state: u64,
    /// Every optional field is there.
    pub(crate) all: bool,
}

impl Chance {
    pub(crate) const fn new(seed: u64, all: bool) -> Self {
        let state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        Chance { state, all }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    /// A number below `bound`, zero if there is none.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let number = usize::try_from(self.next() >> 11).unwrap_or_default();
        number.checked_rem(bound).unwrap_or_default()
    }

    pub(crate) fn one_of<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.below(choices.len()))
    }

    /// Digits, one at least, and none that is zero first.
    pub(crate) fn digits(&mut self) -> String {
        (0..=self.below(7))
            .map(|_| char::from(b'1' + u8::try_from(self.below(9)).unwrap_or_default()))
            .collect()
    }
}
