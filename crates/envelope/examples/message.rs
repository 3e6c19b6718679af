//! Encrypts and decrypts standard input with keys from the command line, without any KMS:
//!
//!     message encrypt NAMESPACE NAME=HEX... [suite=0578] [frame=4096] [context=KEY=VALUE]... < plaintext
//!     message decrypt NAMESPACE NAME=HEX... < message
//!
//! The tests against the official SDK run it; see `cargo xtask esdk`.

use std::error::Error;
use std::io::{self, BufWriter, Write};

use getrandom::SysRng;
use kmsim_envelope::keyring::RawAesKeyring;
use kmsim_envelope::{CommitmentPolicy, Decryptor, Encryptor};
use kmsim_types::EncryptionContext;
use rand_core::UnwrapErr;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().ok_or("encrypt or decrypt?")?;
    let namespace = arguments.next().ok_or("which namespace?")?;
    let mut keyring: Option<RawAesKeyring> = None;
    let mut encryptor = Encryptor::default();
    let mut context = EncryptionContext::new();
    for argument in arguments {
        let (name, value) = argument.split_once('=').ok_or("NAME=VALUE expected")?;
        match name {
            "suite" => encryptor.suite = Some(value.parse()?),
            "frame" => encryptor.frame_length = value.parse()?,
            "context" => {
                let (key, value) = value.split_once('=').ok_or("KEY=VALUE expected")?;
                context.0.insert(key.to_owned(), value.to_owned());
            }
            _ => {
                let key = hex(value).ok_or("a key is hexadecimal")?;
                keyring = Some(match keyring {
                    None => RawAesKeyring::new(&namespace, name, &key)?,
                    Some(keyring) => keyring.with_key(name, &key)?,
                });
            }
        }
    }
    let mut keyring = keyring.ok_or("which key?")?;
    let (input, mut output) = (io::stdin().lock(), BufWriter::new(io::stdout().lock()));
    match command.as_str() {
        "encrypt" => {
            if encryptor.suite.is_some_and(|suite| !suite.is_committing()) {
                encryptor.commitment_policy = CommitmentPolicy::ForbidEncryptAllowDecrypt;
            }
            let rng = &mut UnwrapErr(SysRng);
            encryptor.encrypt_stream(input, None, &mut output, &context, &mut keyring, rng)?;
        }
        "decrypt" => {
            let decryptor = Decryptor {
                commitment_policy: CommitmentPolicy::RequireEncryptAllowDecrypt,
                ..Decryptor::default()
            };
            // A pipe can't take plaintext back: it gets all or nothing.
            let mut plaintext = Vec::new();
            decryptor.decrypt_stream(input, &mut plaintext, &mut keyring)?;
            output.write_all(&plaintext)?;
        }
        _ => return Err("encrypt or decrypt?".into()),
    }
    output.flush()?;
    Ok(())
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
