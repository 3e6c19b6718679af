use std::path::Path;

use kmsim_policy::source::Sources;
use serde_json::{Value, json};

use crate::report::{Caller, Outcome, Reported, Via, reports};

/// The reports in a text, which must be readable.
fn read(text: &str) -> Vec<Reported> {
    let (reports, found) = try_read(text);
    assert_eq!(found, Vec::<String>::new());
    reports
}

fn try_read(text: &str) -> (Vec<Reported>, Vec<String>) {
    let mut sources = Sources::new();
    let id = sources.add("trail.json", text.to_owned());
    let mut found = Vec::new();
    let reports = reports(text, id, &mut sources, &mut found);
    let lines = found.iter().map(|found| found.line(&sources)).collect();
    (reports, lines)
}

fn fixture() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/denials/events.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn event(id: &str) -> Value {
    let file = fixture();
    let mut events = file["Records"].as_array().unwrap().iter();
    events.find(|event| event["eventID"] == id).unwrap().clone()
}

fn one(event: &Value) -> Reported {
    let mut reports = read(&event.to_string());
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

/// What of a report does not depend on where it stands.
fn essence(reported: &Reported) -> String {
    let text = |text: &Option<kmsim_authz::call::Text>| text.as_ref().map(|text| text.text.clone());
    let fields: Vec<_> = reported.fields.iter().map(|field| &*field.key).collect();
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {fields:?} {:?}",
        text(&reported.id),
        text(&reported.time),
        reported.caller_account(),
        reported.asked.name(),
        text(&reported.key),
        reported
            .resources
            .iter()
            .map(|arn| arn.text.clone())
            .collect::<Vec<_>>(),
        text(&reported.region),
        reported.outcome,
    )
}

#[test]
fn events_in_every_wrapping() {
    let event = event("via-s3");
    let plain = essence(&one(&event));
    let text = event.to_string();
    let row = |event: &Value| -> Value {
        let columns = event.as_object().unwrap().iter().map(|(name, value)| {
            let value = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            json!({name.to_lowercase(): value})
        });
        columns.collect()
    };
    for (name, wrapped) in [
        ("a file of the bucket", json!({"Records": [event]}).to_string()),
        ("a list", json!([event]).to_string()),
        ("EventBridge", json!({"detail-type": "AWS API Call via CloudTrail", "source": "aws.kms", "detail": event}).to_string()),
        ("lookup-events", json!({"Events": [{"EventId": "x", "EventName": "GenerateDataKey", "CloudTrailEvent": text}]}).to_string()),
        ("filter-log-events", json!({"events": [{"logStreamName": "x", "message": text}]}).to_string()),
        ("Logs Insights", json!({"results": [[{"field": "@timestamp", "value": "x"}, {"field": "@message", "value": text}]]}).to_string()),
        ("Lake", json!({"QueryStatus": "FINISHED", "QueryResultRows": [row(&event)]}).to_string()),
        ("Lake with whole events", json!({"QueryResultRows": [[{"eventJson": text}]]}).to_string()),
        ("lines", format!("{event}\n")),
    ] {
        let found = read(&wrapped);
        let found: Vec<_> = found.iter().map(essence).collect();
        assert_eq!(found, std::slice::from_ref(&plain), "{name}");
    }
    let lines = read(&format!("{event}\n{event}\n"));
    assert_eq!(lines.len(), 2);
}

/// Lake prints structures into one column, in its own way, with names in lower case.
#[test]
fn rows_of_lake() {
    let rows = json!([{
        "eventtime": "2026-11-20 18:57:43.000",
        "eventsource": "kms.amazonaws.com",
        "eventname": "CreateGrant",
        "awsregion": "eu-central-1",
        "sourceipaddress": "192.0.2.10",
        "eventid": "row-1",
        "errorcode": "",
        "useridentity": "{type=AssumedRole, principalid=AROAEXAMPLEEXAMPLEEX1:run-7, arn=arn:aws:sts::222233334444:assumed-role/BillingJob/run-7, accountid=222233334444, sessioncontext={attributes={creationdate=2026-11-20 18:00:00.000, mfaauthenticated=false}, sessionissuer={type=Role, arn=arn:aws:iam::222233334444:role/batch/BillingJob, username=BillingJob}, sourceidentity=null}, invokedby=null}",
        "requestparameters": "{keyId=0987dcba-09fe-87dc-65ba-ab0987654321, granteePrincipal=arn:aws:iam::333344445555:role/Reporting, operations=[\"Decrypt\",\"Encrypt\"], constraints={\"encryptionContextSubset\":{\"Department\":\"Finance, HR\"}}}",
        "resources": "[{accountid=222233334444, type=AWS::KMS::Key, arn=arn:aws:kms:eu-central-1:222233334444:key/0987dcba-09fe-87dc-65ba-ab0987654321}]"
    }]);
    let report = one(&rows);
    assert_eq!(report.outcome, Outcome::Allowed);
    assert_eq!(
        report.time.as_ref().unwrap().text,
        "2026-11-20T18:57:43Z".into()
    );
    assert!(
        matches!(&report.caller, Caller::Principal(name) if name.text.ends_with("BillingJob/run-7"))
    );
    assert_eq!(report.resources.len(), 1);
    let field = |name: &str| {
        let field = report.fields.iter().find(|field| field.key == name);
        field.unwrap_or_else(|| panic!("{name}")).value.clone()
    };
    assert_eq!(
        field("role").as_str(),
        Some("arn:aws:iam::222233334444:role/batch/BillingJob")
    );
    assert_eq!(field("Operations").as_list().len(), 2);
    let constraints = field("Constraints");
    let subset = constraints.member("EncryptionContextSubset").unwrap();
    assert_eq!(
        subset.member("Department").unwrap().as_str(),
        Some("Finance, HR")
    );
}

fn with_identity(identity: &Value) -> Reported {
    let mut event = event("same-account-identity");
    event["userIdentity"] = identity.clone();
    event.as_object_mut().unwrap().remove("errorMessage");
    one(&event)
}

#[test]
fn every_kind_of_identity() {
    let account = "222233334444";
    for (identity, expected) in [
        (
            json!({"type": "Root", "principalId": account, "arn": "arn:aws:iam::222233334444:root", "accountId": account}),
            "arn:aws:iam::222233334444:root",
        ),
        (
            json!({"type": "IAMUser", "arn": "arn:aws:iam::222233334444:user/dev/mary", "accountId": account, "userName": "mary"}),
            "arn:aws:iam::222233334444:user/dev/mary",
        ),
        (
            json!({"type": "IAMUser", "accountId": account, "userName": "mary"}),
            "arn:aws:iam::222233334444:user/mary",
        ),
        (
            json!({"type": "FederatedUser", "principalId": "222233334444:bob", "arn": "arn:aws:sts::222233334444:federated-user/bob", "accountId": account, "sessionContext": {"sessionIssuer": {"type": "IAMUser", "arn": "arn:aws:iam::222233334444:user/mary"}}}),
            "arn:aws:sts::222233334444:federated-user/bob",
        ),
        (
            json!({"type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"}),
            "cloudtrail.amazonaws.com",
        ),
        (
            json!({"type": "AWSService", "principalId": "logs.eu-central-1.amazonaws.com", "invokedBy": "logs.eu-central-1.amazonaws.com"}),
            "logs.eu-central-1.amazonaws.com",
        ),
        (
            json!({"type": "AssumedRole", "arn": "arn:aws:sts::222233334444:assumed-role/aws:ec2-infrastructure/i-0123456789abcdef0", "accountId": account, "invokedBy": "ec2-frontend-api.amazonaws.com", "sessionContext": {"sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::222233334444:role/aws:ec2-infrastructure"}}}),
            "arn:aws:sts::222233334444:assumed-role/aws:ec2-infrastructure/i-0123456789abcdef0",
        ),
    ] {
        let report = with_identity(&identity);
        let Caller::Principal(name) = &report.caller else {
            panic!("{identity}");
        };
        assert_eq!(&*name.text, expected);
        assert_eq!(report.via, Via::Direct, "{identity}");
    }
    let other = with_identity(
        &json!({"type": "AWSAccount", "principalId": "AROAEXAMPLEEXAMPLEEX7:etl", "accountId": "333344445555"}),
    );
    assert!(
        matches!(other.caller, Caller::Id { .. }),
        "{:?}",
        other.caller
    );
    let internal = with_identity(&json!({"accountId": account, "invokedBy": "AWS Internal"}));
    assert!(
        matches!(internal.caller, Caller::Unknown(Some(_))),
        "{:?}",
        internal.caller
    );
}

#[test]
fn a_service_on_the_way_may_be_unknown() {
    let mut event = event("via-s3");
    assert!(matches!(one(&event).via, Via::Service(_)));
    event["userIdentity"]["invokedBy"] = "AWS Internal".into();
    assert_eq!(one(&event).via, Via::Unknown);
}

#[test]
fn another_services_event_can_report_a_denial_of_kms() {
    let mut event = event("same-account-identity");
    event["eventSource"] = "s3.amazonaws.com".into();
    event["eventName"] = "GetObject".into();
    event["requestParameters"] = json!({"bucketName": "invoices", "key": "1.pdf"});
    let report = one(&event);
    assert_eq!(report.asked.name(), Some("Decrypt"));
    assert!(matches!(&report.via, Via::Service(name) if &*name.text == "s3.amazonaws.com"));
    assert_eq!(
        report
            .fields
            .iter()
            .filter(|field| field.key == "key")
            .count(),
        0
    );
}

#[test]
fn both_events_of_a_call_across_accounts_name_the_caller() {
    let mut owner = event("cross-account-owner");
    owner.as_object_mut().unwrap().remove("errorMessage");
    let caller = event("cross-account-identity");
    let alone = one(&owner);
    assert!(matches!(alone.caller, Caller::Id { .. }));
    let both = read(&json!([owner, caller]).to_string());
    assert_eq!(both[0].caller, both[1].caller);
}

#[test]
fn enclaves_and_endpoints() {
    let mut event = event("cross-account-allowed");
    event["additionalEventData"] =
        json!({"recipient": {"attestationDocumentEnclaveImageDigest": "ee0d"}});
    let report = one(&event);
    let keys: Vec<_> = report.context.iter().map(|key| &*key.key).collect();
    assert!(
        keys.contains(&"kms:RecipientAttestation:ImageSha384"),
        "{keys:?}"
    );
    assert!(report.fields.iter().any(|field| field.key == "Recipient"));
    assert_eq!(
        report.vpc_endpoint.unwrap().text,
        "vpce-0fedcba9876543210".into()
    );
    let mut denied = self::event("vpc-endpoint");
    denied["errorCode"] = "VpceAccessDenied".into();
    denied.as_object_mut().unwrap().remove("errorMessage");
    let Outcome::Denied(blame) = one(&denied).outcome else {
        panic!("not denied");
    };
    assert_eq!(blame.policy_type.unwrap().name(), "vpc-endpoint");
}

#[test]
fn half_written_events_are_named() {
    let whole = event("scp").to_string();
    let half = whole.get(..whole.len() / 2).unwrap();
    let (reports, found) = try_read(half);
    assert!(reports.is_empty());
    assert!(found[0].starts_with("trail.json:1:"), "{found:?}");
    let mut event = event("scp");
    event["eventTime"] = "yesterday".into();
    let (reports, found) = try_read(&event.to_string());
    assert_eq!(reports.len(), 1);
    assert!(
        found[0].contains("`yesterday` is not a point in time"),
        "{found:?}"
    );
    let policy = r#"{"Version": "2012-10-17", "Statement": []}"#;
    assert!(read(policy).is_empty());
    let answer = r#"{"__type": "AccessDeniedException", "Message": "User: arn:aws:iam::222233334444:user/mary is not authorized to perform: kms:ListKeys"}"#;
    assert_eq!(
        one(&serde_json::from_str(answer).unwrap()).asked.name(),
        Some("ListKeys")
    );
}

/// Printed structures nest, and no text takes more than its length.
#[test]
fn printed_structures_are_bounded() {
    for text in [
        "{a=".repeat(100_000),
        "[".repeat(100_000),
        format!("{{a={}}}", "x, y ".repeat(30_000)),
        format!("[{}]", "a,".repeat(50_000)),
    ] {
        let event = json!({"eventName": "Decrypt", "eventSource": "kms.amazonaws.com", "userIdentity": text});
        assert!(matches!(one(&event).caller, Caller::Unknown(_)));
    }
}
