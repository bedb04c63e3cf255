use std::marker::{PhantomData, PhantomPinned};
use std::os::raw::{c_char, c_void};

/// `ST_VERSION_NUMBER` of the header that this crate was written for.
pub const ST_VERSION_NUMBER: u32 = 200;

pub type st_status = i32;
pub type st_action = i32;

pub const ST_OK: st_status = 0;
pub const ST_INVALID_ARGUMENT: st_status = 1;
pub const ST_CONFIGURATION_ERROR: st_status = 2;
pub const ST_NETWORK_ERROR: st_status = 3;
pub const ST_PROVIDER_ERROR: st_status = 4;
pub const ST_AUTHORIZATION_DENIED: st_status = 5;
pub const ST_TOKEN_INVALID: st_status = 6;
pub const ST_LOGIN_INVALID: st_status = 7;
pub const ST_REQUEST_REFUSED: st_status = 8;
pub const ST_LIMIT_EXCEEDED: st_status = 9;
pub const ST_NO_REQUEST: st_status = 10;
pub const ST_CRYPTOGRAPHY_ERROR: st_status = 11;
pub const ST_INTERNAL_ERROR: st_status = 12;
pub const ST_LOG_INFO: i32 = 1;
pub const ST_LOG_WARNING: i32 = 2;
pub const ST_LOG_ERROR: i32 = 3;
pub const ST_PROCEED: st_action = 0;
pub const ST_RESPOND: st_action = 1;
pub const ST_WAIT: st_action = 2;

/// Handles, which only the library looks into.
macro_rules! opaque {
    ($($name:ident)*) => {$(
        #[repr(C)]
        pub struct $name {
            _private: [u8; 0],
            _kept_in_place: PhantomData<(*mut u8, PhantomPinned)>,
        }
    )*};
}

opaque! { st_error st_config st_exchange st_record st_app st_gate st_request }

pub type st_release = Option<unsafe extern "C" fn(user_data: *mut c_void)>;
pub type st_clock = Option<unsafe extern "C" fn(user_data: *mut c_void) -> i64>;
pub type st_random = Option<unsafe extern "C" fn(bytes: *mut u8, length: usize, user_data: *mut c_void) -> i32>;
pub type st_log = Option<unsafe extern "C" fn(level: i32, line: *const c_char, user_data: *mut c_void)>;
pub type st_transport = Option<unsafe extern "C" fn(exchange: *mut st_exchange, user_data: *mut c_void) -> st_status>;
pub type st_store_get = Option<
    unsafe extern "C" fn(
        key: *const c_char,
        timeout_ms: i64,
        record: *mut st_record,
        user_data: *mut c_void,
    ) -> st_status,
>;
pub type st_store_put = Option<
    unsafe extern "C" fn(
        key: *const c_char,
        bytes: *const u8,
        length: usize,
        version: u64,
        expected: u64,
        lifetime: i64,
        timeout_ms: i64,
        out_stored: *mut i32,
        user_data: *mut c_void,
    ) -> st_status,
>;
pub type st_store_delete =
    Option<unsafe extern "C" fn(key: *const c_char, timeout_ms: i64, user_data: *mut c_void) -> st_status>;
