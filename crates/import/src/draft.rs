//! A world while it is being put together from many inputs.
//!
//! Readers state what they know of *things* (a role, a key, an endpoint), field by field, in the
//! fields of a world document (docs/world.md) and with nodes that keep the place they were read from.
//! What two inputs say alike is kept once. What they say differently is an error that names both
//! places; a policy that is contradicted becomes unknown, so that no answer rests on it.

use std::collections::{BTreeMap, BTreeSet};

use kmsim_authz::world::Gap;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::{Member, Node};
use kmsim_policy::source::{SourceId, Span};
use kmsim_types::arn;

use crate::node::{member, same, unknown};

mod organization;
mod planned;
mod references;
mod tree;
mod world;

pub use organization::{ControlType, OrganizationDraft};
pub(crate) use references::some_of;

/// What a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// An IAM user.
    User,
    /// An IAM role.
    Role,
    /// An IAM group.
    Group,
    /// A managed policy.
    ManagedPolicy,
    /// A KMS key.
    Key,
    /// An alias of KMS.
    Alias,
    /// A VPC endpoint.
    VpcEndpoint,
    /// A resource of another service.
    Resource,
}

impl Sort {
    /// The word for messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Role => "role",
            Self::Group => "group",
            Self::ManagedPolicy => "managed policy",
            Self::Key => "key",
            Self::Alias => "alias",
            Self::VpcEndpoint => "VPC endpoint",
            Self::Resource => "resource",
        }
    }

    /// The field of an account, or of a world, that lists such things.
    fn section(self) -> &'static str {
        match self {
            Self::User => "users",
            Self::Role => "roles",
            Self::Group => "groups",
            Self::ManagedPolicy => "managedPolicies",
            Self::Key => "keys",
            Self::Alias => "aliases",
            Self::VpcEndpoint => "vpcEndpoints",
            Self::Resource => "resources",
        }
    }
}

/// Fields that hold policies: a contradiction makes them unknown.
const POLICIES: [&str; 5] = [
    "policy",
    "policies",
    "permissionsBoundary",
    "trustPolicy",
    "ramPolicy",
];

/// A thing with what is known of it.
#[derive(Debug)]
pub struct Thing<'a> {
    /// Where it was met first.
    pub span: Span,
    /// Fields with one value.
    fields: Vec<Member<'a>>,
    /// Fields that are lists.
    lists: BTreeMap<&'static str, Vec<Node<'a>>>,
    /// Fields that are objects whose names are data.
    entries: BTreeMap<&'static str, Vec<Member<'a>>>,
}

impl<'a> Thing<'a> {
    /// A field with one value.
    pub fn field(&self, name: &str) -> Option<&Node<'a>> {
        let mut fields = self.fields.iter();
        fields
            .find(|field| field.key == name)
            .map(|field| &field.value)
    }

    /// The items of a field that is a list.
    pub fn items(&self, name: &str) -> &[Node<'a>] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }

    /// The members of a field that is an object whose names are data.
    pub fn entries(&self, name: &str) -> &[Member<'a>] {
        self.entries.get(name).map_or(&[], Vec::as_slice)
    }
}

/// An account.
#[derive(Debug)]
struct Account<'a> {
    span: Span,
    name: Option<Node<'a>>,
    /// Whether its users and roles were exported, all of them.
    has_principals: bool,
}

/// The name of a thing: its account, what it is, and its ARN, or the id of an endpoint. Things of AWS and
/// of nobody known have no account.
type Name = (Option<String>, Sort, String);

/// A world while it is being put together.
#[derive(Debug, Default)]
pub struct Draft<'a> {
    accounts: BTreeMap<String, Account<'a>>,
    things: BTreeMap<Name, Thing<'a>>,
    /// The organization.
    pub organization: OrganizationDraft<'a>,
    /// Sources that say how things will be: what others say of how they are does not contradict them.
    planned: BTreeSet<SourceId>,
    /// What is missing.
    pub(crate) gaps: Vec<Gap>,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> Draft<'a> {
    /// Something is missing for a full answer. The same gap is kept once.
    pub fn gap(&mut self, code: &'static str, message: impl Into<Box<str>>) {
        let gap = Gap {
            code: code.into(),
            message: message.into(),
        };
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }

    /// An account exists.
    pub fn account(&mut self, id: &str, span: Span) {
        self.account_mut(id, span);
    }

    /// The name of an account. Of several names the first counts: names change, ids do not.
    pub fn account_name(&mut self, id: &str, name: Node<'a>) {
        let account = self.account_mut(id, name.span);
        account.name.get_or_insert(name);
    }

    /// All users and roles of an account are among the inputs.
    pub fn has_principals(&mut self, id: &str, span: Span) {
        self.account_mut(id, span).has_principals = true;
    }

    fn account_mut(&mut self, id: &str, span: Span) -> &mut Account<'a> {
        self.accounts
            .entry(id.to_owned())
            .or_insert_with(|| Account {
                span,
                name: None,
                has_principals: false,
            })
    }

    /// The thing with this ARN, to state what is known of it. Its account is that of the ARN.
    pub fn thing(&mut self, sort: Sort, name: &str, span: Span) -> Statement<'_, 'a> {
        let account = arn::split(name).map(|[_, _, _, _, account, _]| account);
        let account = account.filter(|account| is_account(account));
        self.thing_of(account, sort, name, span)
    }

    /// The same for a thing whose name tells no account: a VPC endpoint, a bucket.
    pub fn thing_of(
        &mut self,
        account: Option<&str>,
        sort: Sort,
        name: &str,
        span: Span,
    ) -> Statement<'_, 'a> {
        if let Some(account) = account {
            self.account_mut(account, span);
        }
        let key = (account.map(str::to_owned), sort, name.to_owned());
        let thing = self.things.entry(key).or_insert_with(|| Thing {
            span,
            fields: Vec::new(),
            lists: BTreeMap::new(),
            entries: BTreeMap::new(),
        });
        Statement {
            thing,
            diagnostics: &mut self.diagnostics,
            gaps: &mut self.gaps,
            planned: &self.planned,
            sort,
            name: name.to_owned(),
        }
    }

    /// Whether there is a thing with this ARN.
    pub fn has(&self, sort: Sort, name: &str) -> bool {
        self.find(sort, name).is_some()
    }

    /// What is known of the thing with this ARN.
    pub fn find(&self, sort: Sort, name: &str) -> Option<&Thing<'a>> {
        self.things.get(&name_of(sort, name))
    }

    /// Takes the thing with this ARN away.
    fn remove(&mut self, sort: Sort, name: &str) {
        self.things.remove(&name_of(sort, name));
    }

    /// The things of a sort with their ARNs, in the order of accounts and ARNs.
    pub fn all(&self, sort: Sort) -> impl Iterator<Item = (&str, &Thing<'a>)> {
        self.things
            .iter()
            .filter(move |((_, own, _), _)| *own == sort)
            .map(|((_, _, name), thing)| (name.as_str(), thing))
    }
}

fn name_of(sort: Sort, name: &str) -> Name {
    let account = arn::split(name).map(|[_, _, _, _, account, _]| account);
    let account = account.filter(|account| is_account(account));
    (account.map(str::to_owned), sort, name.to_owned())
}

fn is_account(text: &str) -> bool {
    kmsim_types::AccountId::new(text).is_ok()
}

/// A thing of which something is being stated.
#[derive(Debug)]
pub struct Statement<'d, 'a> {
    thing: &'d mut Thing<'a>,
    diagnostics: &'d mut Vec<Diagnostic>,
    gaps: &'d mut Vec<Gap>,
    planned: &'d BTreeSet<SourceId>,
    sort: Sort,
    name: String,
}

impl<'a> Statement<'_, 'a> {
    /// What is known so far.
    pub fn thing(&self) -> &Thing<'a> {
        self.thing
    }

    /// States a field, such as the policy of a key.
    pub fn state(&mut self, field: &'static str, value: Node<'a>) -> &mut Self {
        let known = self.thing.fields.iter().position(|own| own.key == field);
        match known.and_then(|at| self.thing.fields.get(at)) {
            None => self.thing.fields.push(member(field, value)),
            Some(known) if same(&known.value, &value) => {}
            Some(known) if self.is_settled(known.value.span, value.span) => {
                if let Some(known) = known_mut(&mut self.thing.fields, field) {
                    *known = value;
                }
            }
            Some(known) => {
                let first = known.value.span;
                let what = format!("`{field}`");
                let unsure = self.contradiction(field, &what, first, value.span);
                if let (Some(unsure), Some(known)) =
                    (unsure, known_mut(&mut self.thing.fields, field))
                {
                    *known = unsure;
                }
            }
        }
        self
    }

    /// Adds an item to a field that is a list, unless the same is there.
    pub fn add(&mut self, field: &'static str, item: Node<'a>) -> &mut Self {
        let items = self.thing.lists.entry(field).or_default();
        if !items.iter().any(|known| same(known, &item)) {
            items.push(item);
        }
        self
    }

    /// States a member of a field that is an object: a policy or a tag by its name.
    pub fn entry(&mut self, field: &'static str, entry: Member<'a>) -> &mut Self {
        let planned = self.planned;
        let entries = self.thing.entries.entry(field).or_default();
        let known = entries.iter_mut().find(|known| known.key == entry.key);
        match known {
            None => entries.push(entry),
            Some(known) if same(&known.value, &entry.value) => {}
            Some(known) if is_settled(planned, known.value.span, entry.value.span) => {
                known.value = entry.value;
            }
            Some(known) => {
                let first = known.value.span;
                let what = match field {
                    "policies" => format!("the policy `{}`", entry.key),
                    "tags" => format!("the tag `{}`", entry.key),
                    _ => format!("`{}` of `{field}`", entry.key),
                };
                let unsure = self.contradiction(field, &what, first, entry.value.span);
                let entries = self.thing.entries.entry(field).or_default();
                if let (Some(unsure), Some(known)) = (unsure, known_mut(entries, &entry.key)) {
                    *known = unsure;
                }
            }
        }
        self
    }

    /// Whether it is settled which of two contradicting inputs counts: what is planned.
    fn is_settled(&self, known: Span, new: Span) -> bool {
        is_settled(self.planned, known, new)
    }

    /// Reports that two inputs contradict each other. Gives what stands in place of a policy then.
    fn contradiction(
        &mut self,
        field: &str,
        what: &str,
        first: Span,
        second: Span,
    ) -> Option<Node<'a>> {
        let (word, name) = (self.sort.word(), &self.name);
        let message = format!("two inputs contradict each other: {what} of the {word} `{name}`");
        self.diagnostics.push(contradiction(first, second, message));
        let why = format!("two inputs contradict each other: {what} of the {word} {name}");
        let gap = Gap {
            code: "contradiction".into(),
            message: why.as_str().into(),
        };
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
        POLICIES.contains(&field).then(|| unknown(why, second))
    }
}

fn is_settled(planned: &BTreeSet<SourceId>, known: Span, new: Span) -> bool {
    planned.contains(&new.source) && !planned.contains(&known.source)
}

/// Two inputs say different things.
pub(crate) fn contradiction(first: Span, second: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("contradiction", second, message)
        .note(Some(first), "the other one says otherwise here")
        .help("leave out the one that is out of date")
}

fn known_mut<'f, 'a>(fields: &'f mut [Member<'a>], name: &str) -> Option<&'f mut Node<'a>> {
    let known = fields.iter_mut().find(|known| known.key == name)?;
    Some(&mut known.value)
}
