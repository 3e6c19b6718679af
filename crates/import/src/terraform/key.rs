//! KMS keys, their policies, aliases and grants.

use kmsim_policy::json::{Member, Node, Value};

use super::Reader;
use super::name::is_key;
use crate::draft::Sort;
use crate::node::{list, member, object, string, text};

impl<'a> Reader<'_, '_, '_, 'a> {
    /// Remembers the policy of an `aws_kms_key_policy`: it is the policy of its key, and what the key
    /// itself says does not count beside it.
    pub(super) fn separate_key_policy(&mut self, at: usize) {
        if self.kind(at) != "aws_kms_key_policy" {
            return;
        }
        let Some(arn) = self.key_of(at, "key_id") else {
            return;
        };
        if let Some(policy) = self.document(at, "policy") {
            self.key_policies.insert(arn, policy);
        }
    }

    /// The ARN of the key that an attribute names; a gap tells if it is not known.
    fn key_of(&mut self, at: usize, name: &str) -> Option<String> {
        let key = self.link(at, name)?;
        if let Some(id) = key.as_str() {
            let arn = self.key_arn_of(at, id);
            if arn.is_none() {
                self.missing_place(at);
            }
            return arn;
        }
        let shown = self.shown(at);
        let why = key.unknown().unwrap_or("it is no key");
        let message =
            format!("the key of `{shown}` is not known ({why}); `{shown}` is not considered");
        self.draft.gap("attachment", message);
        None
    }

    fn missing_place(&mut self, at: usize) {
        if self.account(at).is_some() {
            let Some(resource) = self.plan.resources.get(at) else {
                return;
            };
            self.missing("Region", "--region", resource.address, resource.span);
        }
    }

    /// `aws_kms_key` and its kin.
    pub(super) fn key(&mut self, at: usize) -> Option<&'static str> {
        let Some(arn) = self.key_arn(at) else {
            self.missing_place(at);
            return None;
        };
        let span = self.span(at);
        let policy = self.policy_of_key(at, &arn);
        let fields = [
            ("spec", self.spec(at)),
            ("usage", self.text(at, "key_usage")),
            ("origin", self.origin(at)),
            ("state", self.state(at)),
            ("multiRegionKeyType", self.family(at)),
        ];
        let tags = self.tags(at);
        let is_plan = self.is_plan;
        let address = self.address(at).to_owned();
        let is_placeholder = self.known(at, "arn").is_none();
        let mut key = self.draft.thing(Sort::Key, &arn, span);
        if is_placeholder {
            key.state("description", text(address, span));
        }
        key.state("policy", policy);
        for (field, value) in fields {
            if let Some(value) = value {
                key.state(field, value);
            }
        }
        // A plan has all tags, those that the provider adds included.
        if is_plan {
            key.forget_entries("tags");
        }
        for tag in tags {
            key.entry("tags", tag);
        }
        Some("key")
    }

    /// The policy of a key: that of its `aws_kms_key_policy`, its own, or the default one.
    fn policy_of_key(&mut self, at: usize, arn: &str) -> Node<'a> {
        if let Some(policy) = self.key_policies.remove(arn) {
            return policy;
        }
        let default = text("default", self.span(at));
        let Some(policy) = self.document(at, "policy") else {
            return default;
        };
        // The provider computes the policy of a key that sets none: KMS gives it the default one.
        let is_computed = policy.unknown().is_some() && self.is_set(at, "policy") == Some(false);
        if is_computed { default } else { policy }
    }

    /// `aws_kms_key_policy` of a key that the plan does not have.
    pub(super) fn lone_key_policy(&mut self, at: usize) -> Option<&'static str> {
        let key = self.link(at, "key_id")?;
        let arn = self.key_arn_of(at, key.as_str()?)?;
        let Some(policy) = self.key_policies.remove(&arn) else {
            // The key took it.
            return Some("key policy");
        };
        let is_own = (0..self.plan.resources.len())
            .filter(|other| is_key(self.kind(*other)))
            .collect::<Vec<_>>()
            .into_iter()
            .any(|other| self.key_arn(other).as_deref() == Some(&*arn));
        if is_own {
            // The key is read later and takes it.
            self.key_policies.insert(arn, policy);
            return Some("key policy");
        }
        let known = self.draft.has(Sort::Key, &arn);
        let span = self.span(at);
        let mut thing = self.draft.thing(Sort::Key, &arn, span);
        thing.state("policy", policy);
        if !known {
            let message = format!(
                "of the key {arn} only the policy is known: it is taken for a symmetric encryption key without tags and grants"
            );
            self.draft.gap("partial-key", message);
        }
        Some("key policy")
    }

    /// The key spec. That of a replica is its primary's.
    fn spec(&mut self, at: usize) -> Option<Node<'a>> {
        let own = self.text(at, "customer_master_key_spec");
        if let Some(spec) = own.or_else(|| self.text(at, "key_spec")) {
            return Some(spec);
        }
        let primary = self.link(at, "primary_key_arn")?;
        let primary = primary.as_str()?;
        let keys: Vec<usize> = (0..self.plan.resources.len())
            .filter(|other| self.kind(*other) == "aws_kms_key")
            .collect();
        let found = keys
            .into_iter()
            .find(|other| self.key_arn(*other).as_deref() == Some(primary));
        if found.is_none() {
            let shown = self.shown(at);
            let message = format!(
                "the key spec of `{shown}` is that of its primary, which the plan does not have; it is taken for SYMMETRIC_DEFAULT"
            );
            self.draft.gap("assumed", message);
        }
        self.text(found?, "customer_master_key_spec")
    }

    fn origin(&mut self, at: usize) -> Option<Node<'a>> {
        let span = self.span(at);
        if self.kind(at).contains("_external_") {
            return Some(text("EXTERNAL", span));
        }
        let store = self.text(at, "custom_key_store_id")?;
        let origin = if self.text(at, "xks_key_id").is_some() {
            "EXTERNAL_KEY_STORE"
        } else {
            "AWS_CLOUDHSM"
        };
        Some(text(origin, store.span))
    }

    fn state(&mut self, at: usize) -> Option<Node<'a>> {
        if let Some(state) = self.text(at, "key_state") {
            return Some(state);
        }
        let names = ["is_enabled", "enabled"];
        let enabled = names.into_iter().find_map(|name| self.known(at, name))?;
        (enabled.value == Value::Bool(false)).then(|| text("Disabled", enabled.span))
    }

    fn family(&mut self, at: usize) -> Option<Node<'a>> {
        let span = self.span(at);
        if self.kind(at).contains("_replica_") {
            return Some(text("REPLICA", span));
        }
        let multi_region = self.known(at, "multi_region")?;
        (multi_region.value == Value::Bool(true)).then(|| text("PRIMARY", multi_region.span))
    }

    /// Tags, with those that the provider adds to all.
    pub(super) fn tags(&mut self, at: usize) -> Vec<Member<'a>> {
        let all = self
            .link(at, "tags_all")
            .filter(|all| all.as_object().is_some_and(|tags| !tags.is_empty()));
        let Some(all) = all.or_else(|| self.link(at, "tags")) else {
            return Vec::new();
        };
        let Value::Object(members) = all.value else {
            return Vec::new();
        };
        let shown = self.shown(at);
        let mut tags = Vec::with_capacity(members.len());
        for tag in members {
            if tag.value.as_str().is_some() {
                tags.push(tag);
            } else if tag.value.value != Value::Null {
                let message = format!(
                    "the tag `{}` of `{shown}` is not known; it is left out",
                    tag.key
                );
                self.draft.gap("assumed", message);
            }
        }
        tags
    }

    /// `aws_kms_alias`.
    pub(super) fn alias(&mut self, at: usize) -> Option<&'static str> {
        let shown = self.shown(at);
        let Some(name) = self.known(at, "name") else {
            let message = format!(
                "the name of the alias `{shown}` is known after apply; it is not considered"
            );
            self.draft.gap("attachment", message);
            return None;
        };
        let target = self.key_of(at, "target_key_id")?;
        let stated = self.known(at, "arn");
        let stated = stated.as_ref().and_then(Node::as_str).map(str::to_owned);
        let arn = match stated {
            Some(arn) => arn,
            None => self.placeholder(at, "arn")?.as_str()?.to_owned(),
        };
        let mut alias = self.draft.thing(Sort::Alias, &arn, name.span);
        alias.state("target", text(target, name.span));
        Some("alias")
    }

    /// `aws_kms_grant`, as `ListGrants` would give it.
    pub(super) fn grant(&mut self, at: usize) -> Option<&'static str> {
        let key = self.key_of(at, "key_id")?;
        let span = self.span(at);
        let shown = self.shown(at);
        let grantee = self.link(at, "grantee_principal")?;
        let operations = self.link(at, "operations")?;
        let is_unknown = |node: &Node<'_>| crate::node::holds_unknown(node);
        if is_unknown(&grantee) || is_unknown(&operations) {
            let message =
                format!("whom or what `{shown}` allows is known after apply; it is not considered");
            self.draft.gap("attachment", message);
            return None;
        }
        let mut members = vec![
            member("GranteePrincipal", grantee),
            member("Operations", operations),
        ];
        for (ours, theirs) in [
            ("Name", "name"),
            ("GrantId", "grant_id"),
            ("RetiringPrincipal", "retiring_principal"),
        ] {
            if let Some(found) = self
                .text(at, theirs)
                .filter(|found| found.as_str() != Some(""))
            {
                members.push(member(ours, found));
            }
        }
        if let Some(constraints) = self.constraints(at) {
            if is_unknown(&constraints) {
                let message = format!(
                    "the constraints of `{shown}` are known after apply; it is not considered"
                );
                self.draft.gap("attachment", message);
                return None;
            }
            members.push(member("Constraints", constraints));
        }
        let grant = object(members, span);
        let mut thing = self.draft.thing(Sort::Key, &key, span);
        // An export has more of a grant that exists.
        let id = string(&grant, "GrantId");
        let mut known = thing.thing().items("grants").iter();
        if id.is_none() || !known.any(|known| string(known, "GrantId") == id) {
            thing.add("grants", grant);
        }
        Some("grant")
    }

    fn constraints(&mut self, at: usize) -> Option<Node<'a>> {
        let blocks = self.link(at, "constraints")?;
        if blocks.unknown().is_some() {
            return Some(blocks);
        }
        let mut members = Vec::new();
        for block in blocks.as_list() {
            for (ours, theirs) in [
                ("EncryptionContextEquals", "encryption_context_equals"),
                ("EncryptionContextSubset", "encryption_context_subset"),
            ] {
                let stated = block.member(theirs).filter(|node| match &node.value {
                    Value::Null => false,
                    Value::Object(pairs) => !pairs.is_empty(),
                    _ => true,
                });
                members.extend(stated.map(|node| member(ours, node.clone())));
            }
        }
        (!members.is_empty()).then(|| object(members, blocks.span))
    }

    /// The elements of an attribute that is a list.
    pub(super) fn elements(&mut self, at: usize, name: &str) -> Vec<Node<'a>> {
        match self.link(at, name) {
            Some(Node {
                value: Value::Array(items),
                ..
            }) => items,
            Some(node) => list(vec![node], self.span(at)).as_list().to_vec(),
            None => Vec::new(),
        }
    }
}
