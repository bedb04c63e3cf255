//! The calls that may wait for a provider. With a client of the program's they never block; otherwise those that would are
//! made on a thread of their own.

use std::ptr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use stauth_sys as sys;

use crate::callbacks::complain;
use crate::error::{call, copied, optional_text, pointer, text, Error, Result};
use crate::exchange::{BoxError, Client, Exchange, Reply};
use crate::gate::Gate;
use crate::request::{Request, Ticket};
use crate::user::AccessToken;
use crate::wait::off_the_executor;

/// What one login asks for; `docs/configuration.md` explains it.
#[derive(Clone, Debug, Default)]
pub struct LoginOptions {
    /// The path where the user returns to, in place of this page.
    pub return_to: Option<String>,
    /// A user name or e-mail address for the provider to suggest.
    pub login_hint: Option<String>,
    /// "login" to sign in again, "select_account", "consent" or "none".
    pub prompt: Option<String>,
    /// How to sign in, such as "mfa": a wish.
    pub acr_values: Option<String>,
    /// How long ago the user may have authenticated, in whole seconds, which is enforced.
    pub max_age: Option<Duration>,
    /// Languages for the provider's pages, such as "de fr-CA".
    pub ui_locales: Option<String>,
}

type Setting = (&'static str, Option<String>);

impl LoginOptions {
    fn settings(self) -> Vec<Setting> {
        let max_age = self.max_age.map(|age| age.as_secs().to_string());
        vec![
            ("return_to", self.return_to),
            ("login_hint", self.login_hint),
            ("prompt", self.prompt),
            ("acr_values", self.acr_values),
            ("max_age", max_age),
            ("ui_locales", self.ui_locales),
        ]
    }
}

impl Request {
    /// Reads the session. False means that the library has answered: send its response.
    pub async fn begin(&mut self) -> Result<bool> {
        let may_block = unsafe { sys::st_request_may_block(self.handle()) } == 1;
        let action = self.step(may_block, |ticket| {
            action_of(|action, failure| unsafe { sys::st_request_begin(ticket.handle(), action, failure) })
        });
        Ok(action.await? == sys::ST_PROCEED)
    }

    /// Makes the response a redirect to this provider; None is the default one, or a page where the user chooses. If it
    /// fails, nothing has changed.
    pub async fn login(&mut self, provider: Option<&str>, options: LoginOptions) -> Result<()> {
        let name = optional_text(provider)?;
        let may_block = unsafe { sys::st_request_login_may_block(self.handle(), pointer(&name)) } == 1;
        let settings = options.settings();
        self.step(may_block, move |ticket| {
            with(&ticket, &settings, |failure| unsafe {
                sys::st_request_login(ticket.handle(), pointer(&name), failure)
            })?;
            Ok(sys::ST_WAIT) // perhaps
        })
        .await?;
        match self.error() {
            Some(error) if self.status().map_or(false, |status| status >= 400) => Err(error),
            _ => Ok(()),
        }
    }

    /// Ends the session, and makes the response a redirect to the provider's logout, or to the start page. It fails unless
    /// a page of this site sent the request. Never waits.
    pub fn logout(&mut self) -> Result<()> {
        self.leave(&[])
    }

    /// Ends the session here, but not at the provider.
    pub fn logout_here(&mut self) -> Result<()> {
        self.leave(&[("logout", Some("local".to_owned()))])
    }

    fn leave(&mut self, settings: &[Setting]) -> Result<()> {
        let ticket = &self.ticket;
        with(ticket, settings, |failure| unsafe { sys::st_request_logout(ticket.handle(), failure) })
    }

    /// Whether this user may see a page that is for signed-in users. If not, or if it fails, the page must not be made:
    /// the response is a redirect to the login, or 401 if the request could not follow one.
    pub async fn require_login(&mut self) -> Result<bool> {
        self.require(None).await
    }

    /// The same for a page whose path may be open.
    pub async fn require_login_at(&mut self, gate: &Gate, path: &[u8]) -> Result<bool> {
        self.require(Some((gate.clone(), path.to_vec()))).await
    }

    async fn require(&mut self, page: Option<(Gate, Vec<u8>)>) -> Result<bool> {
        let may_block = unsafe { sys::st_request_login_may_block(self.handle(), ptr::null()) } == 1;
        let action = self.step(may_block, move |ticket| {
            let (gate, path, length) = page.as_ref().map_or((ptr::null_mut(), ptr::null(), 0), |(gate, path)| {
                (gate.handle(), path.as_ptr().cast(), path.len())
            });
            action_of(|action, failure| unsafe {
                sys::st_request_require_login(ticket.handle(), gate, path, length, action, failure)
            })
        });
        Ok(action.await? == sys::ST_PROCEED)
    }

    /// A token to call an API with, refreshed if it would expire soon. Requires `expose_tokens`.
    pub async fn access_token(&mut self) -> Result<AccessToken> {
        for _ in 0..2 {
            if let (sys::ST_PROCEED, Some(token)) = self.outcome(read_token).await? {
                return Ok(token);
            }
        }
        Err(Error::ended("the request waits for something else"))
    }

    /// Reads the user's claims anew from the provider; [`Request::user`] has them afterwards.
    pub async fn refresh(&mut self) -> Result<()> {
        let ask = |ticket: Ticket| {
            let action =
                action_of(|action, failure| unsafe { sys::st_request_refresh(ticket.handle(), action, failure) })?;
            Ok((action, ()))
        };
        if self.outcome(ask).await?.0 == sys::ST_WAIT {
            self.outcome(ask).await?;
        }
        Ok(())
    }

    /// A call that says what came of a refresh when it is called again: (ST_WAIT, …) if that is to come.
    async fn outcome<Value: Send + 'static>(
        &mut self,
        ask: impl FnOnce(Ticket) -> Result<(sys::st_action, Value)> + Send + 'static,
    ) -> Result<(sys::st_action, Value)> {
        let (ticket, client) = (self.ticket.clone(), self.app.client().cloned());
        let loan = Loan::of(self);
        let own = ticket.clone();
        let mut found = if client.is_some() { ask(own) } else { off_the_executor(move || ask(own)).await };
        if matches!(found, Ok((sys::ST_WAIT, _))) {
            let driven = drive(ticket, client).await;
            found = driven.and(found);
        }
        loan.end();
        found
    }

    /// Starts something, and makes the requests to providers that it waits for. Gives the last action.
    async fn step(
        &mut self,
        may_block: bool,
        start: impl FnOnce(Ticket) -> Result<sys::st_action> + Send + 'static,
    ) -> Result<sys::st_action> {
        let (ticket, client) = (self.ticket.clone(), self.app.client().cloned());
        let loan = Loan::of(self);
        let (has_thread, own) = (may_block && client.is_none(), ticket.clone());
        let started = if has_thread { off_the_executor(move || start(own)).await } else { start(own) };
        let action = match started {
            Ok(sys::ST_WAIT) => drive(ticket, client).await,
            other => other,
        };
        loan.end();
        action
    }
}

/// A request while something runs for it. If the future is dropped meanwhile, the request ends: a thread may still be in a
/// call with it, and no second one may enter. The thread's own ticket keeps alive what that call borrows.
struct Loan<'a> {
    request: &'a mut Request,
    is_over: bool,
}

impl<'a> Loan<'a> {
    fn of(request: &'a mut Request) -> Self {
        Self { request, is_over: false }
    }

    fn end(mut self) {
        self.is_over = true;
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.request.close();
        }
    }
}

/// An exchange, which is a ticket, too.
#[derive(Clone, Copy)]
struct Lent(*mut sys::st_exchange);

unsafe impl Send for Lent {}
unsafe impl Sync for Lent {}

impl Lent {
    fn read(self) -> Result<Exchange> {
        unsafe { Exchange::read(self.0) }
    }

    fn report(self, reply: Reply) -> Result<(), BoxError> {
        unsafe { reply.report(self.0) }.map_err(Into::into)
    }
}

/// Makes the requests to providers that this request waits for.
async fn drive(ticket: Ticket, client: Option<Arc<dyn Client>>) -> Result<sys::st_action> {
    let mut action = sys::ST_RESPOND;
    while let (Some(client), Some(lent)) = (&client, exchange_of(&ticket)) {
        let sent = client.send(lent.read()?);
        if let Err(error) = sent.await.and_then(|reply| lent.report(reply)) {
            complain(format_args!("stauth: no reply: {}", error)); // which counts as an unreachable provider
        }
        action = action_of(|action, failure| unsafe { sys::st_request_resume(ticket.handle(), action, failure) })?;
    }
    Ok(action)
}

fn exchange_of(ticket: &Ticket) -> Option<Lent> {
    let exchange = unsafe { sys::st_request_exchange(ticket.handle()) };
    (!exchange.is_null()).then(|| Lent(exchange))
}

fn action_of(
    function: impl FnOnce(*mut sys::st_action, *mut *mut sys::st_error) -> sys::st_status,
) -> Result<sys::st_action> {
    let mut action = sys::ST_RESPOND;
    call(|failure| function(&mut action, failure)).map(|()| action)
}

/// Sets options for a call, which uses them up. If one is refused, it removes the others.
fn with(
    ticket: &Ticket,
    settings: &[Setting],
    function: impl FnOnce(*mut *mut sys::st_error) -> sys::st_status,
) -> Result<()> {
    let set = settings.iter().try_for_each(|(key, value)| set(ticket, key, value.as_deref()));
    if set.is_err() {
        for (key, _) in settings {
            let _ = self::set(ticket, key, None); // the reason is that of the first
        }
    }
    set?;
    call(function)
}

fn set(ticket: &Ticket, key: &str, value: Option<&str>) -> Result<()> {
    let (key, value) = (text(key)?, optional_text(value)?);
    call(|failure| unsafe { sys::st_request_set(ticket.handle(), key.as_ptr(), pointer(&value), failure) })
}

fn read_token(ticket: Ticket) -> Result<(sys::st_action, Option<AccessToken>)> {
    let (mut token, mut scope, mut expiry) = (ptr::null(), ptr::null(), 0);
    let action = action_of(|action, failure| unsafe {
        let handle = ticket.handle();
        sys::st_request_access_token(handle, action, &mut token, &mut expiry, &mut scope, failure)
    })?;
    let since_epoch = |seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    let expires_at = u64::try_from(expiry).ok().filter(|seconds| *seconds != 0).and_then(since_epoch);
    let read = || unsafe { AccessToken { token: copied(token), expires_at, scope: copied(scope) } };
    Ok((action, (!token.is_null()).then(read)))
}

#[cfg(all(test, feature = "testing"))]
mod tests;
