//! The parts of a world that are files of other tools: `from`, `terraformPlan`, `cloudformation`.

use std::collections::BTreeMap;

use kmsim_authz::reader::{Part, Reader, Tools};
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::fields::{Fields, wrong_type};
use kmsim_policy::json::Node;
use kmsim_policy::source::Span;

use crate::importer::{Given, Imported, Importer, Settings};
use crate::recognize::Kind;

/// Reads what the AWS CLI, Terraform and CloudFormation write, for worlds that name it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exports;

impl Tools for Exports {
    fn world<'a>(
        &self,
        reader: &mut Reader<'_, 'a, '_>,
        part: Part,
        node: &Node<'_>,
    ) -> Option<Node<'a>> {
        let request = match part {
            Part::Exports => Request {
                files: paths(reader, node, part.field()),
                settings: Settings::default(),
            },
            Part::TerraformPlan => terraform(reader, node)?,
            Part::CloudFormation => cloudformation(reader, node)?,
        };
        let imported = import(reader, part, node, request)?;
        let usable = !imported.is_partial();
        reader.diagnostics.extend(imported.diagnostics);
        usable.then_some(imported.world)
    }
}

/// What to import and how.
struct Request {
    files: Vec<(String, Span)>,
    settings: Settings,
}

/// `{file, account, region, before}`
fn terraform(reader: &mut Reader<'_, '_, '_>, node: &Node<'_>) -> Option<Request> {
    let what = "a Terraform plan";
    let fields = Fields::of(node, what, &mut reader.diagnostics)?;
    let before = fields.boolean("before", &mut reader.diagnostics);
    let settings = Settings {
        before: before.unwrap_or(false),
        ..place(reader, &fields)
    };
    let files = files(reader, &fields);
    fields.finish(&mut reader.diagnostics);
    Some(Request { files, settings })
}

/// `{file, account, region, parameters, exports, stackName}`
fn cloudformation(reader: &mut Reader<'_, '_, '_>, node: &Node<'_>) -> Option<Request> {
    let what = "a CloudFormation template";
    let fields = Fields::of(node, what, &mut reader.diagnostics)?;
    let stack_name = fields.string("stackName", &mut reader.diagnostics);
    let settings = Settings {
        parameters: texts(reader, fields.get("parameters"), "parameters"),
        exports: texts(reader, fields.get("exports"), "exports"),
        stack_name: stack_name.map(|(name, _)| name.to_owned()),
        ..place(reader, &fields)
    };
    let files = files(reader, &fields);
    fields.finish(&mut reader.diagnostics);
    Some(Request { files, settings })
}

/// The account and Region of what a plan or template makes.
fn place(reader: &mut Reader<'_, '_, '_>, fields: &Fields<'_, '_>) -> Settings {
    let account = fields.get("account");
    let region = fields.string("region", &mut reader.diagnostics);
    Settings {
        account: account.and_then(|node| reader.account_id(node)),
        region: reader.region(region),
        ..Settings::default()
    }
}

/// The files that a field `file` names.
fn files(reader: &mut Reader<'_, '_, '_>, fields: &Fields<'_, '_>) -> Vec<(String, Span)> {
    let node = fields.require("file", &mut reader.diagnostics);
    node.map_or_else(Vec::new, |node| paths(reader, node, "file"))
}

fn paths(reader: &mut Reader<'_, '_, '_>, node: &Node<'_>, name: &str) -> Vec<(String, Span)> {
    let mut paths = Vec::new();
    for item in node.as_list() {
        if let Some(path) = item.as_str() {
            paths.push((path.to_owned(), item.span));
        } else {
            let expected = "a path, or a list of them";
            reader.diagnostics.push(wrong_type(item, name, expected));
        }
    }
    if node.as_list().is_empty() {
        reader.error("empty-list", node.span, format!("`{name}` names no file"));
    }
    paths
}

/// An object of texts; numbers and booleans are texts, too, and lists are joined by commas, as
/// CloudFormation has them.
fn texts(
    reader: &mut Reader<'_, '_, '_>,
    node: Option<&Node<'_>>,
    name: &str,
) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let Some(node) = node else { return texts };
    let Some(members) = node.as_object() else {
        let expected = "an object of names with values";
        reader.diagnostics.push(wrong_type(node, name, expected));
        return texts;
    };
    for member in members {
        let items = member.value.as_list().iter();
        let items = items.filter_map(|item| reader.scalar(item, &member.key));
        let items: Vec<_> = items.collect();
        texts.insert(member.key.to_string(), items.join(","));
    }
    texts
}

/// Imports the files. Those of a plan or template must be of that kind.
fn import<'a>(
    reader: &mut Reader<'_, 'a, '_>,
    part: Part,
    node: &Node<'_>,
    request: Request,
) -> Option<Imported<'a>> {
    let expected: &[Kind] = match part {
        Part::Exports => &[],
        Part::TerraformPlan => &[
            Kind::TerraformPlan,
            Kind::TerraformState,
            Kind::TerraformStateFile,
        ],
        Part::CloudFormation => &[Kind::CloudFormation],
    };
    let is_named = !request.files.is_empty();
    let mut texts = Vec::new();
    for (path, span) in request.files {
        let from = reader.sources.name(span.source).to_owned();
        let found = match reader.files.list(&from, &path) {
            Ok(found) => found,
            Err(why) => {
                reader.error("file", span, format!("cannot read `{path}`: {why}"));
                return None;
            }
        };
        for own in found {
            let given = if own == path {
                Given::Named
            } else {
                Given::Found
            };
            match reader.files.read(&from, &own) {
                Ok((name, text)) => texts.push((name, text, given, span)),
                // A file in a folder that is no text is no export.
                Err(_) if given == Given::Found => {}
                Err(why) => {
                    reader.error("file", span, format!("cannot read `{own}`: {why}"));
                    return None;
                }
            }
        }
    }
    if texts.is_empty() {
        if is_named {
            reader.error("file", node.span, "there is no export in the folder");
        }
        return None;
    }
    let mut importer = Importer::new(reader.sources, request.settings);
    let mut mistaken = Vec::new();
    for (name, text, given, span) in texts {
        let kinds = importer.add_owned(&name, &text, given);
        let is_other = |kind: &&Kind| !expected.is_empty() && !expected.contains(kind);
        if let Some(other) = kinds.iter().find(is_other) {
            let message = format!("`{name}` is no {}: it is `{}`", what(part), other.name());
            let found = Diagnostic::error("wrong-input", span, message);
            mistaken.push(found.help("`from` takes inputs of every kind"));
        }
    }
    if mistaken.is_empty() {
        return Some(importer.finish());
    }
    reader.diagnostics.extend(mistaken);
    None
}

fn what(part: Part) -> &'static str {
    match part {
        Part::Exports => "export",
        Part::TerraformPlan => "Terraform plan",
        Part::CloudFormation => "CloudFormation template",
    }
}
