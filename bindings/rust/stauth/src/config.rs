use std::env;
use std::ffi::OsString;
use std::future::Future;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::sync::Arc;

use stauth_sys as sys;

use crate::callbacks::{self, standard_log, LogFunction, TransportFunction};
use crate::error::{call, text, Result};
use crate::exchange::{BoxError, Client, Exchange, Level, Reply};

const DEFAULT_SECRETS: &str = ".streamlit/secrets.toml";

/// Where an [`App`](crate::App) gets its settings from. Without a file, TOML and settings it is the file that
/// `STAUTH_SECRETS` names, otherwise `.streamlit/secrets.toml`.
#[derive(Default)]
pub struct Config {
    file: Option<OsString>,
    toml: Option<Vec<u8>>,
    settings: Vec<(String, String)>,
    log: Option<LogFunction>,
    transport: Option<TransportFunction>,
    pub(crate) client: Option<Arc<dyn Client>>,
}

impl Config {
    /// A configuration that reads the usual file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads this `secrets.toml`.
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Some(path.into().into_os_string());
        self
    }

    /// The text of a `secrets.toml`.
    pub fn toml(mut self, toml: impl Into<Vec<u8>>) -> Self {
        self.toml = Some(toml.into());
        self
    }

    /// Sets one key, which replaces that of the file: `set("auth.port", "8501")`.
    pub fn set(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((key.into(), value.into()));
        self
    }

    /// Receives the library's events, lines of logfmt. Otherwise they go to stderr: warnings and errors, or what
    /// `STAUTH_LOG` asks for ("info", "warning" or "error"). A panic ends there.
    pub fn log(mut self, log: impl Fn(Level, &str) + Send + Sync + 'static) -> Self {
        self.log = Some(Box::new(log));
        self
    }

    /// Sends requests to providers in place of the library's own client, and may block. It obeys what the [`Exchange`]
    /// carries, and follows no redirects. A panic counts as an unreachable provider.
    pub fn transport(
        mut self,
        transport: impl Fn(Exchange) -> Result<Reply, BoxError> + Send + Sync + 'static,
    ) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Sends requests to providers without blocking: no call needs a thread of its own. Cannot be combined with
    /// `transport`.
    pub fn client<F, Sent>(mut self, client: F) -> Self
    where
        F: Fn(Exchange) -> Sent + Send + Sync + 'static,
        Sent: Future<Output = Result<Reply, BoxError>> + Send + 'static,
    {
        self.client = Some(Arc::new(client));
        self
    }

    /// Passes everything to the library's builder.
    pub(crate) fn apply(self, builder: *mut sys::st_config) -> Result<()> {
        let has_client = self.client.is_some();
        let is_usual = self.file.is_none() && self.toml.is_none() && self.settings.is_empty();
        let usual = || env::var_os("STAUTH_SECRETS").unwrap_or_else(|| DEFAULT_SECRETS.into());
        if let Some(file) = self.file.or_else(|| is_usual.then(usual)) {
            let path = text(file.into_vec())?;
            call(|failure| unsafe { sys::st_config_load_file(builder, path.as_ptr(), failure) })?;
        }
        if let Some(toml) = self.toml {
            let (bytes, length) = (toml.as_ptr().cast(), toml.len());
            call(|failure| unsafe { sys::st_config_load_toml(builder, bytes, length, failure) })?;
        }
        for (key, value) in self.settings {
            let (key, value) = (text(key)?, text(value)?);
            call(|failure| unsafe { sys::st_config_set(builder, key.as_ptr(), value.as_ptr(), failure) })?;
        }
        callbacks::set_log(builder, self.log.unwrap_or_else(standard_log))?;
        if let Some(transport) = self.transport {
            callbacks::set_transport(builder, transport)?;
        }
        call(|failure| unsafe { sys::st_config_set_event_loop(builder, has_client.into(), failure) })
    }
}
