use std::ffi::CString;
use std::fmt;
use std::ptr;
use std::sync::Arc;

use stauth_sys as sys;

use crate::error::{call, text, Result};

/// Closes a site to all but signed-in users, except for open paths: "/health" is that path alone, "/static/" that folder
/// and everything below it. With `require_login` in the settings, the library does so already.
#[derive(Clone)]
pub struct Gate {
    shared: Arc<Shared>,
}

struct Shared(*mut sys::st_gate);

// "Never changes; any number of threads may use it." (stauth.h)
unsafe impl Send for Shared {}
unsafe impl Sync for Shared {}

impl Drop for Shared {
    fn drop(&mut self) {
        unsafe { sys::st_gate_free(self.0) };
    }
}

impl Gate {
    /// A path that could never match, such as "health", is an error.
    pub fn new(open_paths: &[&str]) -> Result<Self> {
        let paths = open_paths.iter().map(|path| text(*path)).collect::<Result<Vec<CString>>>()?;
        let pointers: Vec<_> = paths.iter().map(|path| path.as_ptr()).collect();
        let mut handle = ptr::null_mut();
        call(|failure| unsafe { sys::st_gate_new(pointers.as_ptr(), pointers.len(), &mut handle, failure) })?;
        Ok(Self { shared: Arc::new(Shared(handle)) })
    }

    pub(crate) fn handle(&self) -> *mut sys::st_gate {
        self.shared.0
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Gate")
    }
}
