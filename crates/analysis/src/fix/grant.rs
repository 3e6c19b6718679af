//! A grant that allows one request (KMS Developer Guide, "Grants in AWS KMS").

use kmsim_authz::grant::{EncryptionContextConstraint, Grant};
use kmsim_authz::principal::Principal;
use kmsim_policy::parse;
use kmsim_policy::source::Span;
use kmsim_types::{GrantOperation, GrantOperationSet};
use serde_json::{Map, Value, json};

use super::patch::NewGrant;
use super::propose::{Proposal, Stage};
use super::statement;

/// The grant for the request: its operation alone, under its encryption context. `None` where a
/// grant cannot give the permission, or would have to give more: a grant to make grants lets its
/// grantee pass on whatever operations it lists.
pub(super) fn proposal<'w>(stage: &Stage<'_, 'w>) -> Option<Proposal<'w>> {
    let request = stage.request();
    let action = request.action.kms()?;
    let operation = action.info().grant_operation?;
    let passes_on = matches!(
        operation,
        GrantOperation::CreateGrant | GrantOperation::RetireGrant
    );
    if passes_on || stage.layers.aws_managed_key {
        return None;
    }
    let key = request.resource.arn().filter(|_| !request.is_on_alias())?;
    let grantee = match &request.principal {
        Principal::Service(_) | Principal::Federated(_) | Principal::Anonymous => return None,
        principal => principal.principal_arn()?,
    };
    let mut parameters = Map::new();
    parameters.insert("KeyId".to_owned(), key.as_str().into());
    parameters.insert("GranteePrincipal".to_owned(), grantee.as_str().into());
    parameters.insert("Operations".to_owned(), json!([operation.name()]));
    let mut encryption_context = None;
    if action.info().encryption_context {
        let pairs: Vec<(Box<str>, Box<str>)> = statement::pairs(request)
            .map(|(key, value)| (key.into(), value.into()))
            .collect();
        if !pairs.is_empty() {
            let named = pairs.iter();
            let named: Map<String, Value> = named
                .map(|(key, value)| (key.to_string(), Value::from(&**value)))
                .collect();
            let constraints = json!({"EncryptionContextEquals": named});
            parameters.insert("Constraints".to_owned(), constraints);
            encryption_context = Some(EncryptionContextConstraint {
                equals: true,
                pairs,
            });
        }
    }
    let mut operations = GrantOperationSet::EMPTY;
    operations.insert(operation);
    let grant = Grant {
        key: Some(key.as_str().into()),
        id: "new".into(),
        name: None,
        grantee: parse::aws_principal(&grantee),
        retiring: None,
        operations,
        encryption_context,
        source_arn: None,
        issuing_account: request.resource_account,
        token: None,
        pending: false,
        span: Span::default(),
    };
    let summary = format!("create a grant of {} to {grantee}", operation.name());
    Some(Proposal::Grant(Box::new(NewGrant {
        grant,
        parameters: Value::Object(parameters),
        summary,
        check: stage.at,
    })))
}
