use std::fmt;
use std::marker::PhantomData;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use stauth_sys as sys;

use crate::app::App;
use crate::error::{bytes, call, optional_text, pointer, text, Error, ErrorKind, Result};
use crate::user::User;

/// The most that the library accepts as a body.
pub const LONGEST_BODY: usize = 64 * 1024;

/// Those that the library asks for; it ignores all others.
const HEADER_NAMES: [&str; 23] = [
    "Cookie",
    "Origin",
    "Referer",
    "Sec-Fetch-Site",
    "Sec-Fetch-Mode",
    "Sec-Purpose",
    "Purpose",
    "X-Purpose",
    "X-Moz",
    "Upgrade",
    "Content-Type",
    "Accept",
    "Accept-Language",
    "Authorization",
    "DPoP",
    "Access-Control-Request-Method",
    "Host",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Request-Id",
    "Secure-Session-Response",
    "Sec-Secure-Session-Id",
    "Secure-Session-Skipped",
];

/// One HTTP request, and the library's part of the response. [`App::request`] makes it. It may go to another thread; one
/// thread uses it at a time.
pub struct Request {
    pub(crate) ticket: Ticket,
    pub(crate) app: App,
    one_thread_at_a_time: PhantomData<*mut ()>,
}

// "Every other handle belongs to one thread at a time." (stauth.h)
unsafe impl Send for Request {}

/// A handle of the library's, which is freed when nobody has it any more: what a call borrows from it lives until then. A
/// thread that is in a call has its own.
#[derive(Clone)]
pub(crate) struct Ticket(Arc<Handle>);

struct Handle(*mut sys::st_request);

unsafe impl Send for Handle {}
unsafe impl Sync for Handle {}

impl Drop for Handle {
    fn drop(&mut self) {
        unsafe { sys::st_request_free(self.0) };
    }
}

impl Ticket {
    fn new(handle: *mut sys::st_request) -> Self {
        Self(Arc::new(Handle(handle)))
    }

    /// A closure that calls this takes the whole ticket with it, and may go to another thread.
    pub(crate) fn handle(&self) -> *mut sys::st_request {
        self.0 .0
    }
}

impl Request {
    pub(crate) fn new<Name: AsRef<[u8]>, Value: AsRef<[u8]>>(
        app: &App,
        method: &str,
        target: &str,
        headers: impl IntoIterator<Item = (Name, Value)>,
    ) -> Result<Self> {
        let (method, target, block) = (text(method)?, text(target)?, block_of(headers)?);
        let mut handle = ptr::null_mut();
        call(|failure| unsafe {
            sys::st_request_new(app.handle(), method.as_ptr(), target.as_ptr(), &mut handle, failure)
        })?;
        let request = Self::of(app, handle);
        call(|failure| unsafe { sys::st_request_add_headers(handle, block.as_ptr().cast(), block.len(), failure) })?;
        Ok(request)
    }

    /// A request that belongs to no browser: its `begin` fetches metadata and keys.
    pub(crate) fn preload(app: &App) -> Result<Self> {
        let mut handle = ptr::null_mut();
        call(|failure| unsafe { sys::st_request_new_preload(app.handle(), &mut handle, failure) })?;
        Ok(Self::of(app, handle))
    }

    fn of(app: &App, handle: *mut sys::st_request) -> Self {
        Self { ticket: Ticket::new(handle), app: app.clone(), one_thread_at_a_time: PhantomData }
    }

    /// Whether [`Request::begin`] needs the request's body.
    pub fn wants_body(&self) -> bool {
        unsafe { sys::st_request_wants_body(self.handle()) == 1 }
    }

    /// Passes the body, before [`Request::begin`].
    pub fn set_body(&mut self, body: &[u8]) -> Result<()> {
        call(|failure| unsafe { sys::st_request_set_body(self.handle(), body.as_ptr().cast(), body.len(), failure) })
    }

    /// Names the browser's IP address for the log, before [`Request::begin`].
    pub fn set_client_address(&mut self, address: Option<&str>) -> Result<()> {
        let address = optional_text(address)?;
        call(|failure| unsafe { sys::st_request_set_client_address(self.handle(), pointer(&address), failure) })
    }

    /// Names a path that the program may route by, if it is not the target's, before [`Request::begin`]: decoded once, or
    /// as received if the program does not decode. With several, the page is open only if all of them are.
    pub fn add_route(&mut self, path: &[u8]) -> Result<()> {
        call(|failure| unsafe { sys::st_request_add_route(self.handle(), path.as_ptr().cast(), path.len(), failure) })
    }

    /// Who sent this request; nobody before [`Request::begin`]. The response then says that it depends on the user.
    pub fn user(&self) -> User {
        let (mut json, mut length) = (ptr::null(), 0);
        let status = unsafe { sys::st_request_user_json(self.handle(), &mut json, &mut length, ptr::null_mut()) };
        if status != sys::ST_OK {
            return User::default();
        }
        User::new(String::from_utf8_lossy(unsafe { bytes(json, length) }).into_owned())
    }

    /// Whether a signed-in user sent this request.
    pub fn is_logged_in(&self) -> bool {
        unsafe { sys::st_request_is_logged_in(self.handle()) == 1 }
    }

    /// A claim, such as "email": text as it is, any other value as JSON.
    pub fn claim(&self, name: &str) -> Result<Option<String>> {
        let name = text(name)?;
        let (mut value, mut length) = (ptr::null(), 0);
        call(|failure| unsafe {
            sys::st_request_claim(self.handle(), name.as_ptr(), &mut value, &mut length, failure)
        })?;
        let copy = || String::from_utf8_lossy(unsafe { bytes(value, length) }).into_owned();
        Ok((!value.is_null()).then(copy))
    }

    /// Whether the provider authenticated the user at most this long ago. If not, a login with `max_age` has the user
    /// authenticate again, and comes back to this page.
    pub fn is_fresh(&self, age: Duration) -> bool {
        let seconds = age.as_secs().try_into().unwrap_or(i64::MAX);
        unsafe { sys::st_request_is_fresh(self.handle(), seconds) == 1 }
    }

    /// Makes the response the library's page for an error code.
    pub fn refuse(&mut self, code: &str) -> Result<()> {
        let code = text(code)?;
        call(|failure| unsafe { sys::st_request_refuse(self.handle(), code.as_ptr(), failure) })
    }

    /// Why this request's login was refused; None if it was not.
    pub fn error(&self) -> Option<Error> {
        let error = unsafe { sys::st_request_error(self.handle()) };
        (!error.is_null()).then(|| unsafe { Error::read(error) })
    }

    /// The status of the library's response; None if the program's page is the response, or the request has ended.
    pub fn status(&self) -> Option<u16> {
        let status = unsafe { sys::st_request_response_status(self.handle()) };
        status.try_into().ok().filter(|status| *status != 0)
    }

    /// Whether a call that was given up has ended it.
    #[cfg(feature = "tower")]
    pub(crate) fn is_live(&self) -> bool {
        unsafe { sys::st_request_response_status(self.handle()) >= 0 }
    }

    /// The headers to add to the response, the library's or the program's. Names may repeat. Read them after the page is
    /// made.
    pub fn headers(&self) -> Vec<(&str, &[u8])> {
        let (mut block, mut length) = (ptr::null(), 0);
        let status =
            unsafe { sys::st_request_response_headers(self.handle(), &mut block, &mut length, ptr::null_mut()) };
        let block = if status == sys::ST_OK { unsafe { bytes(block, length) } } else { &[] };
        let mut parts = block.split(|byte| *byte == 0);
        std::iter::from_fn(|| Some((std::str::from_utf8(parts.next()?).ok()?, parts.next()?))).collect()
    }

    /// The body of the library's response.
    pub fn body(&self) -> &[u8] {
        let (mut body, mut length) = (ptr::null(), 0);
        let status = unsafe { sys::st_request_response_body(self.handle(), &mut body, &mut length, ptr::null_mut()) };
        if status == sys::ST_OK {
            unsafe { bytes(body, length) }
        } else {
            &[]
        }
    }

    pub(crate) fn handle(&self) -> *mut sys::st_request {
        self.ticket.handle()
    }

    /// Ends it: all later calls are refused.
    pub(crate) fn close(&mut self) {
        self.ticket = Ticket::new(ptr::null_mut());
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Request")
    }
}

/// "name NUL value NUL" for each header that the library asks for.
fn block_of<Name: AsRef<[u8]>, Value: AsRef<[u8]>>(
    headers: impl IntoIterator<Item = (Name, Value)>,
) -> Result<Vec<u8>> {
    let mut block = Vec::with_capacity(1024);
    for (name, value) in headers {
        let (name, value) = (name.as_ref(), value.as_ref());
        if !HEADER_NAMES.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name)) {
            continue;
        }
        if value.contains(&0) {
            let message = "a header must not contain a NUL";
            return Err(Error::new(ErrorKind::InvalidArgument, "invalid_text", 400, message));
        }
        for part in [name, value] {
            block.extend_from_slice(part);
            block.push(0);
        }
    }
    Ok(block)
}
