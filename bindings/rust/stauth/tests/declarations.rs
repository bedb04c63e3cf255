//! What of the header this crate uses, and where it repeats it.
use std::fs;
use std::path::{Path, PathBuf};

/// What stauth.h has and this crate does not call, and why.
const UNUSED: &[(&str, &str)] = &[
    ("st_version_string", "the number is enough to compare"),
    ("st_status_name", "ErrorKind has names"),
    ("st_config_set_clock", "for tests of the library"),
    ("st_config_set_random", "for tests of the library"),
    ("st_config_log_to_fd", "Rust's functions may be called on every thread"),
    ("st_app_shared", "a program has a place to keep an App"),
    ("st_app_end_sessions", "operators revoke by other means"),
    ("st_request_logout_may_block", "it takes a second at most"),
    ("st_config_set_session_store", "Rust programs use Redis"),
    ("st_record_set", "as above"),
    ("st_request_loads_page", "st_request_require_login() asks it"),
    ("st_request_add_header", "all of them in one call"),
    ("st_request_response_header_count", "all of them in one call"),
    ("st_request_response_header", "all of them in one call"),
    ("st_native_new", "for programs without a site"),
    ("st_native_login", "as above"),
    ("st_native_callback", "as above"),
    ("st_native_device_login", "as above"),
    ("st_native_poll", "as above"),
    ("st_native_is_pending", "as above"),
    ("st_native_wait_ms", "as above"),
    ("st_native_expires_in", "as above"),
    ("st_native_url", "as above"),
    ("st_native_verification_uri", "as above"),
    ("st_native_user_code", "as above"),
    ("st_native_session", "as above"),
    ("st_request_bind", "tasks change threads"),
    ("st_request_unbind", "as above"),
    ("st_login", "as above"),
    ("st_logout", "as above"),
    ("st_user_json", "as above"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

fn header() -> String {
    fs::read_to_string(root().join("include/stauth.h")).unwrap()
}

fn sources() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// The compiler has compared the arguments with those of stauth-sys.
#[test]
fn every_function_is_called() {
    let (header, sources) = (header(), sources());
    let declared = header.lines().filter_map(|line| line.strip_prefix("ST_API "));
    let before = declared.filter_map(|line| line.split_once('(')).map(|(before, _)| before);
    let names: Vec<_> = before.filter_map(|text| text.rsplit([' ', '*']).next()).collect();
    assert!(names.len() > 80, "the header is not understood");
    for name in &names {
        let is_called = sources.contains(&format!("sys::{}(", name));
        let is_unused = UNUSED.iter().any(|(unused, _)| unused == name);
        assert!(is_called != is_unused, "{}: called {}, listed as unused {}", name, is_called, is_unused);
    }
    for (name, _) in UNUSED {
        assert!(names.contains(name), "{} is not in the header", name);
    }
}

#[test]
fn every_request_header() {
    let header = header();
    let sentence = header.split_once("Add all of them, or at least ").unwrap().1.split_once(';').unwrap().0;
    let words = sentence.replace(',', " ");
    let mut asked: Vec<_> = words.split_whitespace().filter(|word| *word != "and").collect();
    let sources = sources();
    let list = sources.split_once("const HEADER_NAMES: ").unwrap().1.split_once("];").unwrap().0;
    let mut ours: Vec<_> = list.split('"').skip(1).step_by(2).collect();
    asked.sort_unstable();
    ours.sort_unstable();
    assert_eq!(ours, asked);
}

#[test]
fn limits() {
    let header = header().split_whitespace().collect::<Vec<_>>().join(" ");
    for sentence in ["so. At most 64 KiB", "65,536 bytes always suffice"] {
        assert!(header.contains(sentence), "the header no longer says {}", sentence);
    }
    assert_eq!(stauth::LONGEST_BODY, 65_536);
}
