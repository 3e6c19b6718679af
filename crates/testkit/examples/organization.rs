//! Writes a large world: as a world document, as answers of the AWS CLI, or as both. `cargo xtask world` runs it.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kmsim_testkit::organization::{Size, write, write_exports};

const USAGE: &str = "\
usage: cargo xtask world [OPTION...]

  -o, --output FILE  write a world document that every command takes with --world; - is standard output
  --exports DIR      write answers of the AWS CLI, which every command takes with --from
  --accounts N       member accounts (200)
  --principals N     users and roles of all accounts together (20000)
  --keys N           keys of all accounts together (5000)
  --seed N           another world of the same size (1)
";

/// What the command line asks for.
struct Wanted {
    size: Size,
    world: Option<PathBuf>,
    exports: Option<PathBuf>,
}

fn main() -> ExitCode {
    let wanted = match wanted(std::env::args().skip(1)) {
        Ok(Some(wanted)) => wanted,
        Ok(None) => {
            eprint!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprint!("error: {message}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match make(&wanted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is asked for; nothing if it is how to ask.
fn wanted(mut arguments: impl Iterator<Item = String>) -> Result<Option<Wanted>, String> {
    let mut wanted = Wanted {
        size: Size::LARGE,
        world: None,
        exports: None,
    };
    while let Some(name) = arguments.next() {
        if matches!(name.as_str(), "-h" | "--help") {
            return Ok(None);
        }
        let mut value = || arguments.next().ok_or(format!("{name} needs a value"));
        let number = |text: String| {
            let number = text.parse::<usize>();
            number.map_err(|_| format!("{name} takes a number, not `{text}`"))
        };
        match name.as_str() {
            "-o" | "--output" => wanted.world = Some(value()?.into()),
            "--exports" => wanted.exports = Some(value()?.into()),
            "--accounts" => wanted.size.accounts = number(value()?)?.max(1),
            "--principals" => wanted.size.principals = number(value()?)?,
            "--keys" => wanted.size.keys = number(value()?)?,
            "--seed" => {
                wanted.size.seed = u64::try_from(number(value()?)?).unwrap_or(u64::MAX);
            }
            _ => return Err(format!("there is no {name}")),
        }
    }
    if wanted.world.is_none() && wanted.exports.is_none() {
        return Err("say where to: -o FILE or --exports DIR".to_owned());
    }
    Ok(Some(wanted))
}

fn make(wanted: &Wanted) -> Result<(), Box<dyn Error>> {
    if let Some(path) = &wanted.world {
        let to: Box<dyn Write> = if path == Path::new("-") {
            Box::new(std::io::stdout().lock())
        } else {
            Box::new(File::create(path).map_err(|error| told(path, &error))?)
        };
        let mut out = BufWriter::new(to);
        write(wanted.size, &mut out)?;
        out.flush()?;
    }
    if let Some(folder) = &wanted.exports {
        write_exports(wanted.size, &mut |name, value| {
            let path = folder.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, serde_json::to_vec_pretty(value)?)
        })
        .map_err(|error| told(folder, &error))?;
    }
    Ok(())
}

fn told(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
