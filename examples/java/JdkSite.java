import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.stauth.App;
import dev.stauth.httpserver.LoginHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** The site on the JDK's own server. Start: STAUTH_SECRETS=secrets.toml PORT=8501 java JdkSite */
final class JdkSite {
    private JdkSite() {
    }

    public static void main(String[] arguments) throws IOException {
        start(new App(), Integer.parseInt(System.getenv("PORT")));
    }

    static HttpServer start(App auth, int port) throws IOException {
        var guestBook = new GuestBook(auth);
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", new LoginHandler(auth, exchange -> show(guestBook, exchange)));
        server.start();
        System.out.println("http://localhost:" + server.getAddress().getPort());
        return server;
    }

    private static void show(GuestBook guestBook, HttpExchange exchange) throws IOException {
        URI uri = exchange.getRequestURI();
        GuestBook.Page page = guestBook.show(LoginHandler.requestOf(exchange), exchange.getRequestMethod(), uri.getPath(),
                provider(uri.getRawQuery()));
        LoginHandler.send(exchange, page.type(), page.content());
    }

    /** The parameter "provider" of a query, or null. */
    private static String provider(String query) {
        for (String pair : query == null ? new String[0] : query.split("&")) {
            if (pair.startsWith("provider=")) {
                return URLDecoder.decode(pair.substring("provider=".length()), StandardCharsets.UTF_8);
            }
        }
        return null;
    }
}
