//! The resources of a plan or state.

use std::collections::HashMap;

use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::Span;

use super::address::{module_path, segments};
use super::configuration::Configuration;

/// Modules inside each other deeper than this are not read.
const DEEPEST: usize = 30;

/// A resource, or a data source that was read.
#[derive(Clone, Debug)]
pub(super) struct Resource<'t, 'a> {
    /// The whole address: `module.keys.aws_kms_key.this["payments"]`.
    pub(super) address: &'t str,
    /// The module instance, empty for the root.
    pub(super) module: String,
    /// The names of the modules.
    pub(super) path: String,
    /// The type, such as `aws_kms_key`.
    pub(super) kind: &'t str,
    /// The address in the configuration: without module and index, with `data.`.
    pub(super) declared: String,
    /// The index with its brackets.
    pub(super) index: Option<String>,
    pub(super) is_data: bool,
    /// The attributes.
    pub(super) values: &'t Node<'a>,
    /// Which of them are known after apply.
    pub(super) unknown: Option<&'t Node<'a>>,
    /// The attributes before, of what is only changed.
    pub(super) before: Option<&'t Node<'a>>,
    /// Where it stands.
    pub(super) span: Span,
}

/// What there is after a plan is applied, or before; or what a state holds.
#[derive(Debug, Default)]
pub(super) struct Plan<'t, 'a> {
    pub(super) resources: Vec<Resource<'t, 'a>>,
    by_address: HashMap<&'t str, usize>,
    /// What the plan deletes.
    pub(super) deleted: Vec<Resource<'t, 'a>>,
    /// What was known before the plan, to learn accounts and Regions from.
    pub(super) prior: Vec<Resource<'t, 'a>>,
    pub(super) configuration: Configuration<'t, 'a>,
    pub(super) variables: Option<&'t Node<'a>>,
}

impl<'t, 'a> Plan<'t, 'a> {
    /// Reads a plan or state.
    pub(super) fn new(document: &'t Node<'a>, before: bool) -> Self {
        let mut plan = Self {
            configuration: Configuration::new(document.member("configuration")),
            variables: document.member("variables"),
            ..Self::default()
        };
        let root = |node: Option<&'t Node<'a>>| node?.member("root_module");
        let prior = document.member("prior_state");
        let prior = prior.and_then(|prior| root(prior.member("values")));
        let mut found = Vec::new();
        if let Some(root) = prior {
            module(root, 0, &mut found);
        }
        plan.prior.clone_from(&found);
        let changes = document.member("resource_changes");
        let changes = changes.map_or(&[][..], Node::as_list);
        if before {
            plan.extend(found);
            plan.extend(changes.iter().filter_map(before_change));
        } else {
            for change in changes {
                // What is replaced is deleted, too.
                if actions(change).contains(&"delete") {
                    plan.deleted.extend(before_change(change));
                }
                if let Some(resource) = after_change(change) {
                    plan.push(resource);
                }
            }
            let mut planned = Vec::new();
            if let Some(root) = root(document.member("planned_values")) {
                module(root, 0, &mut planned);
            }
            plan.extend(planned);
            plan.extend(found.into_iter().filter(|resource| resource.is_data));
        }
        if let Some(root) = root(document.member("values")) {
            let mut stored = Vec::new();
            module(root, 0, &mut stored);
            plan.extend(stored);
        }
        plan
    }

    fn extend(&mut self, resources: impl IntoIterator<Item = Resource<'t, 'a>>) {
        for resource in resources {
            self.push(resource);
        }
    }

    /// Adds a resource, unless its address is known.
    fn push(&mut self, resource: Resource<'t, 'a>) {
        let at = self.resources.len();
        let known = *self.by_address.entry(resource.address).or_insert(at);
        if known == at {
            self.resources.push(resource);
        }
    }

    /// The place of a resource in the list, by its whole address.
    pub(super) fn find(&self, address: &str) -> Option<usize> {
        self.by_address.get(address).copied()
    }

    /// The places of all instances of a resource: with an index, and in every instance of its module if
    /// `module` is one of several.
    pub(super) fn instances(&self, module: &str, declared: &str) -> Vec<usize> {
        let own = |resource: &Resource<'_, '_>| {
            resource.declared == declared
                && (resource.module == module
                    || resource.module.strip_prefix(module).is_some_and(|rest| {
                        rest.starts_with('[') && rest.ends_with(']') && !rest.contains(".module.")
                    }))
        };
        let all = self.resources.iter().enumerate();
        all.filter(|(_, resource)| own(resource))
            .map(|(at, _)| at)
            .collect()
    }

    /// The declaration of a resource in the configuration.
    pub(super) fn declaration(&self, resource: &Resource<'_, '_>) -> Option<&'t Node<'a>> {
        self.configuration
            .resource(&resource.path, &resource.declared)
    }
}

/// Resources of a module and the modules in it, as states have them.
fn module<'t, 'a>(node: &'t Node<'a>, depth: usize, found: &mut Vec<Resource<'t, 'a>>) {
    if depth > DEEPEST {
        return;
    }
    let list = |name| node.member(name).map_or(&[][..], Node::as_list);
    for entry in list("resources") {
        if let Some(values) = entry.member("values") {
            found.extend(resource(entry, values, None, None));
        }
    }
    for child in list("child_modules") {
        module(child, depth + 1, found);
    }
}

fn actions<'n>(change: &'n Node<'_>) -> Vec<&'n str> {
    let actions = change
        .member("change")
        .and_then(|change| change.member("actions"));
    let actions = actions.map_or(&[][..], Node::as_list);
    actions.iter().filter_map(Node::as_str).collect()
}

/// What a change leaves. What Terraform only forgets stays as it was.
fn after_change<'t, 'a>(entry: &'t Node<'a>) -> Option<Resource<'t, 'a>> {
    let change = entry.member("change")?;
    let actions = actions(entry);
    if actions == ["forget"] {
        return before_change(entry);
    }
    let known = |name| change.member(name).filter(|node| node.value != Value::Null);
    let stays = matches!(actions.as_slice(), ["update" | "no-op"]);
    let before = known("before").filter(|_| stays);
    resource(
        entry,
        known("after")?,
        change.member("after_unknown"),
        before,
    )
}

/// What there is before a change.
fn before_change<'t, 'a>(entry: &'t Node<'a>) -> Option<Resource<'t, 'a>> {
    let before = entry.member("change")?.member("before")?;
    if before.value == Value::Null {
        return None;
    }
    resource(entry, before, None, None)
}

fn resource<'t, 'a>(
    entry: &'t Node<'a>,
    values: &'t Node<'a>,
    unknown: Option<&'t Node<'a>>,
    before: Option<&'t Node<'a>>,
) -> Option<Resource<'t, 'a>> {
    let node = entry.member("address")?;
    let address = node.as_str()?;
    let text = |name| entry.member(name).and_then(Node::as_str);
    let kind = text("type")?;
    let is_data = text("mode") == Some("data");
    let name = text("name")?;
    let start = if is_data { "data." } else { "" };
    let declared = format!("{start}{kind}.{name}");
    let module = module_of(address);
    let index = segments(address).and_then(|segments| Some(segments.last()?.1?.to_owned()));
    Some(Resource {
        address,
        path: module_path(&module),
        module,
        kind,
        declared,
        index,
        is_data,
        values,
        unknown,
        before,
        span: node.span,
    })
}

/// The module instance in a resource's address.
fn module_of(address: &str) -> String {
    let segments = segments(address).unwrap_or_default();
    let mut parts = Vec::new();
    let mut rest = segments.iter();
    while let Some((name, None)) = rest.next() {
        let Some((module, index)) = rest.next().filter(|_| *name == "module") else {
            break;
        };
        parts.push(format!("module.{module}{}", index.unwrap_or_default()));
    }
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_addresses() {
        for (address, module) in [
            ("aws_kms_key.a", ""),
            ("module.m.aws_kms_key.a[0]", "module.m"),
            (
                "module.m[\"a.b\"].module.n[1].data.aws_region.x",
                "module.m[\"a.b\"].module.n[1]",
            ),
        ] {
            assert_eq!(module_of(address), module);
        }
    }
}
