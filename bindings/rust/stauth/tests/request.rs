//! Requests: input, options, tokens, and calls in the wrong place.
mod common;

use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::{assert_failure, begin, header, ADA};
use stauth::testing::TestApp;
use stauth::{wait, ErrorKind, Gate, LoginOptions, Request, Visit};

const NOTHING: [(&str, &str); 0] = [];

#[test]
fn nul_in_a_request() {
    let auth = TestApp::new(&[]).unwrap();
    let app = auth.app();
    assert_failure(app.request("G\0T", "/", NOTHING), ErrorKind::InvalidArgument, "invalid_text");
    assert_failure(app.request("GET", "/\0", NOTHING), ErrorKind::InvalidArgument, "invalid_text");
    assert_failure(app.request("GET", "/", [("Cookie", "a=b\0c")]), ErrorKind::InvalidArgument, "invalid_text");
    let mut request = begin(&auth, None);
    let with_nul = LoginOptions { login_hint: Some("a\0b".to_owned()), ..LoginOptions::default() };
    assert_failure(
        wait(request.login(Some("a\0b"), LoginOptions::default())),
        ErrorKind::InvalidArgument,
        "invalid_text",
    );
    assert_failure(wait(request.login(None, with_nul)), ErrorKind::InvalidArgument, "invalid_text");
    assert_failure(request.refuse("a\0b"), ErrorKind::InvalidArgument, "invalid_text");
    assert_failure(request.claim("a\0b"), ErrorKind::InvalidArgument, "invalid_text");
    assert_failure(request.set_client_address(Some("1\0")), ErrorKind::InvalidArgument, "invalid_text");
    assert_failure(Gate::new(&["/a\0"]), ErrorKind::InvalidArgument, "invalid_text");
    assert_eq!(request.status(), None);
}

#[test]
fn header_that_is_not_asked_for() {
    let auth = TestApp::new(&[]).unwrap();
    let huge = "x".repeat(300_000);
    let headers = [("X-Other", &*huge), ("Accept\0", "x"), ("hOST", "localhost:8501")];
    let mut request = auth.app().request("GET", "/", headers).unwrap();
    assert!(wait(request.begin()).unwrap());
}

#[test]
fn huge_input() {
    let auth = TestApp::new(&[]).unwrap();
    let huge = "x".repeat(70_000);
    for name in ["Cookie", "Referer", "Accept"] {
        assert_failure(auth.app().request("GET", "/", [(name, &huge)]), ErrorKind::LimitExceeded, "too_large");
    }
    assert_failure(auth.app().request("GET", &format!("/{}", huge), NOTHING), ErrorKind::LimitExceeded, "too_large");
    let mut request = begin(&auth, None);
    assert_failure(wait(request.login(Some(&huge), LoginOptions::default())), ErrorKind::LimitExceeded, "too_large");
    let mut request = auth.app().request("POST", "/auth/login", NOTHING).unwrap();
    assert!(request.wants_body());
    assert_failure(request.set_body(huge.as_bytes()), ErrorKind::LimitExceeded, "too_large");
}

#[test]
fn calls_out_of_order() {
    let auth = TestApp::new(&[]).unwrap();
    let mut request = auth.app().request("GET", "/", NOTHING).unwrap();
    let login = wait(request.login(None, LoginOptions::default()));
    assert_failure(login, ErrorKind::InvalidArgument, "out_of_sequence");
    assert!(!request.user().is_logged_in() && request.claim("email").unwrap_err().code() == "out_of_sequence");
}

#[test]
fn claims() {
    let auth = TestApp::new(&[]).unwrap();
    let request = begin(&auth, Some(ADA));
    assert_eq!(request.claim("email").unwrap().as_deref(), Some("ada@example.org"));
    assert_eq!(request.claim("n").unwrap().as_deref(), Some("7"));
    assert_eq!(request.claim("none").unwrap(), None);
    assert!(request.is_logged_in() && request.user().is_logged_in());
    assert_eq!(header(&request, "Vary").as_deref(), Some("Cookie"));
    assert!(!begin(&auth, None).is_logged_in());
}

#[test]
fn options_of_a_login() {
    let auth = TestApp::new(&[]).unwrap();
    let options = LoginOptions {
        return_to: Some("/there".to_owned()),
        login_hint: Some("ada@example.org".to_owned()),
        prompt: Some("login".to_owned()),
        acr_values: Some("mfa".to_owned()),
        max_age: Some(Duration::from_secs(300)),
        ui_locales: Some("de".to_owned()),
    };
    let location = location_of(&mut begin(&auth, None), options);
    for part in ["login_hint=ada%40example.org", "prompt=login", "acr_values=mfa", "max_age=300", "ui_locales=de"] {
        assert!(location.contains(part), "{} is not in {}", part, location);
    }
    let now = LoginOptions { max_age: Some(Duration::ZERO), ..LoginOptions::default() };
    assert!(location_of(&mut begin(&auth, None), now).contains("max_age=0"));
    assert!(!location_of(&mut begin(&auth, None), LoginOptions::default()).contains("max_age"));
}

fn location_of(request: &mut Request, options: LoginOptions) -> String {
    wait(request.login(None, options)).unwrap();
    header(request, "Location").unwrap()
}

#[test]
fn option_that_is_refused_leaves_no_other() {
    let auth = TestApp::new(&[]).unwrap();
    let mut request = begin(&auth, None);
    let hint = || LoginOptions { login_hint: Some("ada".to_owned()), ..LoginOptions::default() };
    let too_old = LoginOptions { max_age: Some(Duration::MAX), ..hint() };
    assert_failure(wait(request.login(None, too_old)), ErrorKind::InvalidArgument, "option_invalid");
    let with_nul = LoginOptions { ui_locales: Some("\0".to_owned()), ..hint() };
    assert_failure(wait(request.login(None, with_nul)), ErrorKind::InvalidArgument, "invalid_text");
    assert!(!location_of(&mut request, LoginOptions::default()).contains("login_hint"));
}

#[test]
fn freshness() {
    let auth = TestApp::new(&[]).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let request = begin(&auth, Some(&format!(r#"{{"auth_time": {}}}"#, now - 100)));
    assert!(!request.is_fresh(Duration::from_secs(50)) && request.is_fresh(Duration::from_secs(1000)));
    assert!(request.is_fresh(Duration::MAX));
}

#[test]
fn access_token_and_refresh() {
    for auth in [TestApp::new, TestApp::with_client].map(|make| make(&[("auth.expose_tokens", "access")]).unwrap()) {
        let mut request = begin(&auth, Some(ADA));
        let token = wait(request.access_token()).unwrap();
        let left = token.expires_at.unwrap().duration_since(SystemTime::now()).unwrap();
        assert!(left > Duration::from_secs(50 * 60) && !token.secret().is_empty(), "{:?}", left);
        wait(request.refresh()).unwrap();
        assert!(request.is_logged_in());
        assert_ne!(wait(request.access_token()).unwrap().secret(), token.secret());
        assert_eq!(wait(begin(&auth, None).access_token()).unwrap_err().code(), "not_signed_in");
    }
}

#[test]
fn logout() {
    let auth = TestApp::new(&[]).unwrap();
    let mut request = begin(&auth, Some(ADA));
    request.logout_here().unwrap();
    assert_eq!((request.is_logged_in(), request.status()), (false, Some(303)));
    assert_failure(logout_from_elsewhere(&auth), ErrorKind::RequestRefused, "cross_site_request");
}

fn logout_from_elsewhere(auth: &TestApp) -> stauth::Result<()> {
    let mut request = auth.app().request("POST", "/bye", [("Sec-Fetch-Site", "cross-site")]).unwrap();
    wait(request.begin()).unwrap();
    request.logout()
}

#[test]
fn gate_of_a_page() {
    let auth = TestApp::new(&[]).unwrap();
    let gate = Gate::new(&["/static/"]).unwrap();
    let mut request = begin(&auth, None);
    assert!(wait(request.require_login_at(&gate, b"/static/a")).unwrap());
    assert!(!wait(request.require_login_at(&gate, b"/static/../a")).unwrap());
    assert_eq!(request.status(), Some(302));
    assert!(wait(begin(&auth, Some(ADA)).require_login()).unwrap());
    assert_eq!(Gate::new(&["health"]).unwrap_err().kind(), ErrorKind::Configuration);
}

#[test]
fn page_for_an_error() {
    let auth = TestApp::new(&[]).unwrap();
    let mut request = begin(&auth, None);
    request.refuse("user_not_allowed").unwrap();
    assert_eq!(request.status(), Some(403));
    assert!(String::from_utf8_lossy(request.body()).contains("user_not_allowed"));
}

/// A request that one thread begins, another finishes, and a third drops.
#[test]
fn request_of_several_threads() {
    let auth = TestApp::new(&[]).unwrap();
    let mut request = begin(&auth, Some(ADA));
    let finished = thread::spawn(move || {
        wait(request.login(None, LoginOptions::default())).unwrap();
        assert_eq!(request.status(), Some(302));
        request
    });
    let request = finished.join().unwrap();
    thread::spawn(move || drop(request)).join().unwrap();
}

#[test]
fn visit_after_its_end() {
    let auth = TestApp::new(&[]).unwrap();
    let visit = Visit::new(begin(&auth, Some(ADA)));
    assert_eq!((visit.is_logged_in(), visit.claim("sub").as_deref()), (true, Some("ada")));
    drop(visit.end().unwrap());
    assert!(visit.end().is_none());
    assert_failure(wait(visit.login(None)), ErrorKind::InvalidArgument, "invalid_handle");
    assert_failure(wait(visit.require_login()), ErrorKind::InvalidArgument, "invalid_handle");
    assert_failure(wait(visit.access_token()), ErrorKind::InvalidArgument, "invalid_handle");
    assert_failure(wait(visit.refresh()), ErrorKind::InvalidArgument, "invalid_handle");
    assert_failure(visit.logout(), ErrorKind::InvalidArgument, "invalid_handle");
    assert_failure(visit.logout_here(), ErrorKind::InvalidArgument, "invalid_handle");
    assert_failure(visit.refuse("x"), ErrorKind::InvalidArgument, "invalid_handle");
    assert!(!visit.is_logged_in() && !visit.user().is_logged_in() && visit.claim("sub").is_none());
    assert!(!visit.is_fresh(Duration::from_secs(9)));
}
