//! From drafts to a world: references to groups, managed policies and keys are resolved.

use std::collections::HashMap;
use std::sync::Arc;

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::source::Span;
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::{AccountId, Arn, KeyManager, service};

use super::keys::{AliasDraft, KeyDraft, Keys, PolicyDraft};
use super::principals::{GroupDraft, IdentityDraft, Principals, Reference};
use super::read::Draft;
use super::{Alias, Contents, Identity, Key};
use crate::layers::{AttachedPolicy, Origin};
use crate::reader::{Reader, kept};

/// AWS's own policy that every export refers to, and that is short enough to know by heart.
const ADMINISTRATOR_ACCESS: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

pub(super) fn link(reader: &mut Reader<'_, '_, '_>, draft: Draft) -> Contents {
    let identities = identities(reader, draft.principals);
    let (keys, aliases) = keys(reader, draft.keys);
    Contents {
        accounts: draft.accounts,
        identities,
        keys,
        aliases,
        vpc_endpoints: draft.vpc_endpoints,
        resources: draft.resources,
        ..Contents::default()
    }
}

fn identities(reader: &mut Reader<'_, '_, '_>, mut principals: Principals) -> Vec<Identity> {
    let administrator = &mut principals.managed;
    if !administrator.contains_key(ADMINISTRATOR_ACCESS) {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let policy = reader.built_in("AdministratorAccess", text, PolicyKind::Identity);
        let managed = |policy| kept(policy, Origin::Managed(ADMINISTRATOR_ACCESS.into()));
        administrator.extend(policy.map(|policy| (ADMINISTRATOR_ACCESS.into(), managed(policy))));
    }
    // Of groups with the same name the first counts.
    let mut groups = HashMap::new();
    for group in &principals.groups {
        let name = (group.account, &*group.name);
        groups.entry(name).or_insert(group);
    }
    let mut linker = Linker {
        reader,
        principals: &principals,
        groups,
    };
    let mut seen: HashMap<&str, Span> = HashMap::new();
    let mut identities = Vec::with_capacity(principals.identities.len());
    for draft in &principals.identities {
        let arn = draft.identity.arn.as_str();
        if let Some(first) = seen.insert(arn, draft.identity.span) {
            linker.reader.diagnostics.push(
                Diagnostic::error(
                    "duplicate-principal",
                    draft.identity.span,
                    format!("`{arn}` stands twice"),
                )
                .note(Some(first), "first here"),
            );
        }
        identities.push(linker.identity(draft));
    }
    identities
}

struct Linker<'l, 's, 'a, 'f> {
    reader: &'l mut Reader<'s, 'a, 'f>,
    principals: &'l Principals,
    groups: HashMap<(AccountId, &'l str), &'l GroupDraft>,
}

impl Linker<'_, '_, '_, '_> {
    fn identity(&mut self, draft: &IdentityDraft) -> Identity {
        let mut identity = draft.identity.clone();
        let managed = self.managed(&draft.managed);
        identity.policies.extend(managed);
        for (name, span) in &draft.groups {
            let Some(group) = self.groups.get(&(identity.account, &**name)).copied() else {
                let message = format!("there is no group `{}`", excerpt(name));
                let error = Diagnostic::error("unknown-group", *span, message);
                self.reader.diagnostics.push(error.help(format!(
                    "add it to the groups of account {}",
                    identity.account
                )));
                continue;
            };
            identity.policies.extend(group.policies.iter().cloned());
            identity.policies.extend(self.managed(&group.managed));
        }
        if let Some(boundary) = &draft.boundary {
            // A boundary that is not known must not become no boundary; the error stops that.
            let policies = self.managed(std::slice::from_ref(boundary));
            let as_boundary = |policy: Arc<AttachedPolicy>| {
                let mut policy = Arc::unwrap_or_clone(policy);
                policy.policy.kind = PolicyKind::PermissionsBoundary;
                Arc::new(policy)
            };
            identity.permissions_boundary = Some(policies.into_iter().map(as_boundary).collect());
        }
        identity
    }

    fn managed(&mut self, references: &[Reference]) -> Vec<Arc<AttachedPolicy>> {
        let mut found = Vec::with_capacity(references.len());
        for (arn, span) in references {
            if let Some(policy) = self.principals.managed.get(arn) {
                found.push(policy.clone());
                continue;
            }
            let message = format!("there is no managed policy `{}`", excerpt(arn));
            let error = Diagnostic::error("unknown-policy", *span, message);
            let mut names: Vec<&str> = self.principals.managed.keys().map(|arn| &**arn).collect();
            names.sort_unstable();
            let near = nearest(arn, names.into_iter());
            self.reader.diagnostics.push(match near {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help("add its document to the managedPolicies of the account, also if AWS manages it"),
            });
        }
        found
    }
}

/// The candidate that a misspelt text most likely means.
pub(crate) fn nearest<'c>(
    text: &str,
    candidates: impl Iterator<Item = &'c str>,
) -> Option<&'c str> {
    candidates
        .map(|candidate| (distance(text, candidate), candidate))
        .filter(|(distance, _)| *distance <= 3.max(text.len() / 6))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many characters differ, counted from both ends: enough to tell a typing error.
fn distance(one: &str, other: &str) -> usize {
    let prefix = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let rest = one.len().min(other.len()) - prefix;
    let from_end = one.bytes().rev().zip(other.bytes().rev());
    let suffix = from_end.take_while(|(a, b)| a == b).count().min(rest);
    one.len().max(other.len()) - prefix - suffix
}

fn keys(reader: &mut Reader<'_, '_, '_>, drafts: Keys) -> (Vec<Key>, Vec<Alias>) {
    let aliases = aliases(reader, drafts.aliases);
    let mut of_key: HashMap<&str, Vec<Box<str>>> = HashMap::new();
    for alias in &aliases {
        if let Some(target) = &alias.target {
            of_key
                .entry(target.as_str())
                .or_default()
                .push(alias.name.clone());
        }
    }
    let mut seen: HashMap<Box<str>, Span> = HashMap::new();
    let mut keys = Vec::with_capacity(drafts.keys.len());
    for draft in drafts.keys {
        let arn: Box<str> = draft.metadata.arn.as_str().into();
        let aliases = of_key.get(&*arn).cloned().unwrap_or_default();
        if let Some(first) = seen.insert(arn, draft.span) {
            let message = format!("the key `{}` stands twice", draft.metadata.arn);
            reader.diagnostics.push(
                Diagnostic::error("duplicate-key", draft.span, message)
                    .note(Some(first), "first here"),
            );
        }
        keys.extend(key(reader, draft, aliases));
    }
    (keys, aliases)
}

/// Aliases without those that are stated twice: on the key and in a list of aliases.
fn aliases(reader: &mut Reader<'_, '_, '_>, drafts: Vec<AliasDraft>) -> Vec<Alias> {
    let mut seen: HashMap<Arn, (Option<Arn>, Span)> = HashMap::new();
    let mut aliases = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let AliasDraft {
            arn,
            name,
            target,
            span,
        } = draft;
        if let Some((first, first_span)) = seen.get(&arn) {
            if *first != target {
                let message = format!("`{arn}` stands for two keys");
                reader.diagnostics.push(
                    Diagnostic::error("duplicate-alias", span, message)
                        .note(Some(*first_span), "for another key here"),
                );
            }
            continue;
        }
        seen.insert(arn.clone(), (target.clone(), span));
        aliases.push(Alias {
            arn,
            name,
            target,
            span,
        });
    }
    aliases
}

fn key(reader: &mut Reader<'_, '_, '_>, draft: KeyDraft, aliases: Vec<Box<str>>) -> Option<Key> {
    let metadata = draft.metadata;
    let (partition, account) = (metadata.arn.partition(), metadata.account);
    let is_policy_assumed = metadata.manager == KeyManager::Aws
        && matches!(draft.policy, PolicyDraft::Missing | PolicyDraft::Default);
    let policy = match (draft.policy, metadata.manager) {
        (PolicyDraft::Stated(policy), _) => Some(policy),
        (PolicyDraft::Broken, _) => None,
        (PolicyDraft::Default, KeyManager::Customer) => {
            let text = default_key_policy(partition, account.as_str());
            reader.built_in("default key policy", &text, PolicyKind::KeyPolicy)
        }
        (_, KeyManager::Aws) => {
            let service = aliases
                .iter()
                .find_map(|alias| alias.strip_prefix("alias/aws/"));
            let via = service.and_then(|name| {
                service::via_service(name, metadata.region.as_str()).map(|via| (name, via))
            });
            let Some((name, via)) = via else {
                reader.diagnostics.push(
                    Diagnostic::error(
                        "missing-policy",
                        draft.span,
                        "an AWS managed key needs its alias (alias/aws/…) or its policy",
                    )
                    .help("the alias tells the service, and so the policy that AWS gave the key"),
                );
                return None;
            };
            let text = aws_managed_key_policy(partition, account.as_str(), &via, name);
            let title = format!("policy of aws/{name}");
            reader.built_in(&title, &text, PolicyKind::KeyPolicy)
        }
        (PolicyDraft::Missing, KeyManager::Customer) => {
            reader.diagnostics.push(
                Diagnostic::error("missing-policy", draft.span, "a key needs its `policy`").help(
                    "write `policy: default` for the one that CreateKey gives a key without policy",
                ),
            );
            None
        }
    };
    Some(Key {
        policy: policy?,
        is_policy_assumed,
        ram_policy: draft.ram_policy,
        grants: draft.grants,
        aliases,
        tags: draft.tags,
        last_used: draft.last_used,
        span: draft.span,
        arn: metadata.arn,
        account: metadata.account,
        region: metadata.region,
        spec: metadata.spec,
        usage: metadata.usage,
        origin: metadata.origin,
        manager: metadata.manager,
        state: metadata.state,
        multi_region: metadata.multi_region,
    })
}

/// The policy of a key that was created without one (KMS Developer Guide, "Default key policy").
pub fn default_key_policy(partition: &str, account: &str) -> String {
    format!(
        r#"{{
  "Version": "2012-10-17",
  "Id": "key-default-1",
  "Statement": [
    {{
      "Sid": "Enable IAM User Permissions",
      "Effect": "Allow",
      "Principal": {{"AWS": "arn:{partition}:iam::{account}:root"}},
      "Action": "kms:*",
      "Resource": "*"
    }}
  ]
}}"#
    )
}

/// The policy of an AWS managed key: use through its service by everyone of the account, and
/// reading by delegation (KMS Developer Guide, `kms:CallerAccount`; the second statement and the
/// actions are those of aws/ebs, see docs/assumptions.md).
pub fn aws_managed_key_policy(partition: &str, account: &str, via: &str, name: &str) -> String {
    format!(
        r#"{{
  "Version": "2012-10-17",
  "Id": "auto-{name}-2",
  "Statement": [
    {{
      "Sid": "Allow access through the service for all principals in the account that are authorized to use it",
      "Effect": "Allow",
      "Principal": {{"AWS": "*"}},
      "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"],
      "Resource": "*",
      "Condition": {{"StringEquals": {{"kms:CallerAccount": "{account}", "kms:ViaService": "{via}"}}}}
    }},
    {{
      "Sid": "Allow direct access to key metadata to the account",
      "Effect": "Allow",
      "Principal": {{"AWS": "arn:{partition}:iam::{account}:root"}},
      "Action": ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
      "Resource": "*"
    }}
  ]
}}"#
    )
}
