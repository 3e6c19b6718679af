//! Where commands take a world from: a document, or the exports that one can be made of.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kmsim_authz::reader::Reader;
use kmsim_authz::world::World;
use kmsim_import::{Given, Imported, Importer, Settings, without_broken};
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::document::parse_any;
use kmsim_policy::json::Node;
use kmsim_policy::source::Sources;
use kmsim_types::{AccountId, Region};

use crate::diagnostics::{Messages, is_warning};
use crate::discover;
use crate::files::{self, Disk, Text};
use crate::outcome::{Failure, Stop};

/// Endings of the files that are looked at in folders of exports.
pub(crate) const ENDINGS: [&str; 5] = ["json", "yaml", "yml", "template", "tfstate"];

/// Exports in place of a world.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct FromArguments {
    /// Make the world of exports: files and folders with what the AWS CLI, Terraform and
    /// CloudFormation write; may be repeated
    #[arg(long, value_name = "PATH")]
    pub(crate) from: Vec<PathBuf>,
    /// Use the rest if some of the exports are broken or contradict each other
    #[arg(long, requires = "from")]
    partial: bool,
    /// The account of exports that name none, such as templates
    #[arg(long, value_name = "ID", requires = "from")]
    from_account: Option<AccountId>,
    /// The Region of exports that name none
    #[arg(long, value_name = "REGION", requires = "from")]
    from_region: Option<Region>,
}

/// The texts that a world is made of. They are kept apart from what is read from them, which
/// borrows from them.
#[derive(Debug)]
pub(crate) struct WorldInput {
    texts: Vec<(Text, Given)>,
    is_import: bool,
    partial: bool,
    /// What does not stand in the exports.
    settings: Settings,
}

impl WorldInput {
    /// Reads the document at `path`, or else the exports of the arguments.
    pub(crate) fn read(path: Option<&Path>, from: &FromArguments) -> Result<Self, Failure> {
        if let Some(path) = path {
            return Self::document(path);
        }
        let settings = Settings {
            account: from.from_account,
            region: from.from_region.clone(),
            ..Settings::default()
        };
        Self::exports(&from.from, from.partial, settings)
    }

    /// Reads a world document.
    pub(crate) fn document(path: &Path) -> Result<Self, Failure> {
        Ok(Self {
            texts: vec![(files::read(path)?, Given::Named)],
            is_import: false,
            partial: false,
            settings: Settings::default(),
        })
    }

    /// Reads exports. With `partial` what is broken is left out.
    pub(crate) fn exports(
        paths: &[PathBuf],
        partial: bool,
        settings: Settings,
    ) -> Result<Self, Failure> {
        let mut texts = Vec::new();
        for found in discover::files_ending(paths, &ENDINGS)? {
            match files::read(&found.path) {
                Ok(text) if found.named => texts.push((text, Given::Named)),
                Ok(text) => texts.push((text, Given::Found)),
                // A file in a folder that is no text is no export.
                Err(_) if !found.named => {}
                Err(failure) => return Err(failure),
            }
        }
        if texts.is_empty() {
            let endings = ENDINGS.map(|ending| format!("*.{ending}")).join(", ");
            return Err(Failure::new("no export was found")
                .hint(format!("in folders, {endings} are looked at")));
        }
        Ok(Self {
            texts,
            is_import: true,
            partial,
            settings,
        })
    }

    /// Makes a world document of the exports.
    pub(crate) fn import<'a>(&'a self, sources: &mut Sources<'a>) -> Imported<'a> {
        let mut importer = Importer::new(sources, self.settings.clone());
        for (text, given) in &self.texts {
            importer.add(&text.name, &text.text, *given);
        }
        importer.finish()
    }

    /// The world as a tree. `None` if it cannot be read; then there are findings.
    pub(crate) fn node<'a>(
        &'a self,
        sources: &mut Sources<'a>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Node<'a>> {
        if self.is_import {
            let mut imported = self.import(sources);
            let usable = self.partial || !imported.is_partial();
            found.append(&mut imported.diagnostics);
            return usable.then_some(imported.world);
        }
        let (text, _) = self.texts.first()?;
        let source = sources.add(text.name.as_str(), text.text.as_str());
        parse_any(&text.text, source, &text.name, found)
    }

    /// The world. Findings are printed; if it cannot be read, they say why.
    pub(crate) fn load<'a>(
        &'a self,
        sources: &mut Sources<'a>,
        messages: &Messages,
    ) -> Result<Arc<World>, Stop> {
        self.load_with(sources, messages, true)
    }

    /// The same without warnings, for commands that answer many questions at once.
    pub(crate) fn load_quietly<'a>(
        &'a self,
        sources: &mut Sources<'a>,
        messages: &Messages,
    ) -> Result<Arc<World>, Stop> {
        self.load_with(sources, messages, false)
    }

    fn load_with<'a>(
        &'a self,
        sources: &mut Sources<'a>,
        messages: &Messages,
        warn: bool,
    ) -> Result<Arc<World>, Stop> {
        let mut found = Vec::new();
        let world = if self.is_import {
            self.make(sources, &mut found).map(|(_, world)| world)
        } else {
            let node = self.node(sources, &mut found);
            node.and_then(|node| read(&node, sources, &mut found))
        };
        found.retain(|found| warn || !is_warning(found, true));
        // What AWS would refuse to save it has not saved; a world is asked as it is.
        messages.findings(&found, sources, true);
        match world {
            Some(world) => Ok(Arc::new(world)),
            None => Err(self.stop(&found, messages)),
        }
    }

    /// Makes a world of exports and reads it. `None` if the exports cannot be used as they are; then
    /// there are findings.
    pub(crate) fn make<'a>(
        &'a self,
        sources: &mut Sources<'a>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<(Imported<'a>, World)> {
        let mut imported = self.import(sources);
        let broken = imported.is_partial();
        found.append(&mut imported.diagnostics);
        if broken && !self.partial {
            return None;
        }
        let before = found.len();
        let mut world = read(&imported.world, sources, found);
        if world.is_none() && self.partial {
            let new = found.get(before..).unwrap_or_default();
            let count = without_broken(&mut imported.world, new, sources);
            if count > 0 {
                world = read(&imported.world, sources, &mut Vec::new());
            }
        }
        Some((imported, world?))
    }

    /// Why a world could not be read, after the findings were printed.
    pub(crate) fn stop(&self, found: &[Diagnostic], messages: &Messages) -> Stop {
        let broken = found.iter().any(|found| !is_warning(found, true));
        if self.is_import && !self.partial && broken {
            messages.failure(
                &Failure::new("the exports cannot be used as they are")
                    .hint("to use the rest: --partial"),
            );
        }
        Stop::Reported
    }
}

/// Reads a world document.
fn read(node: &Node<'_>, sources: &mut Sources<'_>, found: &mut Vec<Diagnostic>) -> Option<World> {
    let mut reader = Reader::new(sources, &Disk);
    let world = reader.world(node);
    found.append(&mut reader.diagnostics);
    world
}
