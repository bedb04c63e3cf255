package dev.stauth.httpserver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.stauth.Browser;
import dev.stauth.Check;
import dev.stauth.Request;
import dev.stauth.StauthException;
import dev.stauth.TestApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

final class LoginHandlerTest {
    private static final String HTML = "text/html";
    private static final HttpHandler PAGE = exchange -> LoginHandler.send(exchange, "text/plain", "the page");
    private static final HttpHandler WHO =
            exchange -> LoginHandler.send(exchange, "text/plain", "I am " + LoginHandler.userOf(exchange).claim("sub"));
    private TestApp auth = new TestApp();

    private void serve(HttpHandler page, Consumer<Browser> visit) {
        serve(page, handler -> handler, visit);
    }

    private void serve(HttpHandler page, Function<LoginHandler, LoginHandler> gated, Consumer<Browser> visit) {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
        var executor = Executors.newCachedThreadPool();
        server.setExecutor(executor);
        server.createContext("/", gated.apply(new LoginHandler(auth.app(), page)));
        server.start();
        try {
            visit.accept(new Browser(server.getAddress().getPort()));
        } finally {
            server.stop(0);
            executor.shutdown();
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException exception) {
            throw new IllegalStateException(exception);
        }
    }

    void testUserAndHeaders() {
        serve(WHO, browser -> {
            var answer = browser.get("/", auth.signIn(Check.ADA));
            Check.equal("I am ada Cookie", answer.body() + " " + Browser.header(answer, "Vary"));
            Check.equal("I am null", browser.get("/", null).body());
        });
    }

    /** The library's response takes the place of whatever the handler writes, but for the headers of others outside. */
    void testResponseThatIsReplaced() {
        var ended = new CountDownLatch(1);
        serve(exchange -> {
            exchange.getResponseHeaders().set("X-Page", "1");
            LoginHandler.requestOf(exchange).login(null);
            PAGE.handle(exchange);
            Check.fails(StauthException.InvalidArgument.class, "out_of_sequence",
                    () -> LoginHandler.requestOf(exchange).login(null));
            ended.countDown();
        }, browser -> {
            var answer = browser.get("/", null);
            Check.that(await(ended), "what it writes is dropped, not refused");
            Check.equal("302  ", answer.statusCode() + " " + answer.body() + " " + Browser.header(answer, "X-Page"));
            Check.that(Browser.header(answer, "Location").startsWith("https://provider.test/authorize?"));
        });
    }

    /** A handler need not write anything after a login. */
    void testHandlerThatReturns() {
        serve(exchange -> LoginHandler.requestOf(exchange).login(null),
                browser -> Check.equal(302, browser.get("/", null).statusCode()));
    }

    void testHeadersAreAdded() {
        auth = new TestApp(Map.of("auth.expose_tokens", "access"));
        serve(exchange -> {
            LoginHandler.requestOf(exchange).refresh(); // which sets a cookie
            exchange.getResponseHeaders().add("Set-Cookie", "mine=1");
            exchange.getResponseHeaders().add("Vary", "Accept");
            WHO.handle(exchange);
        }, browser -> {
            var answer = browser.get("/", auth.signIn(Check.ADA));
            var cookies = answer.headers().allValues("Set-Cookie");
            Check.that(cookies.size() == 2 && cookies.contains("mine=1"), cookies);
            Check.equal(List.of("Accept", "Cookie"), answer.headers().allValues("Vary"));
        });
    }

    void testErrorThatNobodyCatches() {
        serve(exchange -> LoginHandler.requestOf(exchange).login("nobody"), browser -> {
            var answer = browser.get("/", null, "Accept", HTML);
            Check.equal(404, answer.statusCode());
            Check.contains(answer.body(), "provider_unknown");
        });
    }

    /** Errors before the handler is reached are the library's pages, too. */
    void testRequestThatIsRefused() {
        serve(PAGE, browser -> {
            var answer = browser.get("/", "x".repeat(70_000));
            Check.that(answer.statusCode() >= 400 && answer.headers().firstValue("Content-Security-Policy").isPresent());
            Check.contains(answer.body(), "too_large");
        });
    }

    void testHandlerThatThrows() {
        var kept = new AtomicReference<Request>();
        for (RuntimeException thrown : List.of(new IllegalStateException("a test"), new IllegalArgumentException())) {
            serve(exchange -> {
                kept.set(LoginHandler.requestOf(exchange));
                throw thrown;
            }, browser -> Check.fails(UncheckedIOException.class, () -> browser.get("/", null)));
            Check.equal(-1, kept.get().status());
        }
    }

    void testRequestIsClosed() {
        var kept = new AtomicReference<Request>();
        serve(exchange -> {
            kept.set(LoginHandler.requestOf(exchange));
            PAGE.handle(exchange);
        }, browser -> {
            browser.get("/", auth.signIn(Check.ADA));
            Check.equal("ada", kept.get().user().claim("sub"));
            Check.fails(StauthException.InvalidArgument.class, "out_of_sequence", () -> kept.get().logout());
        });
        Check.equal(-1, kept.get().status());
    }

    /** A handler may leave the response to another thread. */
    void testResponseOfAnotherThread() {
        var queue = new SynchronousQueue<HttpExchange>();
        var thread = new Thread(() -> {
            try {
                WHO.handle(queue.take());
            } catch (IOException | InterruptedException exception) {
                throw new IllegalStateException(exception);
            }
        });
        thread.start();
        serve(exchange -> {
            try {
                queue.put(exchange);
            } catch (InterruptedException exception) {
                throw new IllegalStateException(exception);
            }
        }, browser -> Check.equal("I am ada", browser.get("/", auth.signIn(Check.ADA)).body()));
    }

    void testOutside() throws IOException {
        var error = new AtomicReference<StauthException>();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            error.set(Check.fails(StauthException.NoRequest.class, () -> LoginHandler.userOf(exchange)));
            LoginHandler.send(exchange, "text/plain", "");
        });
        server.start();
        Check.equal("", new Browser(server.getAddress().getPort()).get("/", null).body());
        server.stop(0);
        Check.equal("no_request_bound", error.get().code());
    }

    void testForm() {
        serve(exchange -> LoginHandler.send(exchange, "text/plain", new String(exchange.getRequestBody().readAllBytes())),
                browser -> {
                    var answer = browser.send("POST", "/auth/login", null, "return_to=/x", "Origin", "http://localhost:8501");
                    Check.equal(303, answer.statusCode());
                    String huge = "x".repeat(65_537);
                    Check.equal(413, browser.send("POST", "/auth/login", null, huge, "Origin", "http://localhost:8501")
                            .statusCode());
                    Check.equal("mine", browser.send("POST", "/page", null, "mine").body());
                });
    }

    void testHead() {
        serve(PAGE, browser -> {
            var answer = browser.send("HEAD", "/", null, null);
            Check.equal("200 ", answer.statusCode() + " " + answer.body());
            Check.equal(405, browser.send("HEAD", "/auth/logout", null, null).statusCode());
        });
    }

    void testGate() {
        serve(PAGE, handler -> handler.requireLogin("/health", "/static/"), browser -> {
            var expected = Map.of("/", 302, "/health", 200, "/health/x", 302, "/static/a.css", 200, "/static/..%2fx", 302,
                    "/static", 302, "/static/%2e%2e/x", 302, "/static/a%20b", 200);
            var asSent = Map.of("//a/health", 302, "//a/static/x", 302, "/static%2fx", 302);
            Stream.of(expected, asSent).flatMap(paths -> paths.entrySet().stream()).forEach(each -> {
                String path = each.getKey();
                Check.equal(path + each.getValue(), path + browser.get(path, null, "Accept", HTML).statusCode());
                Check.equal(path + 200, path + browser.get(path, auth.signIn(Check.ADA), "Accept", HTML).statusCode());
            });
            Check.equal(401, browser.get("/", null, "Accept", "application/json").statusCode());
        });
    }

    void testGateOfTheSettings() {
        auth = new TestApp(Map.of("auth.require_login", true, "auth.open_paths", "/open/"));
        serve(PAGE, browser -> {
            Check.equal(200, browser.get("/open/x", null, "Accept", HTML).statusCode());
            Check.equal(302, browser.get("/secret", null, "Accept", HTML).statusCode());
        });
    }

    /** A target that is not a path, or is two. */
    void testOddTargets() {
        serve(exchange -> LoginHandler.requestOf(exchange).login(null), browser -> {
            Check.that(browser.get("//evil.example/x", null).statusCode() < 500);
            Check.equal(302, browser.get("/%ff%fe?x=%00", null).statusCode());
        });
    }
}
