package dev.stauth;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One HTTP request, and the library's part of the response. An adapter makes one for each. Threads may share it; their
 * calls wait for one another.
 */
public final class Request implements AutoCloseable {
    /** The headers that the library uses, in lower case. It ignores all others. */
    public static final Set<String> HEADERS = HeaderBlock.NAMES;
    /** The longest body that the library accepts. Pass a byte more of a longer one, so that it is refused. */
    public static final int LONGEST_BODY = 64 * 1024;
    private final Foreign library;
    private final long handle;
    private final Cleaner.Cleanable closing;
    private User user; // as far as it was read
    private boolean isLate; // the response has begun

    Request(Foreign library, long handle) {
        this.library = library;
        this.handle = handle;
        closing = App.CLEANER.register(this, () -> library.st_request_free(handle));
    }

    void add(Map<String, List<String>> headers, String clientAddress) {
        byte[] block = HeaderBlock.of(headers);
        call(error -> library.st_request_add_headers(handle, block, block.length, error));
        if (clientAddress != null) {
            byte[] address = Library.text(clientAddress);
            call(error -> library.st_request_set_client_address(handle, address, error));
        }
    }

    /**
     * Whether {@link #begin} needs the request's body.
     *
     * @return true if it does
     */
    public synchronized boolean wantsBody() {
        return fenced(library.st_request_wants_body(handle)) == 1;
    }

    /**
     * Passes the body, before {@link #begin}.
     *
     * @param body at most {@link #LONGEST_BODY} bytes
     */
    public void setBody(byte[] body) {
        call(error -> library.st_request_set_body(handle, body, body.length, error));
    }

    /**
     * Names the path that the program routes by, before {@link #begin}, which then judges by it.
     *
     * @param path decoded, without the query
     */
    public void addRoute(String path) {
        byte[] text = Library.text(path);
        call(error -> library.st_request_add_route(handle, text, text.length - 1L, error));
    }

    /**
     * Reads the session. May wait for the network.
     *
     * @return false if the library has answered: send its response
     */
    public boolean begin() {
        int[] action = {Library.RESPOND};
        call(error -> library.st_request_begin(handle, action, error));
        user = null;
        return action[0] != Library.RESPOND;
    }

    /**
     * Who sent this request. Read it before the response begins, which then says that it depends on the user.
     *
     * @return the user; after {@link #close}, what was read before
     */
    public synchronized User user() {
        if (user == null) {
            long[] address = new long[1];
            long[] length = new long[1];
            int status = library.st_request_user_json(handle, address, length, null);
            user = status == 0 ? new User(textOf(address, length)) : User.ANONYMOUS;
        }
        return fenced(user);
    }

    /**
     * Makes the response a redirect to this provider, as {@link #login(String, LoginOptions)} does.
     *
     * @param provider null for the default one, or a page where the user chooses
     */
    public void login(String provider) {
        login(provider, new LoginOptions());
    }

    /**
     * Makes the response a redirect to this provider, in place of whatever the program writes. If it throws, nothing has
     * changed. May wait for the network.
     *
     * @param provider null for the default one, or a page where the user chooses
     * @param options of this login alone
     */
    public void login(String provider, LoginOptions options) {
        byte[] name = Library.text(provider);
        with(options.values(), error -> library.st_request_login(handle, name, error));
    }

    /**
     * Ends the session, and makes the response a redirect to the provider's logout, or to the start page. Throws
     * RequestRefused unless a page of this site sent the request.
     */
    public void logout() {
        logout(Map.of());
    }

    /** As {@link #logout}, but the session at the provider stays. */
    public void logoutHere() {
        logout(Map.of("logout", "local"));
    }

    private synchronized void logout(Map<String, String> options) {
        with(options, error -> library.st_request_logout(handle, error));
        user = User.ANONYMOUS;
    }

    /**
     * For a page for signed-in users. May wait for the network.
     *
     * @return false if this user may not see it: the response is a redirect to the login, or 401 if the request could not
     *     follow one
     */
    public boolean requireLogin() {
        return requireLogin(0, null, 0);
    }

    synchronized boolean requireLogin(long gate, byte[] path, long length) {
        refuseIfLate();
        int[] action = {Library.RESPOND};
        call(error -> library.st_request_require_login(handle, gate, path, length, action, error));
        return action[0] != Library.RESPOND;
    }

    /**
     * Whether the provider authenticated the user at most this long ago. If not, a login with
     * {@link LoginOptions#maxAge} has the user authenticate again, and comes back to this page.
     *
     * @param age whole seconds count
     * @return false if it was longer ago, or is not known
     */
    public synchronized boolean isFresh(Duration age) {
        return fenced(library.st_request_is_fresh(handle, age.toSeconds())) == 1;
    }

    /**
     * A token to call an API with, refreshed if it would expire soon. Requires expose_tokens with "access". May wait for
     * the network.
     *
     * @return the token
     */
    public synchronized AccessToken accessToken() {
        refuseIfLate();
        long[] token = new long[1];
        long[] expiry = new long[1];
        long[] scope = new long[1];
        try {
            call(error -> library.st_request_access_token(handle, new int[1], token, expiry, scope, error));
            Instant end = expiry[0] == 0 ? null : Instant.ofEpochSecond(expiry[0]);
            return fenced(new AccessToken(library.textAt(token[0]), end, library.textAt(scope[0])));
        } finally {
            user = null; // a refresh may have changed it
        }
    }

    /** Reads the user's claims anew from the provider; {@link #user} has them afterwards. May wait for the network. */
    public synchronized void refresh() {
        refuseIfLate();
        try {
            call(error -> library.st_request_refresh(handle, new int[1], error));
        } finally {
            user = null;
        }
    }

    /**
     * Makes the response the library's page for an error.
     *
     * @param code of {@link StauthException#code}
     */
    public void refuse(String code) {
        byte[] text = Library.text(code);
        call(error -> library.st_request_refuse(handle, text, error));
    }

    /**
     * Why this request's login was refused.
     *
     * @return null if it was not
     */
    public synchronized StauthException error() {
        long error = library.st_request_error(handle);
        return fenced(error == 0 ? null : Library.exception(library.st_error_status(error), error));
    }

    /**
     * The status of the library's response.
     *
     * @return 0 if the program's page is the response; -1 after {@link #close}
     */
    public synchronized int status() {
        return fenced(library.st_request_response_status(handle));
    }

    /**
     * The headers to add to the response, the library's or the program's. The response begins now: from here on,
     * {@link #login} and its like fail with the code "out_of_sequence".
     *
     * @return name and value of each; a name may repeat. None after {@link #close}
     */
    public synchronized List<Map.Entry<String, String>> headers() {
        isLate = true;
        long[] address = new long[1];
        long[] length = new long[1];
        int status = library.st_request_response_headers(handle, address, length, null);
        return fenced(status == 0 ? HeaderBlock.read(textOf(address, length)) : List.of());
    }

    /**
     * The body of the library's response.
     *
     * @return HTML in UTF-8; empty after {@link #close}
     */
    public synchronized byte[] body() {
        long[] address = new long[1];
        long[] length = new long[1];
        int status = library.st_request_response_body(handle, address, length, null);
        return fenced(status == 0 ? library.bytesAt(address[0], length[0]) : new byte[0]);
    }

    /** Frees the library's memory of it. {@link #user} stays readable. Calling it again does nothing. */
    @Override
    public synchronized void close() {
        isLate = true;
        user();
        closing.clean();
    }

    private interface Call {
        int run(long[] error);
    }

    private synchronized void call(Call call) {
        long[] error = new long[1];
        try {
            Library.check(call.run(error), error);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** The value, while the request was kept alive until it was read. */
    private <T> T fenced(T value) {
        Reference.reachabilityFence(this);
        return value;
    }

    /** Sets options for a call, which uses them up. If one is refused, none is left for another call. */
    private synchronized void with(Map<String, String> options, Call call) {
        refuseIfLate();
        try {
            options.forEach((key, value) -> {
                byte[] text = Library.text(value);
                call(error -> library.st_request_set(handle, Library.text(key), text, error));
            });
        } catch (StauthException exception) {
            options.keySet().forEach(key -> library.st_request_set(handle, Library.text(key), null, null));
            throw exception;
        }
        call(call);
    }

    private String textOf(long[] address, long[] length) {
        return new String(library.bytesAt(address[0], length[0]), StandardCharsets.UTF_8);
    }

    private void refuseIfLate() {
        if (isLate) {
            throw new StauthException.InvalidArgument("this call is late: the response has begun", "out_of_sequence");
        }
    }
}
