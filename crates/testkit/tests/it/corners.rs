//! Corner cases of KMS authorization that the shared conformance cases leave out: grants, the
//! kinds of principals, RCPs and SCPs. Expectations follow sections 3, 4, 6 and 12.

use kmsim_testkit::decide;
use serde_json::{Value, json};

const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const ALIAS: &str = "arn:aws:kms:us-east-1:111122223333:alias/app";
const USER: &str = "arn:aws:iam::111122223333:user/alice";
const FOREIGN_USER: &str = "arn:aws:iam::444455556666:user/bob";
const ROLE: &str = "arn:aws:iam::111122223333:role/app";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/one";
const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/fred";
const ROOT: &str = "arn:aws:iam::111122223333:root";
const FOREIGN_ROOT: &str = "arn:aws:iam::444455556666:root";

fn allow(action: &str) -> Value {
    json!({"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})
}

fn deny(action: &str) -> Value {
    json!({"Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": action, "Resource": "*"}]})
}

/// A policy with a Principal.
fn for_principal(effect: &str, action: &str, principal: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": effect, "Action": action, "Resource": "*", "Principal": principal}]})
}

fn key_policy(principal: &str) -> Value {
    for_principal("Allow", "kms:*", &json!({"AWS": principal}))
}

fn request(principal: &str, action: &str, resource: &str, context: &Value) -> Value {
    json!({"principal": principal, "action": action, "resource": resource, "context": context})
}

#[track_caller]
fn check(request: &Value, policies: &Value, grants: &Value, expect: &str) {
    let case = json!({"request": request, "policies": policies, "grants": grants});
    assert_eq!(decide(&case).unwrap().as_str(), expect, "{case:#}");
}

/// A call on the key without grants.
#[track_caller]
fn check_key(principal: &str, action: &str, policies: &Value, expect: &str) {
    check(
        &request(principal, action, KEY, &json!({})),
        policies,
        &json!([]),
        expect,
    );
}

/// A call that only this grant (with these fields besides) can allow.
#[track_caller]
fn check_grant(principal: &str, action: &str, context: &Value, grant: &Value, expect: &str) {
    check(
        &request(principal, action, KEY, context),
        &json!({}),
        &json!([grant]),
        expect,
    );
}

#[test]
fn principals_of_key_policies() {
    let only_s3 = json!([allow("s3:*")]);
    let named = |principal: &str| json!({"resource": key_policy(principal)});
    let limited = |principal: &str| {
        json!({"resource": key_policy(principal), "permissionsBoundary": only_s3,
            "session": only_s3})
    };
    check_key(SESSION, "kms:Decrypt", &named(ROLE), "allowed");
    check_key(SESSION, "kms:Decrypt", &limited(ROLE), "implicitDeny");
    check_key(SESSION, "kms:Decrypt", &limited(SESSION), "allowed");
    check_key(USER, "kms:Decrypt", &limited(USER), "allowed");
    check_key(FEDERATED, "kms:Decrypt", &limited(FEDERATED), "allowed");
    check_key(ROOT, "kms:Decrypt", &named(ROOT), "allowed");
    check_key(USER, "kms:Decrypt", &named(ROOT), "implicitDeny");
    check_key(FOREIGN_ROOT, "kms:Decrypt", &named(FOREIGN_ROOT), "allowed");
    let delegated = |identity: &Value| json!({"resource": key_policy(ROOT), "identity": identity});
    check_key(
        USER,
        "kms:Decrypt",
        &delegated(&json!([allow("kms:*")])),
        "allowed",
    );
    check_key(
        FEDERATED,
        "kms:Decrypt",
        &delegated(&json!([allow("kms:*")])),
        "implicitDeny",
    );
    let denied = json!({"resource": key_policy(USER), "permissionsBoundary": [deny("kms:*")]});
    check_key(USER, "kms:Decrypt", &denied, "explicitDeny");
}

#[test]
fn across_accounts() {
    let both = json!({"resource": key_policy(FOREIGN_USER), "identity": [allow("kms:*")]});
    check_key(FOREIGN_USER, "kms:Decrypt", &both, "allowed");
    check_key(
        FOREIGN_USER,
        "kms:ScheduleKeyDeletion",
        &both,
        "implicitDeny",
    );
    let one = json!({"resource": key_policy(FOREIGN_USER)});
    check_key(FOREIGN_USER, "kms:Decrypt", &one, "implicitDeny");
}

#[test]
fn scps_and_rcps() {
    let linked = "arn:aws:iam::111122223333:role/aws-service-role/ec2.amazonaws.com/app";
    let levels = |policy: &Value| json!([{"level": "root", "policies": [policy]}]);
    let own = |principal: &str, more: &Value| {
        let mut policies = more.clone();
        policies["resource"] = for_principal("Allow", "kms:*", &json!("*"));
        (principal.to_owned(), policies)
    };
    let rcp = levels(&for_principal("Deny", "kms:*", &json!("*")));
    let nothing = json!([{"level": "root", "policies": []}]);
    for (principal, more, expect) in [
        (USER, json!({"scps": nothing}), "implicitDeny"),
        (USER, json!({"scps": []}), "allowed"),
        (
            ROOT,
            json!({"scps": levels(&deny("kms:*"))}),
            "explicitDeny",
        ),
        (linked, json!({"scps": levels(&deny("kms:*"))}), "allowed"),
        ("s3.amazonaws.com", json!({"scps": nothing}), "allowed"),
        ("s3.amazonaws.com", json!({"rcps": rcp}), "explicitDeny"),
        (FOREIGN_ROOT, json!({"rcps": rcp}), "explicitDeny"),
        (linked, json!({"rcps": rcp}), "allowed"),
        (USER, json!({"rcps": nothing}), "allowed"),
    ] {
        let (principal, policies) = own(principal, &more);
        check_key(&principal, "kms:Decrypt", &policies, expect);
    }
    let list = request(USER, "kms:ListKeys", "*", &json!({}));
    let policies = json!({"identity": [allow("kms:*")], "rcps": rcp});
    check(&list, &policies, &json!([]), "allowed");
}

#[test]
fn aliases() {
    let policies = json!({"identity": [allow("kms:*")]});
    let on = |action: &str, resource: &str| request(USER, action, resource, &json!({}));
    check(
        &on("kms:CreateAlias", ALIAS),
        &policies,
        &json!([]),
        "allowed",
    );
    check(
        &on("kms:Decrypt", ALIAS),
        &policies,
        &json!([]),
        "implicitDeny",
    );
    let managed = "arn:aws:kms:us-east-1:111122223333:alias/aws/s3";
    check(
        &on("kms:DeleteAlias", managed),
        &policies,
        &json!([]),
        "implicitDeny",
    );
}

#[test]
fn grantees() {
    let grant = |grantee: &str| json!({"GranteePrincipal": grantee, "Operations": ["Decrypt"]});
    let context = json!({});
    check_grant(USER, "kms:Decrypt", &context, &grant(USER), "allowed");
    check_grant(
        FOREIGN_USER,
        "kms:Decrypt",
        &context,
        &grant(FOREIGN_USER),
        "allowed",
    );
    check_grant(SESSION, "kms:Decrypt", &context, &grant(ROLE), "allowed");
    check_grant(USER, "kms:Encrypt", &context, &grant(USER), "implicitDeny");
    check_grant(USER, "kms:Decrypt", &context, &grant(ROOT), "implicitDeny");
    check_grant(ROOT, "kms:Decrypt", &context, &grant(ROOT), "allowed");
    let service = "dynamodb.us-east-1.amazonaws.com";
    check_grant(service, "kms:Decrypt", &context, &grant(service), "allowed");
    let mut elsewhere = grant(USER);
    elsewhere["KeyId"] = json!("arn:aws:kms:us-east-1:111122223333:key/other");
    check_grant(USER, "kms:Decrypt", &context, &elsewhere, "implicitDeny");
}

#[test]
fn what_limits_a_grant() {
    let grants = |grantee: &str| json!([{"GranteePrincipal": grantee, "Operations": ["Decrypt"]}]);
    let session = request(SESSION, "kms:Decrypt", KEY, &json!({}));
    let boundary = json!({"permissionsBoundary": [allow("s3:*")]});
    check(&session, &boundary, &grants(ROLE), "implicitDeny");
    check(&session, &boundary, &grants(SESSION), "allowed");
    check(
        &session,
        &json!({"identity": [deny("kms:*")]}),
        &grants(SESSION),
        "explicitDeny",
    );
    let scps = json!({"scps": [{"level": "root", "policies": [allow("s3:*")]}]});
    check(&session, &scps, &grants(SESSION), "implicitDeny");
    let delegated = json!({"identity": [allow("kms:Decrypt")]});
    check(&session, &delegated, &grants(ROOT), "allowed");
}

#[test]
fn constraints_of_grants() {
    let grant = |constraints: Value| {
        json!({"GranteePrincipal": USER, "Constraints": constraints,
            "Operations": ["Decrypt", "DescribeKey", "Sign"]})
    };
    let it = json!({"kms:EncryptionContext:Department": "IT"});
    let both = json!({"kms:EncryptionContext:Department": "IT", "kms:EncryptionContext:a": "b"});
    let equals = grant(json!({"EncryptionContextEquals": {"department": "IT"}}));
    let subset = grant(json!({"EncryptionContextSubset": {"Department": "IT"}}));
    check_grant(USER, "kms:Decrypt", &it, &equals, "allowed");
    check_grant(USER, "kms:Decrypt", &both, &equals, "implicitDeny");
    check_grant(USER, "kms:Decrypt", &both, &subset, "allowed");
    check_grant(USER, "kms:Decrypt", &json!({}), &subset, "implicitDeny");
    let lower = json!({"kms:EncryptionContext:Department": "it"});
    check_grant(USER, "kms:Decrypt", &lower, &subset, "implicitDeny");
    check_grant(USER, "kms:DescribeKey", &json!({}), &equals, "allowed");
    check_grant(USER, "kms:Sign", &json!({}), &equals, "allowed");
    let source = grant(json!({"SourceArn": "arn:aws:s3:::bucket*"}));
    check_grant(USER, "kms:Decrypt", &json!({}), &source, "implicitDeny");
    let from = json!({"aws:SourceArn": "arn:aws:s3:::bucket"});
    check_grant(USER, "kms:Decrypt", &from, &source, "allowed");
}

#[test]
fn create_grant_by_grant() {
    let parent = |constraints: Value| {
        json!({"GranteePrincipal": USER, "Constraints": constraints,
            "Operations": ["CreateGrant", "Decrypt"]})
    };
    let child = |operations: Value, kind: Value| {
        let mut context = json!({"kms:GrantOperations": operations});
        if !kind.is_null() {
            context["kms:GrantConstraintType"] = kind;
            context["kms:EncryptionContext:a"] = json!("b");
        }
        context
    };
    let (equals, subset) = ("EncryptionContextEquals", "EncryptionContextSubset");
    let pairs = json!({"a": "b"});
    for (constraints, context, expect) in [
        (json!({}), child(json!(["Decrypt"]), Value::Null), "allowed"),
        (
            json!({}),
            child(json!(["Decrypt", "Encrypt"]), Value::Null),
            "implicitDeny",
        ),
        (
            json!({subset: pairs}),
            child(json!(["Decrypt"]), Value::Null),
            "implicitDeny",
        ),
        (
            json!({subset: pairs}),
            child(json!(["Decrypt"]), json!(subset)),
            "allowed",
        ),
        (
            json!({subset: pairs}),
            child(json!(["Decrypt"]), json!(equals)),
            "allowed",
        ),
        (
            json!({equals: pairs}),
            child(json!(["Decrypt"]), json!(subset)),
            "implicitDeny",
        ),
        (
            json!({equals: pairs}),
            child(json!(["Decrypt"]), json!(equals)),
            "allowed",
        ),
    ] {
        check_grant(
            USER,
            "kms:CreateGrant",
            &context,
            &parent(constraints),
            expect,
        );
    }
}

#[test]
fn who_may_retire() {
    let grant = json!({"GranteePrincipal": ROLE, "RetiringPrincipal": FOREIGN_USER,
        "IssuingAccount": FOREIGN_ROOT, "Operations": ["Decrypt"]});
    let mut with_retire = grant.clone();
    with_retire["Operations"] = json!(["Decrypt", "RetireGrant"]);
    let call = |who: &str| request(who, "kms:RetireGrant", KEY, &json!({}));
    let other = "arn:aws:iam::444455556666:user/other";
    let may = json!({"identity": [allow("kms:RetireGrant")]});
    let key_only = json!({"resource": key_policy(USER)});
    let rcp = json!({"rcps": [{"level": "root",
        "policies": [for_principal("Deny", "kms:*", &json!("*"))]}]});
    for (who, policies, grant, expect) in [
        (FOREIGN_USER, &json!({}), &grant, "allowed"),
        (FOREIGN_USER, &rcp, &grant, "allowed"),
        (
            FOREIGN_USER,
            &json!({"identity": [deny("kms:*")]}),
            &grant,
            "explicitDeny",
        ),
        (SESSION, &json!({}), &grant, "implicitDeny"),
        (SESSION, &json!({}), &with_retire, "allowed"),
        (FOREIGN_ROOT, &json!({}), &grant, "allowed"),
        (other, &json!({}), &grant, "implicitDeny"),
        (other, &may, &grant, "allowed"),
        (USER, &may, &grant, "allowed"),
        (USER, &key_only, &grant, "implicitDeny"),
        (
            "arn:aws:iam::777788889999:user/eve",
            &may,
            &grant,
            "implicitDeny",
        ),
    ] {
        check(&call(who), policies, &json!([grant]), expect);
    }
    check(&call(USER), &may, &json!([]), "implicitDeny");
}
