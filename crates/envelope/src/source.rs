//! Reading a message: places, the bytes to authenticate, and memory that grows with the input only.

use std::io::{ErrorKind, Read};

use kmsim_crypto::{Digest, Hash};

use crate::error::Error;

/// How much memory is taken before the bytes are there.
const STEP: usize = 64 * 1024;

/// An input that knows where it is.
pub(crate) struct Source<R> {
    input: R,
    offset: u64,
    /// All bytes read so far, while the header is read.
    recorded: Option<Vec<u8>>,
    /// Hashes all bytes, for the signature.
    digest: Option<Digest>,
}

impl<R: Read> Source<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            input,
            offset: 0,
            recorded: None,
            digest: None,
        }
    }

    /// Keeps what is read from now on.
    pub(crate) fn record(&mut self) {
        self.recorded = Some(Vec::new());
    }

    /// What was read since [`Source::record`].
    pub(crate) fn recorded(&mut self) -> Vec<u8> {
        self.recorded.take().unwrap_or_default()
    }

    /// Hashes what was read already, and what will be.
    pub(crate) fn hash(&mut self, hash: Hash, read: &[u8]) {
        let mut digest = Digest::new(hash);
        digest.update(read);
        self.digest = Some(digest);
    }

    /// The hash value of everything up to here.
    pub(crate) fn finish_hash(&mut self) -> Option<Vec<u8>> {
        self.digest.take().map(Digest::finish)
    }

    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    pub(crate) fn array<const N: usize>(&mut self, part: &'static str) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.read_exact(&mut bytes, part)?;
        Ok(bytes)
    }

    pub(crate) fn u8(&mut self, part: &'static str) -> Result<u8, Error> {
        self.array(part).map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self, part: &'static str) -> Result<u16, Error> {
        self.array(part).map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self, part: &'static str) -> Result<u32, Error> {
        self.array(part).map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self, part: &'static str) -> Result<u64, Error> {
        self.array(part).map(u64::from_be_bytes)
    }

    /// A length of two bytes, and as many bytes.
    pub(crate) fn prefixed(&mut self, part: &'static str) -> Result<Vec<u8>, Error> {
        let length = self.u16(part)?;
        let mut bytes = Vec::new();
        self.fill(&mut bytes, length.into(), part)?;
        Ok(bytes)
    }

    /// Replaces the content of `buffer` with the next `length` bytes. Whatever length a message
    /// declares, the memory grows no faster than the bytes come.
    pub(crate) fn fill(
        &mut self,
        buffer: &mut Vec<u8>,
        length: usize,
        part: &'static str,
    ) -> Result<(), Error> {
        buffer.truncate(length);
        let mut filled = 0;
        while filled < length {
            if filled == buffer.len() {
                buffer.resize(length.min(filled.saturating_add(STEP)), 0);
            }
            self.read_exact(buffer.get_mut(filled..).unwrap_or_default(), part)?;
            filled = buffer.len();
        }
        Ok(())
    }

    /// Whether nothing follows.
    pub(crate) fn at_end(&mut self) -> Result<bool, Error> {
        read_some(&mut self.input, &mut [0]).map(|read| read == 0)
    }

    fn read_exact(&mut self, bytes: &mut [u8], part: &'static str) -> Result<(), Error> {
        let read = read_full(&mut self.input, bytes)?;
        self.offset = self
            .offset
            .saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        if read < bytes.len() {
            let length = self.offset;
            return Err(Error::Truncated { length, part });
        }
        if let Some(recorded) = &mut self.recorded {
            recorded.extend_from_slice(bytes);
        }
        if let Some(digest) = &mut self.digest {
            digest.update(bytes);
        }
        Ok(())
    }
}

/// Reads until `bytes` is full or the input ends; tells how many bytes there were.
pub(crate) fn read_full(input: &mut impl Read, bytes: &mut [u8]) -> Result<usize, Error> {
    let mut filled = 0;
    while let Some(rest @ [_, ..]) = bytes.get_mut(filled..) {
        match read_some(input, rest)? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// Reads up to `length` bytes, fewer only at the end of the input, into `buffer`.
pub(crate) fn read_up_to(
    input: &mut impl Read,
    buffer: &mut Vec<u8>,
    length: usize,
) -> Result<(), Error> {
    buffer.truncate(length);
    let mut filled = 0;
    while filled < length {
        if filled == buffer.len() {
            buffer.resize(length.min(filled.saturating_add(STEP)), 0);
        }
        filled += read_full(input, buffer.get_mut(filled..).unwrap_or_default())?;
        if filled < buffer.len() {
            buffer.truncate(filled);
            break;
        }
    }
    Ok(())
}

fn read_some(input: &mut impl Read, bytes: &mut [u8]) -> Result<usize, Error> {
    loop {
        match input.read(bytes) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result.map_err(Error::Read),
        }
    }
}
