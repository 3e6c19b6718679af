//! What every closed enum and every set over one has in common, written once.

/// Serializes a type as its text, and deserializes it through `FromStr`, so that a document's
/// error carries the type's own explanation.
macro_rules! serde_as_text {
    ($type:ty, $expecting:literal, $as_str:expr) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let as_str: fn(&Self) -> &str = $as_str;
                serializer.serialize_str(as_str(self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $type;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($expecting)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    };
}

/// A closed enum whose variants have AWS's spelling: `ALL`, `name`, `from_name`, `Display`,
/// `FromStr` with a "did you mean", and serde as a string.
macro_rules! closed_enum {
    (
        $(#[$meta:meta])*
        pub enum $type:ident as $what:literal {
            $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $type {
            $(
                #[doc = concat!("`", $text, "`")]
                $(#[$variant_meta])*
                $variant
            ),+
        }

        impl $type {
            /// Every value, in AWS's order.
            pub const ALL: [Self; [$($text),+].len()] = [$(Self::$variant),+];

            /// The value as AWS spells it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }

            /// The value that AWS spells this way, letter for letter.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::from_name(text).ok_or_else(|| {
                    $crate::UnknownName::new($what, text, Self::ALL.into_iter().map(Self::name))
                })
            }
        }

        serde_as_text!($type, $what, |value| value.name());

        #[cfg(test)]
        impl $crate::macros::tests::ClosedEnum for $type {
            fn all() -> Vec<(Self, &'static str)> {
                Self::ALL.into_iter().map(|value| (value, value.name())).collect()
            }
        }
    };
}

/// A set of a closed enum's values in one machine word.
macro_rules! enum_set {
    ($(#[$meta:meta])* pub struct $set:ident($bits:ty) of $item:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $set($bits);

        impl $set {
            /// The set without members.
            pub const EMPTY: Self = Self(0);
            /// The set of every value.
            pub const ALL: Self = Self((1 << $item::ALL.len()) - 1);

            /// The set of these values.
            pub const fn of(mut items: &[$item]) -> Self {
                let mut set = Self::EMPTY;
                while let [first, rest @ ..] = items {
                    set.insert(*first);
                    items = rest;
                }
                set
            }

            /// Whether the value is a member.
            #[inline]
            pub const fn contains(self, item: $item) -> bool {
                self.0 & (1 << (item as $bits)) != 0
            }

            /// Adds a value.
            pub const fn insert(&mut self, item: $item) {
                self.0 |= 1 << (item as $bits);
            }

            /// The members of either set.
            #[must_use]
            pub const fn union(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// The members of both sets.
            #[must_use]
            pub const fn intersection(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }

            /// The values that are not members.
            #[must_use]
            pub const fn complement(self) -> Self {
                Self(!self.0 & Self::ALL.0)
            }

            /// Whether there is no member.
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// How many members there are.
            pub const fn len(self) -> usize {
                self.0.count_ones() as usize
            }

            /// Whether every member is a member of the other set too.
            pub const fn is_subset(self, other: Self) -> bool {
                self.0 & !other.0 == 0
            }

            /// The members in the order of the enum.
            pub fn iter(self) -> impl Iterator<Item = $item> + Clone {
                $item::ALL.into_iter().filter(move |item| self.contains(*item))
            }
        }

        impl FromIterator<$item> for $set {
            fn from_iter<I: IntoIterator<Item = $item>>(items: I) -> Self {
                let mut set = Self::EMPTY;
                set.extend(items);
                set
            }
        }

        impl Extend<$item> for $set {
            fn extend<I: IntoIterator<Item = $item>>(&mut self, items: I) {
                for item in items {
                    self.insert(item);
                }
            }
        }

        impl std::fmt::Debug for $set {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_set().entries(self.iter().map($item::name)).finish()
            }
        }
    };
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fmt::{Debug, Display};
    use std::str::FromStr;

    use serde::{Serialize, de::DeserializeOwned};

    /// Lets one test check what all closed enums promise.
    pub(crate) trait ClosedEnum: Sized {
        fn all() -> Vec<(Self, &'static str)>;
    }

    fn round_trips<T>()
    where
        T: ClosedEnum + Copy + PartialEq + Debug + Display + Serialize + DeserializeOwned,
        T: FromStr<Err = crate::UnknownName>,
    {
        for (value, name) in T::all() {
            assert_eq!(value.to_string(), name);
            assert_eq!(name.parse(), Ok(value));
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(json, format!("{name:?}"));
            assert_eq!(serde_json::from_str::<T>(&json).unwrap(), value);
            let mistyped = format!("{name}x");
            let error = mistyped.parse::<T>().unwrap_err();
            assert!(error.to_string().contains(&mistyped), "{error}");
        }
    }

    #[test]
    fn every_closed_enum_round_trips() {
        round_trips::<crate::AccessLevel>();
        round_trips::<crate::GrantOperation>();
        round_trips::<crate::KeyManager>();
        round_trips::<crate::KeyOrigin>();
        round_trips::<crate::KeySpec>();
        round_trips::<crate::KeyState>();
        round_trips::<crate::KeyUsage>();
        round_trips::<crate::MultiRegionKeyType>();
        round_trips::<crate::Operation>();
        round_trips::<crate::Partition>();
        round_trips::<crate::ValueType>();
    }
}
