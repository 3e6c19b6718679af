//! Questions to a whole world, and what such questions are made of.

use kmsim_analysis::actions::{self, About};
use kmsim_analysis::ask::Ask;
use kmsim_analysis::can;
use kmsim_analysis::candidates::Extent;
use kmsim_analysis::stated;
use kmsim_analysis::view::AnswersView;
use kmsim_analysis::who_can::Analysis;
use kmsim_authz::call::{self, Text, Unresolved};
use kmsim_authz::principal::Principal;
use kmsim_authz::reader::{Files, NoFiles, Reader};
use kmsim_authz::world::{Key, World};
use kmsim_embed::{Asked, Document, Unreadable, written};
use kmsim_policy::json::{self, Node, Value};
use kmsim_policy::source::{Sources, Span};
use kmsim_types::{KmsAction, Region};

/// The options of who can.
pub(crate) const WHO_CAN: [&str; 3] = ["action", "key", "call"];

/// The options of can.
pub(crate) const CAN: [&str; 4] = ["principal", "action", "key", "call"];

/// Who can do something on a key, or without one.
pub(crate) fn who_can(text: &str, options: &Asked) -> Result<String, Unreadable> {
    let about = match options.key {
        Some(_) => About::Keys,
        None => About::Nothing,
    };
    let Some(action) = options.action.as_deref() else {
        return Err(Unreadable::because(
            "the option `action` says what is asked about",
        ));
    };
    let actions = actions_of(action, about)?;
    let (world, mut sources) = read(text, options)?;
    let (asks, region) = asks(&actions, options, &mut sources)?;
    let key = match &options.key {
        Some(name) => Some(key_of(&world, name, region.as_ref())?),
        None => None,
    };
    let found = Analysis::new(&world)
        .who_can(&asks, key, Extent::Possible)
        .map_err(unresolved)?;
    let mut view = AnswersView::new(&world, names(&actions));
    if let Some(key) = key {
        view.about_key(key);
    }
    for answer in &found.answers {
        view.push(answer, key, &sources);
    }
    let unknown = found.dangling.iter();
    let unknown = unknown.map(|unknown| unknown.principal.to_string());
    view.unknown_principals = unknown.collect();
    Ok(written(&view))
}

/// What a principal can do, on all keys or on one.
pub(crate) fn can(text: &str, options: &Asked) -> Result<String, Unreadable> {
    let about = match options.key {
        Some(_) => About::Keys,
        None => About::Anything,
    };
    let actions = actions_of(options.action.as_deref().unwrap_or("*"), about)?;
    let Some(principal) = options.principal.as_deref() else {
        return Err(Unreadable::because(
            "the option `principal` says who is asked about",
        ));
    };
    let principal = Principal::parse(principal)
        .map_err(|error| Unreadable::because(error.to_string()).help(error.hint))?;
    let (world, mut sources) = read(text, options)?;
    let (asks, region) = asks(&actions, options, &mut sources)?;
    let keys = match &options.key {
        Some(name) => vec![key_of(&world, name, region.as_ref())?],
        None => can::keys(&world),
    };
    let analysis = Analysis::new(&world);
    let subject = analysis.subject(principal);
    let found = analysis
        .can(&subject, &asks, &keys, Extent::Possible)
        .map_err(unresolved)?;
    let mut view = AnswersView::new(&world, names(&actions));
    view.principal = Some(subject.id());
    for (key, answer) in &found {
        view.push(answer, *key, &sources);
    }
    Ok(written(&view))
}

fn names(actions: &[KmsAction]) -> Vec<&'static str> {
    actions.iter().map(|action| action.name()).collect()
}

fn read(text: &str, options: &Asked) -> Result<(World, Sources<'static>), Unreadable> {
    let mut document = Document::new(options.document.name("world"), text);
    // What AWS would refuse to save it has not saved; a world is asked as it is.
    document.lenient = true;
    let world = document.read(&options.document.files, Reader::world)?;
    Ok((world, document.sources))
}

/// The world in one of the files.
pub(crate) fn of_file(
    path: &str,
    options: &Asked,
    sources: &mut Sources<'static>,
) -> Result<World, Unreadable> {
    let (name, text) = options
        .document
        .files
        .read("", path)
        .map_err(Unreadable::because)?;
    let mut document = Document::new(&name, &text);
    document.lenient = true;
    let world = document.read(&options.document.files, Reader::world)?;
    *sources = document.sources;
    Ok(world)
}

/// The fields of a call that stand in the options.
pub(crate) fn call(
    options: &Asked,
    sources: &mut Sources<'static>,
) -> Result<Option<Node<'static>>, Unreadable> {
    let Some(text) = &options.call else {
        return Ok(None);
    };
    let source = sources.add("call", text.clone());
    let mut found = Vec::new();
    match json::parse(text, source, &mut found) {
        Some(node) if found.is_empty() => Ok(Some(node.into_owned())),
        _ => Err(Unreadable::new(&found, sources)),
    }
}

/// Asks for each action as the options state, and the Region that they state.
fn asks(
    actions: &[KmsAction],
    options: &Asked,
    sources: &mut Sources<'static>,
) -> Result<(Vec<Ask>, Option<Region>), Unreadable> {
    let nothing = Node {
        value: Value::Object(Vec::new()),
        span: Span::default(),
    };
    let stated = call(options, sources)?.unwrap_or(nothing);
    let region = stated.member("region").and_then(Node::as_str);
    let region = region.and_then(|region| Region::new(region).ok());
    let mut reader = Reader::new(sources, &NoFiles);
    match stated::asks(actions, &stated, &mut reader) {
        Some(asks) => Ok((asks, region)),
        None => Err(Unreadable::new(&reader.diagnostics, reader.sources)),
    }
}

fn actions_of(text: &str, about: About) -> Result<Vec<KmsAction>, Unreadable> {
    actions::parse(text, about)
        .map_err(|error| Unreadable::because(error.to_string()).help(error.hint))
}

fn key_of<'w>(
    world: &'w World,
    name: &str,
    region: Option<&Region>,
) -> Result<&'w Key, Unreadable> {
    let name = Text {
        text: name.into(),
        span: Span::default(),
    };
    call::key_meant(world, &name, region).map_err(unresolved)
}

/// Something that the world does not have.
fn unresolved(unresolved: Unresolved) -> Unreadable {
    let unreadable = Unreadable::because(unresolved.message);
    match unresolved.help {
        Some(help) => unreadable.help(help),
        None => unreadable,
    }
}
