//! What a report does not tell: condition keys that policies ask for, and whose values neither the
//! report nor the world has. They are unknown, not absent.

use kmsim_authz::call::{Call, PlannedCheck};
use kmsim_authz::layers::{AttachedPolicy, Layers};
use kmsim_authz::principal::Principal;
use kmsim_authz::world::World;
use kmsim_policy::condition_key::ConditionKey;
use kmsim_policy::syntax::Statement;

use super::{Form, Reported, Supposed, Via};

/// Something that a report does not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// A stable name, kebab-case.
    pub code: &'static str,
    /// What, and why.
    pub text: String,
    /// The condition keys that are unknown for that.
    pub keys: Vec<String>,
}

/// An endpoint that the world does not have: its policy is taken to let the call pass.
pub(super) fn endpoint(call: &mut Call, world: &World, unknowns: &mut Vec<Unknown>) {
    let missing = |id: &str| call.via.is_empty() && world.vpc_endpoint(id).is_none();
    let Some(endpoint) = call
        .vpc_endpoint
        .take_if(|endpoint| missing(&endpoint.text))
    else {
        return;
    };
    let key = ConditionKey::known("aws:SourceVpce");
    call.context.derive(key, &*endpoint.text);
    let address = call.source_ip.take();
    if let Some(address) = &address {
        let key = ConditionKey::known("aws:VpcSourceIp");
        call.context.derive(key, &**address);
    }
    if !call.context.says("aws:SourceIp") {
        call.context.set_absent("aws:SourceIp");
    }
    let mut keys = vec!["aws:SourceVpc".to_owned()];
    if address.is_none() {
        keys.push("aws:VpcSourceIp".to_owned());
    }
    unknowns.push(Unknown {
        code: "vpc-endpoint",
        text: format!(
            "the policy and the VPC of endpoint {}: the world does not have it, and its policy is taken to allow",
            endpoint.text
        ),
        keys,
    });
}

/// What a report leaves open of the checks that its call needs.
pub(super) fn of(
    reported: &Reported,
    world: &World,
    supposed: &Supposed,
    checks: &[PlannedCheck<'_>],
) -> Vec<Unknown> {
    let mut unknowns: Vec<Unknown> = Vec::new();
    for check in checks {
        for key in asked(check) {
            if is_stated(&key, supposed) {
                continue;
            }
            let Some((code, text)) = why(reported, world, check, &key) else {
                continue;
            };
            let of_code = unknowns.iter_mut().find(|unknown| unknown.code == code);
            match of_code {
                Some(unknown) => {
                    let is_known = |known: &String| known.eq_ignore_ascii_case(&key);
                    if !unknown.keys.iter().any(is_known) {
                        unknown.keys.push(key);
                    }
                }
                None => unknowns.push(Unknown {
                    code,
                    text: text.to_owned(),
                    keys: vec![key],
                }),
            }
        }
    }
    if checks
        .iter()
        .any(|check| check.layers.grants.iter().any(|grant| grant.pending))
    {
        unknowns.push(Unknown {
            code: "grant-tokens",
            text: "which grant tokens the call brought, which make new grants count".to_owned(),
            keys: Vec::new(),
        });
    }
    unknowns
}

/// Whether a condition key follows from a field of the call that is stated.
fn is_stated(key: &str, supposed: &Supposed) -> bool {
    let begins = |prefix: &str| {
        let start = key.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    supposed.fields.iter().any(|field| match &*field.key {
        "encryptionContext" | "EncryptionContext" => begins("kms:EncryptionContext"),
        "via" => OF_VIA.iter().any(|prefix| begins(prefix)),
        "vpcEndpoint" => begins("aws:SourceVpc") || begins("aws:VpcSourceIp"),
        "sourceIp" => begins("aws:SourceIp"),
        "now" => begins("aws:CurrentTime") || begins("aws:EpochTime"),
        "sessionTags" => begins("aws:PrincipalTag/"),
        // A condition key that holds a parameter has its name.
        parameter => {
            let name = key.split_once(':').map(|(_, name)| name);
            name.is_some_and(|name| name.eq_ignore_ascii_case(parameter))
        }
    })
}

/// Why a condition key is not known, with a stable name.
fn why(
    reported: &Reported,
    world: &World,
    check: &PlannedCheck<'_>,
    key: &str,
) -> Option<(&'static str, &'static str)> {
    let is = |prefix: &str| {
        let start = key.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let any = |prefixes: &[&str]| prefixes.iter().any(|prefix| is(prefix));
    if is("aws:PrincipalTag/") {
        return tag(world, check, key);
    }
    if any(&["aws:PrincipalOrg", "aws:ResourceOrg", "aws:SourceOrg"]) {
        let text = "the organization, which the world does not have";
        return world
            .contents()
            .organization
            .is_none()
            .then_some(("organization", text));
    }
    let of_service = any(&["aws:SourceArn", "aws:SourceAccount"]);
    if of_service && matches!(check.request.principal, Principal::Service(_)) {
        return Some(("source", "the resource for which the service called"));
    }
    if reported.via == Via::Unknown && any(OF_VIA) {
        return Some(("service", "whether and through which service the call came"));
    }
    if is("aws:SourceIp") && reported.source_ip.is_none() && reported.vpc_endpoint.is_none() {
        return Some(("address", "the address from which the call came"));
    }
    let told = any(TOLD_BY_MESSAGES) || (is("kms:PolicyName"));
    if reported.form == Form::Message && !told {
        return Some((
            "message",
            "what the call brought along: a message does not tell it",
        ));
    }
    None
}

/// Condition keys about the service that passes a call on.
const OF_VIA: &[&str] = &[
    "kms:ViaService",
    "aws:CalledVia",
    "aws:ViaAWSService",
    "kms:GrantIsForAWSResource",
];

/// Condition keys that follow from caller, action and resource, which messages name.
const TOLD_BY_MESSAGES: &[&str] = &[
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:PrincipalType",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalServiceName",
    "aws:username",
    "aws:Resource",
    "aws:RequestedRegion",
    "kms:CallerAccount",
    "kms:KeySpec",
    "kms:KeyUsage",
    "kms:KeyOrigin",
    "kms:CustomerMasterKey",
    "kms:MultiRegion",
    "kms:ResourceAliases",
];

/// Tags of the session win over those of the role; no report tells them.
fn tag(world: &World, check: &PlannedCheck<'_>, key: &str) -> Option<(&'static str, &'static str)> {
    let (_, name) = key.split_once('/')?;
    let (identity, is_session) = match &check.request.principal {
        Principal::User(arn) => (world.identity(arn.as_str()), false),
        Principal::RoleSession(session) => (world.identity(&session.role_arn()), true),
        Principal::FederatedUser { .. } => (None, true),
        _ => return None,
    };
    let has = identity.is_some_and(|identity| {
        let mut tags = identity.tags.iter();
        tags.any(|(tag, _)| tag.eq_ignore_ascii_case(name))
    });
    if has {
        return None;
    }
    match (identity, is_session) {
        (_, true) => Some(("session-tags", "the tags of the caller's session")),
        (None, false) => Some((
            "principal-tags",
            "the caller's tags: the world does not have the caller",
        )),
        (Some(_), false) => None,
    }
}

/// The condition keys that the policies of a check ask for in statements about its action, as
/// conditions and as variables, and those of grants.
fn asked(check: &PlannedCheck<'_>) -> Vec<String> {
    let mut keys = Vec::new();
    let mut add = |key: &str| {
        if !keys
            .iter()
            .any(|known: &String| known.eq_ignore_ascii_case(key))
        {
            keys.push(key.to_owned());
        }
    };
    let kms = check.request.action.kms();
    let about =
        |statement: &&Statement| kms.is_none_or(|action| statement.kms_actions.contains(action));
    for policy in policies(&check.layers) {
        for statement in policy.policy.statements.iter().filter(about) {
            for condition in &statement.conditions {
                add(condition.key.value.text());
                for operand in &condition.operands {
                    variables(operand.value.text(), &mut add);
                }
            }
            let resources = statement.resource.iter().flat_map(|scope| &scope.items);
            for resource in resources {
                variables(&resource.value.text, &mut add);
            }
        }
    }
    for grant in check.layers.grants {
        if let Some(constraint) = &grant.encryption_context {
            for (key, _) in &constraint.pairs {
                add(&format!("kms:EncryptionContext:{key}"));
            }
            add("kms:EncryptionContextKeys");
        }
    }
    keys
}

fn policies<'l>(layers: &Layers<'l>) -> impl Iterator<Item = &'l AttachedPolicy> {
    let lists = [
        Some(layers.identity),
        layers.permissions_boundary,
        layers.session,
        layers.vpc_endpoint,
    ];
    let levels = layers
        .service_control
        .iter()
        .chain(layers.resource_control)
        .flat_map(|level| &level.policies);
    lists
        .into_iter()
        .flatten()
        .flatten()
        .chain(levels)
        .map(|policy| &**policy)
        .chain(layers.resource)
        .chain(layers.resource_share)
}

/// The names of the policy variables in a text: `${aws:PrincipalTag/team, 'none'}`.
fn variables(text: &str, add: &mut impl FnMut(&str)) {
    for piece in text.split("${").skip(1) {
        let name = piece.split(['}', ',']).next().unwrap_or("").trim();
        if name.contains(':') {
            add(name);
        }
    }
}
