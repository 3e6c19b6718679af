//! What templates export for each other.

use std::collections::BTreeMap;

use kmsim_authz::truth::Truth;

use super::deployment::Deployment;
use super::evaluate::{Evaluator, scalar};
use super::template::Template;
use crate::importer::Document;

/// How often exports are looked for that rest on exports.
const LONGEST_CHAIN: usize = 5;

/// Adds what templates export, if the values are known. What the user says wins.
pub(super) fn exchange(templates: &mut [(Document<'_>, Deployment)]) {
    for _ in 0..LONGEST_CHAIN {
        let mut found = BTreeMap::new();
        for (document, deployment) in &*templates {
            let template = Template::new(&document.node, &mut Vec::new());
            found.extend(of_template(&template, deployment));
        }
        let mut is_new = false;
        for (_, deployment) in &mut *templates {
            for (name, value) in &found {
                is_new |= !deployment.exports.contains_key(name);
                let known = deployment.exports.entry(name.clone());
                known.or_insert_with(|| value.clone());
            }
        }
        if !is_new {
            break;
        }
    }
}

fn of_template(template: &Template<'_, '_>, deployment: &Deployment) -> Vec<(String, String)> {
    let mut evaluator = Evaluator::new(template, deployment);
    let mut found = Vec::new();
    for output in template.outputs {
        let name = output
            .value
            .member("Export")
            .and_then(|node| node.member("Name"));
        let (Some(name), Some(value)) = (name, output.value.member("Value")) else {
            continue;
        };
        if evaluator.exists(output).truth != Truth::Yes {
            continue;
        }
        let name = evaluator.value(name).and_then(|node| scalar(&node));
        let value = evaluator.value(value).and_then(|node| scalar(&node));
        if let (Some(name), Some(value)) = (name, value) {
            found.push((name.into_owned(), value.into_owned()));
        }
    }
    found
}
