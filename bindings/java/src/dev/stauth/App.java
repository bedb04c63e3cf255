package dev.stauth;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A relying party: checked settings, keys, and what is cached of the providers. Usually a process has one. All threads
 * may use it.
 */
public final class App implements AutoCloseable {
    static final Cleaner CLEANER = Cleaner.create();
    static final int LONGEST_USER = 64 * 1024; // the most that st_user_from_cookie() needs, without a session store

    private final Foreign library = Library.load();
    private final long handle;
    private final Cleaner.Cleanable closing;
    private final boolean requiresLogin;

    /** With the settings of the file named by STAUTH_SECRETS, otherwise of .streamlit/secrets.toml. */
    public App() {
        this(new AppBuilder());
    }

    /**
     * With the settings of a file.
     *
     * @param secrets a secrets.toml
     */
    public App(Path secrets) {
        this(new AppBuilder().file(secrets));
    }

    App(AppBuilder builder) {
        long made = builder.make(library);
        handle = made;
        Foreign functions = library;
        closing = CLEANER.register(this, () -> functions.st_app_free(made));
        requiresLogin = library.st_app_requires_login(made) == 1;
    }

    /**
     * For an application with settings from elsewhere, or with a log of its own.
     *
     * @return a builder
     */
    public static AppBuilder builder() {
        return new AppBuilder();
    }

    /**
     * Whether the settings require a login for the pages of the site.
     *
     * @return true if they do
     */
    public boolean requiresLogin() {
        return requiresLogin;
    }

    /** Fetches metadata and keys of all providers, so the first login need not. May wait for the network. */
    public void preload() {
        call(error -> library.st_app_preload(handle, error));
    }

    /**
     * Who sent this Cookie header? Never waits for a provider.
     *
     * @param cookie the header's value; null if there is none
     * @return the user
     */
    public User userFromCookie(String cookie) {
        if (cookie == null) {
            return User.ANONYMOUS;
        }
        byte[] given = Library.octets(cookie);
        return new User(written(LONGEST_USER, (buffer, capacity, length, error) ->
                library.st_user_from_cookie(handle, given, given.length - 1L, buffer, capacity, length, error)));
    }

    /**
     * The numbers for monitoring, of this process: events by name, provider and error code, and how long requests to each
     * provider took. docs/monitoring.md describes them.
     *
     * @return JSON
     */
    public String stats() {
        return written(16 * 1024, (buffer, capacity, length, error) ->
                library.st_app_stats_json(handle, buffer, capacity, length, error));
    }

    /**
     * The same for Prometheus.
     *
     * @return text of the type "text/plain; version=0.0.4"
     */
    public String statsPrometheus() {
        return written(16 * 1024, (buffer, capacity, length, error) ->
                library.st_app_stats_prometheus(handle, buffer, capacity, length, error));
    }

    /**
     * One HTTP request. Adapters make it; close it after the response.
     *
     * @param method "GET"
     * @param target path and query, percent-encoded as received
     * @param headers by name; the library uses those in {@link Request#HEADERS}
     * @param clientAddress the browser's IP address, for the log; null if it is not known
     * @return the request
     */
    public Request request(String method, String target, Map<String, List<String>> headers, String clientAddress) {
        long[] out = new long[1];
        byte[] verb = Library.octets(method);
        byte[] path = Library.octets(target);
        call(error -> library.st_request_new(handle, verb, path, out, error));
        var request = new Request(library, out[0]);
        try {
            request.add(headers, clientAddress);
        } catch (RuntimeException exception) {
            request.close();
            throw exception;
        }
        return request;
    }

    /**
     * The path that begins a login.
     *
     * @return "/auth/login"
     */
    public String loginPath() {
        return path(library.st_app_login_path(handle));
    }

    /**
     * The path that ends the session by POST, and asks first by GET.
     *
     * @return "/auth/logout"
     */
    public String logoutPath() {
        return path(library.st_app_logout_path(handle));
    }

    /**
     * The paths to which providers send users back: one, unless providers have their own redirect_uri.
     *
     * @return the paths; none if the application is closed
     */
    public List<String> callbackPaths() {
        var found = new ArrayList<String>();
        try {
            while (true) {
                String path = library.textAt(library.st_app_callback_path(handle, found.size()));
                if (path == null) {
                    return found;
                }
                found.add(path);
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * The address for a "Sign in" link.
     *
     * @param provider null for the default one, or a page where the user chooses
     * @param returnTo the path to return to; null for the page with the link
     * @return a path with its query
     */
    public String loginUrl(String provider, String returnTo) {
        var query = new ArrayList<String>();
        if (provider != null) {
            query.add("provider=" + URLEncoder.encode(provider, StandardCharsets.UTF_8));
        }
        if (returnTo != null) {
            query.add("return_to=" + URLEncoder.encode(returnTo, StandardCharsets.UTF_8));
        }
        return query.isEmpty() ? loginPath() : loginPath() + "?" + String.join("&", query);
    }

    /** Closes the application; requests made from it stay usable. */
    @Override
    public void close() {
        closing.clean();
    }

    private interface Call {
        int run(long[] error);
    }

    private void call(Call call) {
        long[] error = new long[1];
        try {
            Library.check(call.run(error), error);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private interface Writer {
        int write(long buffer, long capacity, long[] length, long[] error);
    }

    /** What a function writes to a buffer, however long it is. */
    private String written(long capacity, Writer writer) {
        long[] length = new long[1];
        long buffer = library.allocate(capacity);
        try {
            call(error -> writer.write(buffer, capacity, length, error));
            return new String(library.bytesAt(buffer, length[0]), StandardCharsets.UTF_8);
        } catch (StauthException.LimitExceeded exception) {
            if (length[0] <= capacity) {
                throw exception; // another limit
            }
        } finally {
            library.free(buffer);
        }
        return written(2 * length[0], writer); // it may grow meanwhile
    }

    private String path(long address) {
        try {
            if (address == 0) {
                throw new StauthException.InvalidArgument("the application is closed", "invalid_handle");
            }
            return library.textAt(address);
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
