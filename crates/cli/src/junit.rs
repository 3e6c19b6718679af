//! XML in the form of JUnit, as GitLab, Jenkins and Azure DevOps read it.

use std::fmt::Write as _;
use std::path::Path;

/// The cases of one file.
#[derive(Debug)]
pub(crate) struct Suite<'t> {
    pub(crate) file: &'t str,
    /// What the suite is called, if not by its file.
    pub(crate) name: Option<&'t str>,
    pub(crate) cases: Vec<Case>,
    /// What is to be said beside the cases.
    pub(crate) remark: Option<String>,
}

/// One case.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) line: u32,
    pub(crate) outcome: Outcome,
}

/// How a case came out.
#[derive(Debug)]
pub(crate) enum Outcome {
    Passed,
    /// It passed, and there is something to say.
    Remark(String),
    Failed(Fault),
    /// It could not be tried.
    Error(Fault),
}

/// Why a case did not pass.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    pub(crate) text: String,
}

/// How many cases there are, and how many did not pass.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) all: usize,
    pub(crate) failed: usize,
    pub(crate) errors: usize,
}

impl Suite<'_> {
    fn counts(&self) -> Counts {
        let count = |is: fn(&Outcome) -> bool| {
            let cases = self.cases.iter();
            cases.filter(|case| is(&case.outcome)).count()
        };
        Counts {
            all: self.cases.len(),
            failed: count(|outcome| matches!(outcome, Outcome::Failed(_))),
            errors: count(|outcome| matches!(outcome, Outcome::Error(_))),
        }
    }

    /// The suite as XML.
    pub(crate) fn write(&self, out: &mut String) {
        let file = escape(self.file);
        let counts = attributes(self.counts());
        let called = match self.name {
            Some(name) => format!("name=\"{}\" file=\"{file}\"", escape(name)),
            None => format!("name=\"{file}\""),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  <testsuite {called} {counts}>");
        for case in &self.cases {
            self.write_case(out, case);
        }
        if let Some(remark) = &self.remark {
            let _ = writeln!(out, "    <system-out>{}</system-out>", escape(remark));
        }
        out.push_str("  </testsuite>\n");
    }

    fn write_case(&self, out: &mut String, case: &Case) {
        let class = Path::new(self.file).with_extension("");
        let _ = write!(
            out,
            "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\"",
            escape(&class.to_string_lossy()),
            escape(&case.name),
            escape(self.file),
            case.line
        );
        let (element, fault) = match &case.outcome {
            Outcome::Passed => {
                out.push_str("/>\n");
                return;
            }
            Outcome::Remark(text) => {
                let text = escape(text);
                let _ = write!(
                    out,
                    ">\n      <system-out>{text}</system-out>\n    </testcase>\n"
                );
                return;
            }
            Outcome::Failed(fault) => ("failure", fault),
            Outcome::Error(fault) => ("error", fault),
        };
        let _ = write!(
            out,
            ">\n      <{element} type=\"{}\" message=\"{}\">{}</{element}>\n    </testcase>\n",
            fault.kind,
            escape(&fault.message),
            escape(&fault.text)
        );
    }
}

/// What stands before the suites. Of a report that is written as it is made the counts are not known.
pub(crate) fn head(counts: Option<Counts>) -> String {
    let counts = counts.map_or_else(String::new, |counts| format!(" {}", attributes(counts)));
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"kmsim\"{counts}>\n")
}

/// What stands behind the suites.
pub(crate) const TAIL: &str = "</testsuites>\n";

fn attributes(counts: Counts) -> String {
    let Counts {
        all,
        failed,
        errors,
    } = counts;
    format!("tests=\"{all}\" failures=\"{failed}\" errors=\"{errors}\"")
}

/// A text for XML. Characters that XML cannot hold are replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' | '\r' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_holds_any_text() {
        assert_eq!(
            escape("a<b>&\"c\"\u{1}\n"),
            "a&lt;b&gt;&amp;&quot;c&quot;\u{fffd}\n"
        );
    }
}
