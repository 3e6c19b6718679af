//! Random choices, from a seed or from a recorded list.

use serde_json::Value;

/// Where the choices come from.
#[derive(Debug)]
enum Source {
    /// splitmix64: fast, and any seed is good.
    Seed(u64),
    /// Choices made elsewhere, which proptest can shrink; zeros when they run out.
    Recorded(std::vec::IntoIter<u32>),
}

/// Makes choices. Of every choice the first alternative is the simplest, so that a recorded list
/// of choices that shrinks towards zeros makes simpler cases.
#[derive(Debug)]
pub(crate) struct Picker {
    source: Source,
}

impl Picker {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self {
            source: Source::Seed(seed),
        }
    }

    pub(crate) fn recorded(choices: Vec<u32>) -> Self {
        Self {
            source: Source::Recorded(choices.into_iter()),
        }
    }

    fn next(&mut self) -> u32 {
        match &mut self.source {
            Source::Recorded(choices) => choices.next().unwrap_or(0),
            Source::Seed(state) => {
                *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(0)
            }
        }
    }

    /// A number below `limit`, small ones for small choices.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(1);
        usize::try_from((u64::from(self.next()) * limit) >> 32).unwrap_or(0)
    }

    /// True in so many of a hundred.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) + percent >= 100
    }

    /// One of the pool.
    pub(crate) fn pick<T: Clone + Default>(&mut self, pool: &[T]) -> T {
        let index = self.below(pool.len());
        pool.get(index).cloned().unwrap_or_default()
    }

    /// The index of a weight, each as often as it weighs.
    pub(crate) fn weighted(&mut self, weights: &[usize]) -> usize {
        let mut at = self.below(weights.iter().sum());
        for (index, weight) in weights.iter().enumerate() {
            if at < *weight {
                return index;
            }
            at -= weight;
        }
        0
    }

    /// A list, or now and then its only element alone, as policies allow.
    pub(crate) fn list_or_single(&mut self, mut items: Vec<Value>) -> Value {
        if items.len() == 1 && !self.chance(30) {
            return items.pop().unwrap_or_default();
        }
        Value::Array(items)
    }
}
