using System;
using System.Runtime.InteropServices;

namespace Stauth
{
    /// <summary>The functions of stauth.h that this binding calls, and nothing more; a test compares them with the
    /// header. A handle is an IntPtr, and so is text that C returns. Text that C reads is UTF-8 and ends with 0 unless
    /// its length follows.</summary>
    internal static class Declarations
    {
        internal const string Library = "libstauth.so.0";

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate void LogFunction(int level, IntPtr line, IntPtr userData);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int TransportFunction(IntPtr exchange, IntPtr userData);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate void ReleaseFunction(IntPtr userData);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern uint st_version_number();

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr st_status_name(int status);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_error_status(IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr st_error_code(IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr st_error_provider_code(IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr st_error_provider_description(IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr st_error_message(IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_error_http_status(IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern void st_error_free(IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_config_new(out IntPtr made, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_config_load_file(IntPtr config, byte[] path, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_config_load_toml(IntPtr config, byte[] toml, UIntPtr length, out IntPtr
            error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_config_set(IntPtr config, byte[] key, byte[] value, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_config_set_log(IntPtr config, LogFunction log, IntPtr userData,
            ReleaseFunction release, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_config_set_transport(IntPtr config, TransportFunction transport, IntPtr
            userData, ReleaseFunction release, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern void st_config_free(IntPtr config);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr st_exchange_url(IntPtr exchange);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_exchange_body(IntPtr exchange, out IntPtr outBytes, out UIntPtr outLength,
            out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_exchange_add_header(IntPtr exchange, byte[] name, byte[] value, out IntPtr
            error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_exchange_respond(IntPtr exchange, int status, byte[] body, UIntPtr length,
            out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_app_new(IntPtr config, out IntPtr made, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_app_preload(IntPtr app, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr st_app_login_path(IntPtr app);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr st_app_logout_path(IntPtr app);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr st_app_callback_path(IntPtr app, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_app_requires_login(IntPtr app);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_user_from_cookie(IntPtr app, byte[] cookie, UIntPtr length, byte[] buffer,
            UIntPtr capacity, out UIntPtr outLength, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_app_stats_json(IntPtr app, byte[] buffer, UIntPtr capacity, out UIntPtr
            outLength, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_app_stats_prometheus(IntPtr app, byte[] buffer, UIntPtr capacity, out UIntPtr
            outLength, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern void st_app_free(IntPtr app);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_gate_new(IntPtr[] openPaths, UIntPtr count, out IntPtr made, out IntPtr
            error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern void st_gate_free(IntPtr gate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_new(IntPtr app, byte[] method, byte[] target, out IntPtr made, out
            IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_add_headers(IntPtr request, byte[] block, UIntPtr length, out IntPtr
            error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_set_body(IntPtr request, byte[] body, UIntPtr length, out IntPtr
            error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_set_client_address(IntPtr request, byte[] address, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_add_route(IntPtr request, byte[] path, UIntPtr length, out IntPtr
            error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_begin(IntPtr request, out int outAction, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_set(IntPtr request, byte[] key, byte[] value, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_login(IntPtr request, byte[] provider, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_require_login(IntPtr request, IntPtr gate, byte[] path, UIntPtr
            length, out int outAction, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_logout(IntPtr request, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_refuse(IntPtr request, byte[] code, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_user_json(IntPtr request, out IntPtr outJson, out UIntPtr outLength,
            out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_is_fresh(IntPtr request, long seconds);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_access_token(IntPtr request, out int outAction, out IntPtr outToken,
            out long outExpiry, out IntPtr outScope, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_refresh(IntPtr request, out int outAction, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_wants_body(IntPtr request);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern IntPtr st_request_error(IntPtr request);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_response_status(IntPtr request);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_response_headers(IntPtr request, out IntPtr outBlock, out UIntPtr
            outLength, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern int st_request_response_body(IntPtr request, out IntPtr outBody, out UIntPtr
            outLength, out IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        internal static extern void st_request_free(IntPtr request);
    }
}
