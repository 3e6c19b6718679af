//! Documents that the importer reads: policies are found in the world that it makes of them.

use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::World;
use kmsim_import::policies::{FoundPolicy, KeyFacts, policies};
use kmsim_import::{Given, Importer, Kind, Settings, without_broken};
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::Node;
use kmsim_policy::source::Sources;

use super::{Extract, Form, Input, document, leftover, place};
use crate::subject::Key;

/// The policies of one document.
pub(super) fn one<'a>(
    name: &str,
    node: &Node<'a>,
    kind: Kind,
    mut found: Vec<Diagnostic>,
    sources: &mut Sources<'a>,
) -> Input<'a> {
    let settings = Settings {
        anywhere: true,
        ..Settings::default()
    };
    let mut importer = Importer::new(sources, settings);
    importer.add_node(name, node.clone(), Given::Found);
    let world = importer.finish().world;
    let mut extracts = of_world(&world, sources, &mut found);
    for extract in &mut extracts {
        rename(extract, node, sources);
    }
    leftover::add(node, kind, &mut extracts, sources, &mut found);
    extracts.sort_by_key(|extract| start(extract, sources));
    let form = match kind {
        Kind::CloudFormation => Form::Template,
        other => Form::Export(other.name()),
    };
    Input {
        form,
        policies: extracts,
        diagnostics: found,
    }
}

/// Where a policy begins in the file.
fn start(extract: &Extract<'_>, sources: &Sources<'_>) -> u32 {
    let node = extract.node.as_ref();
    node.map_or(0, |node| sources.outside(node.span).start)
}

/// The policies of a world document. What the reader found in them moves to them.
pub(super) fn of_world<'a>(
    world: &Node<'a>,
    sources: &mut Sources<'a>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Extract<'a>> {
    let mut own = Vec::new();
    let policies = policies(world, sources, &mut own);
    let mut extracts: Vec<Extract<'a>> = Vec::with_capacity(policies.len());
    for policy in policies {
        let FoundPolicy {
            kind,
            name,
            node,
            key,
        } = policy;
        let mut diagnostics = place::take_within(found, node.span);
        diagnostics.append(&mut place::take_within(&mut own, node.span));
        let mut extract = Extract::new(kind, node);
        extract.place = Some(name);
        extract.key = Key::from(&key);
        extract.diagnostics = diagnostics;
        extracts.push(extract);
    }
    // What is left is about strings that hold no JSON.
    for error in own {
        let source = error.span.source;
        let text = sources.text(source).to_owned();
        extracts.extend(document::broken(&text, source, None, vec![error]).policies);
    }
    extracts
}

/// Calls a policy as the document calls what it belongs to: by the address of its resource.
fn rename(extract: &mut Extract<'_>, root: &Node<'_>, sources: &Sources<'_>) {
    let Some(node) = &extract.node else { return };
    let span = sources.outside(node.span);
    let own = extract.place.take().unwrap_or_default();
    let part = own.split_once(", ").map(|(_, part)| part);
    let address = || {
        let mut around = place::around(root, span).into_iter().rev();
        around.find_map(|node| node.member("address").and_then(Node::as_str))
    };
    let resource = || place::member_at(root.member("Resources")?, span);
    extract.place = match (address().or_else(resource), part) {
        (Some(name), Some(part)) => Some(format!("{name}, {part}")),
        (Some(name), None) => Some(name.to_owned()),
        (None, _) => Some(own),
    };
}

/// A folder of exports as one world.
#[derive(Debug)]
pub struct Exports<'a> {
    /// The policies of all files.
    pub policies: Vec<Extract<'a>>,
    /// The world of the exports; nothing if it cannot be made.
    pub world: Option<World>,
    /// What is wrong with the exports, apart from what is wrong with policies.
    pub diagnostics: Vec<Diagnostic>,
}

/// Finds the policies of a set of exports, each of them with what all together tell. Texts have names and
/// were named by the user or found in a folder.
pub fn exports<'a>(
    texts: &[(&str, &'a str, Given)],
    settings: Settings,
    sources: &mut Sources<'a>,
) -> Exports<'a> {
    let mut importer = Importer::new(sources, settings);
    for (name, text, given) in texts {
        importer.add(name, text, *given);
    }
    let mut made = importer.finish();
    let mut found = std::mem::take(&mut made.diagnostics);
    let mut extracts = of_world(&made.world, sources, &mut found);
    let world = world(&mut made.world, sources);
    for extract in &mut extracts {
        let arn = extract.key.arn.clone();
        let known = world
            .as_ref()
            .zip(arn)
            .and_then(|(world, arn)| world.contents().keys.iter().find(|key| key.arn == arn));
        if let Some(known) = known.filter(|_| extract.key.spec.is_some()) {
            extract.key = Key::from(known);
        }
    }
    // A policy of which no export tells whose it is.
    for ignored in &made.ignored {
        let is_policy = ignored.kind.is_some_and(super::answer::is_one);
        let text = texts.iter().find(|(name, ..)| *name == ignored.file);
        if let Some((name, text, _)) = text.filter(|_| is_policy) {
            let source = sources.add(*name, *text);
            let input = document::read(text, source, None, sources);
            extracts.extend(input.policies);
        }
    }
    found.retain(|found| found.code != "whose-key");
    Exports {
        policies: extracts,
        world,
        diagnostics: found,
    }
}

/// The world that a document describes. Policies that cannot be read are unknown in it: what is wrong
/// with them is for the rules to say.
fn world<'a>(node: &mut Node<'a>, sources: &mut Sources<'a>) -> Option<World> {
    let read = |node: &Node<'a>, sources: &mut Sources<'a>| {
        let mut reader = Reader::new(sources, &NoFiles);
        let world = reader.world(node);
        (world, std::mem::take(&mut reader.diagnostics))
    };
    let (world, found) = read(node, sources);
    if world.is_some() || without_broken(node, &found, sources) == 0 {
        return world;
    }
    read(node, sources).0
}

impl From<&KeyFacts> for Key {
    fn from(facts: &KeyFacts) -> Self {
        Self {
            arn: facts.arn.clone(),
            spec: facts.spec,
            usage: facts.usage,
            multi_region: facts.multi_region.map(|_| true),
            origin: facts.origin,
            account: facts.account,
            manager: facts.manager,
            region: facts.region.clone(),
        }
    }
}
