//! `kmsim lint`: what is wrong with policies, what it means for KMS, what to write instead.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use kmsim_lint::Severity;
use kmsim_lint::fix::Fixed;
use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::syntax::PolicyKind;
use rayon::prelude::*;

use crate::config::Config;
use crate::diagnostics::{self, Messages, counted};
use crate::discover::{self, Found};
use crate::files::{self, is_stdin};
use crate::outcome::{Exit, Failure, Stop};
use crate::output::print;

mod batch;
mod date;
mod fixing;
mod from;
mod github;
mod human;
mod junit;
mod output;
mod read;
mod report;
mod sarif;
mod settings;
mod totals;

use fixing::Change;
use output::Output;
use read::{File, Reading};
use settings::Settings;

/// Find what is wrong with policies, what it means for KMS, and what to write instead
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim lint key-policy.json
  kmsim lint policies/ --fix
  kmsim lint policies/ --diff
  kmsim lint policies/ --format sarif > kmsim.sarif
  kmsim lint scp.json --kind scp --format json
  kmsim lint notes.md main.tf 'stacks/**/*.yaml' --exclude 'test/'
  kmsim lint --from exports/
  kmsim lint --batch policies.ndjson

Exports of AWS, Terraform plans and sources, CloudFormation templates and notes in Markdown are searched for policies
(docs/lint.md). In folders, *.json, *.yaml, *.yml, *.template and *.tf files are, unless Git ignores them; what holds no
policy is passed over there.
Exit codes: 0 clean, 1 findings (with --diff: something would change), 2 something could not be read, or there was no
policy. What counts as a finding is told by --fail-on. `kmsim rule CODE` explains a rule.")]
pub(crate) struct Arguments {
    /// Files that are or hold policies, folders with them, and patterns such as 'policies/**/*.json'; `-` for
    /// standard input
    #[arg(value_name = "PATH", required_unless_present_any = ["batch", "from"])]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    search: Search,
    /// Where the policies are attached; by default guessed from what stands in each
    #[arg(long, value_parser = kinds())]
    kind: Option<String>,
    /// The form of the findings
    #[arg(long, value_enum, default_value_t = Format::Human, conflicts_with = "batch")]
    format: Format,
    /// The least serious class that gives exit code 1; a warning unless kmsim.toml says otherwise
    #[arg(long, value_enum, value_name = "CLASS")]
    fail_on: Option<Level>,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    changes: Changes,
    /// Show every finding, also where there are many of one rule
    #[arg(long, conflicts_with = "batch")]
    all: bool,
    /// Lint one policy a line, `{"name", "kind", "key", "policy"}`, and answer with one object a line
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "kind"])]
    batch: Option<PathBuf>,
}

/// What is linted.
#[derive(Debug, clap::Args)]
struct Search {
    /// Lint a set of exports as one world: files and folders with what the AWS CLI, Terraform and
    /// CloudFormation write; may be repeated
    #[arg(long, value_name = "PATH", conflicts_with_all = ["paths", "batch", "kind", "fix", "diff"])]
    from: Vec<PathBuf>,
    /// Leave out files, by a pattern as `.gitignore` has them; may be repeated
    #[arg(long, value_name = "GLOB", conflicts_with_all = ["batch", "from"])]
    exclude: Vec<String>,
    /// What standard input is called: its ending says what it is, such as notes.md
    #[arg(long, value_name = "NAME", conflicts_with_all = ["batch", "from"])]
    stdin_filename: Option<String>,
}

/// Which findings are told.
#[derive(Debug, clap::Args)]
struct Choice {
    /// Tell the findings of these rules only: codes, names, or how codes begin (`KMS`)
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    select: Vec<String>,
    /// Leave out the findings of these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Settings, in place of the nearest kmsim.toml in this folder or one above it
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Read no kmsim.toml
    #[arg(long)]
    no_config: bool,
}

/// What is done about findings.
#[derive(Debug, clap::Args)]
struct Changes {
    /// Make the changes that mend findings, and tell what is left. Of standard input the mended text is printed
    #[arg(long, conflicts_with = "batch")]
    fix: bool,
    /// Show the changes that --fix makes, and write nothing
    #[arg(long, conflicts_with_all = ["batch", "fix", "format"])]
    diff: bool,
    /// With --fix and --diff: also make changes that guess what was meant
    #[arg(long)]
    unsafe_fixes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// JSON for programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations for GitHub Actions, and the summary of the step
    Github,
    /// XML for GitLab, Jenkins and others
    Junit,
}

/// The classes, and `never`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    Error,
    Security,
    Warning,
    Suggestion,
    Never,
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Security => Self::Security,
            Severity::Warning => Self::Warning,
            Severity::Suggestion => Self::Suggestion,
        }
    }
}

impl Level {
    /// Whether findings of a class make the command fail.
    fn counts(self, severity: Severity) -> bool {
        let least = match self {
            Self::Error => Severity::Error,
            Self::Security => Severity::Security,
            Self::Warning => Severity::Warning,
            Self::Suggestion => Severity::Suggestion,
            Self::Never => return false,
        };
        severity <= least
    }
}

fn kinds() -> clap::builder::PossibleValuesParser {
    PolicyKind::ALL.map(PolicyKind::name).into()
}

/// Endings of the files that are looked at in folders. Notes quote policies, also bad ones: they are linted
/// when they are named.
const ENDINGS: [&str; 6] = ["json", "yaml", "yml", "template", "tf", "tofu"];

/// Files that are linted at once; what is found in them is held until it is written.
const AT_ONCE: usize = 256;
/// Fewer files are linted without further threads.
const FEW: usize = 4;

pub(crate) fn run(
    arguments: &Arguments,
    color: clap::ColorChoice,
    messages: &Messages,
) -> Result<Exit, Stop> {
    let settings = settings(&arguments.choice, messages)?;
    let fail_on = arguments.fail_on.or(settings.fail_on);
    let fail_on = fail_on.unwrap_or(Level::Warning);
    if let Some(input) = &arguments.batch {
        return batch::run(input, fail_on, &settings, messages);
    }
    let job = Job::new(arguments, fail_on, settings)?;
    if !arguments.search.from.is_empty() {
        return of_exports(&job, arguments, color, messages);
    }
    let search = discover::Search::sources(&ENDINGS, &arguments.search.exclude)?;
    let found = search.files(&arguments.paths)?;
    if job.change == Change::Show {
        return Ok(show(&job, &found, messages)?);
    }
    if job.change == Change::Write && arguments.paths.iter().any(|path| is_stdin(path)) {
        return mend_stdin(&job, color, arguments);
    }
    let mut output = Output::open(arguments.format, color, arguments.all, fail_on)?;
    for found in found.chunks(AT_ONCE) {
        for (found, linted) in found.iter().zip(job.all(found)) {
            match linted {
                Ok(Some(linted)) => {
                    if let Some(fixed) = &linted.fixed {
                        output.totals.fixed.0 += fixed.count();
                        output.totals.fixed.1 += 1;
                    }
                    report_unread(&linted.file, messages);
                    output.file(&linted.file)?;
                }
                Ok(None) => output.totals.passed_over += 1,
                Err(failure) => {
                    messages.failure(&failure);
                    output.unread(&found.path.display().to_string(), &failure.message)?;
                }
            }
        }
    }
    end(output, &job, arguments, messages)
}

/// Lints a set of exports as one world.
fn of_exports(
    job: &Job,
    arguments: &Arguments,
    color: clap::ColorChoice,
    messages: &Messages,
) -> Result<Exit, Stop> {
    let files = from::files(&arguments.search.from, &job.settings, messages)?;
    let mut output = Output::open(arguments.format, color, arguments.all, job.fail_on)?;
    for file in &files {
        output.file(file)?;
    }
    end(output, job, arguments, messages)
}

/// The end of the report, and what it comes to.
fn end(
    output: Output,
    job: &Job,
    arguments: &Arguments,
    messages: &Messages,
) -> Result<Exit, Stop> {
    let nothing = output.totals.policies == 0;
    output.notices(&job.notices(arguments), &job.settings.sources, messages)?;
    let (fails, unread) = output.end()?;
    if nothing && !unread {
        return Err(no_policy().into());
    }
    Ok(match (unread, fails) {
        (true, _) => Exit::Error,
        (false, true) => Exit::Failure,
        (false, false) => Exit::Success,
    })
}

/// The settings of the project, and what the options say.
fn settings(choice: &Choice, messages: &Messages) -> Result<Settings, Stop> {
    let config = if choice.no_config {
        None
    } else {
        Config::find(choice.config.as_deref())?
    };
    let settings = match config {
        None => Settings::default(),
        Some(mut config) => {
            let settings = Settings::read(&mut config);
            if !config.diagnostics.is_empty() {
                messages.findings(&config.diagnostics, &config.sources, false);
                return Err(Stop::Reported);
            }
            settings
        }
    };
    Ok(settings.with_options(&choice.select, &choice.ignore)?)
}

/// Says what of a file could not be read.
fn report_unread(file: &File<'_>, messages: &Messages) {
    if !file.diagnostics.is_empty() {
        messages.findings(&file.diagnostics, &file.sources, true);
    }
}

fn no_policy() -> Failure {
    Failure::new("no policy was found").hint("a policy is an object with a `Statement`")
}

/// What is done with each file.
struct Job {
    told: Option<PolicyKind>,
    fail_on: Level,
    settings: Settings,
    change: Change,
    guesses: bool,
    /// What standard input is called.
    stdin_name: Option<String>,
}

/// A file that was linted, and perhaps changed.
struct Linted {
    file: File<'static>,
    fixed: Option<Fixed>,
    /// The text as it was read.
    before: String,
}

impl Job {
    fn new(arguments: &Arguments, fail_on: Level, settings: Settings) -> Result<Self, Failure> {
        let change = match (arguments.changes.fix, arguments.changes.diff) {
            (true, _) => Change::Write,
            (_, true) => Change::Show,
            (false, false) => Change::None,
        };
        if arguments.changes.unsafe_fixes && change == Change::None {
            let failure = Failure::new("--unsafe-fixes says which changes --fix makes");
            return Err(failure.hint("add --fix, or --diff to see them"));
        }
        let stdin = arguments.paths.iter().any(|path| is_stdin(path));
        if stdin
            && change == Change::Write
            && (arguments.paths.len() > 1 || arguments.format != Format::Human)
        {
            let failure = Failure::new(
                "with --fix, `-` stands alone: the mended text goes to standard output",
            );
            return Err(failure.hint("findings that are left go to standard error, for people"));
        }
        Ok(Self {
            fail_on,
            settings,
            told: arguments.kind.as_deref().and_then(PolicyKind::from_name),
            change,
            guesses: arguments.changes.unsafe_fixes,
            stdin_name: arguments.search.stdin_filename.clone(),
        })
    }

    /// What is to be said about the settings in the end.
    fn notices(&self, arguments: &Arguments) -> Vec<Diagnostic> {
        let folders = arguments.paths.iter().filter(|path| path.is_dir());
        let folders: Vec<PathBuf> = folders.cloned().collect();
        self.settings.notices(&folders)
    }

    /// Lints files, several at once where there are many, and gives what came out in their order.
    fn all(&self, found: &[Found]) -> Vec<Result<Option<Linted>, Failure>> {
        if found.len() <= FEW {
            return found.iter().map(|found| self.one(found)).collect();
        }
        found.par_iter().map(|found| self.one(found)).collect()
    }

    /// Lints one file; `None` for what was found in a folder and is no policy.
    fn one(&self, found: &Found) -> Result<Option<Linted>, Failure> {
        match read::is_too_long(found) {
            Some(Ok(())) => return Ok(None),
            Some(Err(failure)) => return Err(failure),
            None => {}
        }
        let files::Text { mut name, text } = found.read()?;
        if let Some(own) = self.stdin_name.as_ref().filter(|_| is_stdin(&found.path)) {
            name.clone_from(own);
        }
        let reading = Reading {
            name: &name,
            told: self.told,
            named: found.named,
            matched: found.matched,
            settings: self.settings.of_file(&name),
        };
        let Some(file) = reading.lint(&text)? else {
            return Ok(None);
        };
        let fixed = match self.change {
            Change::None => None,
            _ if !file.is_source => None,
            _ => fixing::fixed(&text, &reading, self.guesses),
        };
        let Some(fixed) = fixed else {
            let file = file.into_owned();
            return Ok(Some(Linted {
                file,
                fixed: None,
                before: text,
            }));
        };
        if self.change == Change::Write && !is_stdin(&found.path) {
            fixing::write(&found.path, &fixed.text)?;
        }
        let left = reading.lint(&fixed.text)?.map(File::into_owned);
        Ok(left.map(|file| Linted {
            file,
            fixed: Some(fixed),
            before: text,
        }))
    }
}

/// Shows the changes of all files.
fn show(job: &Job, found: &[Found], messages: &Messages) -> Result<Exit, Failure> {
    let (mut unread, mut changes, mut files, mut policies) = (false, 0, 0, 0);
    for found in found.chunks(AT_ONCE) {
        for linted in job.all(found) {
            let linted = match linted {
                Ok(Some(linted)) => linted,
                Ok(None) => continue,
                Err(failure) => {
                    messages.failure(&failure);
                    unread = true;
                    continue;
                }
            };
            report_unread(&linted.file, messages);
            unread |= linted.file.is_unread;
            policies += linted.file.policies.len();
            if let Some(fixed) = &linted.fixed {
                changes += fixed.count();
                files += 1;
                print(&fixing::diff(
                    &linted.file.name,
                    &linted.before,
                    &fixed.text,
                ))?;
            }
        }
    }
    if policies == 0 && !unread {
        return Err(no_policy());
    }
    let what = match changes {
        0 => "nothing would change".to_owned(),
        _ => format!(
            "{} would be made in {}",
            counted(changes, "change"),
            counted(files, "file")
        ),
    };
    diagnostics::write(&format!("{what}\n"));
    Ok(match (unread, files) {
        (true, _) => Exit::Error,
        (false, 0) => Exit::Success,
        (false, _) => Exit::Failure,
    })
}

/// Prints the mended text of standard input, and what is left on standard error.
fn mend_stdin(job: &Job, color: clap::ColorChoice, arguments: &Arguments) -> Result<Exit, Stop> {
    let found = Found {
        path: Path::new("-").to_owned(),
        named: true,
        matched: false,
    };
    let Some(linted) = job.one(&found)? else {
        return Err(no_policy().into());
    };
    let text = linted
        .fixed
        .as_ref()
        .map_or(&linted.before, |fixed| &fixed.text);
    print(text)?;
    let mut totals = totals::Totals::default();
    totals.add(&linted.file);
    if let Some(fixed) = &linted.fixed {
        totals.fixed = (fixed.count(), 1);
    }
    let mut human = human::Human::new(color, arguments.all, human::Stream::Messages);
    diagnostics::write(&human.file(&linted.file));
    diagnostics::write(&human.end(&totals));
    let mut findings = linted.file.findings();
    let fails = findings.any(|(_, finding)| job.fail_on.counts(finding.severity));
    Ok(if fails { Exit::Failure } else { Exit::Success })
}
