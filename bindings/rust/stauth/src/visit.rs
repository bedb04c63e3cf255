use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::callbacks::complain;
use crate::error::{Error, Result};
use crate::request::Request;
use crate::steps::LoginOptions;
use crate::user::{AccessToken, User};
use crate::wait::lock;

/// What a handler has of the request that it answers. A clone is the same visit. When the response begins, it ends: calls
/// fail with the code "invalid_handle", and nobody is signed in.
#[derive(Clone)]
pub struct Visit {
    state: Arc<Mutex<State>>,
}

enum State {
    Here(Request),
    InACall,
    Ended,
}

impl State {
    fn request(&mut self) -> Option<&mut Request> {
        match self {
            Self::Here(request) => Some(request),
            _ => None,
        }
    }
}

type Call<'a, Value> = Pin<Box<dyn Future<Output = Result<Value>> + Send + 'a>>;

impl Visit {
    /// For adapters of web frameworks: lends a request that has begun.
    pub fn new(request: Request) -> Self {
        Self { state: Arc::new(Mutex::new(State::Here(request))) }
    }

    /// For adapters: ends the visit, and gives the request back. None if it has ended, or a task is in a call with it.
    pub fn end(&self) -> Option<Request> {
        match std::mem::replace(&mut *lock(&self.state), State::Ended) {
            State::Here(request) => Some(request),
            _ => None,
        }
    }

    fn lend(&self) -> Option<Request> {
        let mut state = lock(&self.state);
        match std::mem::replace(&mut *state, State::InACall) {
            State::Here(request) => Some(request),
            other => {
                *state = other;
                None
            }
        }
    }

    /// The way to all calls that do not wait.
    fn ask<Value>(&self, call: impl FnOnce(&mut Request) -> Value) -> Option<Value> {
        lock(&self.state).request().map(call)
    }

    /// Who sent this request. The response then says that it depends on the user.
    pub fn user(&self) -> User {
        self.ask(|request| request.user()).unwrap_or_default()
    }

    /// Whether a signed-in user sent this request.
    pub fn is_logged_in(&self) -> bool {
        self.ask(|request| request.is_logged_in()).unwrap_or(false)
    }

    /// A claim, such as "email": text as it is, any other value as JSON. None if nobody is signed in, too.
    pub fn claim(&self, name: &str) -> Option<String> {
        self.ask(|request| request.claim(name).ok().flatten()).flatten()
    }

    /// Whether the provider authenticated the user at most this long ago. If not, a login with `max_age` has the user
    /// authenticate again, and comes back to this page.
    pub fn is_fresh(&self, age: Duration) -> bool {
        self.ask(|request| request.is_fresh(age)).unwrap_or(false)
    }

    /// Makes the response a redirect to this provider, in place of anything that the handler gives; None is the default
    /// one, or a page where the user chooses.
    pub async fn login(&self, provider: Option<&str>) -> Result<()> {
        self.login_with(provider, LoginOptions::default()).await
    }

    /// The same with options of this login.
    pub async fn login_with(&self, provider: Option<&str>, options: LoginOptions) -> Result<()> {
        let provider = provider.map(str::to_owned);
        self.with(|request| Box::pin(async move { request.login(provider.as_deref(), options).await })).await
    }

    /// Ends the session, and makes the response a redirect, in place of anything that the handler gives. It fails unless a
    /// page of this site sent the request.
    pub fn logout(&self) -> Result<()> {
        self.ask(|request| request.logout()).ok_or_else(unavailable)?
    }

    /// Ends the session here, but not at the provider.
    pub fn logout_here(&self) -> Result<()> {
        self.ask(|request| request.logout_here()).ok_or_else(unavailable)?
    }

    /// Whether this user may see a page for signed-in users. If not, give any response: the library's takes its place, a
    /// redirect to the login, or 401.
    pub async fn require_login(&self) -> Result<bool> {
        self.with(|request| Box::pin(request.require_login())).await
    }

    /// A token to call an API with, refreshed if it would expire soon. Requires `expose_tokens`.
    pub async fn access_token(&self) -> Result<AccessToken> {
        self.with(|request| Box::pin(request.access_token())).await
    }

    /// Reads the user's claims anew from the provider; [`Visit::user`] has them afterwards.
    pub async fn refresh(&self) -> Result<()> {
        self.with(|request| Box::pin(request.refresh())).await
    }

    /// Makes the response the library's page for an error code.
    pub fn refuse(&self, code: &str) -> Result<()> {
        self.ask(|request| request.refuse(code)).ok_or_else(unavailable)?
    }

    /// Makes the response the library's page for an error, whose text, which is for developers, goes to stderr. Errors that
    /// are not of this crate have the page of "internal_error".
    pub fn fail(&self, error: &(dyn std::error::Error + 'static)) {
        complain(format_args!("{}", error));
        let code = error.downcast_ref::<Error>().map_or("internal_error", Error::code);
        let _ = self.refuse(code); // of a visit that has ended nothing is sent
    }

    /// Takes the request for the time of a call, so that no lock is held meanwhile.
    async fn with<Value>(&self, call: impl for<'a> FnOnce(&'a mut Request) -> Call<'a, Value>) -> Result<Value> {
        let mut taken = Taken { visit: self, request: self.lend() };
        match taken.request.as_mut() {
            Some(request) => call(request).await,
            None => Err(unavailable()),
        }
    }
}

/// Goes back when the call has ended, or was given up.
struct Taken<'a> {
    visit: &'a Visit,
    request: Option<Request>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.visit.state);
        if let (State::InACall, Some(request)) = (&*state, self.request.take()) {
            *state = State::Here(request);
        }
    }
}

fn unavailable() -> Error {
    Error::ended("the visit has ended, or another task is in a call with it")
}

impl fmt::Debug for Visit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Visit")
    }
}
