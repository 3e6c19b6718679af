//! The text for people.

use std::fmt::Write as _;

use kmsim_authz::explain::LocationView;

use super::edit::inline;
use super::report::title;
use super::view::{Advice, Carrier, Fix, Remedies};

impl Remedies {
    /// The remedies as text: numbered fixes with statements ready to paste and diffs, what to do
    /// instead, and for an allowed request what carries it.
    pub fn human(&self) -> String {
        let mut out = String::new();
        if self.decision == "unresolved" {
            // The key has to be found before anything else counts.
            human_advice(&self.instead, &mut out);
            if !self.fixes.is_empty() {
                out.push('\n');
                self.human_fixes(&mut out);
            }
            return out;
        }
        self.human_fixes(&mut out);
        human_advice(&self.instead, &mut out);
        if !self.unknown.is_empty() {
            out.push_str("What would have to be known\n");
            for residual in &self.unknown {
                // Writing to a String cannot fail.
                let _ = writeln!(out, "  {}: {}", residual.reference, residual.text);
            }
        }
        human_carriers(&self.carriers, &self.pillars, &mut out);
        out
    }

    fn human_fixes(&self, out: &mut String) {
        match self.fixes.len() {
            0 if self.decision == "allowed" || self.decision == "depends" => return,
            0 => {
                out.push_str("No change of policies that was tried would allow this.\n");
                return;
            }
            _ if self.decision == "unresolved" => out.push_str("What would allow the call then\n"),
            1 => out.push_str("What would allow it\n"),
            _ => out.push_str("What would allow it, the one that opens least first\n"),
        }
        for (fix, number) in self.fixes.iter().zip(1..) {
            let _ = write!(out, "\n{number}. ");
            human_fix(fix, out);
        }
        if !self.complete {
            out.push_str("\nThere are more ways than these.\n");
        }
    }
}

fn human_fix(fix: &Fix, out: &mut String) {
    let _ = writeln!(out, "{}", capitalized(&fix.summary));
    if fix.opens.is_empty() {
        out.push_str("   opens: nothing else that was tried\n");
    }
    for opens in &fix.opens {
        let _ = writeln!(out, "   also allows: {opens}");
    }
    for note in &fix.notes {
        let _ = writeln!(out, "   note: {note}");
    }
    for change in &fix.changes {
        let document = &change.document;
        let _ = write!(out, "\n   {}", title(document.kind));
        if let Some(name) = &document.name {
            let _ = write!(out, " `{name}`");
        }
        if document.kind == "grant" {
            out.push_str(" on");
        } else {
            out.push_str(" of");
        }
        let _ = write!(out, " {}", document.owner);
        if let Some(account) = &change.account {
            let _ = write!(out, ", account {account}");
        }
        if document.is_new && document.kind != "grant" {
            out.push_str(", to be made");
        }
        if let Some(place) = &document.location {
            let _ = write!(out, " ({})", at(place));
        }
        out.push('\n');
        out.push('\n');
        if document.kind == "grant" {
            let parameters = inline(&change.result);
            let _ = writeln!(
                out,
                "     aws kms create-grant --cli-input-json '{parameters}'"
            );
        } else if document.is_new {
            indented(&format!("{:#}", change.result), out);
        } else {
            for edit in &change.edits {
                indented(&format!("{:#}", edit.statement), out);
                out.push('\n');
            }
            indented(&change.diff, out);
        }
    }
}

/// A place; of a policy in a string that of the string.
fn at(place: &LocationView) -> String {
    let place = place.within.as_deref().unwrap_or(place);
    format!("{}:{}:{}", place.file, place.line, place.column)
}

fn human_advice(instead: &[Advice], out: &mut String) {
    if instead.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str("Instead of changing policies\n");
    for advice in instead {
        let _ = write!(out, "  - {}", advice.text);
        if let Some(key) = &advice.key {
            let _ = write!(out, "; the call is then: {}", key.decision);
        }
        out.push('\n');
    }
}

fn human_carriers(carriers: &[Carrier], pillars: &[Vec<String>], out: &mut String) {
    if carriers.is_empty() {
        return;
    }
    out.push_str("What carries the permission\n");
    for carrier in carriers {
        let _ = write!(out, "  {}", carrier.reference);
        if let Some(place) = &carrier.document.location {
            let _ = write!(out, " ({})", at(place));
        }
        let _ = write!(out, ": without it {}", carrier.without);
        if !carrier.takes.is_empty() {
            let _ = write!(out, "; takes {} too", carrier.takes.join(", "));
        }
        out.push('\n');
    }
    if pillars.is_empty() {
        out.push_str("  No three of them are enough to deny it.\n");
        return;
    }
    let sets: Vec<String> = pillars.iter().map(|set| set.join(" and ")).collect();
    let _ = writeln!(out, "  Denied without: {}", sets.join("; or "));
}

fn indented(text: &str, out: &mut String) {
    for line in text.lines() {
        let blanks = if line.is_empty() { "" } else { "     " };
        let _ = writeln!(out, "{blanks}{line}");
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}
