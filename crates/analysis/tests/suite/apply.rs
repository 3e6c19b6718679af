//! Applies a fix to the text that it was made for, by nothing but what the fix says: the changed
//! document is put in the place of the old one, new ones and grants where they belong.

use kmsim_analysis::fix::{Change, Fix};
use kmsim_authz::explain::LocationView;
use kmsim_policy::document::parse_any;
use kmsim_policy::json::{Node, Value as Tree};
use kmsim_policy::source::{Sources, Span};
use serde_json::Value;

/// The text of a case after a fix.
pub(crate) fn to_case(text: &str, name: &str, fix: &Fix) -> Value {
    let text = replaced(text, name, fix);
    put_new(value(&text, name), fix)
}

/// A case with the documents and grants that a fix makes.
pub(crate) fn put_new(mut case: Value, fix: &Fix) -> Value {
    for change in &fix.changes {
        if change.document.kind == "grant" {
            push(&mut case["grants"], grant(change));
        } else if change.document.is_new {
            let policies = &mut case["policies"];
            match change.document.kind {
                "identity" => push(&mut policies["identity"], change.result.clone()),
                "session" => push(&mut policies["session"], change.result.clone()),
                "key-policy" | "resource" | "trust" => policies["resource"] = change.result.clone(),
                "scp" => {
                    let levels = policies["scps"].as_array_mut().expect("levels");
                    let owner = &change.document.owner;
                    let level = levels.iter_mut().find(|level| {
                        owner.ends_with(level["level"].as_str().unwrap_or_default())
                            && level["policies"].as_array().is_none_or(Vec::is_empty)
                    });
                    push(
                        &mut level.expect("the level")["policies"],
                        change.result.clone(),
                    );
                }
                kind => panic!("no place for a new {kind}"),
            }
        }
    }
    case
}

/// A world after a fix.
pub(crate) fn to_world(text: &str, name: &str, fix: &Fix) -> Value {
    let mut world = value(&replaced(text, name, fix), name);
    for change in &fix.changes {
        let owner = &change.document.owner;
        let accounts = world["accounts"].as_array_mut().expect("accounts");
        let account = accounts
            .iter_mut()
            .find(|own| change.account.as_deref() == own["id"].as_str());
        let location = change.document.location.as_ref();
        // `policy: default` has no document in the file.
        let is_default = location.is_some_and(|location| location.file.starts_with('<'));
        if change.document.kind == "grant" || is_default {
            let keys = account.expect("the account")["keys"].as_array_mut();
            let mut keys = keys.expect("keys").iter_mut();
            let key = keys.find(|key| owner.ends_with(key["id"].as_str().unwrap_or_default()));
            let key = key.expect("the key");
            if is_default {
                key["policy"] = change.result.clone();
            } else {
                push(&mut key["grants"], grant(change));
            }
        } else if change.document.is_new {
            assert_eq!(change.document.kind, "identity");
            let list = if owner.contains(":user/") {
                "users"
            } else {
                "roles"
            };
            let all = account.expect("the account")[list].as_array_mut();
            let mut all = all.expect("principals").iter_mut();
            let own = all.find(|own| {
                owner.ends_with(&format!("/{}", own["name"].as_str().unwrap_or_default()))
            });
            let policy = change.document.name.as_deref().expect("a name");
            own.expect("the principal")["policies"][policy] = change.result.clone();
        }
    }
    world
}

/// A grant as `ListGrants` shows it, from the parameters of `CreateGrant`.
pub(crate) fn grant(change: &Change) -> Value {
    let mut grant = change.result.clone();
    grant["GrantId"] = "made".into();
    grant
}

fn push(list: &mut Value, item: Value) {
    match list {
        Value::Array(items) => items.push(item),
        Value::Null => *list = Value::Array(vec![item]),
        one => *one = Value::Array(vec![one.take(), item]),
    }
}

/// The text with the changed documents in place of the old ones.
pub(crate) fn replaced(text: &str, name: &str, fix: &Fix) -> String {
    let mut edits: Vec<(Span, String)> = Vec::new();
    let mut sources = Sources::new();
    let source = sources.add(name, text.to_owned());
    let mut found = Vec::new();
    let tree = parse_any(text, source, name, &mut found).expect("a tree");
    for change in &fix.changes {
        let location = change.document.location.as_ref();
        let Some(location) = location.filter(|location| location.file == name) else {
            continue;
        };
        let result = change.result.to_string();
        let (place, text) = match &location.within {
            Some(outer) => (&**outer, Value::from(result).to_string()),
            None => (location, result),
        };
        let span = find(&tree, place, &sources).expect("a value at the place");
        edits.push((span, text));
    }
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = text.to_owned();
    for (span, new) in edits {
        text.replace_range(span.start as usize..span.end as usize, &new);
    }
    text
}

/// AWS saves no policy in which two statements share a Sid.
pub(crate) fn sids_are_unique(document: &Value) {
    let Some(statements) = document["Statement"].as_array() else {
        return;
    };
    let mut sids: Vec<&str> = statements
        .iter()
        .filter_map(|statement| statement["Sid"].as_str())
        .collect();
    let count = sids.len();
    sids.sort_unstable();
    sids.dedup();
    assert_eq!(sids.len(), count, "{document:#}");
}

/// The largest value that begins at a place.
fn find(node: &Node<'_>, place: &LocationView, sources: &Sources<'_>) -> Option<Span> {
    let here = sources.locate(node.span);
    let is_object = matches!(node.value, Tree::Object(_) | Tree::String(_));
    if is_object && (here.line, here.column) == (place.line, place.column) {
        return Some(node.span);
    }
    match &node.value {
        Tree::Object(members) => members
            .iter()
            .find_map(|member| find(&member.value, place, sources)),
        Tree::Array(items) => items.iter().find_map(|item| find(item, place, sources)),
        _ => None,
    }
}

/// A text as JSON.
pub(crate) fn value(text: &str, name: &str) -> Value {
    let mut sources = Sources::new();
    let source = sources.add(name, text.to_owned());
    let mut found = Vec::new();
    let tree = parse_any(text, source, name, &mut found);
    assert_eq!(found, [], "{text}");
    let json = kmsim_policy::print::node_to_json(&tree.expect("a tree"));
    serde_json::from_str(&json).expect("JSON")
}
