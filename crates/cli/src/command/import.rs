//! `kmsim import`: a world of what AWS tools, Terraform and CloudFormation write.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use kmsim_import::{Settings, readable};
use kmsim_policy::json::Node;
use kmsim_policy::print::{node_to_json, node_to_yaml};
use kmsim_policy::source::Sources;
use kmsim_types::{AccountId, Region};

use crate::diagnostics::{self, Messages};
use crate::files::is_stdin;
use crate::outcome::{Exit, Failure, Stop};
use crate::output;
use crate::target::Target;
use crate::world_input::WorldInput;

mod report;

use report::Report;

/// Make a world of exports
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    cloud: Cloud,
}

#[derive(Debug, clap::Subcommand)]
enum Cloud {
    Aws(Aws),
}

/// Make a world of what the AWS CLI, Terraform and CloudFormation write
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim import aws exports/ -o world.yaml
  kmsim import aws iam.json describe-key.json get-key-policy.json -o world.yaml
  kmsim import aws template.yaml --account 111122223333 --region us-west-2 --parameter Env=prod
  terraform show -json plan.bin | kmsim import aws - exports/ -o world.yaml

Every file is recognized by its content. The report says what was used, what was ignored, and
what is missing for a full answer; decisions against the world repeat what is missing.
scripts/export-aws.sh makes such exports. Nothing is sent anywhere.
Exit codes: 0 a world was written, 2 an input is broken, contradicts another, or cannot be
imported.")]
struct Aws {
    /// Files and folders; `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Where the world goes: a file, JSON if its name ends in .json, else YAML
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// Use the rest if some of the exports are broken or contradict each other
    #[arg(long)]
    partial: bool,
    /// The form of the report
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    told: Told,
}

/// What the inputs do not say.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What the inputs do not say")]
struct Told {
    /// The account of what names none, such as templates
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// The Region of what names none
    #[arg(long, value_name = "REGION")]
    region: Option<Region>,
    /// The value of a parameter of a CloudFormation template; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    parameter: Vec<(String, String)>,
    /// What another CloudFormation stack exports; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    export: Vec<(String, String)>,
    /// The name of the CloudFormation stack
    #[arg(long, value_name = "NAME")]
    stack_name: Option<String>,
    /// Of a Terraform plan, what there is before it is applied
    #[arg(long)]
    before: bool,
}

impl Told {
    fn settings(&self) -> Settings {
        Settings {
            account: self.account,
            region: self.region.clone(),
            parameters: self.parameter.iter().cloned().collect(),
            exports: self.export.iter().cloned().collect(),
            stack_name: self.stack_name.clone(),
            before: self.before,
            ..Settings::default()
        }
    }
}

/// Name and value of an argument.
fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text
        .split_once('=')
        .ok_or("it has no `=`: write NAME=VALUE")?;
    Ok((pair.0.to_owned(), pair.1.to_owned()))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people, on standard error
    Human,
    /// JSON for programs; on standard output if the world goes into a file
    Json,
}

pub(crate) fn run(arguments: &Arguments, messages: &Messages) -> Result<Exit, Stop> {
    let Cloud::Aws(arguments) = &arguments.cloud;
    let input = WorldInput::exports(
        &arguments.paths,
        arguments.partial,
        arguments.told.settings(),
    )?;
    let mut sources = Sources::new();
    let mut found = Vec::new();
    let made = input.make(&mut sources, &mut found);
    messages.findings(&found, &sources, true);
    let Some((imported, world)) = made else {
        return Err(input.stop(&found, messages));
    };
    let report = Report::new(&imported, world.contents());
    write(&arguments.output, &readable(imported.world))?;
    match arguments.format {
        Format::Human => diagnostics::write(&report.human()),
        Format::Json if is_stdin(&arguments.output) => diagnostics::write(&output::json(&report)?),
        Format::Json => output::print(&output::json(&report)?)?,
    }
    Ok(Exit::Success)
}

/// Writes the world, whole or not at all.
fn write(path: &Path, world: &Node<'_>) -> Result<(), Failure> {
    let is_json = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let text = if is_json {
        node_to_json(world)
    } else {
        format!(
            "# Made by kmsim import. Fields: docs/world.md\n{}",
            node_to_yaml(world)
        )
    };
    if is_stdin(path) {
        return output::print(&text);
    }
    let mut target = Target::open(path, false)?;
    let written = target.write_all(text.as_bytes());
    written.map_err(|error| Failure::new(format!("cannot write `{}`: {error}", path.display())))?;
    target.finish()
}
