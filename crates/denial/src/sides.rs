//! Both sides of a call: what the owner of the key says, and what the caller's account says.

use kmsim_authz::call::CheckExplanation;
use kmsim_authz::explain::{ConditionView, LayerView, StatementView};
use kmsim_authz::principal::Principal;
use kmsim_authz::world::World;
use kmsim_types::AccountId;

use crate::trial::Trial;
use crate::view::Side;
use crate::words;

/// What each policy that has a say in a call says; of a call that needs several checks, about the one
/// that AWS speaks of, and about those that do not come out as allowed.
pub(crate) fn of(world: &World, trial: &Trial) -> Vec<Side> {
    let checks = &trial.explained.checks;
    let several = checks.len() > 1;
    let mut sides = Vec::new();
    for (index, check) in checks.iter().enumerate() {
        if index == trial.comparison.check || check.explanation.decision != "allowed" {
            of_check(world, trial, check, several, &mut sides);
        }
    }
    sides
}

fn of_check(
    world: &World,
    trial: &Trial,
    check: &CheckExplanation,
    several: bool,
    sides: &mut Vec<Side>,
) {
    let caller = &trial.call.call.caller;
    let parties = Parties {
        owner: check.explanation.request.resource_account.clone(),
        caller: caller.account(),
        name: words::caller(caller),
        is_service: matches!(caller, Principal::Service(_)),
        action: check.explanation.request.action.clone(),
        on: match check.explanation.request.resource.as_str() {
            "*" => "",
            key if key.contains(":key/") => " on this key",
            alias if alias.contains(":alias/") => " on this alias",
            _ => " on this resource",
        },
        endpoint: trial
            .call
            .call
            .vpc_endpoint
            .as_ref()
            .and_then(|endpoint| world.vpc_endpoint(&endpoint.text)?.account),
    };
    let mut found: Vec<Side> = check
        .explanation
        .layers
        .iter()
        .filter(|layer| is_shown(layer))
        .map(|layer| parties.side(layer))
        .collect();
    // The owner's side first, as AWS asks whether a key can be used before whether somebody may.
    found.sort_by_key(|side| side.side != "owner");
    if several {
        for side in &mut found {
            side.check = Some(check.check.clone());
        }
    }
    sides.extend(found);
}

/// A layer that has a say. Key policy and identity-based policies are always told.
fn is_shown(layer: &LayerView) -> bool {
    let always = words::is_resource(layer.layer) || layer.layer == "identity";
    layer.verdict != "notApplicable" || always && !layer.statements.is_empty()
}

/// Who takes part in a check.
struct Parties {
    owner: Option<String>,
    caller: Option<AccountId>,
    name: String,
    is_service: bool,
    action: String,
    /// What the action is on, in words.
    on: &'static str,
    endpoint: Option<AccountId>,
}

impl Parties {
    fn side(&self, layer: &LayerView) -> Side {
        let caller = self.caller.map(|account| account.to_string());
        let owners = words::is_resource(layer.layer) || matches!(layer.layer, "rcp" | "grant");
        let account = match layer.layer {
            _ if owners => self.owner.clone(),
            "vpc-endpoint" => self.endpoint.map(|account| account.to_string()).or(caller),
            _ => caller,
        };
        let deciding = deciding(layer);
        let says = if owners && words::is_resource(layer.layer) {
            self.resource_says(layer, deciding)
        } else {
            self.says(layer, deciding)
        };
        Side {
            check: None,
            account,
            side: if owners { "owner" } else { "caller" },
            layer: layer.layer,
            policy: words::policy(layer, &self.name),
            verdict: layer.verdict,
            says,
            statement: deciding.map(|statement| statement.reference.clone()),
            location: deciding.map(|statement| statement.location.clone()),
        }
    }

    /// What a key policy says: to whom.
    fn resource_says(&self, layer: &LayerView, deciding: Option<&StatementView>) -> String {
        let same = self.owner == self.caller.map(|account| account.to_string());
        match layer.verdict {
            "allow" => match deciding.and_then(|statement| statement.principal) {
                Some("direct" | "base") => format!("allows {} by name", self.name),
                Some("everyone") => "allows everyone".to_owned(),
                _ if same => {
                    let account = self.owner.as_deref().unwrap_or("(unknown)");
                    format!("lets account {account} decide by IAM policies")
                }
                _ => format!(
                    "allows account {}, whose IAM policies must allow it too",
                    self.account()
                ),
            },
            "implicitDeny" => {
                let near = near(layer).map_or_else(String::new, |near| format!("; {near}"));
                let to = if self.is_service {
                    self.name.clone()
                } else {
                    format!("{} or to account {}", self.name, self.account())
                };
                format!("no statement allows {} to {to}{near}", self.action)
            }
            _ => self.says(layer, deciding),
        }
    }

    fn account(&self) -> String {
        self.caller
            .map_or_else(|| "(unknown)".to_owned(), |account| account.to_string())
    }

    fn says(&self, layer: &LayerView, deciding: Option<&StatementView>) -> String {
        match layer.verdict {
            "explicitDeny" => {
                let why = deciding.map(holding).unwrap_or_default();
                format!("denies {} explicitly{why}", self.action)
            }
            "allow" if layer.layer == "rcp" => "deny nothing of it".to_owned(),
            "allow" if layer.layer == "grant" => "one covers the call".to_owned(),
            "allow" => format!("allows {}", self.action),
            "depends" => open(layer),
            "notApplicable" => layer.note.clone(),
            _ if layer.layer == "grant" => grants(layer),
            _ => match (layer.note.as_str(), near(layer)) {
                (note, None) if layer.statements.is_empty() => note.to_owned(),
                (note, _) if note.contains("at level") => note.to_owned(),
                (_, near) => {
                    let near = near.map_or_else(String::new, |near| format!("; {near}"));
                    format!("no statement allows {}{}{near}", self.action, self.on)
                }
            },
        }
    }
}

/// Why no grant covers a call: what those for the caller and the operation lack.
fn grants(layer: &LayerView) -> String {
    let mut close = layer
        .grants
        .iter()
        .filter(|grant| !grant.note.starts_with("is "))
        .map(|grant| format!("{} {}", grant.reference, grant.note));
    match close.next() {
        Some(why) => format!("none covers the call; {why}"),
        None => "none covers the call".to_owned(),
    }
}

/// The statement that makes a layer say what it says.
fn deciding(layer: &LayerView) -> Option<&StatementView> {
    let effect = match layer.verdict {
        "explicitDeny" => "Deny",
        "allow" if layer.layer != "rcp" => "Allow",
        _ => return None,
    };
    let applying = layer
        .statements
        .iter()
        .filter(|statement| statement.effect == effect && statement.applies == "yes");
    // What names the caller more closely says more.
    applying.max_by_key(|statement| match statement.principal {
        Some("direct") => 3,
        Some("base") => 2,
        Some("everyone") => 1,
        _ => 0,
    })
}

/// The statement that would allow, but for one thing.
fn near(layer: &LayerView) -> Option<String> {
    let allows = layer.statements.iter().filter(|statement| {
        statement.effect == "Allow" && statement.action && statement.applies == "no"
    });
    let mut near: Vec<&StatementView> = allows.collect();
    near.sort_by_key(|statement| statement.mismatch.len());
    let statement = near.first()?;
    let reference = &statement.reference;
    let failed = statement
        .conditions
        .iter()
        .find(|condition| condition.holds == "no");
    match (statement.mismatch.as_slice(), failed) {
        ([], Some(condition)) => Some(format!("{reference} asks for {}", asks(condition))),
        ([mismatch], _) => Some(format!("{reference}: {mismatch}")),
        _ => None,
    }
}

/// What a condition asks for and what the call has.
fn asks(condition: &ConditionView) -> String {
    let expected: Vec<String> = condition
        .expected
        .iter()
        .map(|value| format!("`{value}`"))
        .collect();
    let has = match &condition.actual {
        Some(values) => {
            let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
            format!("the call has {}", values.join(", "))
        }
        None => "the call does not have it".to_owned(),
    };
    format!(
        "{} {} {}, and {has}",
        condition.key,
        condition.operator,
        expected.join(" or ")
    )
}

/// The conditions that made a deny apply.
fn holding(statement: &StatementView) -> String {
    let holding = statement
        .conditions
        .iter()
        .filter(|condition| condition.holds == "yes");
    let texts: Vec<String> = holding
        .map(|condition| {
            let expected: Vec<String> = condition
                .expected
                .iter()
                .map(|value| format!("`{value}`"))
                .collect();
            let expected = expected.join(" or ");
            match &condition.actual {
                Some(values) => format!(
                    "{} {} {expected} (it is `{}`)",
                    condition.key,
                    condition.operator,
                    values.join("`, `")
                ),
                None => format!(
                    "{} {} {expected} (the call does not have it)",
                    condition.key, condition.operator
                ),
            }
        })
        .collect();
    if texts.is_empty() {
        String::new()
    } else {
        format!(" by the condition {}", texts.join(" and "))
    }
}

/// What a layer depends on: condition keys, and values of policies that are not known.
fn open(layer: &LayerView) -> String {
    let mut keys: Vec<&str> = Vec::new();
    let mut unknown: Vec<&str> = Vec::new();
    let open = layer
        .statements
        .iter()
        .filter(|statement| statement.applies == "unknown");
    for statement in open {
        let open = statement
            .conditions
            .iter()
            .filter(|condition| condition.holds == "unknown");
        keys.extend(open.map(|condition| &*condition.key));
        unknown.extend(statement.unknown.iter().map(|unknown| &*unknown.text));
    }
    for list in [&mut keys, &mut unknown] {
        let mut seen = Vec::new();
        list.retain(|item| {
            let new = !seen.contains(item);
            seen.push(*item);
            new
        });
    }
    match (keys.is_empty(), unknown.is_empty()) {
        (false, true) => format!("depends on {}", keys.join(", ")),
        (true, false) => format!("depends: {}", unknown.join(", ")),
        (false, false) => format!("depends on {}; {}", keys.join(", "), unknown.join(", ")),
        (true, true) => "depends on what is not known".to_owned(),
    }
}
