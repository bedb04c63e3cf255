# frozen_string_literal: true

require_relative "helper"

# The binding's tables say what stauth.h says.
class TestDeclarations < StauthTest
  CODE = HEADER.gsub(%r{/\*.*?\*/|^\#(?:[^\n]*\\\n)*[^\n]*}m, " ")
  CALLBACKS = CODE.scan(/\(\*(st_\w+)\)\(/).flatten
  NUMBERS = { "void" => :void, "int32_t" => :int32, "st_status" => :int32, "st_action" => :int32,
              "uint32_t" => :uint32, "int64_t" => :int64, "size_t" => :size_t }.freeze
  FUNCTIONS = CODE.scan(/ST_API\s+([^;(]*?)(\w+)\(([^;]*?)\);/m).to_h do |result, name, parameters|
    [name.to_sym, [result.strip, parameters.split(",").map { |text| text.split.join(" ") } - ["void"]]]
  end
  OURS = Stauth.const_get(:Declarations)
  # What this binding does not call, and why.
  UNUSED = {
    "the number is enough to compare" => %i[st_version_string],
    "for tests of the library" => %i[st_config_set_clock st_config_set_random],
    "a program has a place to keep an App" => %i[st_app_shared],
    "Ruby programs use Redis" => %i[st_config_set_session_store st_record_set],
    "Ruby's other threads run while one waits" => %i[
      st_config_set_event_loop st_request_exchange st_request_resume st_request_new_preload st_request_may_block
      st_request_login_may_block st_request_logout_may_block st_request_loads_page
    ],
    "only the provider of tests has a transport" => %i[
      st_exchange_method st_exchange_header_name st_exchange_header_value st_exchange_timeout_ms
      st_exchange_connect_timeout_ms st_exchange_proxy st_exchange_ca_file st_exchange_allows_loopback
    ],
    "for programs without a site" => %i[
      st_native_new st_native_login st_native_callback st_native_device_login st_native_poll
      st_native_is_pending st_native_wait_ms st_native_expires_in st_native_url st_native_verification_uri
      st_native_user_code st_native_session
    ],
    "all headers in one call" => %i[
      st_request_add_header st_request_response_header_count st_request_response_header
    ],
    "a Logger is better, and runs on the right thread" => %i[st_config_log_to_fd],
    "Ruby has JSON" => %i[st_request_is_logged_in st_request_claim],
    "fibers share a thread" => %i[st_request_bind st_request_unbind st_login st_logout st_user_json]
  }.values.flatten

  def type_of(declared, following)
    name = declared.sub(/\s*\w+\z/, "").strip
    return NUMBERS.fetch(name) unless declared.include?("*") || CALLBACKS.include?(name)

    is_text = declared.match?(/\Aconst char \*\w+\z/) && !following.to_s.match?(/\Asize_t \w*(?:length|count)\z/)
    is_text ? :string : :pointer
  end

  def test_header_is_understood
    assert_equal HEADER.scan("ST_API ").size - HEADER.scan("#define ST_API ").size, FUNCTIONS.size
  end

  def test_same_functions
    assert_equal FUNCTIONS.keys - UNUSED, OURS::FUNCTIONS.keys
    assert_empty UNUSED - FUNCTIONS.keys
  end

  OURS::FUNCTIONS.each do |name, ours|
    define_method("test_same_types_of_#{name}") do
      result, parameters = FUNCTIONS.fetch(name)
      types = parameters.each_with_index.map { |text, index| type_of(text, parameters[index + 1]) }
      result = result.include?("char *") ? :string : type_of("#{result}x", nil) if result.include?("*")
      assert_equal ours, [result.is_a?(Symbol) ? result : NUMBERS.fetch(result), *types]
    end
  end

  def test_same_callbacks
    { "st_log" => OURS::LOG, "st_transport" => OURS::TRANSPORT }.each do |name, ours|
      result, parameters = CODE.match(/typedef (\w+) \(\*#{name}\)\((.*?)\);/m).captures
      listed = parameters.split(",").map { |text| type_of(text.split.join(" "), nil) }
      assert_equal ours, [NUMBERS.fetch(result), *listed]
    end
  end

  def test_blocking_functions
    blocking = HEADER.scan(%r{/\*((?:(?!\*/).)*)\*/\s*ST_API [^;(]*?(\w+)\(}m).filter_map do |comment, name|
      name.to_sym if comment.match?(/\bMay\s+block\b/) && !UNUSED.include?(name.to_sym)
    end
    assert_equal blocking.sort, (OURS::BLOCKING - [:st_request_refresh]).sort
    assert_match(/Other failures, waiting and cookies are as for st_request_access_token/, HEADER)
  end

  def test_statuses
    section = HEADER[/ST_OK = 0.*?\};/m]
    names = section.scan(/ST_(\w+) = (\d+)/).drop(1).to_h { |name, number| [number.to_i, name.delete_suffix("_ERROR")] }
    kinds = Stauth.const_get(:ERRORS).transform_values { |kind| kind.name.delete_prefix("Stauth::").delete_suffix("Error") }
    assert_equal(names.transform_values { |name| name.delete("_").downcase }, kinds.transform_values(&:downcase))
  end

  def test_request_headers
    listed = HEADER[/Add all of them, or at least ([\w ,\n-]+);/, 1].split(/,\s+|\s+and\s+/)
    assert_equal listed.map(&:downcase).sort, Stauth::Request::HEADERS.sort
  end

  def test_numbers
    words = HEADER.split.join(" ")
    assert_includes words, "so. At most 64 KiB"
    assert_includes words, "65,536 bytes always suffice"
    assert_equal 65_536, Stauth::Request::LONGEST_BODY
    assert_equal 65_536, Stauth::App.const_get(:CAPACITY)
    assert_includes HEADER, "ST_RESPOND = #{Stauth::Request.const_get(:RESPOND)},"
    assert_includes HEADER, "ST_NETWORK_ERROR = #{Stauth::Testing.const_get(:Provider)::NETWORK_ERROR},"
    assert_match(/enum \{ ST_LOG_INFO = 1, ST_LOG_WARNING = 2, ST_LOG_ERROR = 3 \}/, HEADER)
  end

  def test_version
    number = HEADER[/#define ST_VERSION_NUMBER (\d+)u/, 1].to_i
    assert_equal Stauth::VERSION, [number / 10_000, number / 100 % 100, number % 100].join(".")
    assert_equal Stauth::VERSION.split(".").first(2).map(&:to_i), Stauth.const_get(:Library)::VERSION
  end
end
