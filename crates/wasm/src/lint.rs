//! What is wrong with a policy, and the rules that say so.

use kmsim_embed::{Asked, Unreadable, written};
use kmsim_lint::report::Report;
use kmsim_lint::rule::RulesView;
use kmsim_lint::rules::{RULES, rule};
use kmsim_lint::{Key, Subject, kind, lint};
use kmsim_policy::diagnostic::excerpt;
use kmsim_policy::document::parse_any;
use kmsim_policy::json;
use kmsim_policy::source::Sources;
use serde_json::{Value, json};

/// The options that are taken.
pub(crate) const OPTIONS: [&str; 2] = ["kind", "key"];

pub(crate) fn findings(text: &str, options: &Asked) -> Result<String, Unreadable> {
    let name = options.document.name("policy");
    let mut sources = Sources::new();
    let source = sources.add(name, text.to_owned());
    let mut found = Vec::new();
    let node = parse_any(text, source, name, &mut found);
    let guess = || match &node {
        Some(node) => kind::guess(node),
        None => kind::guess_of_text(text),
    };
    let kind = options.kind.unwrap_or_else(guess);
    let subject = match &node {
        Some(node) => Subject::new(node, kind, found),
        None => Subject::unreadable(kind, found),
    };
    let subject = subject.with_key(key(options)?).with_text(text);
    let mut findings = Vec::new();
    lint(&subject, &mut |finding| findings.push(finding));
    findings.sort_by_key(|finding| finding.span.start);
    Ok(written(&Report::new(name, kind, &findings, &sources)))
}

/// What is known of the key.
fn key(options: &Asked) -> Result<Key, Unreadable> {
    let Some(text) = &options.key else {
        return Ok(Key::default());
    };
    let mut sources = Sources::new();
    let source = sources.add("key", text.clone());
    let mut found = Vec::new();
    let node = json::parse(text, source, &mut found);
    let key = node.and_then(|node| Key::read(&node, &mut found));
    key.filter(|_| found.is_empty())
        .ok_or_else(|| Unreadable::new(&found, &sources))
}

/// The documentation of one rule, by its code or name.
pub(crate) fn documentation(code: &str) -> Result<String, Unreadable> {
    if let Some(rule) = rule(code) {
        return Ok(written(&RulesView::of([rule])));
    }
    let unreadable = Unreadable::because(format!("there is no rule `{}`", excerpt(code)));
    let names = RULES.iter().flat_map(|rule| [rule.code, rule.name]);
    Err(match kmsim_types::nearest(code, names) {
        Some(near) => unreadable.help(format!("did you mean `{near}`?")),
        None => unreadable,
    })
}

/// Every rule: what a list of them shows.
pub(crate) fn all() -> Value {
    let rules = RULES.iter().map(|rule| {
        json!({
            "code": rule.code,
            "name": rule.name,
            "severity": rule.severity.name(),
            "finds": rule.finds,
        })
    });
    json!({ "version": kmsim_lint::report::VERSION, "rules": rules.collect::<Vec<_>>() })
}
