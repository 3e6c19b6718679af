//! The request context: the condition keys that a request carries, with their values.
//!
//! A key is present with one value, present with several (a different thing: most operators need
//! a set operator then), absent, or not known. Names are compared without regard to case.

use kmsim_policy::condition_key::ConditionKey;
use kmsim_policy::variable::{Lookup, Variables};
use kmsim_types::KmsAction;
use kmsim_types::condition_key;
use smol_str::SmolStr;

/// One of AWS's condition keys, made by the compiler.
macro_rules! key {
    ($name:literal) => {
        const { kmsim_policy::condition_key::ConditionKey::known($name) }
    };
}
pub(crate) use key;

mod family;

pub(crate) use family::Family;
use family::FamilySet;

/// The value of a context key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContextValue {
    /// One value.
    One(SmolStr),
    /// Several values, or a list of one.
    Many(Box<[SmolStr]>),
}

impl ContextValue {
    /// A list of values.
    pub fn many<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::Many(
            values
                .into_iter()
                .map(|value| value.as_ref().into())
                .collect(),
        )
    }

    /// The values as a slice.
    pub fn values(&self) -> &[SmolStr] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }

    /// Whether the value is what the IAM User Guide calls a null data set: nothing, or nothing
    /// but empty strings.
    pub fn is_null_set(&self) -> bool {
        self.values().iter().all(SmolStr::is_empty)
    }
}

impl From<&str> for ContextValue {
    fn from(value: &str) -> Self {
        Self::One(value.into())
    }
}

impl From<SmolStr> for ContextValue {
    fn from(value: SmolStr) -> Self {
        Self::One(value)
    }
}

impl From<bool> for ContextValue {
    fn from(value: bool) -> Self {
        Self::One(SmolStr::new_static(if value { "true" } else { "false" }))
    }
}

/// What a request says about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence<'c> {
    /// The key is present.
    Value(&'c ContextValue),
    /// The key is absent.
    Absent,
    /// It is not known whether the key is present.
    Unknown,
}

/// The condition keys of a request.
#[derive(Clone, Debug, Default)]
pub struct RequestContext {
    /// The hashes of `entries`, side by side, so that a look-up reads few cache lines.
    hashes: Vec<u64>,
    entries: Vec<Entry>,
    /// A bit for each hash: most look-ups are for keys that are not there, and end here.
    marks: u128,
    /// What it means that nothing is said about a key.
    rest: Rest,
}

/// What is known of keys that nothing is said about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Rest {
    /// They are absent.
    #[default]
    Absent,
    /// They are not known.
    Unknown,
    /// They are not known, but for the families of which everything is told.
    Open(FamilySet),
}

#[derive(Clone, Debug)]
struct Entry {
    key: ConditionKey,
    state: State,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Present(ContextValue),
    Absent,
    Unknown,
}

impl State {
    /// An empty list means that the key is absent.
    fn of(value: ContextValue) -> Self {
        if value.values().is_empty() {
            Self::Absent
        } else {
            Self::Present(value)
        }
    }
}

impl RequestContext {
    /// A context without keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes room for so many more keys.
    pub(crate) fn reserve(&mut self, keys: usize) {
        self.hashes.reserve(keys);
        self.entries.reserve(keys);
    }

    /// States that a key is present. An empty list means that it is absent.
    pub fn set(&mut self, key: &str, value: impl Into<ContextValue>) {
        self.put(key, State::of(value.into()));
    }

    /// States that a key is absent.
    pub fn set_absent(&mut self, key: &str) {
        self.put(key, State::Absent);
    }

    /// States that it is not known whether and with what value a key is present.
    pub fn set_unknown(&mut self, key: &str) {
        self.put(key, State::Unknown);
    }

    /// States that nothing is known about keys that nothing is said about.
    pub fn set_rest_unknown(&mut self) {
        self.rest = Rest::Unknown;
    }

    /// States that whatever a request could bring along and nothing is said about is not known: how
    /// the request comes in, its parameters, its encryption context, the tags of the session. What a
    /// [`World`](crate::world::World) tells of caller and key stays known.
    pub fn set_rest_open(&mut self) {
        self.rest = Rest::Open(FamilySet::default());
    }

    /// Whether what a request could bring along is not known.
    pub fn rest_is_open(&self) -> bool {
        matches!(self.rest, Rest::Open(_))
    }

    /// States that everything is told of a family, so that its other keys are absent.
    pub(crate) fn close(&mut self, family: Family) {
        if let Rest::Open(closed) = &mut self.rest {
            closed.insert(family);
        }
    }

    /// States a value that is derived, unless something is stated about the key already.
    pub fn derive(&mut self, key: ConditionKey, value: impl Into<ContextValue>) {
        if !self.says_key(&key) {
            self.push(key, State::of(value.into()));
        }
    }

    /// States that it is not known whether a key is present, unless something is stated about it.
    pub(crate) fn derive_unknown(&mut self, key: ConditionKey) {
        if !self.says_key(&key) {
            self.push(key, State::Unknown);
        }
    }

    /// States that a key is absent, unless something is stated about it already.
    pub(crate) fn derive_absent(&mut self, key: ConditionKey) {
        // Without unknown keys, saying nothing says the same.
        if self.rest_is_unknown() && !self.says_key(&key) {
            self.push(key, State::Absent);
        }
    }

    /// Whether anything is stated about a key.
    pub fn says(&self, key: &str) -> bool {
        self.named(key).is_some()
    }

    /// Whether keys that nothing is said about are unknown.
    pub fn rest_is_unknown(&self) -> bool {
        self.rest != Rest::Absent
    }

    /// What the request says about a key. A key that AWS does not populate for `action` is absent
    /// even where the rest is unknown.
    pub fn get(&self, key: &ConditionKey, action: Option<KmsAction>) -> Presence<'_> {
        self.presence_of(key.hash(), key.text(), action)
    }

    /// The same as [`Self::get`], for a key by its name.
    pub fn presence(&self, key: &str, action: Option<KmsAction>) -> Presence<'_> {
        self.presence_of(condition_key::hash(key), key, action)
    }

    fn presence_of(&self, hash: u64, name: &str, action: Option<KmsAction>) -> Presence<'_> {
        match self.find(hash, name) {
            Some(Entry {
                state: State::Present(value),
                ..
            }) => Presence::Value(value),
            Some(Entry {
                state: State::Absent,
                ..
            }) => Presence::Absent,
            Some(Entry {
                state: State::Unknown,
                ..
            }) => Presence::Unknown,
            None => match self.rest {
                Rest::Open(closed) if closed.covers(name) => Presence::Absent,
                Rest::Open(_) | Rest::Unknown if may_be_present(name, action) => Presence::Unknown,
                Rest::Open(_) | Rest::Unknown | Rest::Absent => Presence::Absent,
            },
        }
    }

    /// The value of a key that is present with one value.
    pub fn one(&self, key: &str) -> Option<&str> {
        match self.named(key)?.state {
            State::Present(ContextValue::One(ref value)) => Some(value),
            _ => None,
        }
    }

    /// The keys that are present, with their values, in the order in which they were stated.
    pub fn present(&self) -> impl Iterator<Item = (&ConditionKey, &ContextValue)> {
        self.entries.iter().filter_map(|entry| match &entry.state {
            State::Present(value) => Some((&entry.key, value)),
            State::Absent | State::Unknown => None,
        })
    }

    /// The keys that are declared unknown by name.
    pub fn unknown(&self) -> impl Iterator<Item = &ConditionKey> {
        self.entries
            .iter()
            .filter(|entry| entry.state == State::Unknown)
            .map(|entry| &entry.key)
    }

    fn put(&mut self, key: &str, state: State) {
        let key = ConditionKey::new(key);
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == key) {
            entry.state = state;
            return;
        }
        self.push(key, state);
    }

    fn push(&mut self, key: ConditionKey, state: State) {
        self.marks |= mark(key.hash());
        self.hashes.push(key.hash());
        self.entries.push(Entry { key, state });
    }

    fn says_key(&self, key: &ConditionKey) -> bool {
        self.find(key.hash(), key.text()).is_some()
    }

    fn named(&self, key: &str) -> Option<&Entry> {
        self.find(condition_key::hash(key), key)
    }

    fn find(&self, hash: u64, name: &str) -> Option<&Entry> {
        if self.marks & mark(hash) == 0 {
            return None;
        }
        let candidates = self.hashes.iter().zip(&self.entries);
        let mut candidates = candidates
            .filter(|(own, _)| **own == hash)
            .map(|(_, entry)| entry);
        candidates.find(|entry| entry.key.text().eq_ignore_ascii_case(name))
    }
}

/// One of 128 bits.
const fn mark(hash: u64) -> u128 {
    1 << ((hash ^ (hash >> 32)) & 0x7f)
}

fn may_be_present(key: &str, action: Option<KmsAction>) -> bool {
    match (condition_key::lookup(key), action) {
        (Some(info), Some(action)) => info.applies_to(action),
        _ => true,
    }
}

/// The context as the policy variables of one policy see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'c> {
    pub(crate) context: &'c RequestContext,
    pub(crate) action: Option<KmsAction>,
    /// Whether the policy is a key policy, in which tags and aliases of the key have no say (KMS
    /// Developer Guide, "ABAC for AWS KMS").
    pub(crate) key_policy: bool,
}

impl<'c> View<'c> {
    pub(crate) fn get(&self, key: &ConditionKey) -> Presence<'c> {
        let found = self.context.get(key, self.action);
        let hidden =
            self.key_policy && found != Presence::Absent && is_hidden_from_key_policies(key);
        if hidden { Presence::Absent } else { found }
    }
}

/// Whether only identity-based policies see a key. The table of condition keys says the same; this
/// is asked for every condition of a key policy, and two comparisons are faster than a look-up.
fn is_hidden_from_key_policies(key: &ConditionKey) -> bool {
    const TAG: &str = "aws:ResourceTag/";
    let name = key.text();
    let is_tag = |prefix: &str| prefix.eq_ignore_ascii_case(TAG);
    name.get(..TAG.len()).is_some_and(is_tag) || name.eq_ignore_ascii_case("kms:ResourceAliases")
}

impl Variables for View<'_> {
    fn lookup(&self, key: &ConditionKey) -> Lookup<'_> {
        match self.get(key) {
            Presence::Value(ContextValue::One(value)) => Lookup::One(value),
            Presence::Value(ContextValue::Many(_)) | Presence::Absent => Lookup::Missing,
            Presence::Unknown => Lookup::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_any_case_and_stated_values_win() {
        let mut context = RequestContext::new();
        context.set("kms:ViaService", "ec2.us-east-1.amazonaws.com");
        context.derive(ConditionKey::new("KMS:VIASERVICE"), "other");
        assert_eq!(
            context.one("kms:viaservice"),
            Some("ec2.us-east-1.amazonaws.com")
        );
        assert_eq!(
            context.get(&ConditionKey::new("aws:SourceIp"), None),
            Presence::Absent
        );
    }

    #[test]
    fn the_rest_is_unknown_only_where_aws_may_send_the_key() {
        let mut context = RequestContext::new();
        context.set_rest_unknown();
        context.derive_absent(key!("aws:username"));
        let get = |key, action| context.get(&ConditionKey::new(key), Some(action));
        assert_eq!(get("kms:ViaService", KmsAction::Decrypt), Presence::Unknown);
        assert_eq!(
            get("kms:GrantOperations", KmsAction::Decrypt),
            Presence::Absent
        );
        assert_eq!(
            get("kms:GrantOperations", KmsAction::CreateGrant),
            Presence::Unknown
        );
        assert_eq!(get("aws:username", KmsAction::Decrypt), Presence::Absent);
    }

    #[test]
    fn an_empty_list_is_absence() {
        let mut context = RequestContext::new();
        context.set("aws:TagKeys", ContextValue::many::<&str>([]));
        assert_eq!(
            context.get(&ConditionKey::new("aws:TagKeys"), None),
            Presence::Absent
        );
    }

    #[test]
    fn key_policies_do_not_see_what_the_table_says() {
        for info in condition_key::ALL {
            let hidden = is_hidden_from_key_policies(&ConditionKey::new(info.name));
            assert_eq!(hidden, info.iam_only_for_keys, "{}", info.name);
        }
    }
}
