//! What C calls. A panic ends here: beyond, it would be undefined.

use std::env;
use std::io::Write;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};

use stauth_sys as sys;

use crate::error::{call, copied, Result};
use crate::exchange::{BoxError, Exchange, Level, Reply};

pub(crate) type LogFunction = Box<dyn Fn(Level, &str) + Send + Sync>;
pub(crate) type TransportFunction = Box<dyn Fn(Exchange) -> Result<Reply, BoxError> + Send + Sync>;

pub(crate) fn set_log(builder: *mut sys::st_config, log: LogFunction) -> Result<()> {
    lend(log, |user_data, failure| unsafe {
        sys::st_config_set_log(builder, Some(log_event), user_data, Some(release::<LogFunction>), failure)
    })
}

pub(crate) fn set_transport(builder: *mut sys::st_config, transport: TransportFunction) -> Result<()> {
    lend(transport, |user_data, failure| unsafe {
        let released = Some(release::<TransportFunction> as unsafe extern "C" fn(*mut c_void));
        sys::st_config_set_transport(builder, Some(exchange_messages), user_data, released, failure)
    })
}

/// Gives the library a function, which releases it; not if that fails.
fn lend<F>(function: F, set: impl FnOnce(*mut c_void, *mut *mut sys::st_error) -> sys::st_status) -> Result<()> {
    let lent = Box::into_raw(Box::new(function));
    let outcome = call(|failure| set(lent.cast(), failure));
    if outcome.is_err() {
        drop(unsafe { Box::from_raw(lent) });
    }
    outcome
}

unsafe extern "C" fn release<F>(user_data: *mut c_void) {
    survive("a destructor", || drop(unsafe { Box::from_raw(user_data.cast::<F>()) }));
}

unsafe extern "C" fn log_event(level: i32, line: *const c_char, user_data: *mut c_void) {
    survive("the log function", || {
        let (log, line) = unsafe { (&*user_data.cast::<LogFunction>(), copied(line)) };
        log(level_of(level), &line);
    });
}

unsafe extern "C" fn exchange_messages(exchange: *mut sys::st_exchange, user_data: *mut c_void) -> sys::st_status {
    let sent = survive("the transport function", || {
        let transport = unsafe { &*user_data.cast::<TransportFunction>() };
        let reply = transport(unsafe { Exchange::read(exchange) }?)?;
        unsafe { reply.report(exchange) }?;
        Ok::<(), BoxError>(())
    });
    match sent {
        Some(Ok(())) => return sys::ST_OK,
        Some(Err(error)) => complain(format_args!("stauth: no reply: {}", error)),
        None => (),
    }
    sys::ST_NETWORK_ERROR
}

fn level_of(level: i32) -> Level {
    match level {
        sys::ST_LOG_INFO => Level::Info,
        sys::ST_LOG_ERROR => Level::Error,
        _ => Level::Warning,
    }
}

/// Runs a function of the program's. None if it panics; the panic's own message has told why.
pub(crate) fn survive<Value>(what: &str, function: impl FnOnce() -> Value) -> Option<Value> {
    catch_unwind(AssertUnwindSafe(function))
        .map_err(|payload| {
            std::mem::forget(payload); // its destructor could panic, too
            complain(format_args!("stauth: {} panicked", what));
        })
        .ok()
}

/// To stderr. `eprintln!` would panic if that is closed.
pub(crate) fn complain(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "{}", line);
}

/// Obeys `STAUTH_LOG`.
pub(crate) fn standard_log() -> LogFunction {
    let least = match env::var("STAUTH_LOG").as_deref() {
        Ok("info") => Level::Info,
        Ok("error") => Level::Error,
        Ok("warning" | "") | Err(_) => Level::Warning,
        Ok(other) => {
            complain(format_args!("STAUTH_LOG must be info, warning or error, not {:?}", other));
            Level::Warning
        }
    };
    Box::new(move |level, line| {
        if level >= least {
            complain(format_args!("{}", line));
        }
    })
}
