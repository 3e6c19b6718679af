//! What templates export for each other.

use std::collections::BTreeMap;

use kmsim_authz::truth::Truth;

use super::evaluate::{Evaluator, scalar};
use super::template::Template;
use crate::Settings;
use crate::importer::Document;

/// How often exports are looked for that rest on exports.
const LONGEST_CHAIN: usize = 5;

/// The exports of the user and those of the templates, if their values are known. What the user says
/// wins.
pub(super) fn exports(documents: &[Document<'_>], settings: &Settings) -> BTreeMap<String, String> {
    let mut known = settings.clone();
    for _ in 0..LONGEST_CHAIN {
        let mut found = known.exports.clone();
        for document in documents {
            let template = Template::new(&document.node, &mut Vec::new());
            for (name, value) in of_template(&template, &known) {
                found.entry(name).or_insert(value);
            }
        }
        if found.len() == known.exports.len() {
            break;
        }
        known.exports = found;
    }
    known.exports
}

fn of_template(template: &Template<'_, '_>, settings: &Settings) -> Vec<(String, String)> {
    let mut evaluator = Evaluator::new(template, settings);
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
