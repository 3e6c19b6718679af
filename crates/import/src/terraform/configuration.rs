//! The configuration in a plan: which expression gives which argument.

use std::collections::HashMap;

use kmsim_policy::json::Node;

/// Modules that call each other deeper than this are not followed.
const DEEPEST: usize = 30;

/// The configuration of a plan. A state has none.
#[derive(Debug, Default)]
pub(super) struct Configuration<'t, 'a> {
    /// Modules by the names of their calls: the root is the empty text, `a.b` is called by `a`.
    modules: HashMap<String, &'t Node<'a>>,
    /// Calls of modules, by the same names.
    calls: HashMap<String, &'t Node<'a>>,
    /// Resources by module and address, such as `data.aws_region.current`.
    resources: HashMap<(String, String), &'t Node<'a>>,
    providers: Option<&'t Node<'a>>,
}

impl<'t, 'a> Configuration<'t, 'a> {
    /// Reads the `configuration` of a plan.
    pub(super) fn new(node: Option<&'t Node<'a>>) -> Self {
        let mut configuration = Self {
            providers: node.and_then(|node| node.member("provider_config")),
            ..Self::default()
        };
        if let Some(root) = node.and_then(|node| node.member("root_module")) {
            configuration.module(String::new(), root, 0);
        }
        configuration
    }

    fn module(&mut self, path: String, module: &'t Node<'a>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let resources = module.member("resources").map_or(&[][..], Node::as_list);
        for resource in resources {
            if let Some(address) = resource.member("address").and_then(Node::as_str) {
                let key = (path.clone(), address.to_owned());
                self.resources.insert(key, resource);
            }
        }
        let calls = module.member("module_calls").and_then(Node::as_object);
        for call in calls.unwrap_or_default() {
            let inner = if path.is_empty() {
                call.key.clone().into_owned()
            } else {
                format!("{path}.{}", call.key)
            };
            self.calls.insert(inner.clone(), &call.value);
            if let Some(called) = call.value.member("module") {
                self.module(inner, called, depth + 1);
            }
        }
        self.modules.insert(path, module);
    }

    /// The declaration of a resource.
    pub(super) fn resource(&self, path: &str, address: &str) -> Option<&'t Node<'a>> {
        let key = (path.to_owned(), address.to_owned());
        self.resources.get(&key).copied()
    }

    /// The expression that a module is called with for a variable.
    pub(super) fn argument(&self, path: &str, variable: &str) -> Option<&'t Node<'a>> {
        self.calls
            .get(path)?
            .member("expressions")?
            .member(variable)
    }

    /// The expression of an output of a module.
    pub(super) fn output(&self, path: &str, output: &str) -> Option<&'t Node<'a>> {
        self.modules
            .get(path)?
            .member("outputs")?
            .member(output)?
            .member("expression")
    }

    /// The arguments of a provider, by the key that resources name it with.
    pub(super) fn provider(&self, key: &str) -> Option<&'t Node<'a>> {
        self.providers?.member(key)?.member("expressions")
    }
}
