//! Looking at the audit log.

use serde_json::Value;

use super::{Came, Failure, Run};
use crate::compare::fits;
use crate::scenario::EventExpectation;
use crate::template::Incomplete;

impl Run<'_> {
    /// Compares all events so far with what should be among them.
    pub(super) fn look_at_events(
        &mut self,
        expectations: &[EventExpectation],
    ) -> Result<Came, Incomplete> {
        self.events.extend(self.service.take_events());
        let events: Vec<Value> = self.events.iter().map(kmsim_kms::Event::to_json).collect();
        let mut problems = Vec::new();
        for expectation in expectations {
            problems.extend(self.look_for(expectation, &events)?);
        }
        if problems.is_empty() {
            return Ok(Came::as_expected());
        }
        Ok(Came::Failure(Failure {
            name: "other events".to_owned(),
            message: problems.join("; "),
            explanations: Vec::new(),
        }))
    }

    fn look_for(
        &mut self,
        expectation: &EventExpectation,
        events: &[Value],
    ) -> Result<Vec<String>, Incomplete> {
        let mut found = Vec::new();
        for event in events {
            if fits(&expectation.matching, event, &mut self.scope())? {
                found.push(event);
            }
        }
        let mut problems = Vec::new();
        let line = self.sources.locate(expectation.span).line;
        match expectation.count {
            Some(count) if found.len() != count => problems.push(format!(
                "{} events match line {line}, not {count}",
                found.len()
            )),
            None if found.is_empty() => {
                problems.push(format!("no event matches line {line}"));
            }
            _ => {}
        }
        for path in &expectation.present {
            if found
                .iter()
                .any(|event| path.find(event).is_none_or(Value::is_null))
            {
                problems.push(format!("an event has no `{path}`"));
            }
        }
        for path in &expectation.absent {
            if found
                .iter()
                .any(|event| path.find(event).is_some_and(|own| !own.is_null()))
            {
                problems.push(format!("an event has `{path}`"));
            }
        }
        Ok(problems)
    }
}
