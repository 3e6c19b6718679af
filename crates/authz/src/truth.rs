//! Three-valued answers: a context key may be declared unknown, and so may a value of a policy.

use std::ops::{BitAnd, BitOr, Not};

/// Whether something holds, in Kleene's logic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// It depends on something that is not known.
    Unknown,
}

impl Truth {
    /// Whether it certainly holds.
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// Not known, unless it certainly does not hold.
    #[must_use]
    pub(crate) fn at_most_unknown(self) -> Self {
        self & Self::Unknown
    }

    /// Whether it certainly does not hold.
    pub fn is_no(self) -> bool {
        self == Self::No
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl BitAnd for Truth {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }
}

impl BitOr for Truth {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        !(!self & !other)
    }
}

impl Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{No, Unknown, Yes};

    #[test]
    fn unknown_gives_way_to_what_decides() {
        assert_eq!(
            [No & Unknown, Unknown & No, Yes & Unknown, Yes & Yes],
            [No, No, Unknown, Yes]
        );
        assert_eq!(
            [Yes | Unknown, Unknown | Yes, No | Unknown, No | No],
            [Yes, Yes, Unknown, No]
        );
        assert_eq!([!Yes, !No, !Unknown], [No, Yes, Unknown]);
    }
}
