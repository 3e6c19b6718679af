//! The tables of another implementation, each row turned into a case of its own. The tests of
//! kmsim-authz include this file too: both evaluators must give the same.
//!
//! Some rows record habits of that implementation where the documentation says otherwise or
//! nothing; they are listed with the reason, and must come out the other way here.

use serde_json::{Value, json};

use crate::shared::{cases_folder, read, verdict};

const USER: &str = "arn:aws:iam::123456789012:user/tester";
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/tester/one";
const ACCOUNT: &str = "123456789012";
const BUCKET: &str = "arn:aws:s3:::bucket";

const VALUELESS: &str = "a negated operator holds for a variable without value";
const MILLISECONDS: &str = "epoch values are seconds, not milliseconds";
const BOOL: &str = "variables act in string and ARN operators only";
const CASE: &str = "names in ARNs are case-sensitive";
const TYPE: &str = "a `*` in the last part of an ARN matches anything, also the resource type";
const REQUEST: &str = "a `*` in the request's resource is no wildcard";
const COMPLEMENT: &str = "NotResource is the complement of Resource, also for ARNs of other \
    services, Regions or accounts, for short ARNs and for variables without value";

const OPERATOR_HABITS: &[(usize, &str)] = &[
    (24, VALUELESS),
    (31, VALUELESS),
    (54, MILLISECONDS),
    (74, VALUELESS),
    (84, BOOL),
    (85, BOOL),
    (122, VALUELESS),
];

const PRINCIPAL_HABITS: &[(usize, &str)] = &[(19, CASE)];

const RESOURCE_HABITS: &[(usize, &str)] = &[
    (12, TYPE),
    (14, TYPE),
    (24, REQUEST),
    (27, REQUEST),
    (28, REQUEST),
    (132, COMPLEMENT),
    (141, REQUEST),
    (142, REQUEST),
    (155, COMPLEMENT),
    (156, COMPLEMENT),
    (165, COMPLEMENT),
    (166, COMPLEMENT),
    (175, COMPLEMENT),
    (176, COMPLEMENT),
    (189, COMPLEMENT),
    (190, COMPLEMENT),
    (191, COMPLEMENT),
    (195, COMPLEMENT),
    (196, COMPLEMENT),
    (199, COMPLEMENT),
    (200, COMPLEMENT),
    (201, COMPLEMENT),
    (202, COMPLEMENT),
    (203, COMPLEMENT),
    (205, COMPLEMENT),
    (206, COMPLEMENT),
    (209, COMPLEMENT),
    (210, COMPLEMENT),
    (211, COMPLEMENT),
    (212, COMPLEMENT),
    (213, COMPLEMENT),
    (214, COMPLEMENT),
    (222, COMPLEMENT),
    (223, COMPLEMENT),
];

/// Runs a table. `matched` tells whether we match as the row's `expected` says.
fn run(table: &str, habits: &[(usize, &str)], matched: impl Fn(&Value) -> Option<bool>) {
    let Some(folder) = cases_folder() else { return };
    let document = read(&folder.join("tables").join(format!("{table}.json")));
    let rows = document
        .as_object()
        .unwrap()
        .values()
        .find_map(Value::as_array)
        .unwrap()
        .clone();
    let mut wrong = Vec::new();
    let mut skipped = 0;
    for (index, row) in rows.iter().enumerate() {
        let habit = habits.iter().find(|(listed, _)| *listed == index);
        match (matched(row), habit) {
            (None, _) => skipped += 1,
            (Some(true), None) | (Some(false), Some(_)) => {}
            (Some(false), None) => wrong.push(format!("row {index} fails: {row}")),
            (Some(true), Some((_, reason))) => {
                wrong.push(format!(
                    "row {index} is no exception any more ({reason}): {row}"
                ));
            }
        }
    }
    println!(
        "{table}: {} rows, {} habits, {skipped} not applicable",
        rows.len(),
        habits.len()
    );
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn policy(statement: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

fn allow_all() -> Value {
    policy(&json!({"Effect": "Allow", "Action": "*", "Resource": "*"}))
}

#[test]
fn actions() {
    run("actions", &[], |row| {
        let element = row["element"].as_str().unwrap();
        let mut statement = json!({"Effect": "Allow", "Resource": "*"});
        statement[element] = row["actions"].clone();
        let case = json!({
            "request": {"principal": USER, "action": row["requestAction"], "resource": BUCKET},
            "policies": {"identity": [policy(&statement)]},
        });
        Some(row["expected"] == (verdict(&case) == "allowed"))
    });
}

/// An identity policy with these conditions against this context.
fn condition_holds(condition: &Value, context: &Value) -> bool {
    let statement =
        json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition});
    let case = json!({
        // A role, so that aws:username isn't derived.
        "request": {"principal": SESSION, "action": "s3:ListBucket", "resource": BUCKET,
            "context": context},
        "policies": {"identity": [policy(&statement)]},
    });
    verdict(&case) == "allowed"
}

#[test]
fn condition_operators() {
    run("condition_operators", OPERATOR_HABITS, |row| {
        let mut context = row["context"].clone();
        context["test:key"] = row["requestValues"][0].clone();
        let operator = row["operator"].as_str().unwrap();
        let condition = json!({operator: {"test:key": row["policyValues"]}});
        Some(row["expected"] == condition_holds(&condition, &context))
    });
}

#[test]
fn conditions() {
    run("conditions", &[], |row| {
        let mut condition = json!({});
        for entry in row["conditions"].as_array().unwrap() {
            let operator = entry["operator"].as_str().unwrap();
            let key = entry["key"].as_str().unwrap();
            condition[operator][key] = entry["values"].clone();
        }
        Some(row["expected"] == condition_holds(&condition, &row["context"]))
    });
}

#[test]
fn principals() {
    run("principals", PRINCIPAL_HABITS, |row| {
        let anonymous = row["requestPrincipal"]["type"] == "Anonymous";
        let caller = if anonymous {
            "anonymous"
        } else {
            row["requestPrincipal"].as_str()?
        };
        if !anonymous && !caller.starts_with("arn:") && !caller.contains(".amazonaws.com") {
            // Canonical users and identity providers are no principals of requests here.
            return None;
        }
        let mut statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
        if let Some(listed) = row["principals"].as_array() {
            let mut element = json!({});
            for entry in listed {
                let values = &mut element[entry["type"].as_str().unwrap()];
                if values.is_null() {
                    *values = json!([]);
                }
                values.as_array_mut().unwrap().push(entry["value"].clone());
            }
            statement[row["element"].as_str().unwrap()] = element;
        } else {
            for (name, value) in row["statement"].as_object().unwrap() {
                statement[name] = value.clone();
            }
        }
        Some(row["expected"] == match_kind(caller, &policy(&statement)))
    });
}

/// How a key policy in the caller's own account matches the caller, seen from outside: a match by
/// account needs the identity policy, a match by role is limited by the boundary.
fn match_kind(caller: &str, key_policy: &Value) -> &'static str {
    let account = caller.split(':').nth(4).unwrap_or(ACCOUNT);
    let key = format!("arn:aws:kms:us-east-1:{account}:key/1234abcd-12ab-34cd-56ef-1234567890ab");
    // KMS takes no unsigned requests, S3 does.
    let (action, resource) = if caller == "anonymous" {
        ("s3:GetObject", "arn:aws:s3:::bucket/key.txt")
    } else {
        ("kms:Decrypt", key.as_str())
    };
    let allowed = |policies: Value| {
        let case = json!({
            "request": {"principal": caller, "action": action, "resource": resource},
            "policies": policies,
        });
        verdict(&case) == "allowed"
    };
    let elsewhere = policy(&json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}));
    if !allowed(json!({"resource": key_policy, "identity": [allow_all()]})) {
        "NoMatch"
    } else if !allowed(json!({"resource": key_policy})) {
        "AccountLevelMatch"
    } else if !allowed(json!({"resource": key_policy, "permissionsBoundary": [elsewhere]})) {
        "SessionRoleMatch"
    } else {
        "Match"
    }
}

#[test]
fn resources() {
    run("resources", RESOURCE_HABITS, |row| {
        let effect = row["effect"].as_str().unwrap();
        let mut statement = json!({"Effect": effect, "Action": "*"});
        statement[row["element"].as_str().unwrap()] = row["resources"].clone();
        let layer = row["policyType"].as_str().unwrap();
        if matches!(layer, "resource" | "vpce" | "rcp") {
            statement["Principal"] = json!("*");
        }
        let own = policy(&statement);
        let with_all = json!([own, allow_all()]);
        let policies = match layer {
            "identity" if effect == "Deny" => json!({"identity": with_all}),
            "identity" => json!({"identity": [own]}),
            "session" => json!({"identity": [allow_all()], "session": [own]}),
            "pb" => json!({"identity": [allow_all()], "permissionsBoundary": [own]}),
            "resource" => json!({"resource": own}),
            "vpce" => json!({"identity": [allow_all()], "vpcEndpoint": [own]}),
            "scp" => json!({"identity": [allow_all()],
                "scps": [{"level": "root", "policies": with_all}]}),
            "rcp" => json!({"identity": [allow_all()],
                "rcps": [{"level": "root", "policies": [own]}]}),
            other => panic!("unknown layer {other}"),
        };
        let mut request = row["request"].clone();
        request
            .as_object_mut()
            .unwrap()
            .remove("wildcardOnlyAction");
        request["principal"] = json!(SESSION);
        request["resourceAccount"] = json!(ACCOUNT);
        let answer = verdict(&json!({"request": request, "policies": policies}));
        let wanted = if effect == "Deny" {
            "explicitDeny"
        } else {
            "allowed"
        };
        Some(row["expected"] == (answer == wanted))
    });
}
