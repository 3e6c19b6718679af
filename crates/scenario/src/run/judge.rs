//! Comparing what came out of a step with what was expected.

use serde_json::Value;

use super::{Came, Failure, Run, Success, is_met};
use crate::compare::{Difference, differences, shown};
use crate::report::{Finding, StepStatus};
use crate::scenario::Expected;
use crate::template::{Form, Incomplete, Template};

impl Run<'_> {
    /// What came out in one line, and whether it is as expected.
    pub(super) fn judge(&mut self, came: &Came, expected: &Expected) -> (String, StepStatus) {
        let outcome = came.words();
        if let Came::Impossible(why) = came {
            return (outcome, StepStatus::Impossible(why.clone()));
        }
        let findings = if is_met(&expected.outcome, came) {
            match came {
                Came::Answer(success) => self.judge_response(success, expected),
                Came::Failure(failure) => Ok(self.judge_failure(failure, expected)),
                Came::Impossible(_) => Ok(Vec::new()),
            }
        } else {
            let name = expected.outcome.name().to_owned();
            let mut finding = self.finding(name, came.line(), expected.span);
            if let Came::Failure(failure) = came {
                finding.explanation = failure.explained();
            }
            Ok(vec![finding])
        };
        let status = match findings {
            Ok(findings) if findings.is_empty() => StepStatus::Passed,
            Ok(findings) => StepStatus::Failed(findings),
            Err(Incomplete(why)) => StepStatus::Impossible(why),
        };
        (outcome, status)
    }

    fn judge_failure(&self, failure: &Failure, expected: &Expected) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Some(part) = &expected.message
            && !failure.message.contains(&**part)
        {
            let text = format!("a message with `{part}`");
            let found = format!("`{}`", failure.message);
            findings.push(self.finding(text, found, expected.span));
        }
        let because = failure.explanations.iter().flat_map(|own| &own.because);
        let because: Vec<&str> = because.map(String::as_str).collect();
        findings.extend(self.judge_because(&because, expected));
        findings
    }

    fn judge_because(&self, because: &[&str], expected: &Expected) -> Option<Finding> {
        let missing = expected
            .because
            .iter()
            .filter(|name| !because.contains(&&***name));
        let missing: Vec<&str> = missing.map(|name| &**name).collect();
        if missing.is_empty() {
            return None;
        }
        let decided = if because.is_empty() {
            "no statement".to_owned()
        } else {
            because.join(", ")
        };
        Some(self.finding(
            format!("a decision because of {}", missing.join(", ")),
            format!("one because of {decided}"),
            expected.span,
        ))
    }

    fn judge_response(
        &mut self,
        success: &Success,
        expected: &Expected,
    ) -> Result<Vec<Finding>, Incomplete> {
        let because: Vec<&str> = success.because.iter().map(String::as_str).collect();
        let mut findings: Vec<Finding> =
            self.judge_because(&because, expected).into_iter().collect();
        let response = &success.response;
        if let Some(template) = &expected.response {
            let found = differences(template, response, &mut self.scope())?;
            findings.extend(found.into_iter().map(|found| self.differs(template, found)));
        }
        if let Some(template) = &expected.differs {
            findings.extend(self.same_parts(template, response)?);
        }
        for path in &expected.present {
            if path.find(response).is_none_or(Value::is_null) {
                let text = format!("`{path}`");
                findings.push(self.finding(text, "none".to_owned(), expected.span));
            }
        }
        for path in &expected.absent {
            if let Some(found) = path.find(response).filter(|found| !found.is_null()) {
                let text = format!("no `{path}`");
                findings.push(self.finding(text, shown(found), expected.span));
            }
        }
        for (path, count) in &expected.counts {
            let found = path
                .find(response)
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            if found != *count {
                let text = format!("{count} of `{path}`");
                findings.push(self.finding(text, found.to_string(), expected.span));
            }
        }
        Ok(findings)
    }

    fn differs(&self, template: &Template, found: Difference) -> Finding {
        let Difference {
            path,
            expected,
            found,
        } = found;
        let expected = if path.is_empty() {
            expected
        } else {
            format!("`{path}` to be {expected}")
        };
        self.finding(expected, found, template.span)
    }

    /// Parts that should have another value and have this one.
    fn same_parts(
        &mut self,
        template: &Template,
        response: &Value,
    ) -> Result<Vec<Finding>, Incomplete> {
        let Form::Object(fields) = &template.form else {
            return Ok(Vec::new());
        };
        let mut findings = Vec::new();
        for (name, other) in fields {
            let found = response.get(name).unwrap_or(&Value::Null);
            if differences(other, found, &mut self.scope())?.is_empty() {
                let text = format!("another `{name}`");
                findings.push(self.finding(text, shown(found), other.span));
            }
        }
        Ok(findings)
    }
}

impl Came {
    /// What came out, in a few words.
    fn words(&self) -> String {
        match self {
            Self::Answer(success) => success.word.to_owned(),
            Self::Impossible(_) => "not done".to_owned(),
            Self::Failure(failure) => failure.words(),
        }
    }

    /// What came out, with all that is to say about it.
    fn line(&self) -> String {
        match self {
            Self::Failure(failure) if !failure.message.is_empty() => {
                format!("{}: {}", failure.words(), failure.message)
            }
            came => came.words(),
        }
    }
}

impl Failure {
    /// The decision, if the call was denied.
    pub(super) fn decision(&self) -> Option<&str> {
        let decisions = self.explanations.iter().map(|own| own.decision);
        // An explicit deny is worth telling before an implicit one.
        decisions.min_by_key(|decision| usize::from(*decision != "explicitDeny"))
    }

    fn words(&self) -> String {
        match self.decision() {
            Some(decision) => format!("{decision} ({})", self.name),
            None => self.name.clone(),
        }
    }
}
