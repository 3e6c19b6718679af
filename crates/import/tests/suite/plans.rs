//! Plans made for one question each: what an expression refers to, and where a resource lies.

#![expect(
    clippy::needless_pass_by_value,
    reason = "what a test writes down is passed as it stands there"
)]

use kmsim_authz::decision::Verdict::{Allowed, Depends, ImplicitDeny};
use kmsim_import::Settings;
use serde_json::{Value, json};

use crate::support::{Outcome, import};

mod documents;

const ACCOUNT: &str = "111122223333";

/// A plan that creates things, with its configuration.
#[derive(Default)]
struct Plan {
    changes: Vec<Value>,
    root: Vec<Value>,
    calls: serde_json::Map<String, Value>,
    providers: serde_json::Map<String, Value>,
    prior: Vec<Value>,
}

/// Type, name and mode of a resource in an address without indexes of modules that hold dots.
fn parts(address: &str) -> (String, String, &'static str) {
    let last: Vec<&str> = address.rsplitn(3, '.').collect();
    let name = last[0].split('[').next().unwrap().to_owned();
    let mode = if address.contains("data.") {
        "data"
    } else {
        "managed"
    };
    (last[1].to_owned(), name, mode)
}

/// An expression that refers to things; as Terraform does, also to what they are attributes of.
fn refers(references: &[&str]) -> Value {
    let mut all: Vec<String> = Vec::new();
    for reference in references {
        all.push((*reference).to_owned());
        if let Some((base, _)) = reference
            .rsplit_once('.')
            .filter(|(base, _)| base.contains('.'))
        {
            all.push(base.to_owned());
        }
    }
    json!({ "references": all })
}

fn declared(address: &str, provider: &str, expressions: Value) -> Value {
    let (kind, name, mode) = parts(address);
    json!({"address": address, "mode": mode, "type": kind, "name": name, "provider_config_key": provider, "expressions": expressions})
}

impl Plan {
    fn new() -> Self {
        Self::default()
            .caller("aws", ACCOUNT)
            .provider("aws", json!({"region": {"constant_value": "us-west-2"}}))
    }

    /// The identity that a provider has.
    fn caller(mut self, provider: &str, account: &str) -> Self {
        let name = provider.replace('.', "_");
        let address = format!("data.aws_caller_identity.{name}");
        self.prior.push(json!({"address": address, "mode": "data", "type": "aws_caller_identity", "name": name, "values": {"account_id": account}}));
        self.root.push(declared(&address, provider, json!({})));
        self
    }

    fn provider(mut self, key: &str, expressions: Value) -> Self {
        self.providers.insert(
            key.to_owned(),
            json!({"name": "aws", "expressions": expressions}),
        );
        self
    }

    fn change(mut self, address: &str, after: Value, unknown: Value) -> Self {
        let (kind, name, mode) = parts(address);
        self.changes.push(json!({"address": address, "mode": mode, "type": kind, "name": name, "change": {"actions": [if mode == "data" { "read" } else { "create" }], "before": null, "after": after, "after_unknown": unknown}}));
        self
    }

    fn create(mut self, address: &str, after: Value, unknown: Value, expressions: Value) -> Self {
        self.root.push(declared(
            address.split('[').next().unwrap(),
            "aws",
            expressions,
        ));
        self.change(address, after, unknown)
    }

    fn create_with(
        mut self,
        provider: &str,
        address: &str,
        after: Value,
        unknown: Value,
        expressions: Value,
    ) -> Self {
        self.root.push(declared(address, provider, expressions));
        self.change(address, after, unknown)
    }

    fn call(mut self, name: &str, expressions: Value, resources: &[Value], outputs: Value) -> Self {
        self.calls.insert(name.to_owned(), json!({"expressions": expressions, "module": {"resources": resources, "outputs": outputs}}));
        self
    }

    /// A key whose policy is the default one.
    fn key(self, name: &str) -> Self {
        let address = format!("aws_kms_key.{name}");
        self.create(
            &address,
            json!({"key_usage": "ENCRYPT_DECRYPT"}),
            json!({"arn": true, "id": true, "key_id": true, "policy": true}),
            json!({}),
        )
        .alias(name, &[&format!("{address}.key_id")])
    }

    fn alias(self, name: &str, key: &[&str]) -> Self {
        self.create(
            &format!("aws_kms_alias.{name}"),
            json!({"name": format!("alias/{name}")}),
            json!({"target_key_id": true, "arn": true}),
            json!({"target_key_id": refers(key)}),
        )
    }

    fn role(self, name: &str) -> Self {
        self.create(
            &format!("aws_iam_role.{name}"),
            json!({"name": name}),
            json!({"arn": true, "id": true}),
            json!({"name": {"constant_value": name}}),
        )
    }

    /// A policy of a role that is known after apply.
    fn policy(self, name: &str, role: &str, references: &[&str]) -> Self {
        self.create(
            &format!("aws_iam_role_policy.{name}"),
            json!({"name": name}),
            json!({"policy": true, "role": true}),
            json!({"policy": refers(references), "role": refers(&[role])}),
        )
    }

    fn document(self, name: &str, after: Value, unknown: Value, expressions: Value) -> Self {
        self.create(
            &format!("data.aws_iam_policy_document.{name}"),
            after,
            unknown,
            expressions,
        )
    }

    fn json(&self) -> Value {
        json!({
            "format_version": "1.2", "planned_values": {"root_module": {}}, "resource_changes": self.changes,
            "prior_state": {"values": {"root_module": {"resources": self.prior}}},
            "configuration": {"provider_config": self.providers, "root_module": {"resources": self.root, "module_calls": self.calls}},
        })
    }

    fn import(&self, settings: Settings) -> Outcome {
        let text = serde_json::to_string_pretty(&self.json()).unwrap();
        import(&[("plan.json", &text)], settings)
    }

    fn outcome(&self) -> Outcome {
        self.import(Settings::default())
    }
}

fn role(name: &str, rest: &str) -> String {
    format!("caller: arn:aws:iam::{ACCOUNT}:role/{name}\noperation: {rest}")
}

const USE: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}"#;

#[test]
fn each_instance_refers_to_the_instance_with_its_index() {
    let plan = Plan::new()
        .create(
            "aws_kms_key.k[\"a\"]",
            json!({}),
            json!({"arn": true, "key_id": true, "policy": true}),
            json!({}),
        )
        .change(
            "aws_kms_key.k[\"b\"]",
            json!({}),
            json!({"arn": true, "key_id": true, "policy": true}),
        )
        .create(
            "aws_kms_alias.k[\"a\"]",
            json!({"name": "alias/a"}),
            json!({"target_key_id": true}),
            json!({"target_key_id": {"references": ["aws_kms_key.k", "each.key"]}}),
        )
        .change(
            "aws_kms_alias.k[\"b\"]",
            json!({"name": "alias/b"}),
            json!({"target_key_id": true}),
        );
    let outcome = plan.outcome();
    let keys = &outcome.world().contents().keys;
    let aliases: Vec<_> = keys
        .iter()
        .flat_map(|key| key.aliases.iter().map(ToString::to_string))
        .collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(
        {
            let mut sorted = aliases;
            sorted.sort();
            sorted
        },
        ["alias/a", "alias/b"]
    );
    assert!(keys.iter().all(|key| key.aliases.len() == 1));
}

#[test]
fn one_of_several_instances_is_not_guessed() {
    let plan = Plan::new()
        .create(
            "aws_kms_key.k[0]",
            json!({}),
            json!({"key_id": true}),
            json!({}),
        )
        .change("aws_kms_key.k[1]", json!({}), json!({"key_id": true}))
        .alias("a", &["aws_kms_key.k"]);
    let outcome = plan.outcome();
    assert!(outcome.world().contents().aliases.is_empty());
    assert!(
        outcome
            .gaps
            .iter()
            .any(|gap| gap.contains("aws_kms_alias.a")),
        "{:?}",
        outcome.gaps
    );
}

#[test]
fn modules_hand_values_in_and_out() {
    let inner = [
        declared(
            "aws_iam_role_policy.p",
            "aws",
            json!({"policy": refers(&["data.aws_iam_policy_document.d.json"]), "role": refers(&["var.role"])}),
        ),
        declared(
            "data.aws_iam_policy_document.d",
            "aws",
            json!({"statement": [{"resources": refers(&["var.key"])}]}),
        ),
    ];
    let maker = [declared("aws_kms_key.k", "aws", json!({}))];
    let unknown = json!({"json": true, "statement": [{"resources": [true]}]});
    let plan = Plan::new()
        .call("keys", json!({}), &maker, json!({"arn": {"expression": refers(&["aws_kms_key.k.arn"])}, "id": {"expression": refers(&["aws_kms_key.k.key_id"])}}))
        .call("access", json!({"key": refers(&["module.keys.arn"]), "role": refers(&["aws_iam_role.App.name"])}), &inner, json!({}))
        .role("App")
        .change("module.keys.aws_kms_key.k", json!({}), json!({"arn": true, "key_id": true, "policy": true}))
        .change("module.access.aws_iam_role_policy.p", json!({"name": "p"}), json!({"policy": true, "role": true}))
        .change("module.access.data.aws_iam_policy_document.d", json!({"statement": [{"actions": ["kms:Decrypt"], "effect": "Allow", "resources": [null]}]}), unknown)
        .key("other")
        .alias("k", &["module.keys.id"]);
    plan.outcome().assert(&[
        (&role("App", "Decrypt\nkey: alias/k"), Allowed),
        (&role("App", "Decrypt\nkey: alias/other"), ImplicitDeny),
    ]);
}

#[test]
fn an_argument_with_two_references_is_unknown() {
    let plan = Plan::new().key("a").key("b").role("App").policy(
        "p",
        "aws_iam_role.App.id",
        &["aws_kms_key.a.arn"],
    );
    plan.outcome()
        .assert(&[(&role("App", "Decrypt\nkey: alias/a"), Depends)]);
    let plan = Plan::new()
        .key("a")
        .key("b")
        .alias("c", &["var.first", "aws_kms_key.a.key_id"]);
    let outcome = plan.outcome();
    assert!(
        outcome
            .world()
            .contents()
            .keys
            .iter()
            .all(|key| key.aliases.len() == 1)
    );
}

#[test]
fn a_replica_has_the_id_and_the_spec_of_its_primary() {
    let plan = Plan::new()
        .caller("aws.west", ACCOUNT)
        .provider("aws.west", json!({"region": {"references": ["var.none"]}}))
        .create("aws_kms_key.p", json!({"multi_region": true, "customer_master_key_spec": "RSA_2048", "key_usage": "SIGN_VERIFY"}), json!({"arn": true, "key_id": true, "policy": true}), json!({}))
        .create_with("aws.west", "aws_kms_replica_key.r", json!({"region": "eu-west-1", "key_usage": "SIGN_VERIFY"}), json!({"arn": true, "key_id": true, "policy": true, "primary_key_arn": true, "key_spec": true}), json!({"primary_key_arn": refers(&["aws_kms_key.p.arn"])}));
    let outcome = plan.outcome();
    let keys: Vec<_> = outcome
        .world()
        .contents()
        .keys
        .iter()
        .map(|key| format!("{} {} {:?}", key.arn, key.spec, key.multi_region))
        .collect();
    insta::assert_debug_snapshot!("replica", keys);
}

#[test]
fn providers_lie_in_accounts() {
    let other = "444455556666";
    let plan = Plan::new()
        .provider("aws.other", json!({"region": {"constant_value": "eu-west-1"}, "assume_role": [{"role_arn": {"constant_value": format!("arn:aws:iam::{other}:role/deploy")}}]}))
        .provider("aws.third", json!({"region": {"constant_value": "eu-west-2"}, "allowed_account_ids": {"constant_value": ["999988887777"]}}))
        .key("a")
        .create_with("aws.other", "aws_kms_key.b", json!({}), json!({"arn": true, "policy": true}), json!({}))
        .create_with("aws.third", "aws_kms_key.c", json!({}), json!({"arn": true, "policy": true}), json!({}));
    let outcome = plan.outcome();
    let places: Vec<_> = outcome
        .world()
        .contents()
        .keys
        .iter()
        .map(|key| format!("{} {}", key.account, key.region))
        .collect();
    assert_eq!(
        places,
        [
            "111122223333 us-west-2",
            "444455556666 eu-west-1",
            "999988887777 eu-west-2"
        ]
    );
}

const IDENTITY: &str = r#"{"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/a", "UserId": "AIDAEXAMPLE"}"#;

#[test]
fn an_account_that_nothing_tells_is_asked_for() {
    let plan = Plan::default().key("a").json().to_string();
    let beside = [("plan.json", &*plan), ("identity.json", IDENTITY)];
    let refused = |settings: &Settings| import(&beside, settings.clone()).findings;
    let nowhere = Settings::default();
    let found = refused(&nowhere);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].ends_with(
            "error[missing-account]: the plan does not tell the account of `aws_kms_key.a`"
        ),
        "{found:?}"
    );
    let in_account = Settings {
        account: ACCOUNT.parse().ok(),
        ..Settings::default()
    };
    let found = refused(&in_account);
    assert!(
        found[0].ends_with(
            "error[missing-region]: the plan does not tell the Region of `aws_kms_key.a`"
        ),
        "{found:?}"
    );
    let placed = Settings {
        region: kmsim_types::Region::new("us-west-2").ok(),
        ..in_account.clone()
    };
    assert_eq!(import(&beside, placed).world().contents().keys.len(), 1);
    // By itself a plan makes a world all the same, and what it allows is not known.
    for (settings, gaps) in [
        (nowhere, &["no-account", "no-region"][..]),
        (in_account, &["no-region"]),
    ] {
        let outcome = import(&[("plan.json", &plan)], settings);
        assert_eq!(outcome.findings, [""; 0]);
        for gap in gaps {
            assert!(outcome.gaps.iter().any(|own| own.contains(gap)), "{gap}");
        }
        let key = &outcome.world().contents().keys[0];
        let call = format!(
            "caller: arn:aws:iam::{}:root\nkey: {}\noperation: Decrypt",
            key.account, key.arn
        );
        assert_eq!(outcome.decide(&call), Depends);
    }
}

#[test]
fn what_is_attached_is_found_by_its_name() {
    let plan = Plan::new()
        .key("a")
        .role("App")
        .create("aws_iam_user.u", json!({"name": "alice", "path": "/x/", "permissions_boundary": null}), json!({"arn": true}), json!({}))
        .create("aws_iam_group.g", json!({"name": "team"}), json!({"arn": true}), json!({}))
        .create("aws_iam_policy.p", json!({"name": "use", "policy": USE}), json!({"arn": true}), json!({"policy": {}}))
        .create("aws_iam_policy.b", json!({"name": "limit", "policy": USE.replace("Decrypt", "Encrypt")}), json!({"arn": true}), json!({"policy": {}}))
        .create("aws_iam_policy_attachment.p", json!({"name": "p", "roles": ["App"], "groups": [null]}), json!({"policy_arn": true, "groups": [true]}), json!({"policy_arn": refers(&["aws_iam_policy.p.arn"]), "groups": refers(&["aws_iam_group.g.name"])}))
        .create("aws_iam_user_group_membership.m", json!({"user": "alice", "groups": ["team"]}), json!({}), json!({}))
        .create("aws_iam_role.Bound", json!({"name": "Bound", "inline_policy": [{"name": "own", "policy": USE}]}), json!({"arn": true, "permissions_boundary": true}), json!({"permissions_boundary": refers(&["aws_iam_policy.b.arn"]), "inline_policy": [{}]}));
    let outcome = plan.outcome();
    let alice =
        format!("caller: arn:aws:iam::{ACCOUNT}:user/x/alice\noperation: Decrypt\nkey: alias/a");
    outcome.assert(&[
        (&role("App", "Decrypt\nkey: alias/a"), Allowed),
        (&alice, Allowed),
        (&role("Bound", "Decrypt\nkey: alias/a"), ImplicitDeny),
    ]);
}

#[test]
fn organizations_are_read() {
    let plan = Plan::new()
        .key("a")
        .create("aws_iam_role.App", json!({"name": "App", "inline_policy": [{"name": "own", "policy": USE}]}), json!({"arn": true}), json!({"inline_policy": [{}]}))
        .create("aws_organizations_organization.o", json!({"id": "o-exampleorgid", "master_account_id": "999988887777", "roots": [{"id": "r-abcd", "name": "Root"}]}), json!({}), json!({}))
        .create("aws_organizations_organizational_unit.u", json!({"name": "Work", "parent_id": "r-abcd"}), json!({"id": true}), json!({}))
        .create("aws_organizations_account.a", json!({"id": ACCOUNT, "name": "app"}), json!({"parent_id": true}), json!({"parent_id": refers(&["aws_organizations_organizational_unit.u.id"])}))
        .create("aws_organizations_policy.p", json!({"name": "NoDecrypt", "type": "SERVICE_CONTROL_POLICY", "content": USE.replace("Allow", "Deny")}), json!({"id": true}), json!({}))
        .create("aws_organizations_policy_attachment.p", json!({}), json!({"policy_id": true, "target_id": true}), json!({"policy_id": refers(&["aws_organizations_policy.p.id"]), "target_id": refers(&["aws_organizations_organizational_unit.u.id"])}));
    let outcome = plan.outcome();
    assert_eq!(
        outcome.decide(&role("App", "Decrypt\nkey: alias/a")),
        kmsim_authz::decision::Verdict::ExplicitDeny,
        "{:?}",
        outcome.gaps
    );
}

#[test]
fn policies_of_other_resources() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}"#;
    let own = json!({"policy": policy});
    let with = |name: &str, value: &str| json!({"policy": policy, name: value});
    let plan = Plan::new()
        .create(
            "aws_sqs_queue.q",
            json!({"name": "jobs"}),
            json!({"arn": true, "id": true, "url": true, "policy": true}),
            json!({}),
        )
        .create(
            "aws_sqs_queue_policy.q",
            own.clone(),
            json!({"queue_url": true}),
            json!({"queue_url": refers(&["aws_sqs_queue.q.id"])}),
        )
        .create(
            "aws_sns_topic.t",
            json!({"name": "news", "policy": policy}),
            json!({"arn": true}),
            json!({"policy": {}}),
        )
        .create(
            "aws_sns_topic_policy.other",
            with("arn", "arn:aws:sns:us-west-2:111122223333:other"),
            json!({}),
            json!({}),
        )
        .create(
            "aws_secretsmanager_secret.s",
            json!({"name": "db"}),
            json!({"arn": true, "id": true, "policy": true}),
            json!({}),
        )
        .create(
            "aws_secretsmanager_secret_policy.s",
            own,
            json!({"secret_arn": true}),
            json!({"secret_arn": refers(&["aws_secretsmanager_secret.s.arn"])}),
        )
        .create(
            "aws_s3_bucket_policy.b",
            with("bucket", "data"),
            json!({}),
            json!({}),
        );
    let outcome = plan.outcome();
    let found: Vec<_> = outcome
        .world()
        .contents()
        .resources
        .iter()
        .map(|found| found.arn.to_string())
        .collect();
    insta::assert_debug_snapshot!("plan_resources", found);
}

#[test]
fn a_failed_plan_is_incomplete() {
    let plan = r#"{"format_version": "1.2", "planned_values": {}, "resource_changes": [], "errored": true}"#;
    let outcome = import(&[("plan.json", plan)], Settings::default());
    assert!(
        outcome.gaps[0].starts_with("incomplete-plan"),
        "{:?}",
        outcome.gaps
    );
}
