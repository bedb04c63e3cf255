use std::ffi::{CStr, CString};
use std::fmt;
use std::os::raw::c_char;
use std::ptr;

use stauth_sys as sys;

/// The outcome of a call that can fail.
pub type Result<Value, E = Error> = std::result::Result<Value, E>;

/// The category of an [`Error`]. Later versions may add some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's mistake: a request after its end, text with a NUL, or too early a call.
    InvalidArgument,
    /// The settings must change; the message lists all problems.
    Configuration,
    /// The provider or the session store was not reached, or not in time.
    Network,
    /// The provider answered with an error, or not as the protocol says.
    Provider,
    /// The user, the provider or an authorization rule said no.
    AuthorizationDenied,
    /// The ID token failed a check.
    TokenInvalid,
    /// The callback matches no login of this browser.
    LoginInvalid,
    /// A request that is refused, such as a cross-site logout.
    RequestRefused,
    /// Something is too large; the message names it and its limit.
    LimitExceeded,
    /// The code runs outside of a request.
    NoRequest,
    /// OpenSSL failed.
    Cryptography,
    /// A defect of the library; please report it.
    Internal,
}

impl ErrorKind {
    fn of(status: sys::st_status) -> Self {
        match status {
            sys::ST_INVALID_ARGUMENT => Self::InvalidArgument,
            sys::ST_CONFIGURATION_ERROR => Self::Configuration,
            sys::ST_NETWORK_ERROR => Self::Network,
            sys::ST_PROVIDER_ERROR => Self::Provider,
            sys::ST_AUTHORIZATION_DENIED => Self::AuthorizationDenied,
            sys::ST_TOKEN_INVALID => Self::TokenInvalid,
            sys::ST_LOGIN_INVALID => Self::LoginInvalid,
            sys::ST_REQUEST_REFUSED => Self::RequestRefused,
            sys::ST_LIMIT_EXCEEDED => Self::LimitExceeded,
            sys::ST_NO_REQUEST => Self::NoRequest,
            sys::ST_CRYPTOGRAPHY_ERROR => Self::Cryptography,
            _ => Self::Internal,
        }
    }
}

/// Why a call failed. The message is for developers and never contains a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    code: String,
    message: String,
    http_status: u16,
    provider_code: Option<String>,
    provider_description: Option<String>,
}

impl Error {
    /// The category.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// A stable word for programs and for support, such as "state_mismatch"; `docs/errors.md` lists them.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// A line for the log; of a configuration error one for each problem.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// A suggestion for the response, 400 to 599.
    pub fn http_status(&self) -> u16 {
        self.http_status
    }

    /// The code that the provider sent, such as "access_denied". It can write anything there: for logs and operators,
    /// never for a page or a decision.
    pub fn provider_code(&self) -> Option<&str> {
        self.provider_code.as_deref()
    }

    /// The description that the provider sent along with its code.
    pub fn provider_description(&self) -> Option<&str> {
        self.provider_description.as_deref()
    }

    pub(crate) fn new(kind: ErrorKind, code: &str, http_status: u16, message: impl Into<String>) -> Self {
        let (code, message) = (code.to_owned(), message.into());
        Self { kind, code, message, http_status, provider_code: None, provider_description: None }
    }

    /// Of a request that has ended, or is with another task.
    pub(crate) fn ended(what: &str) -> Self {
        Self::new(ErrorKind::InvalidArgument, "invalid_handle", 500, what)
    }

    /// Copies an `st_error`, which stays whose it is.
    ///
    /// # Safety
    ///
    /// `error` must be of the library or NULL.
    pub(crate) unsafe fn read(error: *const sys::st_error) -> Self {
        let optional = |text: *const c_char| if text.is_null() { None } else { Some(unsafe { copied(text) }) };
        unsafe {
            Self {
                kind: ErrorKind::of(sys::st_error_status(error)),
                code: copied(sys::st_error_code(error)),
                message: copied(sys::st_error_message(error)),
                http_status: sys::st_error_http_status(error).try_into().unwrap_or(500),
                provider_code: optional(sys::st_error_provider_code(error)),
                provider_description: optional(sys::st_error_provider_description(error)),
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "stauth: {}: {}", self.code, self.message)
    }
}

impl std::error::Error for Error {}

/// The way to all functions that can fail: frees the library's error.
pub(crate) fn call(function: impl FnOnce(*mut *mut sys::st_error) -> sys::st_status) -> Result<()> {
    let mut failure = ptr::null_mut();
    if function(&mut failure) == sys::ST_OK {
        return Ok(());
    }
    let error = unsafe { Error::read(failure) };
    unsafe { sys::st_error_free(failure) };
    Err(error)
}

/// Text for C, which ends at the first NUL: there must be no other.
pub(crate) fn text(value: impl Into<Vec<u8>>) -> Result<CString> {
    CString::new(value)
        .map_err(|_| Error::new(ErrorKind::InvalidArgument, "invalid_text", 400, "text must not contain a NUL"))
}

/// The same, but NULL for nothing.
pub(crate) fn optional_text(value: Option<&str>) -> Result<Option<CString>> {
    value.map(text).transpose()
}

pub(crate) fn pointer(value: &Option<CString>) -> *const c_char {
    value.as_ref().map_or(ptr::null(), |text| text.as_ptr())
}

/// Borrowed text of the library; empty for NULL.
///
/// # Safety
///
/// `text` must end with NUL, or be NULL.
pub(crate) unsafe fn copied(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// Borrowed bytes of the library; none for NULL.
///
/// # Safety
///
/// There must be `length` bytes at `bytes`, or it must be NULL.
pub(crate) unsafe fn bytes<'a>(bytes: *const c_char, length: usize) -> &'a [u8] {
    if bytes.is_null() {
        return &[];
    }
    unsafe { std::slice::from_raw_parts(bytes.cast(), length) }
}
