"""The functions of stauth.h, declared for ctypes. A test compares this table with the header.

Every pointer except returned text is a `c_void_p`: it accepts addresses, `byref()`, bytes and None.
"""

from __future__ import annotations

from ctypes import CFUNCTYPE, c_char_p, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any

Log = CFUNCTYPE(None, c_int32, c_char_p, c_void_p)
Transport = CFUNCTYPE(c_int32, c_void_p, c_void_p)

_status = c_int32
_text = c_char_p
_pointer = c_void_p
_size = c_size_t

# name: (result, arguments...)
FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "st_version_number": (c_uint32,),
    "st_version_string": (_text,),
    "st_status_name": (_text, _status),
    "st_error_status": (_status, _pointer),
    "st_error_code": (_text, _pointer),
    "st_error_provider_code": (_text, _pointer),
    "st_error_provider_description": (_text, _pointer),
    "st_error_message": (_text, _pointer),
    "st_error_http_status": (c_int32, _pointer),
    "st_error_free": (None, _pointer),
    "st_config_new": (_status, _pointer, _pointer),
    "st_config_load_file": (_status, _pointer, _pointer, _pointer),
    "st_config_load_toml": (_status, _pointer, _pointer, _size, _pointer),
    "st_config_set": (_status, _pointer, _pointer, _pointer, _pointer),
    "st_config_set_clock": (_status, _pointer, _pointer, _pointer, _pointer, _pointer),
    "st_config_set_random": (_status, _pointer, _pointer, _pointer, _pointer, _pointer),
    "st_config_set_log": (_status, _pointer, _pointer, _pointer, _pointer, _pointer),
    "st_config_log_to_fd": (_status, _pointer, c_int32, _pointer),
    "st_config_set_transport": (_status, _pointer, _pointer, _pointer, _pointer, _pointer),
    "st_config_set_event_loop": (_status, _pointer, c_int32, _pointer),
    "st_record_set": (_status, _pointer, _pointer, _size, c_uint64, _pointer),
    "st_config_set_session_store": (_status, _pointer, _pointer, _pointer, _pointer, _pointer, _pointer, _pointer),
    "st_config_free": (None, _pointer),
    "st_exchange_method": (_text, _pointer),
    "st_exchange_url": (_text, _pointer),
    "st_exchange_header_name": (_text, _pointer, _size),
    "st_exchange_header_value": (_text, _pointer, _size),
    "st_exchange_body": (_status, _pointer, _pointer, _pointer, _pointer),
    "st_exchange_timeout_ms": (c_int64, _pointer),
    "st_exchange_connect_timeout_ms": (c_int64, _pointer),
    "st_exchange_proxy": (_text, _pointer),
    "st_exchange_ca_file": (_text, _pointer),
    "st_exchange_allows_loopback": (c_int32, _pointer),
    "st_exchange_add_header": (_status, _pointer, _pointer, _pointer, _pointer),
    "st_exchange_respond": (_status, _pointer, c_int32, _pointer, _size, _pointer),
    "st_app_new": (_status, _pointer, _pointer, _pointer),
    "st_app_shared": (_status, _pointer, _pointer, _pointer, _pointer),
    "st_app_preload": (_status, _pointer, _pointer),
    "st_app_end_sessions": (_status, _pointer, _pointer, _pointer),
    "st_app_login_path": (_text, _pointer),
    "st_app_logout_path": (_text, _pointer),
    "st_app_callback_path": (_text, _pointer, _size),
    "st_app_requires_login": (c_int32, _pointer),
    "st_user_from_cookie": (_status, _pointer, _pointer, _size, _pointer, _size, _pointer, _pointer),
    "st_app_stats_json": (_status, _pointer, _pointer, _size, _pointer, _pointer),
    "st_app_stats_prometheus": (_status, _pointer, _pointer, _size, _pointer, _pointer),
    "st_app_free": (None, _pointer),
    "st_gate_new": (_status, _pointer, _size, _pointer, _pointer),
    "st_gate_free": (None, _pointer),
    "st_request_new": (_status, _pointer, _pointer, _pointer, _pointer, _pointer),
    "st_request_add_header": (_status, _pointer, _pointer, _pointer, _pointer),
    "st_request_add_headers": (_status, _pointer, _pointer, _size, _pointer),
    "st_request_set_body": (_status, _pointer, _pointer, _size, _pointer),
    "st_request_set_client_address": (_status, _pointer, _pointer, _pointer),
    "st_request_add_route": (_status, _pointer, _pointer, _size, _pointer),
    "st_request_begin": (_status, _pointer, _pointer, _pointer),
    "st_request_exchange": (_pointer, _pointer),
    "st_request_resume": (_status, _pointer, _pointer, _pointer),
    "st_request_new_preload": (_status, _pointer, _pointer, _pointer),
    "st_request_set": (_status, _pointer, _pointer, _pointer, _pointer),
    "st_request_login": (_status, _pointer, _pointer, _pointer),
    "st_request_require_login": (_status, _pointer, _pointer, _pointer, _size, _pointer, _pointer),
    "st_request_logout": (_status, _pointer, _pointer),
    "st_request_refuse": (_status, _pointer, _pointer, _pointer),
    "st_request_user_json": (_status, _pointer, _pointer, _pointer, _pointer),
    "st_request_is_logged_in": (c_int32, _pointer),
    "st_request_is_fresh": (c_int32, _pointer, c_int64),
    "st_request_claim": (_status, _pointer, _pointer, _pointer, _pointer, _pointer),
    "st_request_access_token": (_status, _pointer, _pointer, _pointer, _pointer, _pointer, _pointer),
    "st_request_refresh": (_status, _pointer, _pointer, _pointer),
    "st_request_may_block": (c_int32, _pointer),
    "st_request_login_may_block": (c_int32, _pointer, _pointer),
    "st_request_logout_may_block": (c_int32, _pointer),
    "st_request_loads_page": (c_int32, _pointer),
    "st_request_wants_body": (c_int32, _pointer),
    "st_request_error": (_pointer, _pointer),
    "st_request_response_status": (c_int32, _pointer),
    "st_request_response_header_count": (_size, _pointer),
    "st_request_response_header": (_status, _pointer, _size, _pointer, _pointer, _pointer),
    "st_request_response_headers": (_status, _pointer, _pointer, _pointer, _pointer),
    "st_request_response_body": (_status, _pointer, _pointer, _pointer, _pointer),
    "st_request_free": (None, _pointer),
    "st_request_bind": (_status, _pointer, _pointer),
    "st_request_unbind": (None,),
    "st_login": (_status, _pointer),
    "st_logout": (_status,),
    "st_user_json": (_text,),
}
