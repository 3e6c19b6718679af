//! Users, roles, groups and their policies.

use kmsim_policy::diagnostic::excerpt;
use kmsim_policy::json::{Member, Node};
use kmsim_policy::source::Span;

use super::physical::{kind, of_iam};
use super::stack::Stack;
use crate::draft::Sort;
use crate::node::{member, text, unknown};
use crate::placeholder;

impl<'t, 'a> Stack<'_, 't, 'a> {
    /// `AWS::IAM::Role`, `User` and `Group`.
    pub(super) fn principal(&mut self, declared: &'t Member<'a>) -> Option<&'static str> {
        let (sort, _, word) = of_iam(kind(&declared.value))?;
        let (arn, span) = self.arn_of(declared)?;
        let inline = self.property(declared, "Policies");
        self.evaluator.placing = true;
        let managed = self.list_property(declared, "ManagedPolicyArns");
        let boundary = self.property(declared, "PermissionsBoundary");
        self.evaluator.placing = false;
        let trust = self.property(declared, "AssumeRolePolicyDocument");
        let groups = self.list_property(declared, "Groups");
        let tags = self.tags(declared);
        let mut principal = self.draft.thing(sort, &arn, span);
        if let Some(boundary) = boundary {
            principal.state("permissionsBoundary", boundary);
        }
        if let Some(trust) = trust {
            principal.state("trustPolicy", trust);
        }
        for tag in tags {
            principal.entry("tags", tag);
        }
        for policy in inline.as_ref().map_or(&[][..], Node::as_list) {
            self.inline_policy(declared, sort, &arn, policy);
        }
        for policy in managed {
            self.attach(sort, &arn, policy);
        }
        for group in groups {
            self.join_group(&arn, &group);
        }
        Some(word)
    }

    /// An entry of `Policies`. One that is unknown as a whole may hold any statement.
    fn inline_policy(
        &mut self,
        declared: &'t Member<'a>,
        sort: Sort,
        arn: &str,
        policy: &Node<'a>,
    ) {
        let span = policy.span;
        let (name, document) = match policy.member("PolicyDocument") {
            Some(document) => {
                let name = policy.member("PolicyName").and_then(Node::as_str);
                (name, document.clone())
            }
            None if policy.unknown().is_some() => (None, policy.clone()),
            None => {
                let message = "an inline policy needs `PolicyName` and `PolicyDocument`".to_owned();
                self.evaluator.mistake(span, message);
                return;
            }
        };
        let name = name.map_or_else(|| unnamed(&declared.key, span), str::to_owned);
        let mut principal = self.draft.thing(sort, arn, span);
        principal.entry("policies", member(name, document));
    }

    /// Attaches a managed policy by its ARN. One that is not known may allow anything.
    fn attach(&mut self, sort: Sort, arn: &str, policy: Node<'a>) {
        let span = policy.span;
        let mut principal = self.draft.thing(sort, arn, span);
        match policy.unknown() {
            None => {
                principal.add("managedPolicies", policy);
            }
            Some(why) => {
                let why = format!("an attached policy is not known: {why}");
                let name = unnamed("attached", span);
                principal.entry("policies", member(name, unknown(why, span)));
            }
        }
    }

    fn join_group(&mut self, user: &str, group: &Node<'a>) {
        let Some(name) = group.as_str() else {
            let why = group.unknown().unwrap_or("it is no name");
            let message = format!(
                "a group of `{user}` is not known ({why}); its policies are not considered"
            );
            self.draft.gap("assumed", message);
            return;
        };
        let name = text(name.to_owned(), group.span);
        self.find(Sort::Group, &name);
        self.draft
            .thing(Sort::User, user, group.span)
            .add("groups", name);
    }

    /// `AWS::IAM::ManagedPolicy`.
    pub(super) fn managed_policy(&mut self, declared: &'t Member<'a>) -> Option<&'static str> {
        let (arn, span) = self.arn_of(declared)?;
        let document = self.document(declared, "PolicyDocument")?;
        let mut policy = self.draft.thing(Sort::ManagedPolicy, &arn, span);
        policy.state("policy", document);
        for (property, sort) in HOLDERS {
            for name in self.list_property(declared, property) {
                if let Some(holder) = self.holder(declared, sort, &name) {
                    self.attach(sort, &holder, text(arn.clone(), name.span));
                }
            }
        }
        Some("managed policy")
    }

    /// `AWS::IAM::Policy`: one inline policy for several principals.
    pub(super) fn policy(&mut self, declared: &'t Member<'a>) -> Option<&'static str> {
        let document = self.document(declared, "PolicyDocument")?;
        let name = self.policy_name(declared);
        for (property, sort) in HOLDERS {
            for holder in self.list_property(declared, property) {
                if let Some(arn) = self.holder(declared, sort, &holder) {
                    let mut principal = self.draft.thing(sort, &arn, holder.span);
                    principal.entry("policies", member(name.clone(), document.clone()));
                }
            }
        }
        Some("inline policy")
    }

    /// `AWS::IAM::RolePolicy`, `UserPolicy` and `GroupPolicy`.
    pub(super) fn policy_of(
        &mut self,
        declared: &'t Member<'a>,
        sort: Sort,
        property: &str,
    ) -> Option<&'static str> {
        let document = self.document(declared, "PolicyDocument")?;
        let name = self.policy_name(declared);
        let holder = self.property(declared, property)?;
        let arn = self.holder(declared, sort, &holder)?;
        let mut principal = self.draft.thing(sort, &arn, holder.span);
        principal.entry("policies", member(name, document));
        Some("inline policy")
    }

    fn policy_name(&mut self, declared: &'t Member<'a>) -> String {
        let name = self.property(declared, "PolicyName");
        let name = name.as_ref().and_then(Node::as_str);
        name.unwrap_or(&declared.key).to_owned()
    }

    /// `AWS::IAM::UserToGroupAddition`.
    pub(super) fn group_members(&mut self, declared: &'t Member<'a>) -> Option<&'static str> {
        let group = self.text_property(declared, "GroupName")?;
        for user in self.list_property(declared, "Users") {
            if let Some(arn) = self.holder(declared, Sort::User, &user) {
                self.join_group(&arn, &group);
            }
        }
        None
    }

    /// The principal that a policy is attached to, by its name.
    fn holder(&mut self, declared: &Member<'a>, sort: Sort, name: &Node<'a>) -> Option<String> {
        if let Some(why) = name.unknown() {
            let shown = excerpt(&declared.key);
            let word = sort.word();
            let message = format!(
                "to which {word} `{shown}` is attached is not known ({why}); it is not considered"
            );
            self.draft.gap("attachment", message);
            return None;
        }
        if name.as_str().is_none() {
            let message = format!("expected the name of a {}", sort.word());
            self.evaluator.mistake(name.span, message);
            return None;
        }
        self.find(sort, name)
    }

    /// The ARN of a principal by its name: of the template, of the exports, or one of which nothing
    /// else is known.
    fn find(&mut self, sort: Sort, name: &Node<'a>) -> Option<String> {
        let text = name.as_str()?;
        let mut own = self.principals.iter();
        if let Some((_, _, arn)) = own.find(|(own, known, _)| *own == sort && known == text) {
            return Some(arn.clone());
        }
        let partition = self.evaluator.partition();
        Some(crate::principal::by_name(
            self.draft,
            sort,
            &self.account,
            partition,
            text,
            name.span,
        ))
    }
}

/// Properties that name the holders of a policy.
const HOLDERS: [(&str, Sort); 3] = [
    ("Roles", Sort::Role),
    ("Users", Sort::User),
    ("Groups", Sort::Group),
];

/// A name for a policy that has none that is known: the same for the same place.
fn unnamed(of: &str, span: Span) -> String {
    format!(
        "{}-{}",
        excerpt(of),
        placeholder::id("at", &span.start.to_string())
    )
}
