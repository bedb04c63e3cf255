use std::fmt;
use std::time::SystemTime;

/// Who sent a request: the claims of the provider.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    json: String,
}

impl User {
    pub(crate) fn new(json: String) -> Self {
        Self { json }
    }

    /// Whether somebody is signed in.
    pub fn is_logged_in(&self) -> bool {
        self.json.starts_with(r#"{"is_logged_in":true"#) // the library writes this member first
    }

    /// The claims as JSON, always with "is_logged_in".
    pub fn json(&self) -> &str {
        &self.json
    }
}

/// Nobody.
impl Default for User {
    fn default() -> Self {
        Self::new(r#"{"is_logged_in":false}"#.to_owned())
    }
}

/// Does not show claims: they are personal data, and this text ends up in logs.
impl fmt::Debug for User {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.is_logged_in() { "<User signed in>" } else { "<User nobody>" })
    }
}

/// A token to call an API with.
#[derive(Clone)]
pub struct AccessToken {
    pub(crate) token: String,
    /// None if the provider does not say.
    pub expires_at: Option<SystemTime>,
    /// What the token is for, separated by spaces.
    pub scope: String,
}

impl AccessToken {
    /// The token itself, for the header `Authorization: Bearer …`.
    pub fn secret(&self) -> &str {
        &self.token
    }
}

/// Does not show the token: this text ends up in logs.
impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("<AccessToken>")
    }
}
