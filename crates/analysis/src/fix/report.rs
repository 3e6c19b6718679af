//! From changes to what is shown: documents by name, statements ready to paste, diffs.

use kmsim_authz::call::{Call, PlannedCheck};
use kmsim_authz::case::resource_policy_kind;
use kmsim_authz::explain::{layer_name, location};
use kmsim_authz::layers::{Layers, Origin};
use kmsim_authz::principal::Principal;
use kmsim_authz::request::Request;
use kmsim_authz::trace::Layer;
use kmsim_authz::world::World;
use kmsim_policy::source::Sources;

use super::control::Opened;
use super::patch::{Changed, NewGrant, Patch, Slot, level_name};
use super::propose::holders;
use super::view::{Change, Document, Edit, EditKind, Fix};
use super::{diff, document};

/// What is known around the checks.
#[derive(Clone, Copy)]
pub(super) struct Place<'a, 'w> {
    pub(super) world: Option<&'w World>,
    pub(super) call: Option<&'w Call>,
    pub(super) sources: &'a Sources<'a>,
}

/// A set of changes, for output.
pub(super) fn fix(
    place: Place<'_, '_>,
    checks: &[PlannedCheck<'_>],
    patch: &Patch<'_>,
    opened: Opened,
) -> Fix {
    let mut changes = Vec::new();
    let mut notes = Vec::new();
    for changed in &patch.documents {
        let Some(check) = check_of(checks, &changed.slot) else {
            continue;
        };
        let change = place.change(check, changed);
        notes_on(place, check, changed, &mut notes);
        changes.push(change);
    }
    for grant in &patch.grants {
        changes.push(of_grant(grant));
        notes.push("whoever creates the grant needs kms:CreateGrant on the key; a new grant may take up to five minutes to count everywhere, and its grant token makes it count at once".to_owned());
    }
    if opened.control {
        notes.push("this gives control over the key: read what else it opens".to_owned());
    }
    notes.dedup();
    Fix {
        summary: summary(&changes),
        changes,
        opens: opened.texts,
        notes,
    }
}

/// The check in whose layers a document is.
fn check_of<'c, 'w>(
    checks: &'c [PlannedCheck<'w>],
    slot: &Slot<'_>,
) -> Option<&'c PlannedCheck<'w>> {
    let Some(original) = slot.original else {
        return checks.first();
    };
    let holds = |check: &&PlannedCheck<'_>| {
        let layers = &check.layers;
        let listed = layers.policies(slot.layer, slot.level).iter();
        let resource = layers.resource.filter(|_| slot.layer == Layer::Resource);
        listed
            .map(|policy| &**policy)
            .chain(resource)
            .any(|policy| document::is_same(policy, original))
    };
    checks.iter().find(holds).or(checks.first())
}

impl Place<'_, '_> {
    fn change(self, check: &PlannedCheck<'_>, changed: &Changed<'_>) -> Change {
        let document = self.document(
            &check.layers,
            &check.request,
            &changed.slot,
            changed.policy.name.as_deref(),
        );
        let title = match &document.name {
            Some(name) => format!("{} `{name}` of {}", document.kind, document.owner),
            None => format!("{} of {}", document.kind, document.owner),
        };
        let diff = diff::of(
            changed.slot.original,
            &changed.before,
            &changed.after,
            &title,
            self.sources,
        );
        let statements = document::statements(&changed.after);
        let edits = changed.steps.iter().map(|step| Edit {
            kind: step.kind,
            summary: step.summary.clone(),
            element: step.element,
            statement: statements.get(step.statement).cloned().unwrap_or_default(),
        });
        Change {
            account: self.account(&check.request, changed.slot.layer),
            edits: edits.collect(),
            result: changed.after.clone(),
            diff: diff.text,
            file: diff.file,
            document,
        }
    }

    /// The account that a layer's documents belong to.
    pub(super) fn account(self, request: &Request, layer: Layer) -> Option<String> {
        let account = match layer {
            Layer::Identity | Layer::PermissionsBoundary | Layer::Session => {
                request.principal.account()
            }
            Layer::Resource | Layer::ResourceShare | Layer::Grants => request.resource_account,
            Layer::ServiceControl | Layer::ResourceControl => {
                let organization = self
                    .world
                    .and_then(|world| world.contents().organization.as_ref());
                organization.and_then(|organization| organization.management_account)
            }
            Layer::VpcEndpoint => {
                let named = self.call.and_then(|call| call.vpc_endpoint.as_ref());
                let endpoint = named
                    .zip(self.world)
                    .and_then(|(named, world)| world.vpc_endpoint(&named.text));
                endpoint.map_or(request.principal.account(), |endpoint| endpoint.account)
            }
        };
        account.map(|account| account.to_string())
    }

    /// A document by its place.
    pub(super) fn document(
        self,
        layers: &Layers<'_>,
        request: &Request,
        slot: &Slot<'_>,
        name: Option<&str>,
    ) -> Document {
        let caller = request
            .principal
            .principal_arn()
            .unwrap_or_else(|| request.principal.to_string());
        let owner = match slot.layer {
            Layer::Resource | Layer::ResourceShare | Layer::Grants => {
                request.resource.text().to_owned()
            }
            Layer::ServiceControl | Layer::ResourceControl => {
                let level = level_name(layers, slot.layer, slot.level).unwrap_or_default();
                format!("organization level {level}")
            }
            Layer::VpcEndpoint => {
                let endpoint = self.call.and_then(|call| call.vpc_endpoint.as_ref());
                endpoint.map_or_else(
                    || "the VPC endpoint".to_owned(),
                    |endpoint| endpoint.text.to_string(),
                )
            }
            Layer::Session => request.principal.to_string(),
            Layer::Identity | Layer::PermissionsBoundary => {
                match slot.original.map(|policy| &policy.origin) {
                    Some(Origin::Group(group)) => format!("group {group}"),
                    Some(Origin::Managed(arn)) => arn.to_string(),
                    Some(Origin::Inline) | None => caller,
                }
            }
        };
        let original = slot.original;
        Document {
            kind: match (slot.layer, original) {
                (Layer::Resource, None) => resource_policy_kind(request).name(),
                (layer, _) => layer_name(layer, layers),
            },
            name: name.map(str::to_owned),
            owner,
            is_new: original.is_none(),
            location: original
                .filter(|original| original.policy.span.start < original.policy.span.end)
                .map(|original| location(self.sources, original.policy.span)),
        }
    }
}

fn of_grant(new: &NewGrant) -> Change {
    let key = new.grant.key.as_deref().unwrap_or_default();
    Change {
        account: new.grant.issuing_account.map(|account| account.to_string()),
        document: Document {
            kind: "grant",
            name: None,
            owner: key.to_owned(),
            is_new: true,
            location: None,
        },
        edits: vec![Edit {
            kind: EditKind::AddGrant,
            summary: new.summary.clone(),
            element: None,
            statement: new.parameters.clone(),
        }],
        result: new.parameters.clone(),
        diff: String::new(),
        file: None,
    }
}

/// What to think of.
fn notes_on(
    place: Place<'_, '_>,
    check: &PlannedCheck<'_>,
    changed: &Changed<'_>,
    notes: &mut Vec<String>,
) {
    let mut note = |text: String| {
        if !notes.contains(&text) {
            notes.push(text);
        }
    };
    let excepts = changed
        .steps
        .iter()
        .any(|step| step.kind == EditKind::ExceptDeny);
    if excepts {
        note(match changed.slot.layer {
            Layer::ServiceControl | Layer::ResourceControl => "the deny is a guardrail of the organization and may be intended: ask those who keep it before it gets an exception".to_owned(),
            Layer::VpcEndpoint => "the deny may be what keeps data within the network: ask before it gets an exception".to_owned(),
            Layer::PermissionsBoundary => "the deny limits what the administrators of the account may give away, and may be intended".to_owned(),
            _ => "somebody wrote the deny on purpose, perhaps against this very request".to_owned(),
        });
    }
    match changed.slot.layer {
        Layer::ServiceControl if !excepts => note(
            "a level whose SCPs do not allow everything is a list of what is permitted: whoever keeps it decides. Conditions and resources in an Allow of an SCP need the language of September 2025 or later".to_owned(),
        ),
        Layer::Session => note(
            "a session policy is passed when the session is made: change what passes it, and make a new session".to_owned(),
        ),
        _ => {}
    }
    if let Some(original) = changed.slot.original {
        let others = holders(place.world, original).count().saturating_sub(1);
        if others > 0 {
            note(format!(
                "`{}` is attached to {others} other principal{}",
                original.name.as_deref().unwrap_or_default(),
                if others == 1 { "" } else { "s" }
            ));
        }
    }
    let is_held = changed.steps.iter().any(|step| {
        let statements = document::statements(&changed.after);
        let statement = statements.get(step.statement);
        step.kind == EditKind::AddStatement
            && statement.is_some_and(|statement| {
                statement
                    .to_string()
                    .contains(super::statement::ENCRYPTION_CONTEXT)
            })
    });
    if is_held {
        note("the conditions hold the new statement to the encryption context of this call: leave out the pairs that change from call to call".to_owned());
    }
    let pathless = matches!(
        &check.request.principal,
        Principal::RoleSession(session) if session.role.is_none()
    );
    if pathless && changed.policy.policy.kind.has_principal() {
        note("the session does not tell the path of its role: if the role has one, write its whole ARN".to_owned());
    }
}

fn summary(changes: &[Change]) -> String {
    let texts = changes.iter().map(|change| {
        let steps: Vec<&str> = change
            .edits
            .iter()
            .map(|edit| edit.summary.as_str())
            .collect();
        let what = steps.join(" and ");
        let document = &change.document;
        if document.kind == "grant" {
            return format!("{what}{}", in_account(change));
        }
        let name = document
            .name
            .as_ref()
            .map_or_else(String::new, |name| format!(" `{name}`"));
        format!(
            "{what}{} {}{} of {}{}",
            if document.is_new { ":" } else { ", in" },
            title(document.kind),
            name,
            document.owner,
            in_account(change)
        )
    });
    let texts: Vec<String> = texts.collect();
    texts.join("; and ")
}

fn in_account(change: &Change) -> String {
    let account = change.account.as_ref();
    account.map_or_else(String::new, |account| format!(" (account {account})"))
}

/// A kind of document in the words of people.
pub(super) fn title(kind: &str) -> &'static str {
    match kind {
        "key-policy" => "the key policy",
        "identity" => "the identity-based policy",
        "permissions-boundary" => "the permissions boundary",
        "session" => "the session policy",
        "scp" => "the service control policy",
        "rcp" => "the resource control policy",
        "vpc-endpoint" => "the policy",
        "trust" => "the trust policy",
        "grant" => "a grant",
        _ => "the policy",
    }
}
