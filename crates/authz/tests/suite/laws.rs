//! Laws of evaluation that hold for every case, tried on random ones.

use kmsim_authz::decide::decide_traced;
use kmsim_authz::decision::Verdict;
use kmsim_authz::trace::Say;
use kmsim_authz::truth::Truth;
use kmsim_policy::syntax::Effect;
use kmsim_testkit::random;
use kmsim_types::KmsAction;
use kmsim_types::condition_key::lookup;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};
use serde_json::{Map, Value, json};

use crate::reading::{decision, effort, read, verdict};
use crate::yaml;

/// Tries a law on random cases. `choice` is a number to choose variants of a case by.
pub(crate) fn on_random_cases(
    count: u32,
    law: impl Fn(&Value, usize) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases: count * effort(),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let strategy = (random::case(), any::<u16>());
    let tried = TestRunner::new(config).run(&strategy, |(case, choice)| law(&case, choice.into()));
    // The message has the case as JSON; proptest would add it as a long tree.
    match tried {
        Ok(()) => {}
        Err(TestError::Fail(reason, _)) => panic!("{reason}"),
        Err(error) => panic!("{error}"),
    }
}

/// Calls `change` for every policy of a case, those of all layers and levels.
pub(crate) fn each_policy(case: &mut Value, change: &mut impl FnMut(&mut Value)) {
    fn within(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
        match value {
            Value::Object(members) if members.contains_key("Statement") => change(value),
            Value::Object(members) => members
                .values_mut()
                .for_each(|member| within(member, change)),
            Value::Array(items) => items.iter_mut().for_each(|item| within(item, change)),
            _ => {}
        }
    }
    within(&mut case["policies"], change);
}

/// The statements of a policy as a list.
pub(crate) fn statements(policy: &mut Value) -> &mut Vec<Value> {
    let statement = &mut policy["Statement"];
    if !statement.is_array() {
        *statement = json!([statement.take()]);
    }
    statement.as_array_mut().unwrap()
}

fn with_effect(statement: &Value, effect: &str) -> Value {
    let mut copy = statement.clone();
    copy["Effect"] = json!(effect);
    copy
}

#[test]
fn an_explicit_deny_always_wins() {
    on_random_cases(600, |case, _| {
        let text = case.to_string();
        let read = read(&text, "case.json").unwrap();
        let (decision, trace) = decide_traced(&read.layers.borrow(), &read.request);
        let denied = decision.verdict == Verdict::ExplicitDeny;
        let layer_denies = trace
            .layers
            .iter()
            .any(|layer| layer.say == Say::Applies && layer.denies == Truth::Yes);
        let statement_denies = trace
            .statements
            .iter()
            .any(|statement| statement.effect == Effect::Deny && statement.applies() == Truth::Yes);
        prop_assert_eq!(denied, layer_denies, "{}", case);
        prop_assert_eq!(denied, statement_denies, "{}", case);
        Ok(())
    });
}

#[test]
fn another_deny_allows_nothing() {
    on_random_cases(600, |case, choice| {
        let before = verdict(case);
        let mut more = case.clone();
        let mut index = 0;
        each_policy(&mut more, &mut |policy| {
            let statements = statements(policy);
            let chosen = statements.get(choice % (statements.len() + 1)).cloned();
            // One of the policy's own statements turned round, or one that denies everything.
            let deny = chosen.map_or_else(
                || json!({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}),
                |own| with_effect(&own, "Deny"),
            );
            if (choice >> 8).is_multiple_of(3) || choice % 5 == index % 5 {
                statements.push(deny);
            }
            index += 1;
        });
        let after = verdict(&more);
        let expected = match before {
            Verdict::Allowed | Verdict::ImplicitDeny => {
                after == before || after == Verdict::ExplicitDeny
            }
            _ => after == before,
        };
        prop_assert!(expected, "{before} became {after}: {more}");
        Ok(())
    });
}

#[test]
fn another_allow_of_an_identity_denies_nothing() {
    on_random_cases(600, |case, choice| {
        let before = verdict(case);
        let mut more = case.clone();
        let mut found = Vec::new();
        each_policy(&mut more, &mut |policy| found.append(statements(policy)));
        let mut more = case.clone();
        let chosen = found.get(choice % (found.len() + 1)).cloned();
        let allow = chosen.map_or_else(
            || json!({"Effect": "Allow", "Action": "*", "Resource": "*"}),
            |own| with_effect(&own, "Allow"),
        );
        let policy = json!({"Version": "2012-10-17", "Statement": [allow]});
        more["policies"]["identity"]
            .as_array_mut()
            .unwrap()
            .push(policy);
        let after = verdict(&more);
        let expected =
            after == before || (before, after) == (Verdict::ImplicitDeny, Verdict::Allowed);
        prop_assert!(expected, "{before} became {after}: {more}");
        Ok(())
    });
}

#[test]
fn another_grant_denies_nothing() {
    on_random_cases(300, |case, _| {
        let before = verdict(case);
        let mut more = case.clone();
        let caller = &case["request"]["principal"];
        let grants = more["grants"].take();
        let mut grants = grants.as_array().cloned().unwrap_or_default();
        if caller
            .as_str()
            .is_some_and(|caller| caller.contains(":iam:") && !caller.contains("-provider/"))
        {
            grants.push(json!({"GrantId": "g", "GranteePrincipal": caller,
                "Operations": ["Decrypt", "Encrypt", "DescribeKey", "CreateGrant", "RetireGrant"]}));
        }
        more["grants"] = json!(grants);
        let after = verdict(&more);
        let expected =
            after == before || (before, after) == (Verdict::ImplicitDeny, Verdict::Allowed);
        prop_assert!(expected, "{before} became {after}: {more}");
        Ok(())
    });
}

#[test]
fn another_ceiling_allows_nothing() {
    on_random_cases(300, |case, choice| {
        let before = verdict(case);
        let mut more = case.clone();
        let narrow = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": "*", "Action": (["kms:Decrypt", "s3:*", "*"])[choice % 3], "Resource": "*"}]});
        let name = ["permissionsBoundary", "vpcEndpoint", "scps", "rcps"][choice / 3 % 4];
        match name {
            "scps" | "rcps" => {
                let mut levels = more["policies"][name]
                    .as_array()
                    .cloned()
                    .unwrap_or_default();
                levels.push(json!({"level": "one-more", "policies": [narrow]}));
                more["policies"][name] = json!(levels);
            }
            _ if more["policies"].get(name).is_none() => more["policies"][name] = json!([narrow]),
            // Policies of one such layer are a union: another one may allow more.
            _ => {}
        }
        let after = verdict(&more);
        // NotPrincipal with Deny hits callers that have a boundary.
        let denied = after == Verdict::ExplicitDeny && name == "permissionsBoundary";
        let expected = after == before
            || (before, after) == (Verdict::Allowed, Verdict::ImplicitDeny)
            || denied;
        prop_assert!(expected, "{before} became {after}: {more}");
        Ok(())
    });
}

#[test]
fn order_does_not_matter() {
    on_random_cases(400, |case, choice| {
        let mut other = case.clone();
        disorder(&mut other, choice);
        prop_assert_eq!(decision(case).verdict, verdict(&other), "{}", case);
        Ok(())
    });
}

/// Turns lists and the members of objects round by `choice` places, or the other way about.
fn disorder(value: &mut Value, choice: usize) {
    match value {
        Value::Array(items) => {
            for item in items.iter_mut() {
                disorder(item, choice);
            }
            if !items.is_empty() {
                let places = choice % items.len();
                items.rotate_left(places);
            }
            if choice.is_multiple_of(2) {
                items.reverse();
            }
        }
        Value::Object(members) => {
            let mut turned: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
            turned.reverse();
            for (key, mut member) in turned {
                disorder(&mut member, choice);
                members.insert(key, member);
            }
        }
        _ => {}
    }
}

#[test]
fn letter_case_of_key_names_does_not_matter() {
    on_random_cases(400, |case, _| {
        let mut other = case.clone();
        // The name of a pair is the value of kms:EncryptionContextKeys, where case counts.
        rename(&mut other["request"]["context"], |key| {
            match key.split_at_checked(22) {
                Some(("kms:EncryptionContext:", name)) => format!("KMS:ENCRYPTIONCONTEXT:{name}"),
                _ => other_case(key),
            }
        });
        each_policy(&mut other, &mut |policy| {
            for statement in statements(policy) {
                let Some(Value::Object(operators)) = statement.get_mut("Condition") else {
                    continue;
                };
                for keys in operators.values_mut() {
                    rename(keys, other_case);
                }
            }
        });
        prop_assert_eq!(verdict(case), verdict(&other), "{}", case);
        Ok(())
    });
}

/// Upper case for lower case and the other way about, so that different names stay different.
fn other_case(name: &str) -> String {
    let turned = |c: char| {
        if c.is_ascii_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    name.chars().map(turned).collect()
}

fn rename(object: &mut Value, name: impl Fn(&str) -> String) {
    let Some(members) = object.as_object_mut() else {
        return;
    };
    *members = std::mem::take(members)
        .into_iter()
        .map(|(key, value)| (name(&key), value))
        .collect();
}

#[test]
fn json_and_yaml_mean_the_same() {
    on_random_cases(400, |case, _| {
        let text = yaml::write(case);
        let read = read(&text, "case.yaml");
        prop_assert!(read.is_some(), "not readable:\n{}", text);
        let read = read.unwrap();
        let found = kmsim_authz::decide::decide(&read.layers.borrow(), &read.request);
        prop_assert_eq!(decision(case), found, "{}", text);
        Ok(())
    });
}

/// Keys that tell who calls. They are asked when principals are compared, where only what is
/// known counts; the law is about conditions.
const WHO_CALLS: [&str; 2] = ["aws:principalarn", "aws:userid"];

/// Values that a key may turn out to have.
fn possible_values(case: &Value, key: &str) -> Vec<Value> {
    let mut values = vec![
        Value::Null,
        json!(""),
        json!("something"),
        json!("true"),
        json!("false"),
        json!("111122223333"),
        json!(["something"]),
    ];
    let mut policies = case.clone();
    each_policy(&mut policies, &mut |policy| {
        for statement in statements(policy) {
            for keys in statement["Condition"]
                .as_object()
                .into_iter()
                .flat_map(Map::values)
            {
                for (name, operands) in keys.as_object().into_iter().flatten() {
                    if !name.eq_ignore_ascii_case(key) {
                        continue;
                    }
                    let operands = operands
                        .as_array()
                        .cloned()
                        .unwrap_or(vec![operands.clone()]);
                    values.push(json!(operands));
                    values.extend(operands);
                }
            }
        }
    });
    values.retain(|value| value != &json!([]));
    values
}

/// The keys of a case's conditions, and those that its request states.
fn keys(case: &Value) -> Vec<String> {
    let mut keys: Vec<String> = case["request"]["context"]
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .cloned()
        .collect();
    let mut policies = case.clone();
    each_policy(&mut policies, &mut |policy| {
        for statement in statements(policy) {
            let operators = statement["Condition"].as_object().into_iter();
            for names in operators.flat_map(Map::values) {
                keys.extend(names.as_object().into_iter().flat_map(Map::keys).cloned());
            }
        }
    });
    keys.push("kms:EncryptionContext:Department".to_owned());
    keys.push("kms:GrantOperations".to_owned());
    keys.push("kms:GrantConstraintType".to_owned());
    keys.push("aws:SourceArn".to_owned());
    keys.retain(|key| !WHO_CALLS.contains(&key.to_lowercase().as_str()));
    keys
}

fn set(case: &mut Value, key: &str, value: Option<Value>) {
    let context = &mut case["request"]["context"];
    if !context.is_object() {
        *context = json!({});
    }
    let members = context.as_object_mut().unwrap();
    members.retain(|own, _| !own.eq_ignore_ascii_case(key));
    if let Some(value) = value {
        members.insert(key.to_owned(), value);
    }
}

/// Whether an answer under something unknown is right, given the answer for certain values. A request
/// that nothing allows is denied, whether or not a Deny hits it too.
pub(crate) fn is_sound(unknown: Verdict, known: Verdict) -> bool {
    match unknown {
        Verdict::Depends => true,
        Verdict::ImplicitDeny => matches!(known, Verdict::ImplicitDeny | Verdict::ExplicitDeny),
        Verdict::Allowed | Verdict::ExplicitDeny => unknown == known,
    }
}

#[test]
fn an_answer_for_an_unknown_key_holds_for_all_its_values() {
    on_random_cases(600, |case, choice| {
        let keys = keys(case);
        let key = &keys[choice % keys.len()];
        let mut unknown = case.clone();
        set(&mut unknown, key, None);
        unknown["request"]["unknown"] = json!([key]);
        let text = unknown.to_string();
        let read = read(&text, "case.json").unwrap();
        let answer = kmsim_authz::decide::decide(&read.layers.borrow(), &read.request);
        let (traced, _) = decide_traced(&read.layers.borrow(), &read.request);
        prop_assert_eq!(answer, traced, "{}", text);
        for value in possible_values(case, key) {
            let mut known = case.clone();
            set(&mut known, key, Some(value));
            let found = verdict(&known);
            prop_assert!(
                is_sound(answer.verdict, found),
                "{}: {}, but {found}: {known}",
                key,
                answer.verdict
            );
        }
        Ok(())
    });
}

#[test]
fn an_answer_where_the_rest_is_unknown_holds_whatever_the_rest_is() {
    on_random_cases(600, |case, choice| {
        let action = case["request"]["action"]
            .as_str()
            .and_then(KmsAction::from_name);
        let derived = case["request"]["context"].clone();
        let stated = derived.as_object().cloned().unwrap_or_default();
        let mut unknown = case.clone();
        for (index, key) in stated.keys().enumerate() {
            // A key that AWS never sends with the action is absent, not unknown.
            let may_be_sent = match (lookup(key), action) {
                (Some(info), Some(action)) => info.applies_to(action),
                _ => true,
            };
            let who = WHO_CALLS.contains(&key.to_lowercase().as_str());
            if may_be_sent && !who && choice >> (index % 16) & 1 == 1 {
                set(&mut unknown, key, None);
            }
        }
        unknown["request"]["unknown"] = json!("all");
        let (answer, found) = (verdict(&unknown), verdict(case));
        prop_assert!(
            is_sound(answer, found),
            "{answer}, but {found}: {case}\n{unknown}"
        );
        Ok(())
    });
}

#[test]
fn no_case_depends_on_anything_unless_a_key_is_unknown() {
    on_random_cases(400, |case, _| {
        prop_assert_ne!(verdict(case), Verdict::Depends, "{}", case);
        Ok(())
    });
}
