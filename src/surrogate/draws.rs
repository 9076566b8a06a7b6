//! Drawing that is the same on every machine: SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
//! generators", figure 16).

/// The mixing of SplitMix64: every bit of the result depends on every bit of the number.
pub(super) fn mixed(x: u64) -> u64 {
    let mut z = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A stream of draws.
#[derive(Clone, Debug)]
pub(super) struct Draws {
    state: u64,
}

impl Draws {
    /// Streams of one seed and different numbers have nothing to do with each other.
    pub fn new(seed: u64, stream: u64) -> Self {
        Draws { state: mixed(seed ^ mixed(stream)) }
    }

    fn next(&mut self) -> u64 {
        let drawn = mixed(self.state);
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        drawn
    }

    /// A whole number below `end` (0 where that is 0), each as likely as the others within 2⁻⁶⁴ of `end`.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}

/// The numbers 0, 1, … in an order drawn from a seed (Fisher and Yates).
pub fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut draws = Draws::new(seed, 0);
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        order.swap(last, draws.below(last + 1));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_those_of_splitmix() {
        // First numbers of the reference implementation for the seed 1234567 (Vigna's splitmix64.c).
        let mut draws = Draws { state: 1_234_567 };
        let first = [draws.next(), draws.next(), draws.next()];
        assert_eq!(first, [6457827717110365317, 3203168211198807973, 9817491932198370423]);
        assert_eq!(draws.below(0), 0);
        assert!((0..1000).all(|_| draws.below(7) < 7));
    }

    #[test]
    fn an_order_has_every_number_once() {
        let mut order = shuffled(100, 3);
        assert_ne!(order, shuffled(100, 4));
        order.sort_unstable();
        assert_eq!(order, (0..100).collect::<Vec<_>>());
    }
}
