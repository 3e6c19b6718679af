//! What the AWS CLI and the API of AWS answer.

use crate::hints::{self, Folders};
use crate::importer::{Document, Importer};
use crate::node::string;
use crate::recognize::Kind;

mod ec2;
mod kms;
mod owner;
mod pages;

/// Puts what documents say into the draft. Those of other makers are given back.
pub(crate) fn read<'a>(
    importer: &mut Importer<'_, 'a>,
    documents: Vec<Document<'a>>,
) -> Vec<Document<'a>> {
    let folders = folders(importer, &documents);
    let mut of_keys = Vec::new();
    let mut others = Vec::new();
    for document in documents {
        match document.kind {
            Kind::KeyPolicy
            | Kind::KeyMetadata
            | Kind::Grants
            | Kind::Aliases
            | Kind::KeyTags
            | Kind::Keys
            | Kind::KeyLastUsage => of_keys.push(document),
            Kind::VpcEndpoints => ec2::vpc_endpoints(importer, document),
            Kind::CallerIdentity => {}
            _ => others.push(document),
        }
    }
    kms::read(importer, &folders, of_keys);
    others
}

/// Accounts of folders, by the answers of `GetCallerIdentity` in them.
fn folders(importer: &mut Importer<'_, '_>, documents: &[Document<'_>]) -> Folders {
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
