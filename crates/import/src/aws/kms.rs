//! Keys: their metadata, policies, grants, aliases and tags.

use std::collections::{BTreeMap, BTreeSet};

use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::{Member, Node};
use kmsim_policy::source::Span;
use kmsim_types::arn;

use super::counted;
use super::owner::{Keys, Unowned, short};
use super::pages::Pages;
use crate::draft::{Draft, Sort, contradiction, some_of};
use crate::hints::Folders;
use crate::importer::{Document, Importer};
use crate::node::{elements, same, string, take, take_string, unknown};
use crate::recognize::Kind;

/// Fields of `KeyMetadata`, with our names for them.
const METADATA: [(&str, &str); 5] = [
    ("spec", "KeySpec"),
    ("usage", "KeyUsage"),
    ("origin", "Origin"),
    ("manager", "KeyManager"),
    ("state", "KeyState"),
];

/// What belongs to keys, while it is being put together.
pub(super) struct Reader<'i, 's, 'a> {
    importer: &'i mut Importer<'s, 'a>,
    folders: &'i Folders,
    keys: Keys,
    pages: Pages,
    /// Grants by key and id.
    grants: BTreeMap<(String, String), Node<'a>>,
    /// Keys whose grants, tags, and Regions and accounts whose aliases are among the inputs.
    with_grants: BTreeSet<String>,
    with_tags: BTreeSet<String>,
    has_aliases: bool,
}

/// Reads everything that belongs to keys.
pub(super) fn read<'a>(
    importer: &mut Importer<'_, 'a>,
    folders: &Folders,
    documents: Vec<Document<'a>>,
) {
    let keys = Keys::new(&importer.settings);
    let mut reader = Reader {
        importer,
        folders,
        keys,
        pages: Pages::default(),
        grants: BTreeMap::new(),
        with_grants: BTreeSet::new(),
        with_tags: BTreeSet::new(),
        has_aliases: false,
    };
    // First what names keys, then what does not.
    let (naming, nameless): (Vec<_>, Vec<_>) = documents.into_iter().partition(names_keys);
    for document in naming {
        reader.naming(document);
    }
    for document in nameless {
        reader.nameless(document);
    }
    reader.finish();
}

fn names_keys(document: &Document<'_>) -> bool {
    match document.kind {
        Kind::KeyMetadata | Kind::Keys => true,
        Kind::Grants | Kind::Aliases => {
            let lists = ["Grants", "Aliases"].into_iter();
            let mut lists = lists.filter_map(|name| document.node.member(name));
            lists.any(|list| !list.as_list().is_empty())
        }
        _ => false,
    }
}

impl<'a> Reader<'_, '_, 'a> {
    fn naming(&mut self, document: Document<'a>) {
        match document.kind {
            Kind::KeyMetadata => self.metadata(document),
            Kind::Keys => self.listed(document),
            Kind::Aliases => self.aliases(document),
            _ => self.granted(document),
        }
    }

    fn nameless(&mut self, document: Document<'a>) {
        if document.kind == Kind::Aliases {
            self.has_aliases = true;
            let what = self.keys.listing("aliases", &document.name, self.folders);
            self.pages.page(what, &document);
            self.importer.report.used(&document, "no aliases");
            return;
        }
        match self.keys.owner(&document.name, self.folders) {
            Ok(key) => self.of_key(document, &key),
            Err(why) => self.nobody(&document, &why),
        }
    }

    /// `DescribeKey`
    fn metadata(&mut self, document: Document<'a>) {
        let mut node = document.node;
        let mut metadata = take(&mut node, "KeyMetadata").unwrap_or(node);
        let span = metadata.span;
        let Some((key, span)) = take_string(&mut metadata, "Arn").or_else(|| {
            let (id, at) = take_string(&mut metadata, "KeyId")?;
            id.starts_with("arn:").then_some((id, at))
        }) else {
            let message = "this key has no `Arn`, so that its account and Region are not known";
            let error = Diagnostic::error("missing-field", span, message);
            self.importer.draft.diagnostics.push(error);
            return;
        };
        self.keys.described(&key, &document.name);
        let (name, kind) = (document.name, document.kind);
        let mut thing = self.importer.draft.thing(Sort::Key, &key, span);
        for (ours, theirs) in METADATA {
            if let Some(value) = take(&mut metadata, theirs) {
                thing.state(ours, value);
            }
        }
        let older = take(&mut metadata, "CustomerMasterKeySpec");
        if let Some(spec) = older.filter(|_| thing.thing().field("spec").is_none()) {
            thing.state("spec", spec);
        }
        let configuration = take(&mut metadata, "MultiRegionConfiguration");
        if let Some(sort) = configuration.and_then(|mut node| take(&mut node, "MultiRegionKeyType"))
        {
            thing.state("multiRegionKeyType", sort);
        }
        self.used(&name, kind, format!("key {}", short(&key)));
    }

    /// `ListKeys`
    fn listed(&mut self, mut document: Document<'a>) {
        let what = self.keys.listing("keys", &document.name, self.folders);
        self.pages.page(what, &document);
        let keys = elements(take(&mut document.node, "Keys"));
        for key in &keys {
            if let Some(key) = string(key, "KeyArn") {
                self.keys.known(key);
            }
        }
        self.used(&document.name, document.kind, counted(keys.len(), "key"));
    }

    /// `ListAliases`
    fn aliases(&mut self, mut document: Document<'a>) {
        self.has_aliases = true;
        let of = document
            .node
            .member("Aliases")
            .map_or(&[][..], Node::as_list);
        let of = of.first().and_then(|alias| string(alias, "AliasArn"));
        let of = of.and_then(arn::split);
        let what = match of {
            Some([_, _, _, region, account, _]) => format!("aliases of {account} in {region}"),
            None => self.keys.listing("aliases", &document.name, self.folders),
        };
        self.pages.page(what, &document);
        let aliases = elements(take(&mut document.node, "Aliases"));
        let count = aliases.len();
        for mut alias in aliases {
            let Some((name, span)) = take_string(&mut alias, "AliasArn") else {
                continue;
            };
            let target = take(&mut alias, "TargetKeyId");
            if let (Some(id), Some([_, partition, _, region, account, _])) =
                (target.as_ref().and_then(Node::as_str), arn::split(&name))
            {
                let key = format!("arn:{partition}:kms:{region}:{account}:key/{id}");
                self.keys.known(&key);
            }
            let mut thing = self.importer.draft.thing(Sort::Alias, &name, span);
            if let Some(target) = target {
                thing.state("target", target);
            }
        }
        let what = match count {
            1 => "1 alias".to_owned(),
            _ => format!("{count} aliases"),
        };
        self.used(&document.name, document.kind, what);
    }

    /// `ListGrants` with grants in it.
    fn granted(&mut self, mut document: Document<'a>) {
        let grants = document
            .node
            .member("Grants")
            .map_or(&[][..], Node::as_list);
        let keys: BTreeSet<String> = grants
            .iter()
            .filter_map(|grant| string(grant, "KeyId"))
            .map(str::to_owned)
            .collect();
        for key in keys {
            self.pages.page(grants_of(&key), &document);
            self.keys.known(&key);
            self.with_grants.insert(key);
        }
        let grants = elements(take(&mut document.node, "Grants"));
        let count = grants.len();
        for grant in grants {
            self.grant(grant);
        }
        self.used(&document.name, document.kind, counted(count, "grant"));
    }

    fn grant(&mut self, grant: Node<'a>) {
        let (Some(key), Some(id)) = (string(&grant, "KeyId"), string(&grant, "GrantId")) else {
            let message = "a grant of an export has `KeyId` and `GrantId`";
            let error = Diagnostic::error("missing-field", grant.span, message);
            self.importer.draft.diagnostics.push(error);
            return;
        };
        let name = (key.to_owned(), id.to_owned());
        let Some(known) = self.grants.get(&name) else {
            self.grants.insert(name, grant);
            return;
        };
        if !same(known, &grant) {
            let message = format!("two inputs contradict each other: the grant `{}`", name.1);
            let error = contradiction(known.span, grant.span, message);
            self.importer.draft.diagnostics.push(error);
            let why = format!(
                "two inputs contradict each other: grant {} of key {}",
                name.1, name.0
            );
            self.importer.draft.gap("contradiction", why);
        }
    }

    /// An answer that does not say which key it is about.
    fn of_key(&mut self, mut document: Document<'a>, key: &str) {
        let of = short(key);
        let span = document.node.span;
        match document.kind {
            Kind::Grants => {
                self.pages.page(grants_of(key), &document);
                self.with_grants.insert(key.to_owned());
                self.used(&document.name, document.kind, format!("no grants of {of}"));
            }
            Kind::KeyTags => {
                self.pages.page(format!("tags of key {key}"), &document);
                self.with_tags.insert(key.to_owned());
                let tags = elements(take(&mut document.node, "Tags"));
                let what = format!("{} of {of}", counted(tags.len(), "tag"));
                let mut thing = self.importer.draft.thing(Sort::Key, key, span);
                for mut tag in tags {
                    let name = take_string(&mut tag, "TagKey");
                    let value = take(&mut tag, "TagValue");
                    if let (Some((key, key_span)), Some(value)) = (name, value) {
                        thing.entry(
                            "tags",
                            Member {
                                key,
                                key_span,
                                value,
                            },
                        );
                    }
                }
                self.used(&document.name, document.kind, what);
            }
            Kind::KeyLastUsage => {
                let mut thing = self.importer.draft.thing(Sort::Key, key, span);
                thing.state("lastUsed", document.node);
                self.used(&document.name, document.kind, format!("last use of {of}"));
            }
            _ => {
                let policy = take(&mut document.node, "Policy").unwrap_or(document.node);
                let mut thing = self.importer.draft.thing(Sort::Key, key, span);
                thing.state("policy", policy);
                self.used(&document.name, document.kind, format!("key policy of {of}"));
            }
        }
    }

    /// An answer of which it cannot be told whose it is.
    fn nobody(&mut self, document: &Document<'a>, why: &Unowned) {
        let what = match document.kind {
            Kind::Grants => "page of grants is empty and",
            Kind::KeyTags => "answer with tags",
            Kind::KeyLastUsage => "answer with a last use",
            _ => "key policy",
        };
        let hint = why.hint;
        // A policy by itself may be anything, and tags that there are none may be those of anything.
        let has_tags = document
            .node
            .member("Tags")
            .is_some_and(|tags| !tags.as_list().is_empty());
        if document.kind == Kind::PolicyDocument || document.kind == Kind::KeyTags && !has_tags {
            let why = format!("it does not say which key it belongs to: {hint}");
            self.importer.report.ignored(document, why);
            return;
        }
        let message = format!("this {what} does not say whose it is");
        self.importer.draft.diagnostics.push(
            Diagnostic::error("whose-key", document.node.span, message)
                .note(None, why.why.as_str())
                .help(hint),
        );
        self.importer
            .report
            .ignored(document, "it does not say which key it belongs to");
    }

    fn used(&mut self, file: &str, kind: Kind, what: String) {
        let file = file.to_owned();
        self.importer
            .report
            .used
            .push(crate::importer::Used { file, kind, what });
    }

    fn finish(mut self) {
        for ((key, _), mut grant) in std::mem::take(&mut self.grants) {
            // It stands at its key, and when it was made plays no part.
            take(&mut grant, "KeyId");
            take(&mut grant, "CreationDate");
            let mut thing = self.importer.draft.thing(Sort::Key, &key, grant.span);
            thing.add("grants", grant);
        }
        let draft = &mut self.importer.draft;
        let mut without_grants = Vec::new();
        let mut without_tags = Vec::new();
        let mut without_metadata = Vec::new();
        let mut without_policy: Vec<(String, Span)> = Vec::new();
        for (key, thing) in draft.all(Sort::Key) {
            let is_of_aws = thing.field("manager").and_then(Node::as_str) == Some("AWS");
            if !self.keys.is_described(key) {
                without_metadata.push(key.to_owned());
            }
            if thing.field("policy").is_none() && !(is_of_aws && has_service_alias(draft, key)) {
                without_policy.push((key.to_owned(), thing.span));
            }
            if !self.with_grants.contains(key) {
                without_grants.push(key.to_owned());
            }
            if !self.with_tags.contains(key) {
                without_tags.push(key.to_owned());
            }
        }
        for (key, span) in &without_policy {
            let why = format!("no export has the key policy of {key}");
            let policy = unknown(why, *span);
            draft.thing(Sort::Key, key, *span).state("policy", policy);
        }
        let keys: Vec<String> = without_policy.into_iter().map(|(key, _)| key).collect();
        let mut gap = |code, keys: &[String], what: &str, effect: &str| {
            if !keys.is_empty() {
                draft.gap(code, format!("no {what} of {}: {effect}", some_of(keys)));
            }
        };
        gap(
            "no-key-policy",
            &keys,
            "key policy",
            "whatever needs it is unknown",
        );
        gap(
            "no-key-metadata",
            &without_metadata,
            "describe-key output",
            "taken for symmetric keys that customers manage",
        );
        gap(
            "no-grants",
            &without_grants,
            "list-grants output",
            "no grants are considered",
        );
        gap(
            "no-tags",
            &without_tags,
            "list-resource-tags output",
            "no tags are considered",
        );
        let listed = self.keys.not_exported(|key| draft.has(Sort::Key, key));
        if listed > 0 {
            let message = format!(
                "{} that lists name stand in no other export: nothing is known of them",
                counted(listed, "key")
            );
            draft.gap("keys-not-exported", message);
        }
        if !self.has_aliases && draft.all(Sort::Key).next().is_some() {
            draft.gap(
                "no-aliases",
                "no list-aliases output: no aliases are considered",
            );
        }
        self.pages.report(draft);
    }
}

/// Whether a key that AWS manages has the alias that tells its service, and so its policy.
fn has_service_alias(draft: &Draft<'_>, key: &str) -> bool {
    let id = arn::split(key).and_then(|[_, _, _, _, _, resource]| resource.strip_prefix("key/"));
    let mut aliases = draft.all(Sort::Alias);
    aliases.any(|(name, alias)| {
        name.contains(":alias/aws/") && alias.field("target").and_then(Node::as_str) == id
    })
}

/// Whether a policy can be one of a key: it names principals and actions of KMS, or all actions.
pub(super) fn is_key_policy(policy: &Node<'_>) -> bool {
    let read;
    let policy = match policy.as_str() {
        None => policy,
        Some(text) => {
            let mut found = Vec::new();
            let node = kmsim_policy::json::parse(text, policy.span.source, &mut found);
            let Some(node) = node else { return false };
            read = node;
            &read
        }
    };
    let of_kms = |statement: &Node<'_>, name| {
        let actions = statement.member(name).map_or(&[][..], Node::as_list);
        let mut actions = actions.iter().filter_map(Node::as_str);
        actions.any(|action| {
            action == "*"
                || action
                    .get(..4)
                    .is_some_and(|start| start.eq_ignore_ascii_case("kms:"))
        })
    };
    let statements = policy.member("Statement").map_or(&[][..], Node::as_list);
    statements.iter().any(|statement| {
        let named = ["Principal", "NotPrincipal"].into_iter();
        named.filter_map(|name| statement.member(name)).count() == 1
            && ["Action", "NotAction"]
                .into_iter()
                .any(|name| of_kms(statement, name))
    })
}

fn grants_of(key: &str) -> String {
    format!("grants of key {key}")
}
