//! The functions of `stauth.h` as they are; that header documents them. The crate `stauth` has them in safe Rust.
#![allow(non_camel_case_types)]

use std::os::raw::{c_char, c_void};

mod types;

pub use types::*;

extern "C" {
    pub fn st_version_number() -> u32;
    pub fn st_version_string() -> *const c_char;
    pub fn st_status_name(status: st_status) -> *const c_char;
    pub fn st_error_status(error: *const st_error) -> st_status;
    pub fn st_error_code(error: *const st_error) -> *const c_char;
    pub fn st_error_provider_code(error: *const st_error) -> *const c_char;
    pub fn st_error_provider_description(error: *const st_error) -> *const c_char;
    pub fn st_error_message(error: *const st_error) -> *const c_char;
    pub fn st_error_http_status(error: *const st_error) -> i32;
    pub fn st_error_free(error: *mut st_error);
    pub fn st_config_new(out: *mut *mut st_config, error: *mut *mut st_error) -> st_status;
    pub fn st_config_load_file(config: *mut st_config, path: *const c_char, error: *mut *mut st_error) -> st_status;
    pub fn st_config_load_toml(
        config: *mut st_config,
        toml: *const c_char,
        length: usize,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_config_set(
        config: *mut st_config,
        key: *const c_char,
        value: *const c_char,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_config_set_clock(
        config: *mut st_config,
        clock: st_clock,
        user_data: *mut c_void,
        release: st_release,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_config_set_random(
        config: *mut st_config,
        random: st_random,
        user_data: *mut c_void,
        release: st_release,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_config_set_log(
        config: *mut st_config,
        log: st_log,
        user_data: *mut c_void,
        release: st_release,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_config_log_to_fd(config: *mut st_config, fd: i32, error: *mut *mut st_error) -> st_status;
    pub fn st_config_set_transport(
        config: *mut st_config,
        transport: st_transport,
        user_data: *mut c_void,
        release: st_release,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_config_set_event_loop(config: *mut st_config, on: i32, error: *mut *mut st_error) -> st_status;
    pub fn st_record_set(
        record: *mut st_record,
        bytes: *const u8,
        length: usize,
        version: u64,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_config_set_session_store(
        config: *mut st_config,
        get: st_store_get,
        put: st_store_put,
        remove: st_store_delete,
        user_data: *mut c_void,
        release: st_release,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_config_free(config: *mut st_config);
    pub fn st_exchange_method(exchange: *const st_exchange) -> *const c_char;
    pub fn st_exchange_url(exchange: *const st_exchange) -> *const c_char;
    pub fn st_exchange_header_name(exchange: *const st_exchange, index: usize) -> *const c_char;
    pub fn st_exchange_header_value(exchange: *const st_exchange, index: usize) -> *const c_char;
    pub fn st_exchange_body(
        exchange: *const st_exchange,
        out_bytes: *mut *const c_char,
        out_length: *mut usize,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_exchange_timeout_ms(exchange: *const st_exchange) -> i64;
    pub fn st_exchange_connect_timeout_ms(exchange: *const st_exchange) -> i64;
    pub fn st_exchange_proxy(exchange: *const st_exchange) -> *const c_char;
    pub fn st_exchange_ca_file(exchange: *const st_exchange) -> *const c_char;
    pub fn st_exchange_allows_loopback(exchange: *const st_exchange) -> i32;
    pub fn st_exchange_add_header(
        exchange: *mut st_exchange,
        name: *const c_char,
        value: *const c_char,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_exchange_respond(
        exchange: *mut st_exchange,
        status: i32,
        body: *const c_char,
        length: usize,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_app_new(config: *const st_config, out: *mut *mut st_app, error: *mut *mut st_error) -> st_status;
    pub fn st_app_shared(
        config: *const st_config,
        path: *const c_char,
        out: *mut *mut st_app,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_app_preload(app: *mut st_app, error: *mut *mut st_error) -> st_status;
    pub fn st_app_end_sessions(app: *mut st_app, selector: *const c_char, error: *mut *mut st_error) -> st_status;
    pub fn st_app_login_path(app: *const st_app) -> *const c_char;
    pub fn st_app_logout_path(app: *const st_app) -> *const c_char;
    pub fn st_app_callback_path(app: *const st_app, index: usize) -> *const c_char;
    pub fn st_app_requires_login(app: *const st_app) -> i32;
    pub fn st_user_from_cookie(
        app: *const st_app,
        cookie: *const c_char,
        length: usize,
        buffer: *mut c_char,
        capacity: usize,
        out_length: *mut usize,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_app_stats_json(
        app: *const st_app,
        buffer: *mut c_char,
        capacity: usize,
        out_length: *mut usize,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_app_stats_prometheus(
        app: *const st_app,
        buffer: *mut c_char,
        capacity: usize,
        out_length: *mut usize,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_app_free(app: *mut st_app);
    pub fn st_gate_new(
        open_paths: *const *const c_char,
        count: usize,
        out: *mut *mut st_gate,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_gate_free(gate: *mut st_gate);
    pub fn st_request_new(
        app: *const st_app,
        method: *const c_char,
        target: *const c_char,
        out: *mut *mut st_request,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_add_header(
        request: *mut st_request,
        name: *const c_char,
        value: *const c_char,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_add_headers(
        request: *mut st_request,
        block: *const c_char,
        length: usize,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_set_body(
        request: *mut st_request,
        body: *const c_char,
        length: usize,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_set_client_address(
        request: *mut st_request,
        address: *const c_char,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_add_route(
        request: *mut st_request,
        path: *const c_char,
        length: usize,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_begin(
        request: *mut st_request,
        out_action: *mut st_action,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_exchange(request: *mut st_request) -> *mut st_exchange;
    pub fn st_request_resume(
        request: *mut st_request,
        out_action: *mut st_action,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_new_preload(
        app: *const st_app,
        out: *mut *mut st_request,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_set(
        request: *mut st_request,
        key: *const c_char,
        value: *const c_char,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_login(request: *mut st_request, provider: *const c_char, error: *mut *mut st_error) -> st_status;
    pub fn st_request_require_login(
        request: *mut st_request,
        gate: *const st_gate,
        path: *const c_char,
        length: usize,
        out_action: *mut st_action,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_logout(request: *mut st_request, error: *mut *mut st_error) -> st_status;
    pub fn st_request_refuse(request: *mut st_request, code: *const c_char, error: *mut *mut st_error) -> st_status;
    pub fn st_request_user_json(
        request: *mut st_request,
        out_json: *mut *const c_char,
        out_length: *mut usize,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_is_logged_in(request: *mut st_request) -> i32;
    pub fn st_request_is_fresh(request: *mut st_request, seconds: i64) -> i32;
    pub fn st_request_claim(
        request: *mut st_request,
        name: *const c_char,
        out_value: *mut *const c_char,
        out_length: *mut usize,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_access_token(
        request: *mut st_request,
        out_action: *mut st_action,
        out_token: *mut *const c_char,
        out_expiry: *mut i64,
        out_scope: *mut *const c_char,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_refresh(
        request: *mut st_request,
        out_action: *mut st_action,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_may_block(request: *const st_request) -> i32;
    pub fn st_request_login_may_block(request: *const st_request, provider: *const c_char) -> i32;
    pub fn st_request_logout_may_block(request: *const st_request) -> i32;
    pub fn st_request_loads_page(request: *const st_request) -> i32;
    pub fn st_request_wants_body(request: *const st_request) -> i32;
    pub fn st_request_error(request: *const st_request) -> *const st_error;
    pub fn st_request_response_status(request: *const st_request) -> i32;
    pub fn st_request_response_header_count(request: *const st_request) -> usize;
    pub fn st_request_response_header(
        request: *const st_request,
        index: usize,
        out_name: *mut *const c_char,
        out_value: *mut *const c_char,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_response_headers(
        request: *const st_request,
        out_block: *mut *const c_char,
        out_length: *mut usize,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_response_body(
        request: *const st_request,
        out_body: *mut *const c_char,
        out_length: *mut usize,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_free(request: *mut st_request);
    pub fn st_native_new(
        app: *const st_app,
        session: *const c_char,
        length: usize,
        out: *mut *mut st_request,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_native_login(
        request: *mut st_request,
        provider: *const c_char,
        out_action: *mut st_action,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_native_callback(
        request: *mut st_request,
        target: *const c_char,
        accept_language: *const c_char,
        out_action: *mut st_action,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_native_device_login(
        request: *mut st_request,
        provider: *const c_char,
        out_action: *mut st_action,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_native_poll(request: *mut st_request, out_action: *mut st_action, error: *mut *mut st_error)
        -> st_status;
    pub fn st_native_is_pending(request: *const st_request) -> i32;
    pub fn st_native_wait_ms(request: *const st_request) -> i64;
    pub fn st_native_expires_in(request: *const st_request) -> i64;
    pub fn st_native_url(request: *const st_request) -> *const c_char;
    pub fn st_native_verification_uri(request: *const st_request) -> *const c_char;
    pub fn st_native_user_code(request: *const st_request) -> *const c_char;
    pub fn st_native_session(
        request: *const st_request,
        out_session: *mut *const c_char,
        out_length: *mut usize,
        error: *mut *mut st_error,
    ) -> st_status;
    pub fn st_request_bind(request: *mut st_request, error: *mut *mut st_error) -> st_status;
    pub fn st_request_unbind();
    pub fn st_login(provider: *const c_char) -> st_status;
    pub fn st_logout() -> st_status;
    pub fn st_user_json() -> *const c_char;
}
