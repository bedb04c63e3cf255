package dev.stauth;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@link Foreign} by JNA's direct mapping: each method is bound to the function of its name. */
final class Jna implements Foreign {
    private static final int RTLD_LAZY_AND_LOCAL = 1;
    /** JNA unloads what nothing refers to, and frees the code of a function that C may still call. */
    private static final List<Object> KEPT = new ArrayList<>();

    /** Loads the library. Throws an UnsatisfiedLinkError if it is missing, or lacks a function. */
    Jna(String file) {
        if (Native.POINTER_SIZE != Long.BYTES) {
            throw new UnsatisfiedLinkError("this is not a 64-bit system");
        }
        NativeLibrary library = NativeLibrary.getInstance(file, Map.of(Library.OPTION_OPEN_FLAGS, RTLD_LAZY_AND_LOCAL));
        Native.register(Jna.class, library);
        keep(library);
    }

    private static synchronized void keep(Object used) {
        KEPT.add(used);
    }

    @Override
    public native int st_version_number();

    @Override
    public native long st_status_name(int status);

    @Override
    public native int st_error_status(long error);

    @Override
    public native long st_error_code(long error);

    @Override
    public native long st_error_provider_code(long error);

    @Override
    public native long st_error_provider_description(long error);

    @Override
    public native long st_error_message(long error);

    @Override
    public native int st_error_http_status(long error);

    @Override
    public native void st_error_free(long error);

    @Override
    public native int st_config_new(long[] out, long[] error);

    @Override
    public native int st_config_load_file(long config, byte[] path, long[] error);

    @Override
    public native int st_config_load_toml(long config, byte[] toml, long length, long[] error);

    @Override
    public native int st_config_set(long config, byte[] key, byte[] value, long[] error);

    @Override
    public native int st_config_set_log(long config, long log, long userData, long release, long[] error);

    @Override
    public native int st_config_set_transport(long config, long transport, long userData, long release, long[] error);

    @Override
    public native void st_config_free(long config);

    @Override
    public native long st_exchange_url(long exchange);

    @Override
    public native int st_exchange_body(long exchange, long[] outBytes, long[] outLength, long[] error);

    @Override
    public native int st_exchange_add_header(long exchange, byte[] name, byte[] value, long[] error);

    @Override
    public native int st_exchange_respond(long exchange, int status, byte[] body, long length, long[] error);

    @Override
    public native int st_app_new(long config, long[] out, long[] error);

    @Override
    public native int st_app_preload(long app, long[] error);

    @Override
    public native long st_app_login_path(long app);

    @Override
    public native long st_app_logout_path(long app);

    @Override
    public native long st_app_callback_path(long app, long index);

    @Override
    public native int st_app_requires_login(long app);

    @Override
    public native int st_user_from_cookie(long app, byte[] cookie, long length, long buffer, long capacity, long[]
            outLength, long[] error);

    @Override
    public native int st_app_stats_json(long app, long buffer, long capacity, long[] outLength, long[] error);

    @Override
    public native int st_app_stats_prometheus(long app, long buffer, long capacity, long[] outLength, long[] error);

    @Override
    public native void st_app_free(long app);

    @Override
    public native int st_gate_new(long[] openPaths, long count, long[] out, long[] error);

    @Override
    public native void st_gate_free(long gate);

    @Override
    public native int st_request_new(long app, byte[] method, byte[] target, long[] out, long[] error);

    @Override
    public native int st_request_add_headers(long request, byte[] block, long length, long[] error);

    @Override
    public native int st_request_set_body(long request, byte[] body, long length, long[] error);

    @Override
    public native int st_request_set_client_address(long request, byte[] address, long[] error);

    @Override
    public native int st_request_add_route(long request, byte[] path, long length, long[] error);

    @Override
    public native int st_request_begin(long request, int[] outAction, long[] error);

    @Override
    public native int st_request_set(long request, byte[] key, byte[] value, long[] error);

    @Override
    public native int st_request_login(long request, byte[] provider, long[] error);

    @Override
    public native int st_request_require_login(long request, long gate, byte[] path, long length, int[] outAction,
            long[] error);

    @Override
    public native int st_request_logout(long request, long[] error);

    @Override
    public native int st_request_refuse(long request, byte[] code, long[] error);

    @Override
    public native int st_request_user_json(long request, long[] outJson, long[] outLength, long[] error);

    @Override
    public native int st_request_is_fresh(long request, long seconds);

    @Override
    public native int st_request_access_token(long request, int[] outAction, long[] outToken, long[] outExpiry,
            long[] outScope, long[] error);

    @Override
    public native int st_request_refresh(long request, int[] outAction, long[] error);

    @Override
    public native int st_request_wants_body(long request);

    @Override
    public native long st_request_error(long request);

    @Override
    public native int st_request_response_status(long request);

    @Override
    public native int st_request_response_headers(long request, long[] outBlock, long[] outLength, long[] error);

    @Override
    public native int st_request_response_body(long request, long[] outBody, long[] outLength, long[] error);

    @Override
    public native void st_request_free(long request);

    @Override
    public long allocate(long size) {
        return Native.malloc(size);
    }

    @Override
    public void free(long address) {
        Native.free(address);
    }

    @Override
    public void write(long address, byte[] bytes) {
        new Pointer(address).write(0, bytes, 0, bytes.length);
    }

    @Override
    public byte[] bytesAt(long address, long length) {
        return length == 0 ? new byte[0] : new Pointer(address).getByteArray(0, Math.toIntExact(length));
    }

    @Override
    public String textAt(long address) {
        return address == 0 ? null : new Pointer(address).getString(0, "UTF-8");
    }

    @Override
    public long address(Log function) {
        return address((LogCallback) function::log);
    }

    @Override
    public long address(Transport function) {
        return address((TransportCallback) function::exchangeMessages);
    }

    @Override
    public long address(Release function) {
        return address((ReleaseCallback) function::release);
    }

    private static long address(Callback callback) {
        keep(callback);
        return Pointer.nativeValue(CallbackReference.getFunctionPointer(callback));
    }

    private interface LogCallback extends Callback {
        void invoke(int level, long line, long userData);
    }

    private interface TransportCallback extends Callback {
        int invoke(long exchange, long userData);
    }

    private interface ReleaseCallback extends Callback {
        void invoke(long userData);
    }
}
