package dev.stauth;

/**
 * The functions of stauth.h that this binding calls, by their names in C; a test compares them with the header. Nothing
 * else of the binding knows by what means Java calls C: {@link Jna} implements this interface, and another class could,
 * with the Foreign Function and Memory API.
 *
 * <p>An address is a {@code long}, with 0 for NULL, and so is every handle. Text that C reads is a {@code byte[]}, UTF-8
 * that ends with 0 unless its length follows; null is NULL. An output is an array of one element.
 */
interface Foreign {
    int st_version_number();

    long st_status_name(int status);

    int st_error_status(long error);

    long st_error_code(long error);

    long st_error_provider_code(long error);

    long st_error_provider_description(long error);

    long st_error_message(long error);

    int st_error_http_status(long error);

    void st_error_free(long error);

    int st_config_new(long[] out, long[] error);

    int st_config_load_file(long config, byte[] path, long[] error);

    int st_config_load_toml(long config, byte[] toml, long length, long[] error);

    int st_config_set(long config, byte[] key, byte[] value, long[] error);

    int st_config_set_log(long config, long log, long userData, long release, long[] error);

    int st_config_set_transport(long config, long transport, long userData, long release, long[] error);

    void st_config_free(long config);

    long st_exchange_url(long exchange);

    int st_exchange_body(long exchange, long[] outBytes, long[] outLength, long[] error);

    int st_exchange_add_header(long exchange, byte[] name, byte[] value, long[] error);

    int st_exchange_respond(long exchange, int status, byte[] body, long length, long[] error);

    int st_app_new(long config, long[] out, long[] error);

    int st_app_preload(long app, long[] error);

    long st_app_login_path(long app);

    long st_app_logout_path(long app);

    long st_app_callback_path(long app, long index);

    int st_app_requires_login(long app);

    int st_user_from_cookie(long app, byte[] cookie, long length, long buffer, long capacity, long[] outLength,
            long[] error);

    int st_app_stats_json(long app, long buffer, long capacity, long[] outLength, long[] error);

    int st_app_stats_prometheus(long app, long buffer, long capacity, long[] outLength, long[] error);

    void st_app_free(long app);

    int st_gate_new(long[] openPaths, long count, long[] out, long[] error);

    void st_gate_free(long gate);

    int st_request_new(long app, byte[] method, byte[] target, long[] out, long[] error);

    int st_request_add_headers(long request, byte[] block, long length, long[] error);

    int st_request_set_body(long request, byte[] body, long length, long[] error);

    int st_request_set_client_address(long request, byte[] address, long[] error);

    int st_request_add_route(long request, byte[] path, long length, long[] error);

    int st_request_begin(long request, int[] outAction, long[] error);

    int st_request_set(long request, byte[] key, byte[] value, long[] error);

    int st_request_login(long request, byte[] provider, long[] error);

    int st_request_require_login(long request, long gate, byte[] path, long length, int[] outAction, long[] error);

    int st_request_logout(long request, long[] error);

    int st_request_refuse(long request, byte[] code, long[] error);

    int st_request_user_json(long request, long[] outJson, long[] outLength, long[] error);

    int st_request_is_fresh(long request, long seconds);

    int st_request_access_token(long request, int[] outAction, long[] outToken, long[] outExpiry, long[] outScope,
            long[] error);

    int st_request_refresh(long request, int[] outAction, long[] error);

    int st_request_wants_body(long request);

    long st_request_error(long request);

    int st_request_response_status(long request);

    int st_request_response_headers(long request, long[] outBlock, long[] outLength, long[] error);

    int st_request_response_body(long request, long[] outBody, long[] outLength, long[] error);

    void st_request_free(long request);

    // Memory outside of Java.

    long allocate(long size);

    void free(long address);

    void write(long address, byte[] bytes);

    byte[] bytesAt(long address, long length);

    /** The text at an address, or null at 0. */
    String textAt(long address);

    // Functions that C calls. Their addresses are good for as long as the process runs.

    long address(Log function);

    long address(Transport function);

    long address(Release function);

    /** st_log. */
    interface Log {
        void log(int level, long line, long userData);
    }

    /** st_transport. */
    interface Transport {
        int exchangeMessages(long exchange, long userData);
    }

    /** st_release. */
    interface Release {
        void release(long userData);
    }
}
