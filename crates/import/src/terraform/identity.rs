//! Users, roles, groups and their policies.

use kmsim_policy::json::Node;
use kmsim_policy::source::Span;

use super::Reader;
use super::name::of_iam;
use crate::draft::Sort;
use crate::node::{member, text, unknown};
use crate::placeholder;

impl<'a> Reader<'_, '_, '_, 'a> {
    /// Remembers the ARN of a principal by its name.
    pub(super) fn name_principal(&mut self, at: usize) {
        let Some((sort, _)) = of_iam(self.kind(at)) else {
            return;
        };
        if self
            .plan
            .resources
            .get(at)
            .is_none_or(|resource| resource.is_data)
        {
            return;
        }
        if let Some(arn) = self.iam_arn(at) {
            let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
            self.principals.push((sort, name, arn));
        }
    }

    /// `aws_iam_role`, `aws_iam_user` and `aws_iam_group`.
    pub(super) fn principal(&mut self, at: usize) -> Option<&'static str> {
        let (sort, word) = of_iam(self.kind(at))?;
        let arn = self.iam_arn(at)?;
        let span = self.span(at);
        let boundary = self.link(at, "permissions_boundary");
        let boundary = boundary.filter(|boundary| boundary.as_str() != Some(""));
        let trust = self.document(at, "assume_role_policy");
        let tags = self.tags(at);
        let is_plan = self.is_plan;
        let mut principal = self.draft.thing(sort, &arn, span);
        if let Some(boundary) = boundary {
            principal.state("permissionsBoundary", boundary);
        }
        if let Some(trust) = trust {
            principal.state("trustPolicy", trust);
        }
        if is_plan {
            principal.forget_entries("tags");
        }
        for tag in tags {
            principal.entry("tags", tag);
        }
        // Both are computed where they are not set, and then say what there was before.
        if self.is_set(at, "inline_policy") != Some(false) {
            self.inline_blocks(at, sort, &arn);
        }
        if self.is_set(at, "managed_policy_arns") != Some(false) {
            for policy in self.elements(at, "managed_policy_arns") {
                self.attach(sort, &arn, policy);
            }
        }
        Some(word)
    }

    /// The `inline_policy` blocks of a role.
    fn inline_blocks(&mut self, at: usize, sort: Sort, arn: &str) {
        let blocks = self.attribute(at, "inline_policy", super::value::Wanted::Document);
        let Some(blocks) = blocks else { return };
        for block in blocks.as_list() {
            let document = block.member("policy");
            let name = block.member("name").and_then(Node::as_str);
            let (name, document) = match (name, document) {
                (Some(name), Some(document)) => (name.to_owned(), document.clone()),
                // An empty block says that there is none.
                (None, None) if block.unknown().is_none() => continue,
                _ => (
                    unnamed(block.span),
                    unknown("an inline policy is known after apply", block.span),
                ),
            };
            let mut principal = self.draft.thing(sort, arn, block.span);
            principal.entry("policies", member(name, document));
        }
    }

    /// Attaches a managed policy by its ARN. One that is not known may allow anything.
    fn attach(&mut self, sort: Sort, arn: &str, policy: Node<'a>) {
        let span = policy.span;
        let mut principal = self.draft.thing(sort, arn, span);
        if let Some(why) = policy.unknown() {
            let why = format!("an attached policy is not known: {why}");
            principal.entry("policies", member(unnamed(span), unknown(why, span)));
        } else {
            principal.add("managedPolicies", policy);
        }
    }

    /// `aws_iam_policy`.
    pub(super) fn managed_policy(&mut self, at: usize) -> Option<&'static str> {
        let arn = self.iam_arn(at)?;
        let document = self.document(at, "policy")?;
        let span = self.span(at);
        let mut policy = self.draft.thing(Sort::ManagedPolicy, &arn, span);
        policy.state("policy", document);
        Some("managed policy")
    }

    /// `aws_iam_role_policy`, `aws_iam_user_policy` and `aws_iam_group_policy`.
    pub(super) fn inline_policy(
        &mut self,
        at: usize,
        sort: Sort,
        holder: &str,
    ) -> Option<&'static str> {
        let document = self.document(at, "policy")?;
        let holder = self.holder(at, sort, holder)?;
        let name = self.known(at, "name");
        let name = name.as_ref().and_then(Node::as_str);
        let span = self.span(at);
        let name = name.map_or_else(|| unnamed(span), str::to_owned);
        let mut principal = self.draft.thing(sort, &holder, span);
        principal.entry("policies", member(name, document));
        Some("inline policy")
    }

    /// `aws_iam_role_policy_attachment` and its kin.
    pub(super) fn attachment(
        &mut self,
        at: usize,
        sort: Sort,
        holder: &str,
    ) -> Option<&'static str> {
        let holder = self.holder(at, sort, holder)?;
        let policy = self.link(at, "policy_arn")?;
        self.attach(sort, &holder, policy);
        Some("attachment")
    }

    /// `aws_iam_policy_attachment`: one policy for many.
    pub(super) fn attachments(&mut self, at: usize) -> Option<&'static str> {
        let policy = self.link(at, "policy_arn")?;
        for (name, sort) in [
            ("roles", Sort::Role),
            ("users", Sort::User),
            ("groups", Sort::Group),
        ] {
            for holder in self.elements(at, name) {
                if let Some(arn) = self.find(at, sort, &holder) {
                    self.attach(sort, &arn, policy.clone());
                }
            }
        }
        Some("attachment")
    }

    /// `aws_iam_user_group_membership`.
    pub(super) fn groups_of_user(&mut self, at: usize) -> Option<&'static str> {
        let user = self.holder(at, Sort::User, "user")?;
        for group in self.elements(at, "groups") {
            self.join_group(at, &user, &group);
        }
        Some("group membership")
    }

    /// `aws_iam_group_membership`.
    pub(super) fn users_of_group(&mut self, at: usize) -> Option<&'static str> {
        let group = self.link(at, "group")?;
        for user in self.elements(at, "users") {
            if let Some(user) = self.find(at, Sort::User, &user) {
                self.join_group(at, &user, &group);
            }
        }
        Some("group membership")
    }

    fn join_group(&mut self, at: usize, user: &str, group: &Node<'a>) {
        if let (Some(_), Some(name)) = (self.find(at, Sort::Group, group), group.as_str()) {
            let name = text(name.to_owned(), group.span);
            let mut user = self.draft.thing(Sort::User, user, group.span);
            user.add("groups", name);
        }
    }

    /// The ARN of the principal that a resource names.
    fn holder(&mut self, at: usize, sort: Sort, name: &str) -> Option<String> {
        let holder = self.link(at, name)?;
        self.find(at, sort, &holder)
    }

    /// The ARN of a principal by its name: of the plan, of the exports, or one of which nothing else
    /// is known.
    fn find(&mut self, at: usize, sort: Sort, name: &Node<'a>) -> Option<String> {
        let Some(text) = name.as_str() else {
            let shown = self.shown(at);
            let why = name.unknown().unwrap_or("it is no name");
            let word = sort.word();
            let message = format!(
                "the {word} of `{shown}` is not known ({why}); `{shown}` is not considered"
            );
            self.draft.gap("attachment", message);
            return None;
        };
        let own = self
            .principals
            .iter()
            .find(|(own, known, _)| *own == sort && known == text);
        if let Some((_, _, arn)) = own {
            return Some(arn.clone());
        }
        let account = self.account(at)?.to_string();
        let partition = super::provider::partition(self.region(at).as_ref());
        let found =
            crate::principal::by_name(self.draft, sort, &account, partition, text, name.span);
        Some(found)
    }
}

/// A name for a policy that has none that is known: the same for the same place.
fn unnamed(span: Span) -> String {
    placeholder::id("policy", &span.start.to_string())
}
