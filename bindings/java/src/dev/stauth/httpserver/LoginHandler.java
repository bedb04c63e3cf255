package dev.stauth.httpserver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.stauth.App;
import dev.stauth.Gate;
import dev.stauth.Request;
import dev.stauth.StauthException;
import dev.stauth.User;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Answers the library's own paths, and lends a {@link Request} to the program's handler. Give it the context "/":
 * {@code server.createContext("/", new LoginHandler(auth, handler))}.
 */
public final class LoginHandler implements HttpHandler {
    private static final System.Logger LOGGER = System.getLogger("dev.stauth");

    private final App app;
    private final HttpHandler next;
    private final Gate gate;

    /**
     * A site whose pages are open, unless the settings close them.
     *
     * @param app the application
     * @param next makes the pages
     */
    public LoginHandler(App app, HttpHandler next) {
        this(app, next, new Gate(app));
    }

    private LoginHandler(App app, HttpHandler next, Gate gate) {
        this.app = app;
        this.next = next;
        this.gate = gate;
    }

    /**
     * A handler that only signed-in users pass.
     *
     * @param openPaths need no login: "/health" is that path alone, "/static/" that folder and all below it
     * @return a handler in place of this one
     */
    public LoginHandler requireLogin(String... openPaths) {
        return new LoginHandler(app, next, new Gate(app, List.of(openPaths)));
    }

    /**
     * The request of an exchange inside of a LoginHandler; throws NoRequest outside.
     *
     * @param exchange as the program's handler got it
     * @return the request
     */
    public static Request requestOf(HttpExchange exchange) {
        if (exchange instanceof Page page) {
            return page.request();
        }
        throw StauthException.noRequest("this code runs outside of a LoginHandler");
    }

    /**
     * Who sent the request of an exchange? Read it before the response begins, which then says that it depends on the
     * user.
     *
     * @param exchange as the program's handler got it
     * @return the user
     */
    public static User userOf(HttpExchange exchange) {
        return requestOf(exchange).user();
    }

    /**
     * Sends a page of text with status 200.
     *
     * @param exchange as the program's handler got it
     * @param type "text/html; charset=utf-8"
     * @param text sent in UTF-8
     * @throws IOException if the browser is gone
     */
    public static void send(HttpExchange exchange, String type, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, isHead || content.length == 0 ? -1 : content.length);
        if (!isHead) {
            exchange.getResponseBody().write(content);
        }
        exchange.close();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Request request = null;
        try {
            request = app.request(exchange.getRequestMethod(), target(exchange.getRequestURI()),
                    exchange.getRequestHeaders(), addressOf(exchange));
            handle(new Page(exchange, request));
        } catch (StauthException exception) {
            // The library has not even taken the request if there is none: its page is that of another.
            Request other = request == null ? app.request("GET", "/", Map.of(), null) : request;
            refuse(new Page(exchange, other), exception);
        }
    }

    private void handle(Page page) throws IOException {
        try {
            readBody(page);
            if (gate.begin(page.request(), routes(page.getRequestURI()))) {
                next.handle(page);
            }
            page.returned();
        } catch (IOException | RuntimeException | Error thrown) {
            if (thrown instanceof StauthException exception && !page.hasBegun()) {
                refuse(page, exception);
                return;
            }
            page.request().close();
            throw thrown;
        }
    }

    private static void readBody(Page page) throws IOException {
        if (page.request().wantsBody()) {
            page.request().setBody(page.getRequestBody().readNBytes(Request.LONGEST_BODY + 1));
        }
    }

    /** The library's page for an error that nobody has caught. Its text is for developers. */
    private static void refuse(Page page, StauthException exception) throws IOException {
        LOGGER.log(exception.httpStatus() == 500 ? Level.ERROR : Level.WARNING,
                "uncaught: " + exception.code() + ": " + exception.getMessage());
        page.request().refuse(exception.code());
        page.returned();
    }

    /** As the browser sent it; of a target in absolute form, which only proxies get, path and query. */
    private static String target(URI uri) {
        String text = uri.toString();
        if (text.startsWith("/")) {
            return text;
        }
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /**
     * The path as the JDK decodes it; and as it was received, which the program may route by, or send on. There "//a/b" is a
     * path, of which URI makes host and path; and a router may split it before it decodes the segments. "_" stands for each
     * "%", which would close every path.
     */
    private static String[] routes(URI uri) {
        String received = target(uri).split("\\?", 2)[0];
        String decoded = uri.getPath();
        return received.equals(decoded) ? new String[] {decoded} : new String[] {decoded, received.replace('%', '_')};
    }

    private static String addressOf(HttpExchange exchange) {
        String address = exchange.getRemoteAddress().getAddress().getHostAddress();
        int zone = address.indexOf('%');
        return zone < 0 ? address : address.substring(0, zone);
    }
}
