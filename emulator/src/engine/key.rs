//! Keys: unique, growing numbers of 64 bits that also tell the partition.
//! There is one partition and one counter for all kinds of entities, so keys that a client sees have gaps.

/// The bits of the counter; the partition number stands above them.
const COUNTER_BITS: u32 = 51;

/// The smallest key of partition 1, exclusive.
pub(crate) const PARTITION_ONE: i64 = 1 << COUNTER_BITS;

#[derive(Debug, Clone)]
pub(crate) struct Keys {
    last: i64,
}

impl Default for Keys {
    fn default() -> Self {
        Self { last: PARTITION_ONE }
    }
}

impl Keys {
    pub(crate) fn next(&mut self) -> i64 {
        self.last += 1;
        self.last
    }
}

/// The partition that a key belongs to, 0 for keys that no partition made.
pub(crate) fn partition(key: i64) -> i64 {
    if key < 0 { 0 } else { key >> COUNTER_BITS }
}

#[cfg(test)]
mod tests {
    use super::{Keys, partition};

    #[test]
    fn keys_grow_from_the_partition_up() {
        let mut keys = Keys::default();
        assert_eq!([keys.next(), keys.next()], [2_251_799_813_685_249, 2_251_799_813_685_250]);
        assert_eq!(partition(keys.next()), 1);
        assert_eq!(partition(4_503_599_627_370_497), 2);
        assert_eq!(partition(123), 0);
    }
}
