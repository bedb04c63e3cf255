use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use super::hmac::{base64url, hmac_sha256};
use super::{parameter, random};
use crate::exchange::BoxError;
use crate::wait::lock;

pub(super) const ISSUER: &str = "https://provider.test";
pub(super) const METADATA: &str = "/.well-known/openid-configuration";
pub(super) const CLIENT_ID: &str = "test";

/// Answers the library's requests inside of the process.
pub(super) struct Provider {
    secret: String,
    /// The members of the ID token, by code, and then by refresh token.
    granted: Mutex<HashMap<String, String>>,
}

impl Provider {
    pub(super) fn new(secret: String) -> Self {
        Self { secret, granted: Mutex::default() }
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    /// Stands in for the user's consent: a code for these claims.
    pub(super) fn authorize(&self, nonce: &str, claims: &str) -> Result<String, BoxError> {
        let inner = claims.trim().strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        let inner = inner.ok_or("the claims must be an object of JSON")?.trim();
        let mut members = vec![format!(r#""iss":"{}","nonce":"{}""#, ISSUER, nonce)];
        if !inner.contains(r#""sub""#) {
            members.push(r#""sub":"user""#.to_owned());
        }
        if !inner.is_empty() {
            members.push(inner.to_owned());
        }
        let code = random()?;
        lock(&self.granted).insert(code.clone(), members.join(","));
        Ok(code)
    }

    pub(super) fn metadata() -> String {
        let endpoints =
            ["authorization_endpoint", "token_endpoint", "jwks_uri"].into_iter().zip(["authorize", "token", "keys"]);
        let endpoints: String = endpoints.map(|(name, path)| format!(r#","{}":"{}/{}""#, name, ISSUER, path)).collect();
        let supported = r#","response_types_supported":["code"],"subject_types_supported":["public"],
            "id_token_signing_alg_values_supported":["HS256"],"authorization_response_iss_parameter_supported":true"#;
        format!(r#"{{"issuer":"{}"{}{}}}"#, ISSUER, endpoints, supported)
    }

    /// The token response to this form; each code and each refresh token serves once.
    pub(super) fn token(&self, form: &str, following: String) -> Result<String, BoxError> {
        let code = parameter(form, "code").or_else(|| parameter(form, "refresh_token")).ok_or("no code")?;
        let members = lock(&self.granted).remove(code).ok_or("an unknown code")?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let claims = format!(r#"{{"aud":"{}","iat":{},"exp":{},{}}}"#, CLIENT_ID, now, now + 300, members);
        let signed = format!("{}.{}", base64url(br#"{"alg":"HS256"}"#), base64url(claims.as_bytes()));
        let signature = base64url(&hmac_sha256(self.secret.as_bytes(), signed.as_bytes()));
        lock(&self.granted).insert(following.clone(), members);
        Ok(format!(
            r#"{{"access_token":"{}","token_type":"Bearer","expires_in":3600,"refresh_token":"{}","id_token":"{}.{}"}}"#,
            random()?,
            following,
            signed,
            signature
        ))
    }
}
