//! Edits of the source text: how elements are taken out, put in, renamed and moved, in JSON and in
//! YAML, in the layout of their neighbours.
//!
//! Where a place is not what stands in the text (a policy that a function of a template makes), there
//! is no edit.

use kmsim_policy::diagnostic::Edit;
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::operator::Operator;
use kmsim_policy::print::quoted;
use kmsim_policy::source::{SourceId, Span};
use kmsim_policy::syntax::Condition;

use crate::check::Check;
use crate::subject::Subject;

/// Where something stands.
enum Place<'n, 'a> {
    /// Among the elements of a list.
    Element(&'n [Node<'a>], usize),
    /// Among the members of an object.
    Member(&'n Node<'a>, usize),
}

/// The innermost list or object that has an element or a name at exactly this place.
fn place<'n, 'a>(root: &'n Node<'a>, span: Span) -> Option<Place<'n, 'a>> {
    let covers = |outer: Span| {
        outer.source == span.source && outer.start <= span.start && span.end <= outer.end
    };
    let mut node = root;
    loop {
        match &node.value {
            Value::Array(elements) => {
                let index = elements.iter().position(|element| covers(element.span))?;
                let element = elements.get(index)?;
                if element.span == span {
                    return Some(Place::Element(elements, index));
                }
                node = element;
            }
            Value::Object(members) => {
                if let Some(index) = members.iter().position(|member| member.key_span == span) {
                    return Some(Place::Member(node, index));
                }
                let mut values = members.iter().map(|member| &member.value);
                node = values.find(|value| covers(value.span))?;
            }
            _ => return None,
        }
    }
}

/// The value of a JSON or YAML scalar as it is written. Nothing for a notation that is not read here.
pub(crate) fn unquoted(written: &str) -> Option<String> {
    if written.starts_with('"') {
        let node = kmsim_policy::json::parse(written, SourceId(0), &mut Vec::new())?;
        return node.as_str().map(str::to_owned);
    }
    let inner = written
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    Some(inner.map_or_else(|| written.to_owned(), |inner| inner.replace("''", "'")))
}

/// The text that a policy was read from, for edits.
#[derive(Clone, Copy)]
pub(crate) struct Editor<'s> {
    root: &'s Node<'s>,
    text: &'s str,
}

impl<'s> Check<'s> {
    /// Edits of the policy's text, where that is known.
    pub(crate) fn editor(&self) -> Option<Editor<'s>> {
        Editor::of(self.subject)
    }
}

/// Whether a name that is to stand at a place stands beside it already, in any case.
pub(crate) fn is_taken(root: &Node<'_>, key: Span, name: &str) -> bool {
    let Some(Place::Member(object, index)) = place(root, key) else {
        return false;
    };
    let others = object.as_object().unwrap_or_default().iter().enumerate();
    others
        .filter(|(other, _)| *other != index)
        .any(|(_, other)| other.key.eq_ignore_ascii_case(name))
}

impl<'s> Editor<'s> {
    pub(crate) fn of(subject: &'s Subject<'s>) -> Option<Self> {
        Some(Self {
            root: subject.node?,
            text: subject.text?,
        })
    }

    /// Takes an element out of its list, unless it is the only one.
    pub(crate) fn without_element(&self, span: Span) -> Option<Vec<Edit>> {
        let Place::Element(elements, index) = place(self.root, span)? else {
            return None;
        };
        let spans: Vec<Span> = elements.iter().map(|element| element.span).collect();
        self.cut(&spans, index)
    }

    /// Takes a member out of its object, unless it is the only one.
    pub(crate) fn without_member(&self, key: Span) -> Option<Vec<Edit>> {
        let Place::Member(object, index) = place(self.root, key)? else {
            return None;
        };
        let members = object.as_object()?;
        let spans: Vec<Span> = members.iter().map(whole).collect();
        self.cut(&spans, index)
    }

    /// The place of a member's name, by the place of its value.
    pub(crate) fn key_of(&self, value: Span) -> Option<Span> {
        let mut node = self.root;
        loop {
            let covers =
                |inner: &Node<'_>| inner.span.start <= value.start && value.end <= inner.span.end;
            match &node.value {
                Value::Array(elements) => node = elements.iter().find(|inner| covers(inner))?,
                Value::Object(members) => {
                    let member = members.iter().find(|member| covers(&member.value))?;
                    if member.value.span == value {
                        return Some(member.key_span);
                    }
                    node = &member.value;
                }
                _ => return None,
            }
        }
    }

    /// The range to cut for one of several that follow each other, with what separates it.
    fn cut(&self, spans: &[Span], index: usize) -> Option<Vec<Edit>> {
        let own = *spans.get(index)?;
        let before = index.checked_sub(1).and_then(|before| spans.get(before));
        let behind = spans.get(index + 1);
        let (range, gap) = match (before, behind) {
            (Some(before), _) => (before.after().to(own), (before.end, own.start)),
            (None, Some(behind)) => (own.to(behind.before()), (own.end, behind.start)),
            (None, None) => return None,
        };
        let gap = self.text.get(gap.0 as usize..gap.1 as usize)?;
        let plain = gap
            .chars()
            .all(|c| c.is_ascii_whitespace() || matches!(c, ',' | '-'));
        plain.then(|| vec![edit(range, String::new())])
    }

    /// Puts a member before another one of its object.
    pub(crate) fn with_member_before(
        &self,
        object: &Node<'_>,
        index: usize,
        name: &str,
        value: &str,
    ) -> Option<Vec<Edit>> {
        let member = object.as_object()?.get(index)?;
        self.is_literal(member.key_span, &member.key).then(|| {
            let text = if is_block(object) {
                format!("{name}: {value}{}", self.line_break(member.key_span))
            } else {
                let blank = self.separator(member.key_span);
                format!("{}: {value},{blank}", quoted(name))
            };
            vec![edit(member.key_span.before(), text)]
        })
    }

    /// Puts a member behind the last one of its object.
    pub(crate) fn with_member_behind(
        &self,
        object: &Node<'_>,
        name: &str,
        value: &str,
    ) -> Option<Vec<Edit>> {
        let member = object.as_object()?.last()?;
        self.is_literal(member.key_span, &member.key).then(|| {
            let text = if is_block(object) {
                format!("{}{name}: {value}", self.line_break(member.key_span))
            } else {
                let blank = self.separator(member.key_span);
                format!(",{blank}{}: {value}", quoted(name))
            };
            vec![edit(member.value.span.after(), text)]
        })
    }

    /// The object that a place is the whole of.
    pub(crate) fn object_at(&self, span: Span) -> Option<&'s Node<'s>> {
        let mut node = self.root;
        while node.span != span {
            let covers =
                |inner: &&'s Node<'s>| inner.span.start <= span.start && span.end <= inner.span.end;
            node = match &node.value {
                Value::Array(elements) => elements.iter().find(covers)?,
                Value::Object(members) => {
                    members.iter().map(|member| &member.value).find(covers)?
                }
                _ => return None,
            };
        }
        node.as_object().map(|_| node)
    }

    /// Puts a condition under another operator. `fits` tells which of the conditions beside it may stand
    /// there too; if all may, the operator is renamed, else the condition moves.
    pub(crate) fn with_operator(
        &self,
        conditions: &[Condition],
        condition: &Condition,
        operator: Operator,
        fits: impl Fn(&Condition) -> bool,
    ) -> Option<Vec<Edit>> {
        let Place::Member(object, index) = place(self.root, condition.operator.span)? else {
            return None;
        };
        let operators = object.as_object()?;
        let own = operators.get(index)?;
        let name = operator.to_string();
        let target = operators.iter().find(|member| member.key == name);
        let mut beside = conditions.iter().filter(|other| {
            other.operator.span == condition.operator.span && other.key.span != condition.key.span
        });
        if !self.is_literal(own.key_span, &own.key) {
            return None;
        }
        if target.is_none() && beside.all(fits) {
            return Some(vec![edit(own.key_span, quoted(&name))]);
        }
        let keys = own.value.as_object()?;
        let at = keys
            .iter()
            .position(|key| key.key_span == condition.key.span)?;
        let key = keys.get(at)?;
        let moved = whole(key);
        let written = self.text.get(moved.start as usize..moved.end as usize)?;
        let mut edits = if keys.len() == 1 {
            self.without_member(own.key_span)?
        } else {
            self.without_member(key.key_span)?
        };
        edits.push(match target {
            Some(target) => self.moved_to(target, key, written)?,
            None => self.moved_before(object, own, key, &name, written)?,
        });
        Some(edits)
    }

    /// Puts a condition before the others of an operator.
    fn moved_to(&self, target: &Member<'_>, key: &Member<'_>, written: &str) -> Option<Edit> {
        let members = target.value.as_object()?;
        let first = members.first()?;
        // Both conditions hold at once where they stand now.
        if members
            .iter()
            .any(|other| other.key.eq_ignore_ascii_case(&key.key))
        {
            return None;
        }
        let block = is_block(&target.value);
        // Lines of YAML keep their indentation.
        let same_layout = !block || self.column(first.key_span) == self.column(key.key_span);
        let text = if block {
            format!("{written}{}", self.line_break(first.key_span))
        } else {
            format!("{written},{}", self.separator(first.key_span))
        };
        same_layout.then(|| edit(first.key_span.before(), text))
    }

    /// Puts a condition under an operator of its own before the one that it stands under.
    fn moved_before(
        &self,
        object: &Node<'_>,
        own: &Member<'_>,
        key: &Member<'_>,
        name: &str,
        written: &str,
    ) -> Option<Edit> {
        let at = own.key_span;
        let text = match (is_block(object), is_block(&own.value)) {
            (true, true) => format!(
                "{name}:{}{written}{}",
                self.line_break(key.key_span),
                self.line_break(at)
            ),
            (true, false) => format!("{name}: {{{written}}}{}", self.line_break(at)),
            (false, false) => format!("{}: {{{written}}},{}", quoted(name), self.separator(at)),
            (false, true) => return None,
        };
        Some(edit(at.before(), text))
    }

    /// Whether a name stands in the text as it was read.
    fn is_literal(&self, span: Span, value: &str) -> bool {
        let written = self.text.get(span.start as usize..span.end as usize);
        written.and_then(unquoted).is_some_and(|text| text == value)
    }

    /// What stands on the line before a place.
    fn lead(&self, at: Span) -> &'s str {
        let before = self.text.get(..at.start as usize).unwrap_or("");
        before.rsplit('\n').next().unwrap_or("")
    }

    fn column(&self, at: Span) -> usize {
        self.lead(at).chars().count()
    }

    /// What separates members of an object in brackets: a line break if the one at this place begins a
    /// line.
    fn separator(&self, at: Span) -> String {
        let lead = self.lead(at);
        if lead.trim().is_empty() && (at.start as usize) > lead.len() {
            format!("{}{lead}", self.line_end())
        } else {
            " ".to_owned()
        }
    }

    /// A line break, and the blanks up to the column of a place.
    fn line_break(&self, at: Span) -> String {
        let blanks = self.lead(at).chars();
        let blanks: String = blanks.map(|c| if c == '\t' { c } else { ' ' }).collect();
        format!("{}{blanks}", self.line_end())
    }

    fn line_end(&self) -> &'static str {
        if self.text.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        }
    }
}

fn edit(span: Span, text: String) -> Edit {
    Edit { span, text }
}

/// Name and value.
fn whole(member: &Member<'_>) -> Span {
    member.key_span.to(member.value.span)
}

/// Whether an object is one of YAML without braces.
fn is_block(object: &Node<'_>) -> bool {
    let first = object.as_object().and_then(<[_]>::first);
    first.is_some_and(|member| member.key_span.start == object.span.start)
}
