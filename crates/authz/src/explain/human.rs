//! An explanation as text for a terminal.

use std::fmt::Write as _;

use super::paint::{Paint, Screen};
use super::{
    ConditionView, Explanation, GrantView, LayerView, LocationView, StatementView, conditions,
    words,
};

/// How to render an explanation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether to use ANSI colours.
    pub colour: bool,
    /// Whether to show statements that are about other actions, too.
    pub all_statements: bool,
}

impl Explanation {
    /// The explanation as lines of text: the verdict first, then each layer, then the statements
    /// that have to do with the action.
    pub fn human(&self, style: Style) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut Screen(&mut out), style, Paint(style.colour));
        out
    }

    fn write(&self, out: &mut Screen<'_>, style: Style, paint: Paint) -> std::fmt::Result {
        let verdict = words::verdict(self.decision);
        let verdict = match self.decision {
            "allowed" => paint.green(verdict),
            "depends" => paint.yellow(verdict),
            _ => paint.red(verdict),
        };
        writeln!(
            out,
            "{verdict}: {} on {}",
            self.request.action, self.request.resource
        )?;
        writeln!(out, "  caller: {}\n", self.request.principal)?;
        writeln!(out, "{}", self.summary)?;
        if !self.blocked_by.is_empty() {
            let titles = self
                .layers
                .iter()
                .filter(|layer| self.blocked_by.contains(&layer.layer))
                .map(|layer| layer.title);
            let titles: Vec<&str> = titles.collect();
            let alone = if titles.len() == 1 { " alone" } else { "" };
            writeln!(out, "Blocked by: {}{alone}", titles.join(", "))?;
        }
        if !self.missing_context.is_empty() {
            writeln!(
                out,
                "The request lacks: {}",
                self.missing_context.join(", ")
            )?;
        }
        if let Some(message) = &self.aws_message {
            writeln!(out, "AWS says: {message}")?;
        }
        for residual in &self.residual {
            writeln!(out, "  - {}", residual.text)?;
        }
        for layer in &self.layers {
            writeln!(out)?;
            write_layer(out, layer, style, paint)?;
        }
        if !self.assumptions.is_empty() {
            writeln!(out, "\nAssumed, since AWS does not document it:")?;
            for assumption in &self.assumptions {
                writeln!(out, "  - {} [{}]", assumption.text, assumption.id)?;
            }
        }
        Ok(())
    }
}

fn write_layer(
    out: &mut Screen<'_>,
    layer: &LayerView,
    style: Style,
    paint: Paint,
) -> std::fmt::Result {
    writeln!(
        out,
        "{} {}: {}",
        paint.mark(layer.verdict),
        paint.bold(layer.title),
        layer.note
    )?;
    let mut hidden = 0;
    let mut level = None;
    for statement in &layer.statements {
        if !statement.action && !style.all_statements {
            hidden += 1;
            continue;
        }
        if statement.level != level {
            level.clone_from(&statement.level);
            if let Some(name) = level.as_deref().filter(|name| !name.is_empty()) {
                writeln!(out, "    level {name}")?;
            }
        }
        write_statement(out, statement, paint)?;
    }
    for grant in &layer.grants {
        write_grant(out, grant, paint)?;
    }
    match hidden {
        0 => Ok(()),
        1 => writeln!(out, "    1 statement for other actions"),
        _ => writeln!(out, "    {hidden} statements for other actions"),
    }
}

fn write_statement(
    out: &mut Screen<'_>,
    statement: &StatementView,
    paint: Paint,
) -> std::fmt::Result {
    let says = match (statement.effect, statement.applies) {
        (_, "unknown") => "may apply",
        ("unknown", "yes") => "may apply",
        ("Allow", "yes") => "allows",
        ("Deny", "yes") => "denies",
        _ => "does not apply",
    };
    let mark = match (statement.effect, statement.applies) {
        (_, "unknown") => "depends",
        ("unknown", "yes") => "depends",
        ("Allow", "yes") => "allow",
        ("Deny", "yes") => "explicitDeny",
        ("Allow", _) => "implicitDeny",
        _ => "notApplicable",
    };
    let place = place(&statement.location);
    let effect = match statement.effect {
        "unknown" => "Allow or Deny",
        effect => effect,
    };
    let (mark, reference) = (paint.mark(mark), &statement.reference);
    writeln!(
        out,
        "    {mark} {effect} {reference} {says}  {}",
        paint.dim(&place)
    )?;
    for line in &statement.mismatch {
        writeln!(out, "        {line}")?;
    }
    for unknown in &statement.unknown {
        writeln!(out, "        {}", unknown.text)?;
    }
    // Conditions that hold are told where everything else matches too; else they would drown why.
    for condition in &statement.conditions {
        if statement.mismatch.is_empty() || condition.holds != "yes" {
            writeln!(out, "        {}", condition_line(condition))?;
        }
    }
    Ok(())
}

fn write_grant(out: &mut Screen<'_>, grant: &GrantView, paint: Paint) -> std::fmt::Result {
    let mark = match grant.covers {
        "yes" => "allow",
        "unknown" => "depends",
        _ => "implicitDeny",
    };
    writeln!(
        out,
        "    {} {} {}  {}",
        paint.mark(mark),
        grant.reference,
        grant.note,
        paint.dim(&place(&grant.location))
    )
}

fn condition_line(condition: &ConditionView) -> String {
    let phrase = conditions::phrase(condition);
    let verdict = match condition.holds {
        "yes" => "holds",
        "no" => "does not hold",
        _ => "is open",
    };
    let found = match (condition.found, &condition.actual) {
        (_, Some(values)) => {
            let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
            let several = if condition.found == "severalValues" {
                "several values: "
            } else {
                ""
            };
            format!("the request has {several}{}", values.join(", "))
        }
        ("unknown", None) => "the key is not known".to_owned(),
        ("hidden", None) => "key policies do not see this key".to_owned(),
        _ => "the request does not have the key".to_owned(),
    };
    format!("{phrase} {verdict}: {found}")
}

fn place(location: &LocationView) -> String {
    match &location.within {
        None => format!("{}:{}:{}", location.file, location.line, location.column),
        Some(outer) => format!(
            "{}:{}:{} (line {} of the string)",
            outer.file, outer.line, outer.column, location.line
        ),
    }
}
