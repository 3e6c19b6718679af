//! From ids to words: why a check came out as it did.
//!
//! [`explain`] reads what the evaluator recorded, and looks up texts and positions. It decides
//! nothing. The [`Explanation`] is the one contract of all front ends: `kmsim check --format
//! json` prints it, and [`Explanation::human`] renders it for people.

use kmsim_policy::source::{Sources, Span};
use kmsim_policy::syntax::{Effect, Policy, Statement};

use crate::decide::blockers;
use crate::decision::{Decision, Reason, Verdict};
use crate::layers::{AttachedPolicy, Layers};
use crate::request::Request;
use crate::trace::{ConditionRecord, Found, GrantOutcome, Layer, Say, StatementRecord, Trace};
use crate::truth::Truth;

mod asked;
mod assumptions;
mod conditions;
mod grants;
mod human;
pub mod paint;
mod parts;
mod unknowns;
mod view;
mod words;

pub(crate) use asked::condition_keys;
pub use assumptions::{Assumption, collect as assumptions};
pub use human::Style;
pub use parts::{Part, parts};
pub use view::{
    ConditionView, Explanation, GrantView, LayerView, LocationView, RequestView, Residual,
    StatementView, UnknownView,
};
pub use words::{caller, slug as layer_name};

/// Version of the JSON shape. It changes when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// Explains a decision by what was recorded when it was made.
pub fn explain(
    layers: &Layers<'_>,
    request: &Request,
    decision: Decision,
    trace: &Trace,
    sources: &Sources<'_>,
) -> Explanation {
    let blocking = blockers(layers, request, trace);
    let builder = Builder {
        layers,
        request,
        decision,
        trace,
        sources,
    };
    let shown = |layer: Layer| builder.layer(layer, blocking.contains(&layer));
    let views: Vec<LayerView> = Layer::ALL.into_iter().filter_map(shown).collect();
    let residual = conditions::residual(&views, decision.verdict);
    let blocked_by = blocking
        .iter()
        .map(|layer| words::slug(*layer, layers))
        .collect();
    Explanation {
        version: VERSION,
        decision: decision.verdict.name(),
        reason: decision.reason.name(),
        summary: match decision.reason {
            Reason::Unknown => format!("It depends on {}.", unknowns::told(&residual)),
            _ => words::summary(layers, request, decision),
        },
        aws_message: words::aws_message(request, decision.reason),
        request: request_view(request),
        blocked_by,
        because: because(decision, &views),
        missing_context: conditions::missing(&views, decision.verdict),
        residual,
        assumptions: assumptions::collect(layers, request, trace),
        layers: views,
    }
}

struct Builder<'b> {
    layers: &'b Layers<'b>,
    request: &'b Request,
    decision: Decision,
    trace: &'b Trace,
    sources: &'b Sources<'b>,
}

impl Builder<'_> {
    /// A layer that exists. One that nobody attached is left out, unless its absence blocks, and
    /// except the two sides that every decision is about.
    fn layer(&self, layer: Layer, blocks: bool) -> Option<LayerView> {
        let record = self
            .trace
            .layers
            .iter()
            .find(|record| record.layer == layer);
        let say = record.map_or(Say::None, |record| record.say);
        let always = blocks || matches!(layer, Layer::Resource | Layer::Identity);
        if say == Say::None && !always {
            return None;
        }
        let statements: Vec<StatementView> = self
            .trace
            .statements
            .iter()
            .filter(|record| record.policy.layer == layer)
            .filter_map(|record| self.statement(record))
            .collect();
        let grants = if layer == Layer::Grants {
            grants::views(self.layers, self.request, self.trace, self.sources)
        } else {
            Vec::new()
        };
        let (allows, denies) = record.map_or((Truth::No, Truth::No), |record| {
            (record.allows, record.denies)
        });
        let exempt = say != Say::Applies;
        let verdict = match (exempt, denies, allows) {
            (true, ..)
                if layer == Layer::Resource && say == Say::None && self.resource_is_needed() =>
            {
                "implicitDeny"
            }
            (true, ..) if blocks && say == Say::None => "implicitDeny",
            (true, ..) if layer == Layer::Identity && say == Say::None => "implicitDeny",
            (true, ..) => "notApplicable",
            (_, Truth::Yes, _) => "explicitDeny",
            (_, _, Truth::Yes) if denies == Truth::Unknown => "depends",
            (_, _, Truth::Yes) => "allow",
            (_, _, Truth::Unknown) => "depends",
            (_, _, Truth::No) => "implicitDeny",
        };
        let note = match self.level_without_allow(layer) {
            Some(level) if verdict == "implicitDeny" => {
                format!("no statement allows this at level {level}")
            }
            _ => words::layer_note(layer, say, verdict, &statements, &grants, self.request),
        };
        let (slug, title) = (
            words::slug(layer, self.layers),
            words::title(layer, self.layers),
        );
        Some(LayerView {
            layer: slug,
            title,
            verdict,
            note,
            statements,
            grants,
        })
    }

    /// The first level of the organization at which no SCP allows the action.
    fn level_without_allow(&self, layer: Layer) -> Option<&str> {
        let allows_at = |index: usize| {
            self.trace.statements.iter().any(|record| {
                record.policy.layer == layer
                    && record.policy.level as usize == index
                    && record.certainly(Effect::Allow)
            })
        };
        let levels = self
            .layers
            .service_control
            .iter()
            .enumerate()
            .filter(|_| layer == Layer::ServiceControl);
        let mut without = levels.filter(|(index, _)| !allows_at(*index));
        without.next().map(|(_, level)| &*level.name)
    }

    fn resource_is_needed(&self) -> bool {
        matches!(
            self.decision.reason,
            Reason::NotAllowed(Layer::Resource) | Reason::NotDelegated
        )
    }

    fn statement(&self, record: &StatementRecord) -> Option<StatementView> {
        let attached = self.layers.policy(record.policy)?;
        let statement = attached.policy.statements.get(record.statement as usize)?;
        let conditions = self.conditions(statement, record);
        let principal = attached
            .policy
            .kind
            .has_principal()
            .then(|| words::principal_match(record));
        let level = level_of(self.layers, record).map(str::to_owned);
        Some(StatementView {
            reference: reference(self.layers, record, attached, statement),
            effect: statement.effect.name(),
            applies: words::truth(record.applies()),
            principal,
            action: !record.action.is_no(),
            resource: words::truth(record.resource),
            mismatch: self.mismatch(record, &attached.policy, statement),
            conditions,
            unknown: unknowns::of(
                record,
                &attached.policy,
                statement,
                self.trace,
                self.sources,
            ),
            level,
            location: location(self.sources, statement.span),
        })
    }

    fn conditions(&self, statement: &Statement, record: &StatementRecord) -> Vec<ConditionView> {
        let first = record.first_condition as usize;
        let records = self.trace.conditions.iter().skip(first);
        statement
            .conditions
            .iter()
            .zip(records)
            .map(|(condition, record)| self.condition(condition, record))
            .collect()
    }

    fn condition(
        &self,
        condition: &kmsim_policy::syntax::Condition,
        record: &ConditionRecord,
    ) -> ConditionView {
        let presence = self
            .request
            .context
            .get(&condition.key.value, self.request.action.kms());
        let actual = match presence {
            crate::context::Presence::Value(value) if record.found != Found::Hidden => {
                Some(value.values().iter().map(ToString::to_string).collect())
            }
            _ => None,
        };
        let operands = |unknown: bool| {
            let operands = condition.operands.iter().map(|operand| &operand.value);
            let operands = operands.filter(|operand| operand.is_unknown() == unknown);
            operands.map(|operand| operand.text().to_owned()).collect()
        };
        ConditionView {
            operator: condition.operator.value.to_string(),
            key: condition.key.value.to_string(),
            expected: operands(false),
            unknown: operands(true),
            actual,
            holds: words::truth(record.holds),
            found: words::found(record.found),
        }
    }

    /// What of the statement does not match, as a few words each.
    fn mismatch(
        &self,
        record: &StatementRecord,
        policy: &Policy,
        statement: &Statement,
    ) -> Vec<String> {
        let mut lines = Vec::new();
        if record.names_caller().is_no() && policy.kind.has_principal() {
            lines.push(words::principal_mismatch(statement, self.request));
        }
        if record.action.is_no() {
            lines.push(words::action_mismatch(statement, self.request));
        }
        if record.resource.is_no() {
            lines.push(words::resource_mismatch(statement, self.request));
        }
        lines
    }
}

/// `layer:policy#statement`; a policy or statement without name goes by its number.
fn reference(
    layers: &Layers<'_>,
    record: &StatementRecord,
    attached: &AttachedPolicy,
    statement: &Statement,
) -> String {
    let layer = words::slug(record.policy.layer, layers);
    let statement = match &statement.sid {
        Some(sid) => sid.value.to_string(),
        None => (record.statement + 1).to_string(),
    };
    if matches!(record.policy.layer, Layer::Resource | Layer::ResourceShare) {
        return format!("{layer}#{statement}");
    }
    let number = (record.policy.policy + 1).to_string();
    let policy = attached.name.as_deref().unwrap_or(&number);
    format!("{layer}:{policy}#{statement}")
}

fn level_of<'l>(layers: &Layers<'l>, record: &StatementRecord) -> Option<&'l str> {
    let levels = match record.policy.layer {
        Layer::ServiceControl => layers.service_control,
        Layer::ResourceControl => layers.resource_control,
        _ => return None,
    };
    levels
        .get(record.policy.level as usize)
        .map(|level| &*level.name)
}

/// The statements and grants that decided: the denies of a denial, the allows of a permission.
fn because(decision: Decision, layers: &[LayerView]) -> Vec<String> {
    let effect = match decision.verdict {
        Verdict::ExplicitDeny => "Deny",
        Verdict::Allowed => "Allow",
        Verdict::ImplicitDeny | Verdict::Depends => return Vec::new(),
    };
    let statements = layers.iter().flat_map(|layer| &layer.statements);
    let deciding =
        statements.filter(|statement| statement.effect == effect && statement.applies == "yes");
    let mut because: Vec<String> = deciding
        .map(|statement| statement.reference.clone())
        .collect();
    if decision.verdict == Verdict::Allowed {
        let grants = layers
            .iter()
            .flat_map(|layer| &layer.grants)
            .filter(|grant| grant.covers == "yes");
        because.extend(grants.map(|grant| grant.reference.clone()));
    }
    because
}

fn request_view(request: &Request) -> RequestView {
    let context = request.context.present().map(|(key, value)| {
        let value = match value {
            crate::context::ContextValue::One(value) => serde_json::Value::from(&**value),
            crate::context::ContextValue::Many(values) => {
                values.iter().map(|value| &**value).collect()
            }
        };
        (key.to_string(), value)
    });
    RequestView {
        principal: request.principal.to_string(),
        action: request.action.name().to_owned(),
        resource: request.resource.text().to_owned(),
        resource_account: request.resource_account.map(|account| account.to_string()),
        context: context.collect(),
    }
}

/// A place, for output.
pub fn location(sources: &Sources<'_>, span: Span) -> LocationView {
    location_view(&sources.locate(span))
}

fn location_view(place: &kmsim_policy::source::Location) -> LocationView {
    LocationView {
        file: place.name.clone(),
        line: place.line,
        column: place.column,
        within: place
            .within
            .as_deref()
            .map(|outer| Box::new(location_view(outer))),
    }
}

/// The outcome of a grant in three-valued words.
fn covers(outcome: GrantOutcome) -> Truth {
    match outcome {
        GrantOutcome::Covers => Truth::Yes,
        GrantOutcome::Depends => Truth::Unknown,
        _ => Truth::No,
    }
}
