//! A report as text for a terminal: the answer in one sentence first.

use std::fmt::{self, Write as _};

use kmsim_authz::explain::paint::{Paint, Screen};
use kmsim_authz::explain::{LocationView, Style};

use crate::compare::Agreement;
use crate::view::{Report, Side, SupposedView, UnknownView};

impl Report {
    /// The report as lines of text. With `details` the decision follows, layer by layer.
    pub fn human(&self, style: Style, details: bool) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut Screen(&mut out), Paint(style.colour));
        if let Some(fixes) = &self.fixes {
            // Policies are foreign text: the screen lets no escape sequence pass.
            let _ = write!(Screen(&mut out), "\n{}", fixes.human());
        }
        if let Some(decision) = self.decision.as_ref().filter(|_| details) {
            out.push('\n');
            out.push_str(&decision.human(style));
        }
        out
    }

    fn write(&self, out: &mut Screen<'_>, paint: Paint) -> fmt::Result {
        self.write_verdict(out, paint)?;
        writeln!(out, "  {}", self.reported_line())?;
        if let Some(text) = &self.reported.text {
            writeln!(out, "  AWS says: {text}")?;
        }
        if let Some(supposed) = &self.supposed {
            writeln!(out, "  {}", supposed_line(supposed))?;
        }
        self.write_sides(out, paint)?;
        if let Some(blame) = self
            .blame
            .as_ref()
            .filter(|_| self.agreement != Agreement::Same)
        {
            writeln!(out, "\nAWS says: {}", blame.aws)?;
            if let Some(here) = &blame.here {
                writeln!(out, "Here:     {here}")?;
            }
        }
        list(out, "What that means:", &self.meaning)?;
        self.write_unknowns(out)?;
        let title = if self.agreement == Agreement::Open {
            "What could settle it:"
        } else {
            "What could explain the difference:"
        };
        list(out, title, self.causes.iter().map(|cause| &cause.text))?;
        let detours = self.detours.iter().map(|detour| {
            let (text, decision) = (&detour.text, word(detour.decision));
            format!("{text}; then it is {decision}: {}", detour.summary)
        });
        list(out, "What may have been meant:", detours)?;
        list(out, "What to look at:", &self.advice)?;
        list(
            out,
            "The world lacks:",
            self.gaps.iter().map(|gap| &gap.message),
        )
    }

    /// The first words are the answer, the rest is why.
    fn write_verdict(&self, out: &mut Screen<'_>, paint: Paint) -> fmt::Result {
        let Some((answer, why)) = self.verdict.split_once(": ") else {
            return writeln!(out, "{}", self.verdict);
        };
        let answer = match self.agreement {
            Agreement::Same => paint.green(answer),
            Agreement::Open | Agreement::NotCompared => paint.yellow(answer),
            Agreement::OtherLayer | Agreement::Differs => paint.red(answer),
        };
        writeln!(out, "{answer}: {why}")
    }

    fn reported_line(&self) -> String {
        let reported = &self.reported;
        let caller = &reported.caller;
        let parts = [
            (" ", reported.id.as_ref()),
            (" of ", reported.time.as_ref()),
            (": ", reported.operation.as_ref()),
            (" on ", reported.key.as_ref()),
            (" by ", caller.principal.as_ref().or(caller.id.as_ref())),
            (" through ", reported.via.as_ref()),
        ];
        let parts = parts
            .into_iter()
            .filter_map(|(word, part)| Some(format!("{word}{}", part?)));
        reported.form.to_owned() + &parts.collect::<String>()
    }

    fn write_sides(&self, out: &mut Screen<'_>, paint: Paint) -> fmt::Result {
        let mut check: Option<&String> = None;
        for (index, side) in self.sides.iter().enumerate() {
            let is_next = side.check.as_ref() != check;
            check = side.check.as_ref();
            if index == 0 || is_next {
                writeln!(out)?;
            }
            if let Some(name) = check.filter(|_| is_next) {
                writeln!(out, "{name}:")?;
            }
            writeln!(out, "{} {}", paint.mark(side.verdict), side_line(side))?;
            if let (Some(statement), Some(location)) = (&side.statement, &side.location) {
                let place = place(location);
                writeln!(out, "    {statement}  {}", paint.dim(&place))?;
            }
        }
        Ok(())
    }

    fn write_unknowns(&self, out: &mut Screen<'_>) -> fmt::Result {
        // What was taken for granted is always told. Condition keys matter only where the decision
        // depends on them.
        let matters = |unknown: &&UnknownView| {
            self.agreement == Agreement::Open
                || matches!(unknown.code, "vpc-endpoint" | "grant-tokens")
        };
        let unknowns = self.unknowns.iter().filter(matters).map(|unknown| {
            if unknown.keys.is_empty() {
                unknown.text.clone()
            } else {
                format!("{} ({})", unknown.text, unknown.keys.join(", "))
            }
        });
        list(out, "Not known:", unknowns)
    }
}

fn side_line(side: &Side) -> String {
    let account = side
        .account
        .as_ref()
        .map_or_else(String::new, |account| format!("account {account}, "));
    format!("{account}{}: {}", side.policy, side.says)
}

fn supposed_line(supposed: &SupposedView) -> String {
    const MOST: usize = 5;
    let what = match supposed.what {
        "key" => "the report names no key",
        "caller" => "the report names the caller by an id alone",
        _ => "the report names no VPC endpoint",
    };
    let (taken, of) = (&supposed.taken, supposed.of);
    if supposed.what == "encryptionContext" {
        return format!(
            "the report names no encryption context; AWS got as far as the caller's own policies, so it is taken for the one that the key policy asks for: {taken}"
        );
    }
    match supposed.fitting.as_slice() {
        [] if of > 0 => {
            format!("{what}; none of {of} in the world comes out as reported, shown is {taken}")
        }
        _ if of == 0 => format!("{what}; the world does not have it, and it is taken for {taken}"),
        [_] if of == 1 => format!("{what}; the world has {taken} alone"),
        [_] => format!("{what}; of {of} in the world only {taken} comes out as reported"),
        fitting => {
            let shown: Vec<&str> = fitting.iter().take(MOST).map(String::as_str).collect();
            let more = match fitting.len().saturating_sub(MOST) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!(
                "{what}; of {of} in the world {} come out as reported: {}{more}; shown is the first",
                fitting.len(),
                shown.join(", ")
            )
        }
    }
}

fn list<T: fmt::Display>(
    out: &mut Screen<'_>,
    title: &str,
    lines: impl IntoIterator<Item = T>,
) -> fmt::Result {
    for (index, line) in lines.into_iter().enumerate() {
        if index == 0 {
            writeln!(out, "\n{title}")?;
        }
        writeln!(out, "  - {line}")?;
    }
    Ok(())
}

fn word(decision: &str) -> &'static str {
    match decision {
        "allowed" => "allowed",
        "depends" => "open",
        _ => "denied",
    }
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
