//! `kmsim encrypt` and `kmsim decrypt`: messages of the AWS Encryption SDK, their data keys under
//! keys of the state. Files of any size pass through in constant memory.

use std::io::BufReader;
use std::num::{NonZeroU16, NonZeroU32};
use std::path::{Path, PathBuf};

use clap::{ColorChoice, ValueEnum};
use kmsim_envelope::keyring::{BoxError, DiscoveryFilter, JsonClient, KmsKeyring};
use kmsim_envelope::{
    AlgorithmSuite, CommitmentPolicy, Decryptor, Encryptor, Error, Header, Signatures,
};
use kmsim_kms::KmsError;
use kmsim_types::{EncryptionContext, Operation};
use serde_json::Value;

use crate::diagnostics::Messages;
use crate::exception::{Exception, Format};
use crate::files;
use crate::outcome::{Exit, Failure, Stop};
use crate::simulation::{Client, Simulation};
use crate::target::Target;

/// How much of a file is read at a time.
const BUFFER: usize = 256 * 1024;

/// Encrypt a file as the AWS Encryption SDK does
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim encrypt report.pdf --key alias/app --encryption-context Department=IT
    --as arn:aws:iam::111122223333:role/App --state my.kms --world world.yaml
  tar c folder | kmsim encrypt - --key alias/app --as … --state my.kms > folder.tar.encrypted

GenerateDataKey is called with the first key, Encrypt with the others. Exit code 1 is an exception
of KMS.")]
pub(crate) struct Encrypt {
    /// The plaintext; `-` for standard input
    #[arg(value_name = "FILE")]
    input: PathBuf,
    /// The message; `-` for standard output. By default FILE.encrypted
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A key to encrypt under: an id, an ARN, an alias; may be repeated
    #[arg(long, value_name = "KEY", required = true)]
    key: Vec<String>,
    /// The algorithm suite, by name or id such as 0x0478
    #[arg(long, value_name = "SUITE")]
    suite: Option<AlgorithmSuite>,
    /// How many bytes of plaintext are encrypted at a time
    #[arg(long, value_name = "BYTES", default_value = "4096")]
    frame_length: NonZeroU32,
    #[command(flatten)]
    common: Common,
}

/// Decrypt a message of the AWS Encryption SDK
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kmsim decrypt report.pdf.encrypted -o report.pdf --as arn:aws:iam::111122223333:role/App
    --state my.kms --world world.yaml --encryption-context Department=IT

Decrypt is called with the keys that the message names, in their Regions, until one call succeeds.
The file is there when all of it was verified. On standard output plaintext appears before that: if
the exit code is not 0, throw it away.")]
pub(crate) struct Decrypt {
    /// The message; `-` for standard input
    #[arg(value_name = "FILE")]
    input: PathBuf,
    /// The plaintext; `-` for standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Decrypt with this key only, named by its ARN; may be repeated
    #[arg(long, value_name = "ARN")]
    key: Vec<String>,
    /// Decrypt with keys of this account only; may be repeated
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "key")]
    account: Vec<kmsim_types::AccountId>,
    /// Refuse signed messages, whose plaintext would appear before the signature is verified
    #[arg(long)]
    unsigned: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct Common {
    /// A pair of the encryption context: to encrypt under, or that the message must have; may be
    /// repeated
    #[arg(long, value_name = "KEY=VALUE")]
    encryption_context: Vec<String>,
    /// Which suites may be used: those with key commitment
    #[arg(long, value_enum, default_value_t = Commitment::RequireEncryptRequireDecrypt)]
    commitment_policy: Commitment,
    /// How many encrypted data keys a message may have
    #[arg(long, value_name = "NUMBER")]
    max_encrypted_data_keys: Option<NonZeroU16>,
    /// A grant token; may be repeated
    #[arg(long, value_name = "TOKEN")]
    grant_token: Vec<String>,
    /// The form of exceptions and their explanations
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    simulation: Simulation,
}

/// The commitment policies in the command line's spelling.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[expect(clippy::enum_variant_names, reason = "the names are AWS's")]
enum Commitment {
    /// Only suites with key commitment
    RequireEncryptRequireDecrypt,
    /// Encrypt with key commitment, decrypt everything
    RequireEncryptAllowDecrypt,
    /// Encrypt without key commitment, decrypt everything
    ForbidEncryptAllowDecrypt,
}

impl From<Commitment> for CommitmentPolicy {
    fn from(policy: Commitment) -> Self {
        match policy {
            Commitment::RequireEncryptRequireDecrypt => Self::RequireEncryptRequireDecrypt,
            Commitment::RequireEncryptAllowDecrypt => Self::RequireEncryptAllowDecrypt,
            Commitment::ForbidEncryptAllowDecrypt => Self::ForbidEncryptAllowDecrypt,
        }
    }
}

pub(crate) fn encrypt(
    arguments: &Encrypt,
    color: ColorChoice,
    messages: &Messages,
) -> Result<Exit, Stop> {
    let common = &arguments.common;
    let context = common.context()?;
    let output = arguments.output.clone();
    let output = output.unwrap_or_else(|| encrypted_name(&arguments.input));
    let input = files::open(&arguments.input)?;
    let mut client = common
        .simulation
        .client(Operation::GenerateDataKey, messages)?;
    let mut rng = client.rng();
    let mut target = Target::open(&output, false)?;
    let encryptor = Encryptor {
        suite: arguments.suite,
        commitment_policy: common.commitment_policy.into(),
        frame_length: arguments.frame_length,
        max_encrypted_data_keys: common.max_encrypted_data_keys,
    };
    let mut calls = Calls::new(&mut client);
    let keyring = KmsKeyring::multi_region(calls.client(), &arguments.key)
        .map_err(|why| Failure::new(why.to_string()))?;
    let mut keyring = keyring.with_grant_tokens(common.grant_token.clone());
    let input = BufReader::with_capacity(BUFFER, input);
    let result =
        encryptor.encrypt_stream(input, None, &mut target, &context, &mut keyring, &mut rng);
    drop(keyring);
    end(calls, result, target, common, color)
}

pub(crate) fn decrypt(
    arguments: &Decrypt,
    color: ColorChoice,
    messages: &Messages,
) -> Result<Exit, Stop> {
    let common = &arguments.common;
    let decryptor = Decryptor {
        commitment_policy: common.commitment_policy.into(),
        max_encrypted_data_keys: common.max_encrypted_data_keys,
        signatures: if arguments.unsigned {
            Signatures::Refuse
        } else {
            Signatures::Verify
        },
        expected_context: common.context()?,
        ..Decryptor::default()
    };
    let input = files::open(&arguments.input)?;
    let mut client = common.simulation.client(Operation::Decrypt, messages)?;
    let mut target = Target::open(&arguments.output, true)?;
    let region = client.stated_region().cloned();
    let filter = (!arguments.account.is_empty()).then(|| DiscoveryFilter {
        partition: client.partition(),
        accounts: arguments.account.clone(),
    });
    let mut calls = Calls::new(&mut client);
    let keyring = match region {
        _ if !arguments.key.is_empty() => KmsKeyring::multi_region(calls.client(), &arguments.key)
            .map_err(|why| Failure::new(why.to_string()))?,
        Some(region) => KmsKeyring::multi_region_discovery(calls.client(), region, filter),
        None => KmsKeyring::discovery(calls.client(), filter),
    };
    let mut keyring = keyring.with_grant_tokens(common.grant_token.clone());
    let input = BufReader::with_capacity(BUFFER, input);
    let result = decryptor.decrypt_stream(input, &mut target, &mut keyring);
    drop(keyring);
    end(calls, result, target, common, color)
}

impl Common {
    fn context(&self) -> Result<EncryptionContext, Failure> {
        let mut context = EncryptionContext::new();
        for text in &self.encryption_context {
            let pair = text.split_once('=').filter(|(key, _)| !key.is_empty());
            let Some((key, value)) = pair else {
                return Err(Failure::new(format!("`{text}` is no pair"))
                    .hint("write --encryption-context KEY=VALUE"));
            };
            context.0.insert(key.to_owned(), value.to_owned());
        }
        Ok(context)
    }
}

/// `report.pdf.encrypted`; standard output for standard input.
fn encrypted_name(input: &Path) -> PathBuf {
    let mut name = input.as_os_str().to_owned();
    if !files::is_stdin(input) {
        name.push(".encrypted");
    }
    name.into()
}

/// The calls of KMS for a message, and what came of those that failed.
struct Calls<'c> {
    client: &'c mut Client,
    exceptions: Vec<(Operation, KmsError)>,
    /// The state could not be used.
    failure: Option<Failure>,
}

impl<'c> Calls<'c> {
    fn new(client: &'c mut Client) -> Self {
        Self {
            client,
            exceptions: Vec::new(),
            failure: None,
        }
    }

    fn client(
        &mut self,
    ) -> JsonClient<impl FnMut(Operation, &Value) -> Result<Value, BoxError> + use<'_, 'c>> {
        JsonClient(|operation, input: &Value| {
            match self.client.call_where_the_key_is(operation, input) {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(error)) => {
                    self.exceptions.push((operation, error.clone()));
                    Err(error.into())
                }
                Err(failure) => {
                    let message = failure.message.clone();
                    self.failure = Some(failure);
                    Err(message.into())
                }
            }
        })
    }
}

/// Finishes the file, or tells what went wrong.
fn end(
    calls: Calls<'_>,
    result: Result<Header, Error>,
    target: Target,
    common: &Common,
    color: ColorChoice,
) -> Result<Exit, Stop> {
    let Err(error) = result else {
        target.finish()?;
        return Ok(Exit::Success);
    };
    if let Some(failure) = calls.failure {
        return Err(failure.into());
    }
    let by_kms = matches!(error, Error::Keyring(_)) && !calls.exceptions.is_empty();
    if by_kms {
        for (operation, error) in &calls.exceptions {
            let exception = Exception {
                operation: *operation,
                error,
                hint: calls.client.hint,
            };
            exception.print(common.format, color)?;
        }
        return Ok(Exit::Failure);
    }
    let failure = Failure::new(error.to_string());
    Err(match error {
        Error::CommitmentPolicy { .. } => {
            failure.hint("see --commitment-policy; messages without key commitment are older ones")
        }
        Error::NotAuthentic(_) if target.is_immediate() => {
            failure.hint("what was written is not to be trusted: throw it away")
        }
        _ => failure,
    }
    .into())
}
