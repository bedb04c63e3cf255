//! What several tests need.
#![allow(dead_code)] // none needs all of it

use stauth::testing::TestApp;
use stauth::{wait, Config, Error, ErrorKind, Request, Result};

pub const ADA: &str = r#"{"sub": "ada", "email": "ada@example.org", "n": 7}"#;

/// A page of a signed-in user, or of nobody.
pub fn begin(auth: &TestApp, claims: Option<&str>) -> Request {
    let cookie = claims.map_or_else(String::new, |claims| auth.sign_in(claims).unwrap());
    let mut headers = vec![("Host", "localhost:8501"), ("Accept", "text/html"), ("Sec-Fetch-Site", "same-origin")];
    if !cookie.is_empty() {
        headers.push(("Cookie", &cookie));
    }
    let mut request = auth.app().request("GET", "/page", headers).unwrap();
    assert!(wait(request.begin()).unwrap());
    request
}

pub fn settings() -> Config {
    Config::new()
        .set("auth.redirect_uri", stauth::testing::REDIRECT_URI)
        .set("auth.cookie_secret", "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e")
        .set("auth.client_id", "x")
        .set("auth.client_secret", "y")
        .set("auth.server_metadata_url", "https://provider.test/.well-known/openid-configuration")
}

#[track_caller]
pub fn assert_failure<Value>(outcome: Result<Value>, kind: ErrorKind, code: &str) -> Error {
    let error = outcome.map(drop).unwrap_err();
    assert_eq!((error.kind(), error.code()), (kind, code), "{}", error);
    error
}

/// A header of the response.
pub fn header(request: &Request, wanted: &str) -> Option<String> {
    let found = request.headers().into_iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
}
