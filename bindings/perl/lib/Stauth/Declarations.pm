package Stauth::Declarations;
use strict;
use warnings;

# The functions of stauth.h that this binding calls, as FFI::Platypus has them: name, result, arguments. Input is a
# `string`, with its length or without; a handle `opaque`; an output a reference. A test compares them with the header.
our %FUNCTIONS = map { /^\s*(\w+)\s+(\w+)\s*(.*?)\s*$/ ? ($1 => [$2, split ' ', $3]) : () } split /\n/, <<'END';
    st_version_number               uint32
    st_status_name                  string  sint32
    st_error_status                 sint32  opaque
    st_error_code                   string  opaque
    st_error_provider_code          string  opaque
    st_error_provider_description   string  opaque
    st_error_message                string  opaque
    st_error_http_status            sint32  opaque
    st_error_free                   void    opaque
    st_config_new                   sint32  opaque* opaque*
    st_config_load_file             sint32  opaque string opaque*
    st_config_load_toml             sint32  opaque string size_t opaque*
    st_config_set                   sint32  opaque string string opaque*
    st_config_set_log               sint32  opaque st_log opaque opaque opaque*
    st_config_set_event_loop        sint32  opaque sint32 opaque*
    st_config_free                  void    opaque
    st_exchange_url                 string  opaque
    st_exchange_body                sint32  opaque opaque* size_t* opaque*
    st_exchange_add_header          sint32  opaque string string opaque*
    st_exchange_respond             sint32  opaque sint32 string size_t opaque*
    st_app_new                      sint32  opaque opaque* opaque*
    st_app_preload                  sint32  opaque opaque*
    st_app_login_path               string  opaque
    st_app_logout_path              string  opaque
    st_app_callback_path            string  opaque size_t
    st_app_requires_login           sint32  opaque
    st_user_from_cookie             sint32  opaque string size_t opaque size_t size_t* opaque*
    st_app_stats_json               sint32  opaque opaque size_t size_t* opaque*
    st_app_stats_prometheus         sint32  opaque opaque size_t size_t* opaque*
    st_app_free                     void    opaque
    st_gate_new                     sint32  string[] size_t opaque* opaque*
    st_gate_free                    void    opaque
    st_request_new                  sint32  opaque string string opaque* opaque*
    st_request_add_headers          sint32  opaque string size_t opaque*
    st_request_set_body             sint32  opaque string size_t opaque*
    st_request_set_client_address   sint32  opaque string opaque*
    st_request_add_route            sint32  opaque string size_t opaque*
    st_request_begin                sint32  opaque sint32* opaque*
    st_request_exchange             opaque  opaque
    st_request_resume               sint32  opaque sint32* opaque*
    st_request_set                  sint32  opaque string string opaque*
    st_request_login                sint32  opaque string opaque*
    st_request_require_login        sint32  opaque opaque string size_t sint32* opaque*
    st_request_logout               sint32  opaque opaque*
    st_request_refuse               sint32  opaque string opaque*
    st_request_user_json            sint32  opaque opaque* size_t* opaque*
    st_request_is_fresh             sint32  opaque sint64
    st_request_access_token         sint32  opaque sint32* string* sint64* string* opaque*
    st_request_refresh              sint32  opaque sint32* opaque*
    st_request_wants_body           sint32  opaque
    st_request_error                opaque  opaque
    st_request_response_status      sint32  opaque
    st_request_response_headers     sint32  opaque opaque* size_t* opaque*
    st_request_response_body        sint32  opaque opaque* size_t* opaque*
    st_request_free                 void    opaque
END

# The function that the library calls.
our $LOG = '(sint32, string, opaque)->void';

1;
