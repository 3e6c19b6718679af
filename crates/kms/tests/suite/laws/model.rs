//! What must hold of keys: a small model that knows states, permissions and materials, and nothing
//! of how the service keeps them.

use std::collections::BTreeMap;

use kmsim_kms::ErrorCode;

pub(crate) const DAY: i64 = 86_400;

/// The Regions of the laws.
pub(crate) const REGIONS: [&str; 2] = ["us-east-1", "eu-west-1"];

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// The root user of the account that has the keys.
    Root,
    /// A user whom IAM allows everything.
    Admin,
    /// A user whom IAM allows nothing.
    Nobody,
    /// A user of another account, whom its IAM allows everything.
    Guest,
}

impl Who {
    pub(crate) const fn arn(self) -> &'static str {
        match self {
            Self::Root => "arn:aws:iam::111122223333:root",
            Self::Admin => "arn:aws:iam::111122223333:user/Admin",
            Self::Nobody => "arn:aws:iam::111122223333:user/Nobody",
            Self::Guest => "arn:aws:iam::444455556666:user/Guest",
        }
    }

    /// Whether the default key policy and IAM let this caller do everything.
    pub(crate) const fn manages(self) -> bool {
        matches!(self, Self::Root | Self::Admin)
    }
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Encrypt,
    Sign,
    Mac,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Enabled,
    Disabled,
    PendingImport,
    PendingDeletion { at: i64 },
    PendingReplicaDeletion { days: i64 },
    Gone,
}

impl State {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
            Self::PendingImport => "PendingImport",
            Self::PendingDeletion { .. } => "PendingDeletion",
            Self::PendingReplicaDeletion { .. } => "PendingReplicaDeletion",
            Self::Gone => "gone",
        }
    }

    pub(crate) const fn is_pending_deletion(self) -> bool {
        matches!(
            self,
            Self::PendingDeletion { .. } | Self::PendingReplicaDeletion { .. }
        )
    }

    /// Why cryptographic operations fail, if they do.
    pub(crate) const fn refuses(self) -> Option<ErrorCode> {
        match self {
            Self::Enabled => None,
            Self::Disabled => Some(ErrorCode::Disabled),
            Self::Gone => Some(ErrorCode::NotFound),
            _ => Some(ErrorCode::KmsInvalidState),
        }
    }
}

/// A grant to one of the callers without permission of their own.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) grantee: Who,
    pub(crate) operations: Vec<&'static str>,
    /// `EncryptionContextEquals`
    pub(crate) context: Option<u8>,
    /// When it counts without its token.
    pub(crate) visible: i64,
}

/// Imported material, which one of a few.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Imported {
    pub(crate) which: usize,
    pub(crate) there: bool,
    pub(crate) expires: Option<i64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) arn: String,
    pub(crate) region: usize,
    pub(crate) kind: Kind,
    pub(crate) state: State,
    /// Whether a multi-Region key is the primary one.
    pub(crate) is_primary: Option<bool>,
    /// Whether its policy lets everybody of the account decrypt.
    pub(crate) is_open: bool,
    pub(crate) grants: Vec<Grant>,
    /// Where its imported material stands among the prepared ones; none if AWS made the material.
    pub(crate) import: Option<usize>,
    /// The material that belongs to it for good.
    pub(crate) imported: Vec<Imported>,
    /// The material that waits for its rotation.
    pub(crate) staged: Option<Imported>,
}

impl Key {
    pub(crate) fn new(arn: String, region: usize, kind: Kind) -> Self {
        Self {
            arn,
            region,
            kind,
            state: State::Enabled,
            is_primary: None,
            is_open: false,
            grants: Vec::new(),
            import: None,
            imported: Vec::new(),
            staged: None,
        }
    }

    pub(crate) fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap()
    }

    pub(crate) fn lacks_material(&self) -> bool {
        let whole = self.imported.iter().all(|own| own.there);
        self.import.is_some() && (self.imported.is_empty() || !whole)
    }

    /// What the state becomes when material has come or gone.
    pub(crate) fn follow_material(&mut self) {
        match self.state {
            State::PendingImport if !self.lacks_material() => self.state = State::Enabled,
            State::Enabled | State::Disabled if self.lacks_material() => {
                self.state = State::PendingImport;
            }
            _ => {}
        }
    }

    /// Whether a caller may use the key for an operation.
    pub(crate) fn permits(&self, who: Who, operation: &str, context: Option<u8>, now: i64) -> bool {
        let granted = |grant: &Grant| {
            grant.grantee == who
                && grant.visible <= now
                && grant.operations.contains(&operation)
                && (grant.context.is_none() || grant.context == context)
        };
        let by_policy = self.is_open && who == Who::Nobody && operation == "Decrypt";
        who.manages() || by_policy || self.grants.iter().any(granted)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Model {
    /// Every key that there ever was.
    pub(crate) keys: Vec<Key>,
    /// Region and name, and the key's place.
    pub(crate) aliases: BTreeMap<(usize, String), usize>,
    /// Seconds since the start.
    pub(crate) now: i64,
    /// How many keys were deleted.
    pub(crate) deleted: usize,
}

impl Model {
    /// Why a caller cannot use a key for an operation, as far as key, permission and state go.
    pub(crate) fn refuses(
        &self,
        key: usize,
        who: Who,
        operation: &str,
        context: Option<u8>,
    ) -> Option<ErrorCode> {
        let key = &self.keys[key];
        if key.state == State::Gone {
            return Some(ErrorCode::NotFound);
        }
        if !key.permits(who, operation, context, self.now) {
            return Some(ErrorCode::AccessDenied);
        }
        key.state.refuses()
    }

    /// The key with this id in a Region.
    pub(crate) fn find(&self, id: &str, region: usize) -> Option<usize> {
        let is_it = |key: &Key| key.region == region && key.id() == id;
        self.keys.iter().position(is_it)
    }

    pub(crate) fn family(&self, id: &str) -> Vec<usize> {
        let all = self.keys.iter().enumerate();
        all.filter(|(_, key)| key.id() == id && key.state != State::Gone)
            .map(|(at, _)| at)
            .collect()
    }

    /// Time goes on.
    pub(crate) fn wait(&mut self, seconds: i64) {
        self.now += seconds;
        while let Some((at, key)) = self.next_deletion() {
            self.delete(key, at);
        }
        let now = self.now;
        for key in self.keys.iter_mut().filter(|key| key.state != State::Gone) {
            let over = |own: &Imported| own.expires.is_some_and(|at| at <= now);
            for own in key.imported.iter_mut().filter(|own| over(own)) {
                (own.there, own.expires) = (false, None);
            }
            key.staged = key.staged.filter(|own| !over(own));
            key.follow_material();
        }
    }

    fn next_deletion(&self) -> Option<(i64, usize)> {
        let all = self.keys.iter().enumerate();
        let due = all.filter_map(|(place, key)| match key.state {
            State::PendingDeletion { at } if at <= self.now => Some((at, place)),
            _ => None,
        });
        due.min()
    }

    fn delete(&mut self, key: usize, at: i64) {
        self.keys[key].state = State::Gone;
        self.deleted += 1;
        self.keys[key].grants.clear();
        self.aliases.retain(|_, target| *target != key);
        let id = self.keys[key].id().to_owned();
        if let [last] = self.family(&id)[..]
            && let State::PendingReplicaDeletion { days } = self.keys[last].state
        {
            let at = at + days * DAY;
            self.keys[last].state = State::PendingDeletion { at };
        }
    }
}
