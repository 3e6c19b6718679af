//! Families of condition keys, of which a world tells everything or nothing.

/// Keys that are told together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Who calls, and what account and organization the caller is of.
    Caller,
    /// The caller's organization.
    CallerOrganization,
    /// `aws:PrincipalTag/…`
    CallerTags,
    /// The key, its account, and its tags.
    Resource,
    /// The organization of the key's account.
    ResourceOrganization,
    /// The resource for which a service calls.
    Source,
    /// The encryption context.
    Pairs,
}

/// A set of families.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct FamilySet(u8);

impl FamilySet {
    pub(super) fn insert(&mut self, family: Family) {
        self.0 |= 1 << family as u8;
    }

    /// Whether a key is of one of the families.
    pub(super) fn covers(self, key: &str) -> bool {
        family_of(key).is_some_and(|family| self.0 & (1 << family as u8) != 0)
    }
}

/// The families of whole names, in lower case.
const NAMES: [(&str, Family); 26] = [
    ("aws:principalarn", Family::Caller),
    ("aws:principalaccount", Family::Caller),
    ("aws:principaltype", Family::Caller),
    ("aws:principalisawsservice", Family::Caller),
    ("aws:principalservicename", Family::Caller),
    ("aws:principalservicenameslist", Family::Caller),
    ("aws:username", Family::Caller),
    ("kms:calleraccount", Family::Caller),
    ("aws:principalorgid", Family::CallerOrganization),
    ("aws:principalorgpaths", Family::CallerOrganization),
    ("aws:resourceaccount", Family::Resource),
    ("aws:resourceorgid", Family::ResourceOrganization),
    ("aws:resourceorgpaths", Family::ResourceOrganization),
    ("kms:keyspec", Family::Resource),
    ("kms:keyusage", Family::Resource),
    ("kms:keyorigin", Family::Resource),
    ("kms:customermasterkeyspec", Family::Resource),
    ("kms:customermasterkeyusage", Family::Resource),
    ("kms:multiregion", Family::Resource),
    ("kms:multiregionkeytype", Family::Resource),
    ("kms:resourcealiases", Family::Resource),
    ("aws:sourcearn", Family::Source),
    ("aws:sourceaccount", Family::Source),
    ("aws:sourceorgid", Family::Source),
    ("aws:sourceorgpaths", Family::Source),
    ("kms:encryptioncontextkeys", Family::Pairs),
];

/// The families of beginnings of names.
const PREFIXES: [(&str, Family); 3] = [
    ("aws:principaltag/", Family::CallerTags),
    ("aws:resourcetag/", Family::Resource),
    ("kms:encryptioncontext:", Family::Pairs),
];

fn family_of(key: &str) -> Option<Family> {
    let whole = NAMES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(key));
    let starts = |prefix: &str| {
        let start = key.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let found = whole.or_else(|| PREFIXES.iter().find(|(prefix, _)| starts(prefix)));
    found.map(|(_, family)| *family)
}

#[cfg(test)]
mod tests {
    use super::super::{Presence, RequestContext};
    use super::*;
    use kmsim_policy::condition_key::ConditionKey;

    #[test]
    fn keys_of_a_closed_family_are_absent_and_others_are_not_known() {
        let mut context = RequestContext::new();
        context.set_rest_open();
        let get = |context: &RequestContext, key| match context.get(&ConditionKey::new(key), None) {
            Presence::Unknown => "unknown",
            Presence::Absent => "absent",
            Presence::Value(_) => "value",
        };
        assert_eq!(get(&context, "aws:PrincipalTag/team"), "unknown");
        context.close(Family::CallerTags);
        context.set("aws:PrincipalTag/name", "a");
        assert_eq!(get(&context, "aws:principaltag/team"), "absent");
        assert_eq!(get(&context, "aws:PrincipalTag/name"), "value");
        assert_eq!(get(&context, "aws:ResourceTag/team"), "unknown");
        assert_eq!(get(&context, "aws:SourceIp"), "unknown");
    }

    #[test]
    fn names_are_those_of_the_table() {
        use kmsim_types::condition_key;
        for (name, _) in NAMES {
            assert!(condition_key::lookup(name).is_some(), "{name}");
        }
    }
}
