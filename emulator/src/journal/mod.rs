//! The journal: the inputs of a cluster in a file, replayed when it is opened again.
//! It knows no engine; because the engine is deterministic, its inputs and their times are all there is to keep.
//!
//! A record is written, but not synced, before its answer goes out: what was answered survives a killed process, not a
//! power cut. A last record that is torn was never answered, and is dropped. One process may use a directory at a time.

mod input;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

pub(crate) use input::{Input, decode, encode};

/// The first line of the file: replaying is exact only by the version that wrote it.
const HEADER: &str = concat!("camunda-emulator ", env!("CARGO_PKG_VERSION"), " journal 1\n");
/// No request is larger, so a longer record is none.
const RECORD_LIMIT: u32 = 64 * 1024 * 1024;
/// Length and checksum stand before each record.
const FRAME: usize = 8;

/// A file that records are added to.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    framed: Vec<u8>,
}

impl Journal {
    /// Opens or makes the journal of the directory, and hands out every record that is in it.
    pub(crate) fn open(dir: &Path, mut replay: impl FnMut(&[u8]) -> Result<(), String>) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        let path = dir.join("journal");
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let length = file.metadata()?.len();
        let mut reader = BufReader::with_capacity(1 << 20, &file);
        let mut header = vec![0; HEADER.len()];
        let known = read_whole(&mut reader, &mut header)? && header == HEADER.as_bytes();
        if !known {
            if !HEADER.as_bytes().starts_with(header.get(..to_size(length)).unwrap_or(&header)) {
                return Err(damaged("it was not written by this version of the emulator"));
            }
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(HEADER.as_bytes())?;
            return Ok(Self { file, framed: Vec::new() });
        }
        let mut end = HEADER.len() as u64;
        let mut record = Vec::new();
        loop {
            let mut frame = [0; FRAME];
            if !read_whole(&mut reader, &mut frame)? {
                break;
            }
            let [a, b, c, d, sum @ ..] = frame;
            let size = u32::from_le_bytes([a, b, c, d]);
            let after = end + FRAME as u64 + u64::from(size);
            if after > length || size > RECORD_LIMIT {
                break;
            }
            record.resize(to_size(u64::from(size)), 0);
            reader.read_exact(&mut record)?;
            if checksum(&record) != u32::from_le_bytes(sum) {
                if after == length {
                    break;
                }
                return Err(damaged(&format!("the record at byte {end} does not fit its checksum")));
            }
            replay(&record).map_err(|reason| damaged(&format!("the record at byte {end}: {reason}")))?;
            end = after;
        }
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        Ok(Self { file, framed: Vec::new() })
    }

    /// Adds records in one write.
    pub(crate) fn write(&mut self, records: impl Iterator<Item = Vec<u8>>) -> io::Result<()> {
        self.framed.clear();
        for record in records {
            let size = u32::try_from(record.len()).map_err(io::Error::other)?;
            self.framed.extend(size.to_le_bytes());
            self.framed.extend(checksum(&record).to_le_bytes());
            self.framed.extend(record);
        }
        if self.framed.is_empty() { Ok(()) } else { self.file.write_all(&self.framed) }
    }
}

/// False if the file ends before that.
fn read_whole(reader: &mut impl Read, bytes: &mut [u8]) -> io::Result<bool> {
    let mut filled = 0;
    while filled < bytes.len() {
        match reader.read(bytes.get_mut(filled..).unwrap_or_default())? {
            0 => return Ok(false),
            some => filled += some,
        }
    }
    Ok(true)
}

fn to_size(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

fn damaged(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the journal cannot be used: {reason}"))
}

/// FNV-1a over words of eight bytes: tells torn writes, and is not meant against forgery.
fn checksum(bytes: &[u8]) -> u32 {
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3);
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word)).rotate_left(5);
    }
    for byte in rest {
        hash = mix(hash, u64::from(*byte));
    }
    let [a, b, c, d, e, f, g, h] = hash.to_le_bytes();
    u32::from_le_bytes([a ^ e, b ^ f, c ^ g, d ^ h])
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::Journal;

    fn place(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("camunda-emulator-{name}-{}", std::process::id()));
        let _absent = fs::remove_dir_all(&dir);
        dir
    }

    fn read(dir: &Path) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        Journal::open(dir, |record| {
            found.push(String::from_utf8_lossy(record).into_owned());
            Ok(())
        })
        .map(|_| found)
        .map_err(|e| e.to_string())
    }

    #[test]
    fn what_was_written_is_read_and_a_torn_end_is_dropped() {
        let dir = place("torn");
        let mut journal = Journal::open(&dir, |_| Ok(())).expect("a new journal");
        journal.write(["one", "two and a half"].map(|r| r.as_bytes().to_vec()).into_iter()).expect("room on the disk");
        drop(journal);
        assert_eq!(read(&dir), Ok(vec!["one".to_owned(), "two and a half".to_owned()]));
        let whole = fs::read(dir.join("journal")).expect("it is there");
        for cut in whole.len() - 10..whole.len() {
            fs::write(dir.join("journal"), &whole[..cut]).expect("room on the disk");
            assert_eq!(read(&dir), Ok(vec!["one".to_owned()]));
        }
        let mut journal = Journal::open(&dir, |_| Ok(())).expect("cut back");
        journal.write([b"three".to_vec()].into_iter()).expect("room on the disk");
        assert_eq!(read(&dir), Ok(vec!["one".to_owned(), "three".to_owned()]));
        fs::remove_dir_all(dir).expect("it was there");
    }

    #[test]
    fn damage_in_the_middle_is_told() {
        let dir = place("damage");
        let mut journal = Journal::open(&dir, |_| Ok(())).expect("a new journal");
        journal.write(["one", "two"].map(|r| r.as_bytes().to_vec()).into_iter()).expect("room on the disk");
        let mut bytes = fs::read(dir.join("journal")).expect("it is there");
        let at = bytes.windows(3).position(|w| w == b"one").expect("written");
        bytes[at] = b'O';
        fs::write(dir.join("journal"), &bytes).expect("room on the disk");
        assert!(read(&dir).is_err_and(|e| e.contains("does not fit its checksum")));
        fs::write(dir.join("journal"), "something else, and long enough to be it").expect("room on the disk");
        assert!(read(&dir).is_err_and(|e| e.contains("not written by this version")));
        fs::remove_dir_all(dir).expect("it was there");
    }
}
