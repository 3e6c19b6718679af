//! `data.aws_iam_policy_document`: the policy that it writes, as far as its arguments are known.

use std::borrow::Cow;

use kmsim_policy::json::{self, Member, Node, Value};

use super::Reader;
use super::value::Wanted;
use crate::node::{list, member, object, owned, text, unknown};

/// Documents that are merged again and again can ask for more than any memory holds. AWS takes policies of
/// some ten thousand characters.
const MOST_STATEMENTS: usize = 5_000;

impl<'a> Reader<'_, '_, '_, 'a> {
    /// The policy of a data source: what it gave when it was read, else what it will give.
    pub(super) fn policy_document(&mut self, at: usize) -> Option<Node<'a>> {
        if let Some(json) = self.known(at, "json") {
            return Some(json);
        }
        if let Some(made) = self.documents.get(&at) {
            return made.clone();
        }
        // Nothing, as long as it is being made: no document is a part of itself.
        self.documents.insert(at, None);
        let made = self.make_document(at);
        self.documents.insert(at, made.clone());
        made
    }

    fn make_document(&mut self, at: usize) -> Option<Node<'a>> {
        let span = self.plan.resources.get(at)?.span;
        let mut statements = Vec::new();
        for document in self.merged_documents(at, "source_policy_documents") {
            self.add_statements(document, &mut statements);
        }
        if let Some(found) = self.attribute(at, "statement", Wanted::Arn) {
            match found.value {
                Value::Array(own) => {
                    for (position, statement) in own.into_iter().enumerate() {
                        let statement = self.statement(at, position, &statement);
                        override_by_sid(statement, &mut statements);
                    }
                }
                _ => statements.push(found),
            }
        }
        let overrides = self.merged_documents(at, "override_policy_documents");
        if let Some(unknown) = overrides.iter().find(|node| node.unknown().is_some()) {
            // It may replace any statement.
            return Some(unknown.clone());
        }
        for document in overrides {
            let mut own = Vec::new();
            self.add_statements(document, &mut own);
            for statement in own {
                override_by_sid(statement, &mut statements);
            }
        }
        if statements.len() > MOST_STATEMENTS {
            return Some(unknown("this policy has too many statements", span));
        }
        let version = self.known(at, "version");
        let version = version.unwrap_or_else(|| text("2012-10-17", span));
        let mut members = vec![member("Version", version)];
        if let Some(id) = self.known(at, "policy_id") {
            members.push(member("Id", id));
        }
        members.push(member("Statement", list(statements, span)));
        Some(object(members, span))
    }

    /// Documents that others are merged with. One that is not known is unknown.
    fn merged_documents(&mut self, at: usize, name: &str) -> Vec<Node<'a>> {
        let Some(resource) = self.plan.resources.get(at) else {
            return Vec::new();
        };
        let span = resource.span;
        let mask = resource.unknown.and_then(|mask| mask.member(name));
        let known = resource.values.member(name).map_or(&[][..], Node::as_list);
        let is_unknown = |mask: &Node<'_>| mask.value == Value::Bool(true);
        let masks = mask.map_or(&[][..], Node::as_list);
        if !masks.iter().any(is_unknown) {
            let known = known
                .iter()
                .filter(|node| node.as_str().is_some_and(|text| !text.is_empty()));
            return known.cloned().collect();
        }
        let count = masks.iter().filter(|mask| is_unknown(mask)).count();
        let expression = self.argument(at, name);
        let referred = expression.map_or_else(Vec::new, |expression| {
            self.referred(at, expression, Wanted::Document)
        });
        if mask.is_some_and(is_unknown) || referred.len() != count {
            let why = format!("`{name}` of a policy document is known after apply");
            return vec![unknown(why, span)];
        }
        let mut referred = referred.into_iter();
        let mut all = Vec::new();
        for (position, mask) in masks.iter().enumerate() {
            if is_unknown(mask) {
                all.extend(referred.next());
            } else {
                all.extend(known.get(position).cloned());
            }
        }
        all
    }

    /// Adds the statements of a document, given as text or as a tree.
    fn add_statements(&mut self, document: Node<'a>, into: &mut Vec<Node<'a>>) {
        let span = document.span;
        let tree = match &document.value {
            Value::String(content) => {
                let source = self.sources.add_within(content.clone().into_owned(), span);
                json::parse(content, source, &mut self.draft.diagnostics).map(|tree| owned(&tree))
            }
            _ => Some(document),
        };
        let Some(tree) = tree else { return };
        if tree.unknown().is_some() {
            into.push(tree);
            return;
        }
        let statements = tree.member("Statement").map_or(&[][..], Node::as_list);
        into.extend(statements.iter().cloned());
    }

    /// A `statement` block as the statement of a policy.
    fn statement(&mut self, at: usize, position: usize, block: &Node<'a>) -> Node<'a> {
        if block.unknown().is_some() {
            return block.clone();
        }
        let span = block.span;
        let mut members = Vec::new();
        if let Some(sid) = block.member("sid").filter(|sid| is_filled(sid)) {
            members.push(member("Sid", sid.clone()));
        }
        let effect = block.member("effect").filter(|effect| is_filled(effect));
        members.push(member(
            "Effect",
            effect.cloned().unwrap_or_else(|| text("Allow", span)),
        ));
        for (name, element) in [
            ("principals", "Principal"),
            ("not_principals", "NotPrincipal"),
        ] {
            if let Some(found) = block.member(name).and_then(principals) {
                members.push(member(element, found));
            }
        }
        for (name, element) in [
            ("actions", "Action"),
            ("not_actions", "NotAction"),
            ("resources", "Resource"),
            ("not_resources", "NotResource"),
        ] {
            if let Some(found) = block.member(name).filter(|found| is_filled(found)) {
                let found = self.list_of(at, position, name, found);
                members.push(member(element, variables(found)));
            }
        }
        if let Some(found) = block.member("condition").and_then(conditions) {
            members.push(member("Condition", found));
        }
        object(members, span)
    }

    /// A list that is not known as a whole: what it refers to is in it, and maybe more.
    fn list_of(&mut self, at: usize, position: usize, name: &str, found: &Node<'a>) -> Node<'a> {
        if found.unknown().is_none() {
            return found.clone();
        }
        let blocks = self
            .argument(at, "statement")
            .map_or(&[][..], Node::as_list);
        let expression = blocks.get(position).and_then(|block| block.member(name));
        let mut items = expression.map_or_else(Vec::new, |expression| {
            self.referred(at, expression, Wanted::Arn)
        });
        items.push(found.clone());
        list(items, found.span)
    }
}

/// A statement takes the place of one with its `Sid` ("Data Source: `aws_iam_policy_document`").
fn override_by_sid<'a>(statement: Node<'a>, statements: &mut Vec<Node<'a>>) {
    let sid = |node: &Node<'a>| node.member("Sid").and_then(Node::as_str).map(str::to_owned);
    let own = sid(&statement);
    let known = statements
        .iter_mut()
        .find(|known| own.is_some() && sid(known) == own);
    match known {
        Some(known) => *known = statement,
        None => statements.push(statement),
    }
}

/// Whether a value says something: no null, no empty text, no empty list.
fn is_filled(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}

/// `principals` blocks: types with identifiers. Those of one type come together.
fn principals<'a>(blocks: &Node<'a>) -> Option<Node<'a>> {
    if blocks.unknown().is_some() {
        return Some(blocks.clone());
    }
    let span = blocks.span;
    let mut types: Vec<Member<'a>> = Vec::new();
    for block in blocks.as_list() {
        if block.unknown().is_some() {
            return Some(block.clone());
        }
        let (Some(kind), Some(identifiers)) = (block.member("type"), block.member("identifiers"))
        else {
            continue;
        };
        let Some(name) = kind.as_str() else {
            return Some(unknown(
                "the type of a principal is known after apply",
                span,
            ));
        };
        let identifiers = variables(identifiers.clone());
        let is_everyone = identifiers
            .as_list()
            .iter()
            .all(|one| one.as_str() == Some("*"));
        if name == "*" && is_everyone {
            return Some(text("*", kind.span));
        }
        match types.iter_mut().find(|known| known.key == name) {
            Some(known) => {
                let mut all = known.value.as_list().to_vec();
                all.extend_from_slice(identifiers.as_list());
                known.value = list(all, known.value.span);
            }
            None => types.push(Member {
                key: Cow::Owned(name.to_owned()),
                key_span: kind.span,
                value: identifiers,
            }),
        }
    }
    (!types.is_empty()).then(|| object(types, span))
}

/// `condition` blocks: operators with keys and values. Those of one operator come together.
fn conditions<'a>(blocks: &Node<'a>) -> Option<Node<'a>> {
    if blocks.unknown().is_some() {
        return Some(blocks.clone());
    }
    let span = blocks.span;
    let mut tests: Vec<Member<'a>> = Vec::new();
    for block in blocks.as_list() {
        if block.unknown().is_some() {
            return Some(block.clone());
        }
        let part = |name| block.member(name);
        let (Some(test), Some(variable), Some(values)) =
            (part("test"), part("variable"), part("values"))
        else {
            continue;
        };
        let (Some(test_name), Some(variable_name)) = (test.as_str(), variable.as_str()) else {
            return Some(unknown("a condition is known after apply", span));
        };
        let entry = Member {
            key: Cow::Owned(variable_name.to_owned()),
            key_span: variable.span,
            value: variables(values.clone()),
        };
        match tests.iter_mut().find(|known| known.key == test_name) {
            Some(Member {
                value:
                    Node {
                        value: Value::Object(entries),
                        ..
                    },
                ..
            }) => add_values(entries, entry),
            _ => tests.push(Member {
                key: Cow::Owned(test_name.to_owned()),
                key_span: test.span,
                value: object(vec![entry], block.span),
            }),
        }
    }
    (!tests.is_empty()).then(|| object(tests, span))
}

/// Adds the values of a key, beside those it has.
fn add_values<'a>(entries: &mut Vec<Member<'a>>, entry: Member<'a>) {
    match entries.iter_mut().find(|known| known.key == entry.key) {
        Some(known) => {
            let mut all = known.value.as_list().to_vec();
            all.extend_from_slice(entry.value.as_list());
            known.value = list(all, known.value.span);
        }
        None => entries.push(entry),
    }
}

/// Policy variables: `&{aws:username}` stands for `${aws:username}`, which Terraform would evaluate.
fn variables(node: Node<'_>) -> Node<'_> {
    let span = node.span;
    match node.value {
        Value::String(content) if content.contains("&{") => text(content.replace("&{", "${"), span),
        Value::Array(items) => list(items.into_iter().map(variables).collect(), span),
        value => Node { value, span },
    }
}
