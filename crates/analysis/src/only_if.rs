//! The conditions under which a request is allowed whose decision depends.
//!
//! Which statements have to apply, and which must not, is found by trying: every statement that may
//! apply is made one that does or does not, and the evaluator decides. So the alternatives come out
//! of the same rules as decisions do, whatever layers they concern.

use std::borrow::Cow;
use std::sync::Arc;

use kmsim_authz::decide::decide;
use kmsim_authz::decision::Verdict;
use kmsim_authz::explain::Part;
use kmsim_authz::grant::Grant;
use kmsim_authz::layers::{AttachedPolicy, Layers, Level};
use kmsim_authz::request::Request;
use kmsim_authz::trace::Layer;
use kmsim_authz::truth::Truth;
use kmsim_policy::source::{Span, Spanned};
use kmsim_policy::syntax::{Condition, Effect, ResourcePattern, ResourceShape, Scope, Statement};
use kmsim_types::{GrantOperationSet, KmsAction, KmsActionSet};

use crate::words;

/// More statements than this are listed, not tried in every combination.
const MOST_TRIED: usize = 8;

/// The conditions under which a request is allowed: one of the alternatives must be met.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OnlyIf {
    /// What meets the conditions; each is a list of requirements that must all be met.
    pub alternatives: Vec<Vec<Requirement>>,
    /// Whether the alternatives are exactly those. If there are too many, there is one alternative
    /// with everything that may play a part.
    pub is_exact: bool,
}

/// A statement or grant that must apply, or must not.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// How tests name it.
    pub reference: String,
    /// Its effect.
    pub effect: Effect,
    /// Whether it must apply.
    pub applies: bool,
    /// Its conditions that are open.
    pub conditions: Vec<Condition>,
    /// What must be so, in words.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl OnlyIf {
    /// The conditions in words, without "only if".
    pub fn text(&self) -> String {
        let mut alternatives: Vec<String> = Vec::with_capacity(self.alternatives.len());
        for requirements in &self.alternatives {
            let mut texts: Vec<&str> = Vec::with_capacity(requirements.len());
            for requirement in requirements {
                if !texts.contains(&requirement.text.as_str()) {
                    texts.push(&requirement.text);
                }
            }
            let text = texts.join(", and ");
            if !alternatives.contains(&text) {
                alternatives.push(text);
            }
        }
        let text = alternatives.join("; or if ");
        if self.is_exact {
            text
        } else {
            format!("{text} (not all of it need be so)")
        }
    }
}

/// The conditions of a decision that depends, and the layers in which what applies anyhow is needed
/// besides. `parts` are its statements and grants.
pub(crate) fn only_if(
    layers: &Layers<'_>,
    request: &Request,
    parts: &[Part<'_>],
) -> (OnlyIf, Vec<Layer>) {
    let mut trial = Trial::new(layers, request);
    let open: Vec<Atom<'_>> = parts
        .iter()
        .filter(|part| part.applies == Truth::Unknown)
        .filter_map(|part| trial.atom(part))
        .collect();
    let settles = |atom: &Atom<'_>| atom.part.effect != Effect::Unknown && !atom.part.may_name;
    let found = if open.len() > MOST_TRIED || !open.iter().all(settles) {
        None
    } else {
        minimal(&mut trial, &open)
    };
    let Some(alternatives) = found else {
        let all = OnlyIf {
            alternatives: vec![open.iter().map(Atom::requirement).collect()],
            is_exact: false,
        };
        return (all, GIVING.to_vec());
    };
    let needed = GIVING
        .into_iter()
        .filter(|layer| is_needed(&mut trial, *layer, parts, &open, &alternatives))
        .collect();
    let requirements = |met: usize| {
        let needed = open.iter().enumerate();
        let needed = needed.filter(move |(at, _)| met & (1 << at) != 0);
        needed.map(|(_, atom)| atom.requirement()).collect()
    };
    let only_if = OnlyIf {
        alternatives: alternatives.into_iter().map(requirements).collect(),
        is_exact: true,
    };
    (only_if, needed)
}

/// The layers that can give a permission; the others limit it.
const GIVING: [Layer; 4] = [
    Layer::Resource,
    Layer::ResourceShare,
    Layer::Grants,
    Layer::Identity,
];

/// Whether some alternative takes more than its own statements of a layer: without what applies there
/// anyhow the request would be denied.
fn is_needed(
    trial: &mut Trial<'_>,
    layer: Layer,
    parts: &[Part<'_>],
    atoms: &[Atom<'_>],
    alternatives: &[usize],
) -> bool {
    let definite = parts.iter().filter(|part| {
        part.layer == layer && part.effect == Effect::Allow && part.applies == Truth::Yes
    });
    let definite: Vec<Atom<'_>> = definite.filter_map(|part| trial.atom(part)).collect();
    if definite.is_empty() {
        return false;
    }
    let mut is_needed = false;
    for met in alternatives {
        for (at, atom) in atoms.iter().enumerate() {
            trial.settle(atom, met & (1 << at) != 0);
        }
        for atom in &definite {
            trial.settle(atom, false);
        }
        is_needed |= trial.verdict() != Verdict::Allowed;
    }
    for atom in &definite {
        trial.settle(atom, true);
    }
    is_needed
}

/// The smallest sets of requirements that allow the request, as bits, smaller ones first. Meeting one
/// more requirement never takes a permission away: an `Allow` more, a `Deny` less. `None` if they do
/// not settle it.
fn minimal(trial: &mut Trial<'_>, atoms: &[Atom<'_>]) -> Option<Vec<usize>> {
    let mut sets: Vec<usize> = (0..1_usize << atoms.len()).collect();
    sets.sort_by_key(|set| set.count_ones());
    let mut found: Vec<usize> = Vec::new();
    for set in sets {
        if found.iter().any(|smaller| smaller & set == *smaller) {
            continue;
        }
        for (at, atom) in atoms.iter().enumerate() {
            trial.settle(atom, set & (1 << at) != 0);
        }
        match trial.verdict() {
            Verdict::Allowed => found.push(set),
            Verdict::ImplicitDeny | Verdict::ExplicitDeny => {}
            Verdict::Depends => return None,
        }
    }
    Some(found).filter(|found| !found.is_empty())
}

/// A statement or grant that may apply, in its two settled forms.
struct Atom<'p> {
    part: &'p Part<'p>,
    settled: Settled,
    text: String,
}

enum Settled {
    Statement {
        yes: Box<Statement>,
        no: Box<Statement>,
    },
    Grant {
        yes: Box<Grant>,
        no: Box<Grant>,
    },
}

impl Atom<'_> {
    /// The requirement is met by an `Allow` that applies and by a `Deny` that does not.
    fn requirement(&self) -> Requirement {
        let part = self.part;
        Requirement {
            reference: part.reference.clone(),
            effect: part.effect,
            applies: part.effect == Effect::Allow,
            conditions: part.open.iter().copied().cloned().collect(),
            text: self.text.clone(),
            span: part.span,
        }
    }
}

/// The layers of a check, with statements that can be exchanged. What stays as it is is borrowed.
struct Trial<'l> {
    request: Cow<'l, Request>,
    identity: Policies<'l>,
    permissions_boundary: Option<Policies<'l>>,
    session: Option<Policies<'l>>,
    resource: Option<Cow<'l, AttachedPolicy>>,
    resource_share: Option<Cow<'l, AttachedPolicy>>,
    vpc_endpoint: Option<Policies<'l>>,
    service_control: Cow<'l, [Level]>,
    resource_control: Cow<'l, [Level]>,
    grants: Cow<'l, [Grant]>,
    aws_managed_key: bool,
}

type Policies<'l> = Cow<'l, [Arc<AttachedPolicy>]>;

impl<'l> Trial<'l> {
    fn new(layers: &'l Layers<'_>, request: &'l Request) -> Self {
        Self {
            request: Cow::Borrowed(request),
            identity: layers.identity.into(),
            permissions_boundary: layers.permissions_boundary.map(Cow::Borrowed),
            session: layers.session.map(Cow::Borrowed),
            resource: layers.resource.map(Cow::Borrowed),
            resource_share: layers.resource_share.map(Cow::Borrowed),
            vpc_endpoint: layers.vpc_endpoint.map(Cow::Borrowed),
            service_control: layers.service_control.into(),
            resource_control: layers.resource_control.into(),
            grants: layers.grants.into(),
            aws_managed_key: layers.aws_managed_key,
        }
    }

    fn verdict(&self) -> Verdict {
        let layers = Layers {
            identity: &self.identity,
            permissions_boundary: self.permissions_boundary.as_deref(),
            session: self.session.as_deref(),
            resource: self.resource.as_deref(),
            resource_share: self.resource_share.as_deref(),
            vpc_endpoint: self.vpc_endpoint.as_deref(),
            service_control: &self.service_control,
            resource_control: &self.resource_control,
            grants: &self.grants,
            aws_managed_key: self.aws_managed_key,
        };
        decide(&layers, &self.request).verdict
    }

    fn atom<'p>(&mut self, part: &'p Part<'p>) -> Option<Atom<'p>> {
        let (settled, text) = if part.layer == Layer::Grants {
            let grant = self.grants.get(part.index as usize)?.clone();
            let text = if self.request.action.kms() == Some(KmsAction::CreateGrant) {
                // Whether the new grant is narrow enough is what the atom stands for.
                let request = self.request.to_mut();
                request.context.set_absent("kms:GrantOperations");
                format!("the new grant gives no more than {}", part.reference)
            } else {
                grant_words(&grant)
            };
            (settled_grant(grant), text)
        } else {
            let statement = self.statement(part)?.clone();
            (settled_statement(statement), statement_words(part))
        };
        Some(Atom {
            part,
            settled,
            text,
        })
    }

    fn settle(&mut self, atom: &Atom<'_>, met: bool) {
        let applies = met == (atom.part.effect == Effect::Allow);
        match &atom.settled {
            Settled::Statement { yes, no } => {
                if let Some(statement) = self.statement(atom.part) {
                    statement.clone_from(if applies { yes } else { no });
                }
            }
            Settled::Grant { yes, no } => {
                if let Some(grant) = self.grants.to_mut().get_mut(atom.part.index as usize) {
                    grant.clone_from(if applies { yes } else { no });
                }
            }
        }
    }

    /// The statement of a part, to be changed.
    fn statement(&mut self, part: &Part<'_>) -> Option<&mut Statement> {
        let id = part.policy?;
        let (level, policy) = (id.level as usize, id.policy as usize);
        let attached = match id.layer {
            Layer::ServiceControl => of_level(&mut self.service_control, level, policy)?,
            Layer::ResourceControl => of_level(&mut self.resource_control, level, policy)?,
            Layer::VpcEndpoint => nth(self.vpc_endpoint.as_mut()?, policy)?,
            Layer::Resource => self.resource.as_mut()?.to_mut(),
            Layer::ResourceShare => self.resource_share.as_mut()?.to_mut(),
            Layer::Identity => nth(&mut self.identity, policy)?,
            Layer::PermissionsBoundary => nth(self.permissions_boundary.as_mut()?, policy)?,
            Layer::Session => nth(self.session.as_mut()?, policy)?,
            Layer::Grants => return None,
        };
        attached.policy.statements.get_mut(part.index as usize)
    }
}

fn nth<'t>(policies: &'t mut Policies<'_>, policy: usize) -> Option<&'t mut AttachedPolicy> {
    policies.to_mut().get_mut(policy).map(Arc::make_mut)
}

fn of_level<'t>(
    levels: &'t mut Cow<'_, [Level]>,
    level: usize,
    policy: usize,
) -> Option<&'t mut AttachedPolicy> {
    let level = levels.to_mut().get_mut(level)?;
    level.policies.get_mut(policy).map(Arc::make_mut)
}

fn settled_statement(statement: Statement) -> Settled {
    let any = Spanned::new(
        ResourcePattern {
            text: "*".into(),
            shape: ResourceShape::Any,
        },
        statement.span,
    );
    let no = Statement {
        action: None,
        kms_actions: KmsActionSet::EMPTY,
        open: None,
        ..statement.clone()
    };
    let yes = Statement {
        kms_actions: KmsActionSet::ALL,
        open: None,
        conditions: Vec::new(),
        resource: statement.resource.as_ref().map(|scope| Scope {
            negated: false,
            items: vec![any],
            span: scope.span,
        }),
        ..statement
    };
    Settled::Statement {
        yes: Box::new(yes),
        no: Box::new(no),
    }
}

fn settled_grant(grant: Grant) -> Settled {
    let no = Grant {
        operations: GrantOperationSet::EMPTY,
        ..grant.clone()
    };
    let yes = Grant {
        encryption_context: None,
        source_arn: None,
        ..grant
    };
    Settled::Grant {
        yes: Box::new(yes),
        no: Box::new(no),
    }
}

/// What must be so for an `Allow` to apply, or for a `Deny` not to.
fn statement_words(part: &Part<'_>) -> String {
    let allows = part.effect != Effect::Deny;
    let reference = &part.reference;
    let is_known = |one: &&&Condition| {
        !one.operands
            .iter()
            .any(|operand| operand.value.is_unknown())
    };
    let known = part.open.iter().filter(is_known);
    let mut texts: Vec<String> = known.map(|one| words::condition(one, allows)).collect();
    for unknown in &part.unknown {
        let verb = if allows { "lets" } else { "does not let" };
        texts.push(format!("{unknown} {verb} {reference} apply"));
    }
    match texts.len() {
        0 if allows => format!("the variables in {reference} match the resource"),
        0 => format!("the variables in {reference} do not match the resource"),
        1 => texts.concat(),
        _ if allows => texts.join(" and "),
        _ => format!("({})", texts.join(", or ")),
    }
}

fn grant_words(grant: &Grant) -> String {
    let mut texts = Vec::new();
    if let Some(constraint) = &grant.encryption_context {
        let pairs: Vec<String> = constraint
            .pairs
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let how = if constraint.equals {
            "is exactly"
        } else {
            "has"
        };
        texts.push(format!(
            "the encryption context {how} {{{}}}",
            pairs.join(", ")
        ));
    }
    if let Some(source) = &grant.source_arn {
        texts.push(format!("aws:SourceArn is like {}", source.text()));
    }
    texts.join(" and ")
}
