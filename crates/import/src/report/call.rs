//! A report as a call against a world.

use std::fmt;

use kmsim_authz::call::{self, Asks, Call, Unresolved};
use kmsim_authz::principal::Principal;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::World;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::Node;
use kmsim_policy::source::Sources;

use super::unknown::{self, Unknown};
use super::{Form, Reported, Supposed};
use crate::node;

/// A call that is made again, and what of it is not known.
#[derive(Clone, Debug)]
pub struct ReportedCall {
    /// The call.
    pub call: Call,
    /// The same as a document.
    pub document: Node<'static>,
    /// What the report does not tell.
    pub unknowns: Vec<Unknown>,
}

/// Why a report cannot be made a call.
#[derive(Clone, Debug)]
pub enum NoCall {
    /// The report does not tell something without which there is no call.
    Silent(&'static str),
    /// What the report says makes no call: a name that is no principal.
    Unreadable(Vec<Diagnostic>),
    /// The world does not have what the call names.
    Unresolved(Unresolved),
}

impl fmt::Display for NoCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent(what) => write!(f, "it does not say {what}"),
            Self::Unreadable(found) => {
                let first = found
                    .first()
                    .map_or("it is no call", |found| &found.message);
                f.write_str(first)
            }
            Self::Unresolved(unresolved) => f.write_str(&unresolved.message),
        }
    }
}

impl Reported {
    /// Makes the call again, against a world. What neither the report nor the world tells, and a
    /// policy asks for, becomes an unknown condition key.
    pub fn call(
        &self,
        world: &World,
        supposed: &Supposed,
        sources: &mut Sources<'_>,
    ) -> Result<ReportedCall, NoCall> {
        let mut document = self.document(supposed).map_err(NoCall::Silent)?;
        by_name(&mut document, world);
        let mut reader = Reader::new(sources, &NoFiles);
        let call = reader.call(&document);
        let mut call = match call {
            Some(call) if reader.diagnostics.is_empty() => call,
            _ => return Err(NoCall::Unreadable(reader.diagnostics)),
        };
        self.one_check(&mut call);
        let mut unknowns = Vec::new();
        unknown::endpoint(&mut call, world, &mut unknowns);
        let checks = call::checks(world, &call).map_err(NoCall::Unresolved)?;
        unknowns.extend(unknown::of(self, world, supposed, &checks));
        drop(checks);
        for key in unknowns.iter().flat_map(|unknown| &unknown.keys) {
            if !call.context.says(key) {
                call.context.set_unknown(key);
            }
        }
        Ok(ReportedCall {
            call,
            document,
            unknowns,
        })
    }

    /// A message is about one check of a call, and names the parameters of none: of an operation that
    /// needs several, only that one is asked.
    fn one_check(&self, call: &mut Call) {
        if let (Form::Message, Asks::Operation(operation)) = (self.form, &call.asks)
            && operation.needs_several_checks()
            && let Some(action) = self.asked.kms_action()
        {
            call.asks = Asks::Kms(action);
        }
    }
}

/// Names of roles are unique in an account. Where the world has the role under another path than the
/// report, or without one, the session is that role's all the same.
fn by_name(document: &mut Node<'static>, world: &World) {
    let Some(arn) = document.member("role").and_then(Node::as_str) else {
        return;
    };
    let Ok(Principal::RoleSession(session)) = Principal::parse(arn) else {
        return;
    };
    let known = world.identity(arn).is_some();
    if !known && world.role(session.account, &session.name).is_some() {
        node::take(document, "role");
    }
}
