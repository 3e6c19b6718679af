//! Policies in every form in which people and AWS hand them over.

use std::borrow::Cow;
use std::sync::Arc;

use kmsim_policy::json::{Node, Value};
use kmsim_policy::parse;
use kmsim_policy::source::Span;
use kmsim_policy::syntax::{Policy, PolicyKind};
use kmsim_policy::unknown;

use super::Reader;
use crate::layers::{AttachedPolicy, Origin};

/// A policy with the name that stands beside it.
type Named = (Option<Box<str>>, Policy);

impl Reader<'_, '_, '_> {
    /// A policy: inline, as a JSON string (also URL-encoded, as IAM's API gives it), as
    /// `{"file": "path"}`, or in the answer of `GetKeyPolicy`, `DescribePolicy`,
    /// `GetPolicyVersion` or `GetRolePolicy`.
    pub fn policy(&mut self, node: &Node<'_>, kind: PolicyKind) -> Option<Arc<AttachedPolicy>> {
        let (name, policy) = self.document(node, kind)?;
        let name = name.or_else(|| policy.id.as_ref().map(|id| id.value.clone()));
        Some(Arc::new(AttachedPolicy {
            name,
            origin: Origin::Inline,
            policy,
        }))
    }

    /// A list of policies, or one.
    pub fn policies(&mut self, node: &Node<'_>, kind: PolicyKind) -> Vec<Arc<AttachedPolicy>> {
        node.as_list()
            .iter()
            .filter_map(|node| self.policy(node, kind))
            .collect()
    }

    fn document(&mut self, node: &Node<'_>, kind: PolicyKind) -> Option<Named> {
        if let Value::String(text) = &node.value {
            return Some((None, self.string_policy(text, node.span, kind)?));
        }
        if node.member("Statement").is_none() {
            if let Some(path) = node.member("file") {
                let stem = path.as_str().map(stem);
                let (name, policy) =
                    self.included(node, |reader, node| reader.document(node, kind))??;
                return Some((name.or(stem), policy));
            }
            if let Some((name, inner)) = answer(node) {
                let (_, policy) = self.document(inner, kind)?;
                return Some((name, policy));
            }
        }
        let before = self.diagnostics.len();
        let policy = parse::parse_node(node, kind, &mut self.diagnostics);
        self.accept_unknown_values(before);
        Some((None, policy?))
    }

    fn string_policy(&mut self, text: &str, span: Span, kind: PolicyKind) -> Option<Policy> {
        let Some(text) = decoded(text) else {
            let message = "a URL-encoded policy has a damaged escape";
            self.error("url-encoding", span, message);
            return None;
        };
        let id = self.sources.add_within(text.clone().into_owned(), span);
        let before = self.diagnostics.len();
        let policy = parse::parse(&text, id, kind, &mut self.diagnostics);
        self.accept_unknown_values(before);
        policy
    }

    /// Drops the findings, of those since there were `before`, that AWS takes no values that are
    /// not known: here nothing is given to AWS.
    fn accept_unknown_values(&mut self, before: usize) {
        let found = self.diagnostics.split_off(before);
        let kept = found
            .into_iter()
            .filter(|found| found.code != unknown::CODE);
        self.diagnostics.extend(kept);
    }

    /// Gives `then` the node itself or, for `{"file": "path"}`, what stands in that file.
    pub(crate) fn included<T>(
        &mut self,
        node: &Node<'_>,
        then: impl FnOnce(&mut Self, &Node<'_>) -> T,
    ) -> Option<T> {
        const DEEPEST: usize = 20;
        let Some([member]) = node.as_object().filter(|_| node.member("file").is_some()) else {
            if let Some(file) = node.member("file") {
                let message = "a reference to a file has no other fields beside `file`";
                self.error("unknown-field", file.span, message);
                return None;
            }
            return Some(then(self, node));
        };
        let span = member.value.span;
        let Some(path) = member.value.as_str() else {
            self.error("wrong-type", span, "`file` takes a path");
            return None;
        };
        if self.depth >= DEEPEST {
            self.error("file", span, "files refer to each other without end");
            return None;
        }
        let (name, text) = self.file(path, span)?;
        let id = self.sources.add(name.clone(), text.clone());
        let node = kmsim_policy::document::parse_any(&text, id, &name, &mut self.diagnostics)?;
        self.depth += 1;
        let found = then(self, &node);
        self.depth -= 1;
        Some(found)
    }

    /// A policy of ours, which stands in no file of the user's.
    pub(crate) fn built_in(
        &mut self,
        name: &str,
        text: &str,
        kind: PolicyKind,
    ) -> Option<Arc<AttachedPolicy>> {
        let id = self.sources.add(format!("<{name}>"), text.to_owned());
        let policy = parse::parse(text, id, kind, &mut self.diagnostics)?;
        Some(Arc::new(AttachedPolicy {
            name: Some(name.into()),
            origin: Origin::Inline,
            policy,
        }))
    }
}

/// Gives a policy the name under which it is attached.
pub(crate) fn named(policy: Arc<AttachedPolicy>, name: &str) -> Arc<AttachedPolicy> {
    let mut policy = Arc::unwrap_or_clone(policy);
    policy.name = Some(name.into());
    Arc::new(policy)
}

/// Tells where a policy is kept.
pub(crate) fn kept(policy: Arc<AttachedPolicy>, origin: Origin) -> Arc<AttachedPolicy> {
    let mut policy = Arc::unwrap_or_clone(policy);
    policy.origin = origin;
    Arc::new(policy)
}

/// The policy in an answer of AWS, and its name.
fn answer<'n, 'a>(node: &'n Node<'a>) -> Option<(Option<Box<str>>, &'n Node<'a>)> {
    let name = |node: &Node<'_>, field| node.member(field).and_then(Node::as_str).map(Box::from);
    if let Some(content) = node.member("Content") {
        let summary = node.member("PolicySummary");
        return Some((summary.and_then(|summary| name(summary, "Name")), content));
    }
    if let Some(document) = node.member("PolicyDocument") {
        return Some((name(node, "PolicyName"), document));
    }
    if let Some(version) = node.member("PolicyVersion") {
        return Some((None, version.member("Document")?));
    }
    let policy = node.member("Policy")?;
    // The name that GetKeyPolicy shows is always `default`.
    answer(policy).or(Some((None, policy)))
}

/// The text of a JSON string that holds a policy. IAM's API answers with URL-encoded documents.
/// `None` if an escape is damaged.
pub fn decoded(text: &str) -> Option<Cow<'_, str>> {
    let encoded = text
        .get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("%7B"));
    if !encoded {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        decoded.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

/// A file's name without folder and endings.
fn stem(path: &str) -> Box<str> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.split_once('.').map_or(name, |(stem, _)| stem).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_encoded_documents_are_decoded() {
        assert_eq!(decoded("{%}").as_deref(), Some("{%}"));
        assert_eq!(decoded("%7B%22a%22%3A+1%7d").as_deref(), Some("{\"a\":+1}"));
        assert_eq!(decoded("%7B%2"), None);
        assert_eq!(decoded("%7B%zz"), None);
        assert_eq!(decoded("%7B%ff"), None);
    }

    #[test]
    fn a_file_gives_its_policy_a_name() {
        for (path, name) in [
            ("a/b/orders.policy.json", "orders"),
            ("orders", "orders"),
            (r"a\orders.json", "orders"),
        ] {
            assert_eq!(&*stem(path), name);
        }
    }
}
