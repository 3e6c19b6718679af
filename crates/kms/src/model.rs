//! The API model: what every operation takes and answers.
//!
//! Source: botocore's model of KMS (fixtures/tables/kms-api.json), rendered into static tables.

use kmsim_types::Operation;

use crate::error::ErrorCode;

mod pattern;
#[rustfmt::skip]
mod table;
mod validate;

pub use pattern::Pattern;
pub(crate) use validate::integer;
pub use validate::{conforms, unknown_members, validate};

/// What an operation takes, answers, and can fail with beside the common errors.
#[derive(Clone, Copy, Debug)]
pub struct Interface {
    /// The parameters.
    pub input: &'static Structure,
    /// The answer; some operations have none.
    pub output: Option<&'static Structure>,
    /// The exceptions that the model declares.
    pub errors: &'static [ErrorCode],
}

impl Interface {
    /// The interface of an operation.
    pub const fn of(operation: Operation) -> &'static Self {
        table::interface(operation)
    }
}

/// An object with named members.
#[derive(Debug)]
pub struct Structure {
    /// The name of the shape in the model.
    pub name: &'static str,
    /// The members in the order of the model.
    pub members: &'static [Member],
}

impl Structure {
    /// The member that is spelt exactly this way.
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    /// The name as requests spell it.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it must be.
    pub shape: &'static Shape,
}

/// What a value must be.
#[derive(Debug)]
pub enum Shape {
    /// A string.
    Text(Text),
    /// One of several strings.
    Enumeration(&'static [&'static str]),
    /// Bytes, which stand in base64.
    Blob {
        /// How many bytes there may be.
        bytes: Length,
        /// Whether the value may never be shown.
        sensitive: bool,
    },
    /// A whole number.
    Integer {
        /// The least value.
        min: i64,
        /// The greatest value.
        max: i64,
    },
    /// True or false.
    Boolean,
    /// A point in time.
    Timestamp,
    /// A list.
    List {
        /// What the elements must be.
        element: &'static Self,
        /// How many there may be.
        elements: Length,
    },
    /// An object whose member names are data.
    Map {
        /// What the keys must be.
        key: Text,
        /// What the values must be.
        value: &'static Self,
    },
    /// An object with named members.
    Structure(&'static Structure),
}

impl Shape {
    /// Whether the value may never be shown.
    pub const fn is_sensitive(&self) -> bool {
        match self {
            Self::Text(text) => text.sensitive,
            Self::Blob { sensitive, .. } => *sensitive,
            _ => false,
        }
    }
}

/// What a string must be.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// How many characters there may be.
    pub characters: Length,
    /// The pattern that the whole string must match.
    pub pattern: Option<Pattern>,
    /// Whether the value may never be shown.
    pub sensitive: bool,
}

/// How long something may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// The least length.
    pub min: u32,
    /// The greatest length, where there is one.
    pub max: Option<u32>,
}

impl Length {
    /// Any length.
    pub const ANY: Self = Self { min: 0, max: None };

    /// From this to that length, both included.
    pub const fn of(min: u32, max: u32) -> Self {
        Self {
            min,
            max: Some(max),
        }
    }
}
