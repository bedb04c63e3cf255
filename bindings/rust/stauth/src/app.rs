use std::fmt;
use std::ptr;
use std::sync::Arc;

use stauth_sys as sys;

use crate::config::Config;
use crate::error::{call, copied, Error, ErrorKind, Result};
use crate::exchange::Client;
use crate::request::Request;
use crate::user::User;

/// The most that a user needs without a session store.
const LONGEST_USER: usize = 64 * 1024;

/// A relying party: checked settings, keys, and what is cached of the providers. Usually a process has one. A clone is
/// the same application; any number of threads may use it.
#[derive(Clone)]
pub struct App {
    shared: Arc<Shared>,
}

struct Shared {
    handle: *mut sys::st_app,
    client: Option<Arc<dyn Client>>,
    requires_login: bool,
}

// "Any number of threads may use an st_app, which never changes." (stauth.h)
unsafe impl Send for Shared {}
unsafe impl Sync for Shared {}

impl Drop for Shared {
    fn drop(&mut self) {
        unsafe { sys::st_app_free(self.handle) };
    }
}

/// A builder of the library's, freed in any case.
struct Builder(*mut sys::st_config);

impl Drop for Builder {
    fn drop(&mut self) {
        unsafe { sys::st_config_free(self.0) };
    }
}

impl App {
    /// Checks the settings. The error lists every problem.
    pub fn new(config: Config) -> Result<Self> {
        check_version()?;
        let mut builder = Builder(ptr::null_mut());
        call(|failure| unsafe { sys::st_config_new(&mut builder.0, failure) })?;
        let client = config.client.clone();
        config.apply(builder.0)?;
        let mut handle = ptr::null_mut();
        call(|failure| unsafe { sys::st_app_new(builder.0, &mut handle, failure) })?;
        let requires_login = unsafe { sys::st_app_requires_login(handle) } == 1;
        Ok(Self { shared: Arc::new(Shared { handle, client, requires_login }) })
    }

    /// Fetches metadata and keys of all providers, so that the first login need not.
    pub async fn preload(&self) -> Result<()> {
        if self.client().is_some() {
            return Request::preload(self)?.begin().await.map(drop);
        }
        let app = self.clone();
        crate::wait::off_the_executor(move || call(|failure| unsafe { sys::st_app_preload(app.handle(), failure) }))
            .await
    }

    /// The path that begins a login, for links: "/auth/login", optionally with "?provider=NAME&return_to=/page".
    pub fn login_path(&self) -> String {
        unsafe { copied(sys::st_app_login_path(self.handle())) }
    }

    /// The path that ends the session by POST, and asks first by GET: "/auth/logout".
    pub fn logout_path(&self) -> String {
        unsafe { copied(sys::st_app_logout_path(self.handle())) }
    }

    /// The paths to which providers send users back, for programs that route by path.
    pub fn callback_paths(&self) -> Vec<String> {
        let path = |index| unsafe { copied(sys::st_app_callback_path(self.handle(), index)) };
        (0..).map(path).take_while(|path| !path.is_empty()).collect()
    }

    /// Whether the settings require a login for the pages of the site.
    pub fn requires_login(&self) -> bool {
        self.shared.requires_login
    }

    /// Who sent this Cookie header, without a request: no network, no lock.
    pub fn user_from_cookie(&self, cookie: impl AsRef<[u8]>) -> Result<User> {
        let cookie = cookie.as_ref();
        written(LONGEST_USER, |buffer, capacity, length, failure| unsafe {
            let given = cookie.as_ptr().cast();
            sys::st_user_from_cookie(self.handle(), given, cookie.len(), buffer, capacity, length, failure)
        })
        .map(User::new)
    }

    /// The numbers for monitoring, of this process: events by name, provider and error code, and how long requests to
    /// each provider took. `docs/monitoring.md` describes them.
    pub fn stats_json(&self) -> Result<String> {
        written(LONGEST_USER, |buffer, capacity, length, failure| unsafe {
            sys::st_app_stats_json(self.handle(), buffer.cast(), capacity, length, failure)
        })
    }

    /// The same numbers as text for Prometheus, of the type "text/plain; version=0.0.4".
    pub fn stats_prometheus(&self) -> Result<String> {
        written(LONGEST_USER, |buffer, capacity, length, failure| unsafe {
            sys::st_app_stats_prometheus(self.handle(), buffer.cast(), capacity, length, failure)
        })
    }

    /// One HTTP request: method and target as received, "GET" and "/report?id=3", and its headers, of which the library
    /// asks for some.
    pub fn request<Name: AsRef<[u8]>, Value: AsRef<[u8]>>(
        &self,
        method: &str,
        target: &str,
        headers: impl IntoIterator<Item = (Name, Value)>,
    ) -> Result<Request> {
        Request::new(self, method, target, headers)
    }

    pub(crate) fn handle(&self) -> *mut sys::st_app {
        self.shared.handle
    }

    pub(crate) fn client(&self) -> Option<&Arc<dyn Client>> {
        self.shared.client.as_ref()
    }
}

impl fmt::Debug for App {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("App")
    }
}

/// The text that a function writes to a buffer, however long it is.
fn written(
    capacity: usize,
    write: impl Fn(*mut std::os::raw::c_char, usize, *mut usize, *mut *mut sys::st_error) -> sys::st_status,
) -> Result<String> {
    let mut buffer = Vec::<u8>::with_capacity(capacity);
    loop {
        let mut length = 0;
        let outcome = call(|failure| write(buffer.as_mut_ptr().cast(), buffer.capacity(), &mut length, failure));
        match outcome {
            Ok(()) => {
                unsafe { buffer.set_len(length.min(buffer.capacity())) };
                return Ok(String::from_utf8_lossy(&buffer).into_owned());
            }
            Err(_) if length > buffer.capacity() => buffer.reserve(length.saturating_mul(2)), // it may grow meanwhile
            Err(error) => return Err(error),
        }
    }
}

/// The loaded library has the interface of the header that this crate was written for.
fn check_version() -> Result<()> {
    let loaded = unsafe { sys::st_version_number() };
    if loaded / 100 == sys::ST_VERSION_NUMBER / 100 {
        return Ok(());
    }
    let message = format!("libstauth.so.0 is version {}, and {} is needed", loaded, sys::ST_VERSION_NUMBER);
    Err(Error::new(ErrorKind::Configuration, "library_not_found", 500, message))
}
