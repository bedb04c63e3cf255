# frozen_string_literal: true

module Stauth
  # The functions of stauth.h that this binding calls, declared for FFI. A test compares them with the header.
  module Declarations # :nodoc: all
    # name: [result, *arguments]. Text is a :string; text with a length, and every handle and output, a :pointer.
    FUNCTIONS = {
      st_version_number: [:uint32],
      st_status_name: [:string, :int32],
      st_error_status: [:int32, :pointer],
      st_error_code: [:string, :pointer],
      st_error_provider_code: [:string, :pointer],
      st_error_provider_description: [:string, :pointer],
      st_error_message: [:string, :pointer],
      st_error_http_status: [:int32, :pointer],
      st_error_free: [:void, :pointer],
      st_config_new: [:int32, :pointer, :pointer],
      st_config_load_file: [:int32, :pointer, :string, :pointer],
      st_config_load_toml: [:int32, :pointer, :pointer, :size_t, :pointer],
      st_config_set: [:int32, :pointer, :string, :string, :pointer],
      st_config_set_log: [:int32, :pointer, :pointer, :pointer, :pointer, :pointer],
      st_config_set_transport: [:int32, :pointer, :pointer, :pointer, :pointer, :pointer],
      st_config_free: [:void, :pointer],
      st_exchange_url: [:string, :pointer],
      st_exchange_body: [:int32, :pointer, :pointer, :pointer, :pointer],
      st_exchange_add_header: [:int32, :pointer, :string, :string, :pointer],
      st_exchange_respond: [:int32, :pointer, :int32, :pointer, :size_t, :pointer],
      st_app_new: [:int32, :pointer, :pointer, :pointer],
      st_app_preload: [:int32, :pointer, :pointer],
      st_app_end_sessions: [:int32, :pointer, :string, :pointer],
      st_app_login_path: [:string, :pointer],
      st_app_logout_path: [:string, :pointer],
      st_app_callback_path: [:string, :pointer, :size_t],
      st_app_requires_login: [:int32, :pointer],
      st_user_from_cookie: [:int32, :pointer, :pointer, :size_t, :pointer, :size_t, :pointer, :pointer],
      st_app_stats_json: [:int32, :pointer, :pointer, :size_t, :pointer, :pointer],
      st_app_stats_prometheus: [:int32, :pointer, :pointer, :size_t, :pointer, :pointer],
      st_app_free: [:void, :pointer],
      st_gate_new: [:int32, :pointer, :size_t, :pointer, :pointer],
      st_gate_free: [:void, :pointer],
      st_request_new: [:int32, :pointer, :string, :string, :pointer, :pointer],
      st_request_add_headers: [:int32, :pointer, :pointer, :size_t, :pointer],
      st_request_set_body: [:int32, :pointer, :pointer, :size_t, :pointer],
      st_request_set_client_address: [:int32, :pointer, :string, :pointer],
      st_request_add_route: [:int32, :pointer, :pointer, :size_t, :pointer],
      st_request_begin: [:int32, :pointer, :pointer, :pointer],
      st_request_set: [:int32, :pointer, :string, :string, :pointer],
      st_request_login: [:int32, :pointer, :string, :pointer],
      st_request_require_login: [:int32, :pointer, :pointer, :pointer, :size_t, :pointer, :pointer],
      st_request_logout: [:int32, :pointer, :pointer],
      st_request_refuse: [:int32, :pointer, :string, :pointer],
      st_request_user_json: [:int32, :pointer, :pointer, :pointer, :pointer],
      st_request_is_fresh: [:int32, :pointer, :int64],
      st_request_access_token: [:int32, :pointer, :pointer, :pointer, :pointer, :pointer, :pointer],
      st_request_refresh: [:int32, :pointer, :pointer, :pointer],
      st_request_wants_body: [:int32, :pointer],
      st_request_error: [:pointer, :pointer],
      st_request_response_status: [:int32, :pointer],
      st_request_response_headers: [:int32, :pointer, :pointer, :pointer, :pointer],
      st_request_response_body: [:int32, :pointer, :pointer, :pointer, :pointer],
      st_request_free: [:void, :pointer]
    }.freeze

    # Those whose comment says "May block". Ruby's other threads run meanwhile.
    BLOCKING = %i[
      st_app_preload st_request_begin st_request_login st_request_require_login st_request_access_token
      st_request_refresh st_request_logout
    ].freeze

    # The functions that the library calls.
    LOG = [:void, :int32, :string, :pointer].freeze
    TRANSPORT = [:int32, :pointer, :pointer].freeze
  end
  private_constant :Declarations
end
