//! Calls that name what the world does not have: a key of another Region, an alias of another account, a
//! caller that is not exported. What may have been meant is tried too.

use kmsim_authz::call::{Text, Unresolved};
use kmsim_authz::world::{Key, World};
use kmsim_import::message::PolicyType;
use kmsim_import::node;
use kmsim_import::report::{NoCall, Outcome, Reported, Supposed};
use kmsim_policy::source::Sources;
use kmsim_types::{AccountId, KeyIdentifierForm};

use crate::compare::Agreement;
use crate::trial;
use crate::view::{Cause, DetourView, Report};
use crate::words;

/// A call that may have been meant.
struct Detour<'w> {
    code: &'static str,
    why: String,
    text: String,
    key: &'w Key,
}

/// Reports a call that cannot be made against the world.
pub(crate) fn undecided(
    world: &World,
    reported: &Reported,
    why: &NoCall,
    sources: &mut Sources<'_>,
    report: &mut Report,
) {
    let NoCall::Unresolved(unresolved) = why else {
        report.verdict = match &reported.outcome {
            Outcome::Failed { .. } => words::alone(reported),
            _ => format!("{} It cannot be made again: {why}.", words::alone(reported)),
        };
        report.advice = crate::meaning::advice(reported);
        report.advice.pop();
        report.advice.extend(missing_words(why));
        return;
    };
    let detours = detours(world, reported);
    let agrees = !detours.is_empty() && is_hidden_or_missing(reported);
    for detour in detours {
        let supposed = meant(reported, detour.key);
        let Ok(trial) = trial::once(world, reported, &supposed, sources) else {
            continue;
        };
        report.detours.push(DetourView {
            code: detour.code,
            why: detour.why,
            text: detour.text,
            decision: trial.explained.decision,
            summary: words::summary(&trial),
        });
        if trial.is_denied() && report.fixes.is_none() {
            report.fixes = Some(kmsim_analysis::fix::for_call(
                world,
                &trial.call.call,
                sources,
            ));
        }
    }
    verdict(world, reported, unresolved, agrees, report);
}

fn missing_words(why: &NoCall) -> Option<String> {
    match why {
        NoCall::Silent("who called") => Some("Name the caller by --caller ARN.".to_owned()),
        NoCall::Silent(_) => {
            Some("Give the event of CloudTrail, which tells more than the message.".to_owned())
        }
        NoCall::Unreadable(_) | NoCall::Unresolved(_) => None,
    }
}

/// Whether AWS said what it says of keys that it does not find.
fn is_hidden_or_missing(reported: &Reported) -> bool {
    match &reported.outcome {
        Outcome::Allowed => false,
        Outcome::Denied(blame) => blame.policy_type == Some(PolicyType::ResourceOrMissing),
        Outcome::Failed { code, .. } => &**code == "NotFoundException",
    }
}

fn verdict(
    world: &World,
    reported: &Reported,
    unresolved: &Unresolved,
    agrees: bool,
    report: &mut Report,
) {
    let because = report.detours.first().map(|detour| detour.why.clone());
    let message = &unresolved.message;
    if agrees {
        report.agreement = Agreement::Same;
        let because = because.unwrap_or_else(|| message.clone());
        report.verdict = format!("Reproduced: the call does not reach the key. {because}.");
        return;
    }
    if let Outcome::Failed { code, .. } = &reported.outcome {
        let same = &**code == "NotFoundException";
        report.agreement = if same {
            Agreement::Same
        } else {
            Agreement::NotCompared
        };
        let means = crate::failure::meaning(code);
        let says = if same {
            " The world says the same"
        } else {
            " It cannot be compared"
        };
        report.verdict = format!("{code} is no denial: {means}.{says}: {message}.");
        report
            .advice
            .extend(crate::failure::advice(code).map(str::to_owned));
    } else {
        report.verdict = format!(
            "{} It cannot be made again: {message}.",
            words::alone(reported)
        );
        report.advice = crate::meaning::advice(reported);
        report.advice.pop();
    }
    if let Some(help) = &unresolved.help {
        report.advice.push(help.clone());
    }
    if report.detours.is_empty() && world.contents().keys.is_empty() {
        report.causes.push(Cause {
            code: "keys",
            text: "the world has no keys at all: add DescribeKey, GetKeyPolicy and ListGrants of the key".to_owned(),
        });
    }
}

/// The call as it may have been meant: on the key, in the key's Region.
fn meant(reported: &Reported, key: &Key) -> Supposed {
    let span = reported.span.before();
    let region = node::member("region", node::text(key.region.to_string(), span));
    Supposed {
        key: Some(Text {
            text: key.arn.as_str().into(),
            span,
        }),
        fields: vec![region],
        ..Supposed::default()
    }
}

/// The keys that the call may have meant.
fn detours<'w>(world: &'w World, reported: &Reported) -> Vec<Detour<'w>> {
    let Some(named) = reported.key.as_ref().or_else(|| reported.found_key()) else {
        return Vec::new();
    };
    let text = &*named.text;
    let called = reported.region.as_ref().map(|region| &*region.text);
    let account = reported.caller_account();
    let id = text.rsplit('/').next().unwrap_or(text);
    let form = KeyIdentifierForm::of(text);
    let keys = &world.contents().keys;
    let is_alias = matches!(
        form,
        KeyIdentifierForm::AliasName | KeyIdentifierForm::AliasArn
    );
    let name = text
        .find("alias/")
        .and_then(|at| text.get(at..))
        .unwrap_or(text);
    let mut found = Vec::new();
    for key in keys {
        let fits = if is_alias {
            key.aliases.iter().any(|alias| **alias == *name)
        } else {
            key.id() == id
        };
        if !fits {
            continue;
        }
        found.extend(detour(key, text, form, called, account));
    }
    found
}

fn detour<'w>(
    key: &'w Key,
    text: &str,
    form: KeyIdentifierForm,
    called: Option<&str>,
    account: Option<AccountId>,
) -> Option<Detour<'w>> {
    let here = called.is_none_or(|called| called == key.region.as_str());
    let own = account == Some(key.account);
    let called = called.unwrap_or("another Region");
    let their_account = account.map_or_else(
        || "the caller".to_owned(),
        |account| format!("account {account}"),
    );
    let endpoint = || format!("call the endpoint of {}", key.region);
    let make = |code, why, text| {
        Some(Detour {
            code,
            why,
            text,
            key,
        })
    };
    if matches!(
        form,
        KeyIdentifierForm::KeyArn | KeyIdentifierForm::AliasArn
    ) {
        let why = format!(
            "`{text}` is of {}, and the call went to {called}",
            key.region
        );
        return if here {
            None
        } else {
            make("region", why, endpoint())
        };
    }
    let what = if form == KeyIdentifierForm::AliasName {
        "an alias"
    } else {
        "a key id"
    };
    match (own, here) {
        (true, true) => None,
        (true, false) => {
            let why = format!(
                "`{text}` is not in {called}, which was called, but in {}",
                key.region
            );
            make("region", why, endpoint())
        }
        (false, true) => {
            let why = format!(
                "`{text}` means {what} of the caller's own account, and {their_account} has none of that name; account {} has",
                key.account
            );
            make("account", why, by_arn(key, text, form))
        }
        (false, false) => {
            let why = format!(
                "`{text}` means {what} of {their_account} in {called}, where there is none; account {} has one in {}",
                key.account, key.region
            );
            make(
                "account",
                why,
                format!("{}, and {}", by_arn(key, text, form), endpoint()),
            )
        }
    }
}

/// How another account's key goes.
fn by_arn(key: &Key, text: &str, form: KeyIdentifierForm) -> String {
    let arn = match form {
        KeyIdentifierForm::AliasName => key.arn.as_str().rsplit_once(":key/").map_or_else(
            || key.arn.to_string(),
            |(start, _)| format!("{start}:{text}"),
        ),
        _ => key.arn.to_string(),
    };
    format!("name it by its ARN, {arn}")
}
