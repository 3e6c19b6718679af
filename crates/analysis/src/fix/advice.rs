//! What to do where changing policies does not help, or instead of changing them.

use kmsim_authz::call::{Asks, Call, KeyReference, Text};
use kmsim_authz::decision::{Reason, Verdict};
use kmsim_authz::explain::{ConditionView, StatementView};
use kmsim_authz::principal::Principal;
use kmsim_authz::trace::{GrantOutcome, Layer};
use kmsim_authz::world::{Key, World};
use kmsim_policy::syntax::Effect;
use kmsim_types::{KeyIdentifierForm, KmsAction, Operation};

use super::Decided;
use super::control::Props;
use super::except::can_be_excepted;
use super::view::{Advice, KeyToName};

/// How many keys that a call may mean are named.
const AT_MOST: usize = 3;

/// Advice on checks that are denied.
pub(super) fn instead(decided: &[Decided<'_, '_>], props: &Props) -> Vec<Advice> {
    let mut found = Vec::new();
    for decided in decided {
        if let Some(reason) = props.hopeless(decided.check) {
            hopeless(decided, reason, &mut found);
            continue;
        }
        by_caller(decided, &mut found);
        by_grants(decided, &mut found);
        by_conditions(decided, &mut found);
    }
    found.dedup();
    found
}

fn push(found: &mut Vec<Advice>, code: &'static str, text: String) {
    found.push(Advice {
        code,
        text,
        key: None,
    });
}

/// What no policy could allow.
fn hopeless(decided: &Decided<'_, '_>, reason: Reason, found: &mut Vec<Advice>) {
    let request = &decided.check.request;
    let action = request.action.name();
    let owner = request
        .resource_account
        .map_or_else(String::new, |account| format!(" {account}"));
    match reason {
        Reason::NotAcrossAccounts => push(
            found,
            "notAcrossAccounts",
            format!("{action} works in the key's own account only: assume a role of account{owner} that may do it, and call from there"),
        ),
        Reason::NotOnAliases => push(
            found,
            "notOnAliases",
            format!("name the key's ARN as the resource: {action} acts on the key behind the alias, and a policy that names the alias gives nothing"),
        ),
        Reason::ReservedAlias => push(
            found,
            "reservedAlias",
            "take a name that does not begin with alias/aws/: these belong to AWS managed keys".to_owned(),
        ),
        Reason::Unsigned => push(
            found,
            "unsigned",
            "sign the request with credentials of a principal that may make it: KMS takes no unsigned requests".to_owned(),
        ),
        Reason::NotRetirable => push(
            found,
            "notRetirable",
            format!("let the grant's retiring principal retire it, or revoke it in account{owner} with kms:RevokeGrant: a policy alone lets nobody retire a grant"),
        ),
        _ => push(
            found,
            "notForThisCaller",
            format!("let a user or role call: {action} is decided by IAM policies alone, and this caller has none"),
        ),
    }
}

/// What lies in the caller, or in the key.
fn by_caller(decided: &Decided<'_, '_>, found: &mut Vec<Advice>) {
    if decided.check.layers.aws_managed_key {
        push(
            found,
            "awsManagedKey",
            "the policy of an AWS managed key cannot be changed and it serves its own account through its service alone: use a customer managed key".to_owned(),
        );
    }
    let denied_by_ram = decided.trace.statements.iter().any(|record| {
        record.policy.layer == Layer::ResourceShare
            && record.effect == Effect::Deny
            && record.applies().is_yes()
    });
    if denied_by_ram {
        push(
            found,
            "ramPolicy",
            "change the resource share: the statement that denies is in the key policy that AWS RAM manages, which nobody else can change".to_owned(),
        );
    }
    if decided.decision.verdict == Verdict::ExplicitDeny
        && !can_be_excepted(&decided.check.request.principal)
    {
        push(
            found,
            "explicitDeny",
            "no condition key tells this caller apart, so that the statement which denies cannot except it".to_owned(),
        );
    }
}

fn by_grants(decided: &Decided<'_, '_>, found: &mut Vec<Advice>) {
    for (at, outcome) in &decided.trace.grants {
        let Some(grant) = decided.check.layers.grants.get(*at as usize) else {
            continue;
        };
        let id = &grant.id;
        match outcome {
            GrantOutcome::NotYetVisible => push(
                found,
                "grantToken",
                format!(
                    "give the grant token that CreateGrant answered for grant `{id}`: the grant is so new that it does not count everywhere yet"
                ),
            ),
            GrantOutcome::EncryptionContext => push(
                found,
                "encryptionContext",
                format!(
                    "grant `{id}` covers the call with the encryption context that it demands: call with that one, or make another grant, since a grant cannot be changed"
                ),
            ),
            GrantOutcome::OtherOperation => push(
                found,
                "grantOperation",
                format!(
                    "grant `{id}` is for the caller but not for this operation, and a grant cannot be changed"
                ),
            ),
            _ => {}
        }
    }
    let federated = matches!(
        decided.check.request.principal,
        Principal::FederatedUser { .. }
    );
    if federated && decided.check.layers.session.is_none() {
        push(
            found,
            "sessionPolicy",
            "pass a session policy to GetFederationToken: without one a federated user has none of the permissions of its user".to_owned(),
        );
    }
}

/// Statements that are about the request but for conditions that the request could meet.
fn by_conditions(decided: &Decided<'_, '_>, found: &mut Vec<Advice>) {
    let statements = decided
        .explanation
        .layers
        .iter()
        .filter(|layer| layer.verdict != "notApplicable" && layer.verdict != "allow")
        .flat_map(|layer| &layer.statements);
    for statement in statements {
        let about =
            statement.action && statement.resource == "yes" && statement.principal != Some("no");
        if !about {
            continue;
        }
        let conditions = match (statement.effect, statement.applies) {
            ("Allow", "no") => failing(statement),
            ("Deny", "yes") => escapable(statement),
            _ => continue,
        };
        let Some(conditions) = conditions else {
            continue;
        };
        let (code, what) = if statement.effect == "Allow" {
            ("meetCondition", "allows the call")
        } else {
            ("escapeDeny", "does not deny the call")
        };
        push(
            found,
            code,
            format!("`{}` {what} where {conditions}", statement.reference),
        );
    }
}

/// Keys whose values a caller chooses when it makes the call.
fn is_chosen(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let keys = [
        "kms:viaservice",
        "aws:sourcevpce",
        "aws:sourcevpc",
        "aws:sourceip",
        "aws:multifactorauthpresent",
        "kms:requestalias",
        "kms:encryptionalgorithm",
        "kms:signingalgorithm",
        "kms:grantisforawsresource",
        "kms:bypasspolicylockoutsafetycheck",
    ];
    key.starts_with("kms:encryptioncontext:") || keys.contains(&key.as_str())
}

/// What a condition asks for, or its opposite.
fn told(condition: &ConditionView, holds: bool) -> String {
    let actual = match &condition.actual {
        Some(actual) => actual.join(", "),
        None => "none".to_owned(),
    };
    let is = if condition.operator.contains("Not") == holds {
        "is not"
    } else {
        "is"
    };
    format!(
        "{} {is} {} (the request has {actual})",
        condition.key,
        condition.expected.join(" or ")
    )
}

/// The conditions that fail, if the caller could meet all of them.
fn failing(statement: &StatementView) -> Option<String> {
    let failing: Vec<_> = statement
        .conditions
        .iter()
        .filter(|condition| condition.holds == "no")
        .collect();
    let meets = !failing.is_empty() && failing.iter().all(|condition| is_chosen(&condition.key));
    let texts: Vec<String> = failing
        .into_iter()
        .map(|condition| told(condition, true))
        .collect();
    meets.then(|| texts.join(" and "))
}

/// The conditions of a deny of which the caller could avoid one.
fn escapable(statement: &StatementView) -> Option<String> {
    let chosen = statement
        .conditions
        .iter()
        .filter(|condition| is_chosen(&condition.key));
    let texts: Vec<String> = chosen.map(|condition| told(condition, false)).collect();
    (!texts.is_empty()).then(|| texts.join(", or where "))
}

/// The call with its key named by its ARN.
pub(super) struct Renamed {
    pub(super) call: Call,
    arn: String,
    region: String,
    why: &'static str,
}

impl Renamed {
    /// What to do, with the decision that it leads to.
    pub(super) fn advice(&self, decision: &'static str) -> Advice {
        let code = self.why;
        let text = match code {
            "wrongRegion" => format!(
                "call {}: the key is there, and a key is used in its own Region",
                self.region
            ),
            _ => format!(
                "name the key by its ARN, `{}`, in {}: a bare id or alias name is always one of the caller's own account and of the Region that is called",
                self.arn, self.region
            ),
        };
        Advice {
            code,
            text,
            key: Some(KeyToName {
                key_id: self.arn.clone(),
                region: self.region.clone(),
                decision,
            }),
        }
    }
}

/// The calls that a call may be meant as which names its key so that KMS does not find it: by the
/// id or alias of another account's key, or in another Region.
pub(super) fn renamed(world: &World, call: &Call) -> Vec<Renamed> {
    let Some(KeyReference::Sent(sent)) = &call.key else {
        return Vec::new();
    };
    let forms = match &call.asks {
        Asks::Operation(operation) => {
            action(*operation).map(|action| action.info().key_identifier_forms)
        }
        Asks::Kms(action) => Some(action.info().key_identifier_forms),
        Asks::Other(_) => None,
    };
    let Some(forms) = forms else {
        return Vec::new();
    };
    let takes_alias = forms.contains(KeyIdentifierForm::AliasArn);
    let keys = meant(world, &sent.text, call);
    let named = keys.into_iter().take(AT_MOST).map(|(key, alias)| {
        let arn = match alias {
            Some(alias) if takes_alias => alias,
            _ => key.arn.to_string(),
        };
        let own = call.caller.account() == Some(key.account);
        let mut call = call.clone();
        call.key = Some(KeyReference::Sent(Text {
            text: arn.as_str().into(),
            span: sent.span,
        }));
        call.region = Some(key.region.clone());
        Renamed {
            call,
            region: key.region.to_string(),
            arn,
            why: if own {
                "wrongRegion"
            } else {
                "otherAccountsKey"
            },
        }
    });
    named.collect()
}

fn action(operation: Operation) -> Option<KmsAction> {
    operation.actions().first().copied()
}

/// The keys that a text may name, wherever they are, with the ARN of the alias by which it does.
/// Keys of the Region that is called come first, then those of the caller's account.
fn meant<'w>(world: &'w World, text: &str, call: &Call) -> Vec<(&'w Key, Option<String>)> {
    let contents = world.contents();
    let mut found: Vec<(&Key, Option<String>)> = match KeyIdentifierForm::of(text) {
        KeyIdentifierForm::KeyId => {
            let keys = contents.keys.iter().filter(|key| key.id() == text);
            keys.map(|key| (key, None)).collect()
        }
        KeyIdentifierForm::KeyArn => world.key(text).map(|key| (key, None)).into_iter().collect(),
        KeyIdentifierForm::AliasName | KeyIdentifierForm::AliasArn => {
            let aliases = contents.aliases.iter();
            let aliases =
                aliases.filter(|alias| &*alias.name == text || alias.arn.as_str() == text);
            aliases
                .filter_map(|alias| {
                    let key = world.key(alias.target.as_ref()?.as_str())?;
                    Some((key, Some(alias.arn.to_string())))
                })
                .collect()
        }
    };
    let region = call.region.as_ref().or(contents.region.as_ref());
    found.sort_by_key(|(key, _)| {
        (
            Some(&key.region) != region,
            Some(key.account) != call.caller.account(),
        )
    });
    found
}
