//! KMS130: grants that give more, or less, than they seem to.

use kmsim_authz::grant::Grant;
use kmsim_authz::world::World;
use kmsim_types::{GrantOperation, KeySpec};

use crate::check::account;
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS130",
    name: "grant",
    severity: Warning,
    kinds: kinds::KEY,
    finds: "A grant on the key (known from a world) has a grantee that no longer exists or is of another \
            account, may be handed on (`CreateGrant`), names an operation that the key does not have, or \
            constrains the encryption context of a key that has none.",
    why: "Grants stand in no policy, and nobody sees them who does not list them. They stay until they are \
          retired or revoked.",
    fires: Example::world(
        r#"{"accounts": [{"id": "111122223333", "keys": [
  {"id": "1234abcd-12ab-34cd-56ef-1234567890ab", "region": "us-west-2", "policy": "default",
   "grants": [{"GrantId": "g-1", "GranteePrincipal": "AROAEXAMPLEID12345678", "Operations": ["Decrypt"]}]}]}]}"#,
    ),
    right: Example::world(
        r#"{"accounts": [{"id": "111122223333", "roles": [{"name": "App"}], "keys": [
  {"id": "1234abcd-12ab-34cd-56ef-1234567890ab", "region": "us-west-2", "policy": "default",
   "grants": [{"GrantId": "g-1", "GranteePrincipal": "arn:aws:iam::111122223333:role/App",
               "Operations": ["Decrypt"],
               "Constraints": {"EncryptionContextSubset": {"app": "orders"}}}]}]}]}"#,
    ),
    source: "KMS Developer Guide, \"Grants in AWS KMS\" and \"Grant constraints\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let Some(world) = check.subject.world else {
        return;
    };
    let arn = check.key.arn.as_ref();
    let Some(key) = arn.and_then(|arn| world.key(arn.as_str())) else {
        return;
    };
    for grant in &key.grants {
        if let Some((fault, help)) =
            grantee(grant, key.account, world).or_else(|| constraint(grant, key.spec))
        {
            let message = format!("the grant `{}` {fault}", excerpt(&grant.id));
            report.add(Found::at(grant.span, message).help(help));
        }
        if grant.operations.contains(GrantOperation::CreateGrant) {
            let message = format!(
                "the grant `{}` may be handed on: its grantee can make grants for others",
                excerpt(&grant.id)
            );
            report.add(
                Found::at(grant.span, message)
                    .help("leave CreateGrant out, unless the grantee is an AWS service"),
            );
        }
        let impossible = super::wrong_key_type::impossible(Some(key.spec), Some(key.usage));
        let idle = |operation: &GrantOperation| {
            impossible.is_some_and(|set| set.contains(operation.action()))
        };
        if let Some(operation) = grant.operations.iter().find(idle) {
            let message = format!(
                "the grant `{}` allows {operation}, which a key of spec {} and usage {} does not have",
                excerpt(&grant.id),
                key.spec,
                key.usage
            );
            report.add(Found::at(grant.span, message).help("leave the operation out"));
        }
    }
}

/// What is wrong with whom the grant is for, and what to do.
fn grantee(grant: &Grant, owner: AccountId, world: &World) -> Option<(String, &'static str)> {
    let text = excerpt(&grant.grantee.text);
    let of = account(&grant.grantee);
    let unlimited = grant.encryption_context.is_none() && grant.source_arn.is_none();
    match &grant.grantee.names {
        PrincipalName::UniqueId => Some((
            format!("is for `{text}`, the id of a user or role that no longer exists"),
            "revoke it",
        )),
        PrincipalName::Everyone | PrincipalName::Nobody => Some((
            format!("is for `{text}`, which is no principal"),
            "revoke it, and name a user or role",
        )),
        PrincipalName::Role { .. } | PrincipalName::User
            if of.is_some_and(|of| world.account(of).is_some())
                && world.identity(&grant.grantee.text).is_none() =>
        {
            Some((
                format!("is for `{text}`, which does not exist"),
                "revoke it",
            ))
        }
        _ if of.is_some_and(|of| of != owner) && unlimited => Some((
            format!("is for `{text}`, of another account, and has no constraint"),
            "add a constraint on the encryption context, or make sure that the account is meant",
        )),
        _ => None,
    }
}

/// What is wrong with the constraint.
fn constraint(grant: &Grant, spec: KeySpec) -> Option<(String, &'static str)> {
    let idle = grant.encryption_context.is_some() && spec != KeySpec::SymmetricDefault;
    idle.then(|| {
        let fault =
            format!("constrains the encryption context, which a key of spec {spec} does not have");
        (fault, "leave the constraint out")
    })
}
