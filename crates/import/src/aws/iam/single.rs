//! Principals and policies one by one: `GetRole`, `ListAttachedRolePolicies`, `GetRolePolicy`,
//! `GetPolicy`, `GetPolicyVersion` and their like.

use std::collections::BTreeSet;

use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::{Member, Node, Value};

use super::{NAMES, Part, Reader, account, counted};
use crate::draft::Sort;
use crate::importer::Document;
use crate::node::{elements, same, string, take, take_string, text};
use crate::recognize::Kind;

impl<'a> Reader<'_, '_, 'a> {
    /// `GetRole`, `ListRoles` and their like. They tell nothing about policies; only those for one
    /// principal tell about its boundary.
    pub(super) fn principals(&mut self, mut document: Document<'a>) {
        let mut counts = Vec::new();
        let mut members = Vec::new();
        for names in &NAMES {
            let one = take(&mut document.node, names.one);
            let is_one = one.is_some();
            let found = match one {
                Some(one) => vec![one],
                None => elements(take(&mut document.node, names.many)),
            };
            if !found.is_empty() {
                counts.push(counted(found.len(), names.sort.word()));
            }
            for principal in found {
                let Some(arn) = self.principal(principal, names) else {
                    continue;
                };
                members.push((names.sort, arn.clone()));
                let known = self.complete.entry(arn);
                let (_, complete) = known.or_insert((names.sort, BTreeSet::new()));
                complete.extend(is_one.then_some(Part::Boundary));
            }
        }
        self.membership(&members);
        let what = counts.join(", ");
        self.importer.report.used(&document, what);
    }

    /// `GetGroup` names a group and its users.
    fn membership(&mut self, found: &[(Sort, String)]) {
        let mut groups = found.iter().filter(|(sort, _)| *sort == Sort::Group);
        let (Some((_, group)), None) = (groups.next(), groups.next()) else {
            return;
        };
        let name = group.rsplit('/').next().unwrap_or(group);
        for (sort, user) in found {
            let thing = self.importer.draft.find(Sort::User, user);
            if let Some(span) = thing
                .map(|thing| thing.span)
                .filter(|_| *sort == Sort::User)
            {
                let group = text(name.to_owned(), span);
                let mut thing = self.importer.draft.thing(Sort::User, user, span);
                thing.add("groups", group);
            }
        }
    }

    /// `GetPolicy`, `ListPolicies`
    pub(super) fn managed_policies(&mut self, mut document: Document<'a>) {
        let found = match take(&mut document.node, "Policy") {
            Some(one) => vec![one],
            None => elements(take(&mut document.node, "Policies")),
        };
        let what = match found.len() {
            1 => "1 managed policy".to_owned(),
            count => format!("{count} managed policies"),
        };
        for policy in found {
            self.managed_policy(policy);
        }
        self.importer.report.used(&document, what);
    }

    /// `GetRolePolicy`, `GetUserPolicy`, `GetGroupPolicy`: they name their principal without account.
    pub(super) fn inline_policy(&mut self, mut document: Document<'a>) {
        let owner = NAMES.iter().find_map(|names| {
            let owner = string(&document.node, names.name)?;
            Some((names.sort, owner.to_owned()))
        });
        let Some((sort, owner)) = owner else {
            let why = "it does not say whose policy it is";
            self.importer.report.ignored(&document, why);
            return;
        };
        let Some(arn) = self.arn_of(sort, &owner, &document.name) else {
            self.whose_account(&document, sort, &owner);
            return;
        };
        let name = take_string(&mut document.node, "PolicyName");
        let policy = take(&mut document.node, "PolicyDocument");
        if let (Some((key, key_span)), Some(value)) = (name, policy) {
            let what = format!("policy {key} of {} {owner}", sort.word());
            let mut thing = self.importer.draft.thing(sort, &arn, key_span);
            thing.entry(
                "policies",
                Member {
                    key,
                    key_span,
                    value,
                },
            );
            self.complete.entry(arn).or_insert((sort, BTreeSet::new()));
            self.importer.report.used(&document, what);
        }
    }

    /// `ListAttachedRolePolicies`, `ListRolePolicies` and their like name no principal: the path does.
    pub(super) fn of_principal(&mut self, mut document: Document<'a>) {
        let Some((sort, arn)) = self.named_in_path(&document.name) else {
            let why = "it does not say whose policies it lists: put the name of the role or user into the path, such as roles/<name>/attached-policies.json";
            self.importer.report.ignored(&document, why);
            return;
        };
        self.pages
            .page(format!("{} of {arn}", document.kind.name()), &document);
        let span = document.node.span;
        let mut thing = self.importer.draft.thing(sort, &arn, span);
        let known = self.complete.entry(arn.clone());
        let (_, complete) = known.or_insert((sort, BTreeSet::new()));
        if document.kind == Kind::AttachedPolicies {
            complete.insert(Part::Attached);
            for mut policy in elements(take(&mut document.node, "AttachedPolicies")) {
                if let Some((policy, span)) = take_string(&mut policy, "PolicyArn") {
                    thing.add("managedPolicies", text(policy, span));
                }
            }
        } else {
            let names = elements(take(&mut document.node, "PolicyNames"));
            let has_all = names.iter().filter_map(Node::as_str).all(|name| {
                let mut known = thing.thing().entries("policies").iter();
                known.any(|policy| policy.key == name)
            });
            complete.extend(has_all.then_some(Part::Inline));
        }
        let what = format!("policies of {arn}");
        self.importer.report.used(&document, what);
    }

    /// `GetPolicyVersion` names no policy: the path does, or its document is known, or it is the only one
    /// that is missing.
    pub(super) fn policy_version(&mut self, mut document: Document<'a>) {
        let version = take(&mut document.node, "PolicyVersion")
            .unwrap_or_else(|| text("", document.node.span));
        let is_default = version.member("IsDefaultVersion");
        if is_default.is_some_and(|node| node.value == Value::Bool(false)) {
            let why = "it is not the default version of its policy, so it is not in force";
            self.importer.report.ignored(&document, why);
            return;
        }
        let Some(content) = version.member("Document").cloned() else {
            return;
        };
        if let Some(arn) = self.with_document(&content) {
            let what = format!("document of {arn}, as another export has it");
            self.importer.report.used(&document, what);
            return;
        }
        let missing = self.importer.draft.missing_policies();
        let words: Vec<&str> = document.name.split(['/', '\\', '.']).collect();
        let named = missing.iter().filter(|(arn, _)| {
            let name = arn.rsplit('/').next().unwrap_or(arn);
            words.iter().any(|word| word.ends_with(name))
        });
        let mut named = named.map(|(arn, _)| arn.clone());
        let one = named.next().filter(|_| named.next().is_none());
        let mut all = missing.keys().cloned();
        let only = all.next().filter(|_| all.next().is_none());
        let Some(arn) = one.or(only) else {
            let why = "it does not say which policy it is of: put the policy's name into the path, such as policies/<name>.json";
            self.importer.report.ignored(&document, why);
            return;
        };
        let what = format!("document of {arn}");
        let mut thing = self
            .importer
            .draft
            .thing(Sort::ManagedPolicy, &arn, content.span);
        thing.state("policy", content);
        self.importer.report.used(&document, what);
    }

    /// The managed policy that has this document.
    fn with_document(&self, content: &Node<'_>) -> Option<String> {
        let mut policies = self.importer.draft.all(Sort::ManagedPolicy);
        let found = policies.find(|(_, thing)| {
            let own = thing.field("policy");
            own.is_some_and(|own| same(own, content))
        });
        found.map(|(arn, _)| arn.to_owned())
    }

    /// The ARN of a principal by its name: that of a known one, or one without path.
    fn arn_of(&self, sort: Sort, name: &str, file: &str) -> Option<String> {
        let account_told = self.account_of_file(file);
        let mut known = self
            .importer
            .draft
            .all(sort)
            .map(|(arn, _)| arn)
            .filter(|arn| {
                arn.rsplit('/').next() == Some(name)
                    && account_told
                        .as_deref()
                        .is_none_or(|told| account(arn) == Some(told))
            });
        match (known.next(), known.next()) {
            (Some(only), None) => Some(only.to_owned()),
            (Some(_), Some(_)) => None,
            _ => {
                let word = sort.word();
                Some(format!("arn:aws:iam::{}:{word}/{name}", account_told?))
            }
        }
    }

    fn whose_account(&mut self, document: &Document<'a>, sort: Sort, owner: &str) {
        let (span, word) = (document.node.span, sort.word());
        let message = format!("the account of the {word} `{owner}` is not said");
        self.importer.draft.diagnostics.push(
            Diagnostic::error("whose-account", span, message)
                .help("put the account's id into the path, or give it with --account or, beside --from, --from-account"),
        );
        self.importer
            .report
            .ignored(document, "its account is not said");
    }

    /// The principal whose name stands in a path: `roles/<name>/…` or `<name>.attached.json`.
    fn named_in_path(&self, file: &str) -> Option<(Sort, String)> {
        let words: Vec<&str> = file.split(['/', '\\', '.']).collect();
        let sorts = [Sort::User, Sort::Role, Sort::Group].into_iter();
        let mut found = sorts.flat_map(|sort| {
            let draft = &self.importer.draft;
            draft
                .all(sort)
                .map(move |(arn, _)| (sort, arn))
                .filter(|(_, arn)| {
                    let name = arn.rsplit('/').next().unwrap_or(arn);
                    words.contains(&name)
                })
        });
        let told = self.account_of_file(file);
        let of_account = |arn: &str| {
            told.as_deref()
                .is_none_or(|told| account(arn) == Some(told))
        };
        let first = found.find(|(_, arn)| of_account(arn))?;
        found
            .all(|(_, arn)| !of_account(arn))
            .then(|| (first.0, first.1.to_owned()))
    }
}
