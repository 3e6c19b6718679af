//! Makes a case that shows a difference small enough to read.

use serde_json::Value;

/// Removes parts of a case as long as `is_interesting` stays true: members of objects and
/// elements of lists, outer ones first, until nothing more can go.
///
/// The request's principal, action and resource stay. Policies may lose elements that they need,
/// so `is_interesting` has to refuse what it doesn't want to see (errors, for one).
pub fn minimize(case: &Value, mut is_interesting: impl FnMut(&Value) -> bool) -> Value {
    let mut best = case.clone();
    loop {
        let smaller = candidates(&best)
            .into_iter()
            .find(|candidate| is_interesting(candidate));
        match smaller {
            Some(candidate) => best = candidate,
            None => return best,
        }
    }
}

/// All cases with one member or element less, outer ones first.
fn candidates(case: &Value) -> Vec<Value> {
    let mut pointers = Vec::new();
    collect(case, String::new(), &mut pointers);
    pointers.sort_by_key(|pointer| pointer.matches('/').count());
    pointers
        .iter()
        .filter_map(|pointer| without(case, pointer))
        .collect()
}

fn collect(value: &Value, pointer: String, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, child)| (escape(key), child))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, child)| (index.to_string(), child))
            .collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        collect(child, format!("{pointer}/{name}"), found);
    }
    if !matches!(
        pointer.as_str(),
        "" | "/request" | "/request/principal" | "/request/action" | "/request/resource"
    ) {
        found.push(pointer);
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn without(case: &Value, pointer: &str) -> Option<Value> {
    let mut copy = case.clone();
    let (parent, last) = pointer.rsplit_once('/')?;
    match copy.pointer_mut(parent)? {
        Value::Object(members) => {
            members.shift_remove(&last.replace("~1", "/").replace("~0", "~"))?;
        }
        Value::Array(items) => {
            items.remove(last.parse().ok()?);
        }
        _ => return None,
    }
    Some(copy)
}
