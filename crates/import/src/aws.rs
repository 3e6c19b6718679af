//! What the AWS CLI and the API of AWS answer.

use crate::hints::{self, Folders};
use crate::importer::{Document, Importer};
use crate::node::string;
use crate::recognize::Kind;

mod ec2;
mod iam;
mod kms;
mod organizations;
mod owner;
mod pages;

/// Puts what documents say into the draft. Those of other makers are given back.
pub(crate) fn read<'a>(
    importer: &mut Importer<'_, 'a>,
    folders: &Folders,
    documents: Vec<Document<'a>>,
) -> Vec<Document<'a>> {
    let mut of_keys = Vec::new();
    let mut of_principals = Vec::new();
    let mut of_organizations = Vec::new();
    let mut others = Vec::new();
    for document in documents {
        match document.kind {
            // `s3api get-bucket-policy` and others answer in the same form.
            Kind::KeyPolicy
                if !kms::is_key_policy(
                    document.node.member("Policy").unwrap_or(&document.node),
                ) && hints::key_id(&document.name).is_none() =>
            {
                others.push(document);
            }
            Kind::KeyPolicy
            | Kind::KeyMetadata
            | Kind::Grants
            | Kind::Aliases
            | Kind::KeyTags
            | Kind::Keys
            | Kind::KeyLastUsage => of_keys.push(document),
            Kind::PolicyDocument if kms::is_key_policy(&document.node) => of_keys.push(document),
            Kind::AuthorizationDetails
            | Kind::Principals
            | Kind::InlinePolicy
            | Kind::AttachedPolicies
            | Kind::PolicyNames
            | Kind::ManagedPolicies
            | Kind::PolicyVersion => of_principals.push(document),
            Kind::Organization
            | Kind::Roots
            | Kind::Units
            | Kind::Accounts
            | Kind::Parents
            | Kind::Children
            | Kind::ControlPolicy
            | Kind::ControlPolicies
            | Kind::Targets
            | Kind::OrganizationBundle => of_organizations.push(document),
            Kind::VpcEndpoints => ec2::vpc_endpoints(importer, document),
            Kind::CallerIdentity => {}
            _ => others.push(document),
        }
    }
    iam::read(importer, folders, of_principals);
    kms::read(importer, folders, of_keys);
    organizations::read(importer, of_organizations);
    others
}

/// Accounts of folders, by the answers of `GetCallerIdentity` in them.
pub(crate) fn folders(importer: &mut Importer<'_, '_>, documents: &[Document<'_>]) -> Folders {
    let mut folders = Folders::default();
    for document in documents {
        if document.kind != Kind::CallerIdentity {
            continue;
        }
        let account = string(&document.node, "Account").and_then(|id| id.parse().ok());
        match account {
            Some(account) => {
                folders.add(hints::folder(&document.name), account);
                let what = format!("this folder is of account {account}");
                importer.report.used(document, what);
            }
            None => importer
                .report
                .ignored(document, "its account is no account id"),
        }
    }
    folders
}

/// "1 grant", "2 grants"
fn counted(count: usize, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {what}{ending}")
}
