//! For the tests of a program: signs users in without a provider.
//!
//! ```
//! # fn main() -> Result<(), stauth::BoxError> {
//! let auth = stauth::testing::TestApp::new(&[])?;
//! let cookie = auth.sign_in(r#"{"email": "ada@example.org"}"#)?; // for the requests of the test
//! assert!(auth.app().user_from_cookie(&cookie)?.json().contains("ada@example.org"));
//! # Ok(())
//! # }
//! ```
//!
//! Each application has its own new secret, and a provider inside of the process: no other application accepts its cookies.
//! The login is still complete, with every check.

mod hmac;
mod provider;

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use crate::exchange::{BoxError, Exchange, Reply};
use crate::{wait, App, Config, Request};
use provider::{Provider, CLIENT_ID, ISSUER, METADATA};

/// Where the invented provider sends users back to.
pub const REDIRECT_URI: &str = "http://localhost:8501/oauth2callback";
const HOST: &str = "localhost:8501";

/// An application at whose provider everybody can sign in.
pub struct TestApp {
    app: App,
    provider: Arc<Provider>,
}

impl TestApp {
    /// Settings are more keys: `&[("auth.session_lifetime", "1h")]`.
    pub fn new(settings: &[(&str, &str)]) -> Result<Self, BoxError> {
        Self::with(settings, |config, provider| config.transport(move |exchange| provider.answer(&exchange)))
    }

    /// The same with a client that never blocks.
    pub fn with_client(settings: &[(&str, &str)]) -> Result<Self, BoxError> {
        Self::with(settings, |config, provider| {
            config.client(move |exchange: Exchange| std::future::ready(provider.answer(&exchange)))
        })
    }

    fn with(
        settings: &[(&str, &str)],
        connect: impl FnOnce(Config, Arc<Provider>) -> Config,
    ) -> Result<Self, BoxError> {
        let provider = Arc::new(Provider::new(random()?));
        let mut config = Config::new()
            .set("auth.redirect_uri", REDIRECT_URI)
            .set("auth.cookie_secret", random()?)
            .set("auth.client_id", CLIENT_ID)
            .set("auth.client_secret", provider.secret())
            .set("auth.server_metadata_url", format!("{}{}", ISSUER, METADATA))
            .set("auth.id_token_signed_response_alg", "HS256");
        for (key, value) in settings {
            config = config.set(*key, *value);
        }
        let app = App::new(connect(config, provider.clone()))?;
        Ok(Self { app, provider })
    }

    /// The application, for the program under test.
    pub fn app(&self) -> App {
        self.app.clone()
    }

    /// Signs a user in with these claims, an object of JSON, and gives the value of the Cookie header. "sub" is "user"
    /// unless they say otherwise.
    pub fn sign_in(&self, claims: &str) -> Result<String, BoxError> {
        let start = self.visit(&self.app.login_path(), "")?;
        let query = header(&start, "Location").and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
        let asked = |name| parameter(query, name).ok_or("the login did not start");
        let code = self.provider.authorize(asked("nonce")?, claims)?;
        let issuer = ISSUER.replace(':', "%3A").replace('/', "%2F");
        let target = format!("/oauth2callback?code={}&state={}&iss={}", code, asked("state")?, issuer);
        let end = self.visit(&target, &cookies(&start))?;
        match end.error() {
            Some(error) => Err(error.into()),
            None => Ok(cookies(&end)),
        }
    }

    fn visit(&self, target: &str, cookie: &str) -> Result<Request, BoxError> {
        let headers = [("Host", HOST), ("Accept", "text/html"), ("Cookie", cookie)];
        let given = headers.into_iter().filter(|(_, value)| !value.is_empty());
        let mut request = self.app.request("GET", target, given)?;
        wait(request.begin())?;
        Ok(request)
    }
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TestApp")
    }
}

fn header<'a>(request: &'a Request, wanted: &str) -> Option<&'a str> {
    let found = request.headers().into_iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    found.and_then(|(_, value)| std::str::from_utf8(value).ok())
}

/// Those that the response sets, as a Cookie header.
fn cookies(request: &Request) -> String {
    let headers = request.headers();
    let lines = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Set-Cookie"));
    let kept = lines.filter_map(|(_, line)| std::str::from_utf8(line).ok()).filter(|line| !line.contains("Max-Age=0"));
    kept.filter_map(|line| line.split(';').next()).collect::<Vec<_>>().join("; ")
}

/// A parameter of a query without percent-encoding, as those of the library's own making are.
fn parameter<'a>(query: &'a str, wanted: &str) -> Option<&'a str> {
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

fn random() -> io::Result<String> {
    let mut bytes = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{:02x}", byte)).collect())
}

impl Provider {
    fn answer(&self, exchange: &Exchange) -> Result<Reply, BoxError> {
        let body = match exchange.url.strip_prefix(ISSUER) {
            Some(METADATA) => Provider::metadata(),
            Some("/keys") => r#"{"keys":[]}"#.to_owned(), // the ID token is signed with the client's secret
            Some("/token") => self.token(&String::from_utf8_lossy(&exchange.body), random()?)?,
            _ => return Err(format!("nothing is at {}", exchange.url).into()),
        };
        let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        Ok(Reply { status: 200, headers, body: body.into_bytes() })
    }
}
