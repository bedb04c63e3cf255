use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use stauth_sys as sys;

use crate::error::{bytes, call, copied, text, Result};

/// Any error of the program's own functions.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How important an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What happened.
    Info,
    /// What the operator should know, and every level that this crate does not know.
    Warning,
    /// What the operator must mend.
    Error,
}

/// A request to a provider, and the settings that whoever sends it must obey. Do not follow redirects.
pub struct Exchange {
    /// As in HTTP, "POST".
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// Names may repeat.
    pub headers: Vec<(String, String)>,
    /// Empty if there is none.
    pub body: Vec<u8>,
    /// For the whole exchange. A reply that comes later counts as none.
    pub timeout: Duration,
    /// For connecting alone.
    pub connect_timeout: Duration,
    /// The URL of the proxy; none whatever the environment says.
    pub proxy: Option<String>,
    /// The PEM file of the only trusted certificate authorities; those of the system if there is none.
    pub ca_file: Option<String>,
    /// Whether the connection may end at a loopback address.
    pub allows_loopback: bool,
}

/// The response of a provider.
#[derive(Default)]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// All of them.
    pub headers: Vec<(String, String)>,
    /// The decoded body. The library takes at most 1 MiB.
    pub body: Vec<u8>,
}

/// Its body and headers are secrets.
impl fmt::Debug for Exchange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Exchange")
    }
}

/// Its body is a secret.
impl fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Reply with status {}", self.status)
    }
}

pub(crate) type Sending = Pin<Box<dyn Future<Output = Result<Reply, BoxError>> + Send>>;

/// The program's client that does not block.
pub(crate) trait Client: Send + Sync {
    fn send(&self, exchange: Exchange) -> Sending;
}

impl<F, Sent> Client for F
where
    F: Fn(Exchange) -> Sent + Send + Sync,
    Sent: Future<Output = Result<Reply, BoxError>> + Send + 'static,
{
    fn send(&self, exchange: Exchange) -> Sending {
        Box::pin(self(exchange))
    }
}

impl Exchange {
    /// # Safety
    ///
    /// `exchange` must be of the library. It is a ticket: a dead one is refused.
    pub(crate) unsafe fn read(exchange: *mut sys::st_exchange) -> Result<Self> {
        let (mut body, mut length) = (std::ptr::null(), 0);
        call(|failure| unsafe { sys::st_exchange_body(exchange, &mut body, &mut length, failure) })?;
        let optional = |value: String| Some(value).filter(|text| !text.is_empty());
        let milliseconds = |count: i64| Duration::from_millis(count.try_into().unwrap_or(0));
        unsafe {
            let named = |index| Some(sys::st_exchange_header_name(exchange, index)).filter(|name| !name.is_null());
            let value = |index| copied(sys::st_exchange_header_value(exchange, index));
            Ok(Self {
                method: copied(sys::st_exchange_method(exchange)),
                url: copied(sys::st_exchange_url(exchange)),
                headers: (0..).map_while(|index| Some((copied(named(index)?), value(index)))).collect(),
                body: bytes(body, length).to_vec(),
                timeout: milliseconds(sys::st_exchange_timeout_ms(exchange)),
                connect_timeout: milliseconds(sys::st_exchange_connect_timeout_ms(exchange)),
                proxy: optional(copied(sys::st_exchange_proxy(exchange))),
                ca_file: optional(copied(sys::st_exchange_ca_file(exchange))),
                allows_loopback: sys::st_exchange_allows_loopback(exchange) == 1,
            })
        }
    }
}

impl Reply {
    /// Reports it to the library, which may refuse it.
    ///
    /// # Safety
    ///
    /// As for `Exchange::read`.
    pub(crate) unsafe fn report(self, exchange: *mut sys::st_exchange) -> Result<()> {
        for (name, value) in self.headers {
            let (name, value) = (text(name)?, text(value)?);
            call(|failure| unsafe { sys::st_exchange_add_header(exchange, name.as_ptr(), value.as_ptr(), failure) })?;
        }
        let (body, length, status) = (self.body.as_ptr().cast(), self.body.len(), self.status.into());
        call(|failure| unsafe { sys::st_exchange_respond(exchange, status, body, length, failure) })
    }
}
