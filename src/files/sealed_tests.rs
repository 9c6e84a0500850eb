//! Sealing and the store, on a real directory.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Cleaned, FileStore, MediaType, get_blob, put_blob, seal};
use crate::app::{Ctx, ReferenceCache};
use crate::config::Config;
use crate::platform::crypto::Keys;
use crate::platform::ids::Entropy;

fn with_ctx(test: impl FnOnce(&Ctx<'_>, &FileStore)) {
    let dir = tempfile::tempdir().unwrap();
    let files = FileStore::open(&dir.path().join("files")).unwrap();
    let config = Config::read(&|_| None).unwrap();
    let keys = Keys::parse(&format!("a:{}", "11".repeat(32))).unwrap();
    let now = DateTime::<Utc>::from_timestamp(1_795_000_000, 0).unwrap();
    test(
        &Ctx {
            now,
            config: &config,
            keys: &keys,
            entropy: Entropy,
            reference: ReferenceCache::default().handle(),
        },
        &files,
    );
}

#[test]
fn a_scan_lies_sealed_under_a_name_that_tells_nothing() {
    with_ctx(|ctx, files| {
        let scan = Cleaned {
            media_type: MediaType::Jpeg,
            bytes: b"KTP of Siti".to_vec(),
        };
        let (one, two) = (seal(ctx, files, &scan).unwrap(), seal(ctx, files, &scan).unwrap());
        assert_ne!(one.blob(), two.blob());
        assert!(!one.blob().contains(&one.id.to_string()));
        let lying = files.get(one.blob()).unwrap();
        assert!(!lying.windows(4).any(|part| part == b"Siti"));
        assert_ne!(lying, files.get(two.blob()).unwrap());
    });
}

#[test]
fn a_blob_by_content_is_written_once_and_found_again() {
    with_ctx(|_, files| {
        let name = put_blob(files, "letters", b"surat".to_vec()).unwrap();
        assert_eq!(put_blob(files, "letters", b"surat".to_vec()).unwrap(), name);
        assert_eq!(get_blob(files, &name).unwrap(), b"surat");
        files.delete(&name).unwrap();
        files.delete(&name).unwrap();
        assert!(get_blob(files, &name).is_err());
    });
}

#[test]
fn old_blobs_are_listed_by_folder_and_a_name_cannot_leave_the_directory() {
    with_ctx(|_, files| {
        let name = put_blob(files, "letters", b"surat".to_vec()).unwrap();
        // The file system knows the machine's time only.
        let soon = crate::platform::time::Clock::System.now() + TimeDelta::minutes(1);
        assert_eq!(files.older_than("letters", soon).unwrap(), [name]);
        assert!(files.older_than("scans", soon).unwrap().is_empty());
        assert!(
            files
                .older_than("letters", soon - TimeDelta::hours(1))
                .unwrap()
                .is_empty()
        );
        assert!(files.get("../escape").is_err());
        assert!(files.put("letters/../../escape", Vec::new()).is_err());
    });
}
