//! CloudFormation templates: JSON, YAML, and what `cdk synth` writes.
//!
//! A template is evaluated for one account, one Region and one set of parameters. What is decided only
//! when it is deployed stays unknown. docs/import.md lists the types that are read, and the
//! names that things get which CloudFormation would name.

use kmsim_policy::diagnostic::Diagnostic;

use crate::counts::Counts;
use crate::hints::Folders;
use crate::importer::{Document, Importer};
use crate::placeholder;
use crate::recognize::Kind;
use crate::unplaced;

mod condition;
mod deployment;
mod doubt;
mod evaluate;
mod export;
mod function;
mod identity;
mod json_text;
mod key;
mod loops;
mod organization;
mod physical;
mod reference;
mod resource;
mod stack;
mod substitute;
mod template;

use deployment::{Deployment, Stacks};
use evaluate::Evaluator;
use stack::Stack;
use template::Template;

/// Puts what templates say into the draft. Other documents are given back.
pub(crate) fn read<'a>(
    importer: &mut Importer<'_, 'a>,
    documents: Vec<Document<'a>>,
    folders: &Folders,
) -> Vec<Document<'a>> {
    let (stacks, documents) = Stacks::read(importer, documents);
    let (templates, others): (Vec<_>, Vec<_>) = documents
        .into_iter()
        .partition(|document| document.kind == Kind::CloudFormation);
    let is_alone = templates.len() == 1;
    let mut deployed = Vec::with_capacity(templates.len());
    for mut document in templates {
        let deployment = stacks.deployment(&document, is_alone, &importer.settings, folders);
        if let Some(expanded) = loops::expand(&document.node, &deployment.parameters) {
            document.node = expanded;
        }
        deployed.push((document, deployment));
    }
    export::exchange(&mut deployed);
    for (document, deployment) in &deployed {
        read_one(importer, document, deployment);
    }
    others
}

fn read_one<'a>(importer: &mut Importer<'_, 'a>, document: &Document<'a>, deployment: &Deployment) {
    let draft = &mut importer.draft;
    draft.plan(document.node.span.source);
    let template = Template::new(&document.node, &mut draft.diagnostics);
    let stand_in = placeholder::account().filter(|_| deployment.anywhere);
    if deployment.account.is_none() && stand_in.is_some() {
        unplaced::account(draft, "template");
    }
    let Some(account) = deployment.account.or(stand_in) else {
        let message = "the template does not say into which account it is deployed";
        draft.diagnostics.push(
            Diagnostic::error("missing-account", document.node.span.before(), message)
                .help("give the account with --account or, beside --from, --from-account (`account` in a test file)"),
        );
        let why = "the account is not known";
        importer.report.ignored(document, why);
        return;
    };
    let missing = template
        .needs_region()
        .filter(|_| deployment.region.is_none());
    if missing.is_some() && deployment.anywhere {
        unplaced::region(draft, "template");
    } else if let Some(region) = missing {
        let message = "the template does not say into which Region it is deployed";
        draft.diagnostics.push(
            Diagnostic::error("missing-region", region, message)
                .help("give the Region with --region or, beside --from, --from-region (`region` in a test file)"),
        );
    }
    let mut stack = Stack {
        evaluator: Evaluator::new(&template, deployment),
        draft,
        account: account.to_string(),
        principals: Vec::new(),
        counts: Counts::default(),
    };
    let what = stack.read();
    importer.report.used(document, what);
}

#[cfg(test)]
mod tests;
