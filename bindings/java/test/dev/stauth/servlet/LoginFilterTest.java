package dev.stauth.servlet;

import dev.stauth.Browser;
import dev.stauth.Check;
import dev.stauth.Request;
import dev.stauth.StauthException;
import dev.stauth.TestApp;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** What the filter does before and after the servlets. */
final class LoginFilterTest {
    private static final String HTML = "text/html";
    private static final Sites.Servlet PAGE = (request, response) -> response.getWriter().print("the page");
    private static final Sites.Servlet WHO =
            (request, response) -> response.getWriter().print("I am " + LoginFilter.userOf(request).claim("sub"));
    private TestApp auth = new TestApp();

    void testUser() {
        Sites.serve((request, response) -> response.getWriter().print(LoginFilter.userOf(request).claim("email") + " "
                + request.getRemoteUser() + " " + request.getUserPrincipal()), browser -> {
            var answer = browser.get("/", auth.signIn(Check.ADA));
            Check.equal("ada@example.org ada User[signed in]", answer.body());
            Check.equal("Cookie", Browser.header(answer, "Vary"));
            Check.equal("null null null", browser.get("/", null).body());
        }, new LoginFilter(auth.app()));
    }

    void testErrorThatNobodyCatches() {
        Sites.serve((request, response) -> LoginFilter.requestOf(request).login("nobody"), browser -> {
            var answer = browser.get("/", null, "Accept", HTML);
            Check.equal(404, answer.statusCode());
            Check.contains(answer.body(), "provider_unknown");
        }, new LoginFilter(auth.app()));
        Sites.serve((request, response) -> {
            throw new ServletException(Check.fails(StauthException.class, () -> LoginFilter.requestOf(request).login("no")));
        }, browser -> Check.equal(404, browser.get("/", null).statusCode()), new LoginFilter(auth.app()));
    }

    void testServletThatThrows() {
        var kept = new AtomicReference<Request>();
        for (Exception thrown : List.of(new IllegalStateException("a test"), new ServletException("a test"))) {
            Sites.serve((request, response) -> {
                kept.set(LoginFilter.requestOf(request));
                throw thrown;
            }, browser -> Check.equal(500, browser.get("/", null).statusCode()), new LoginFilter(auth.app()));
            Check.equal(-1, kept.get().status());
        }
    }

    /** Errors before the servlet is reached are the library's pages, too. */
    void testRequestThatIsRefused() {
        Sites.serve(PAGE, browser -> {
            var answer = browser.get("/", "x".repeat(70_000));
            Check.that(answer.statusCode() >= 400 && answer.headers().firstValue("Content-Security-Policy").isPresent());
            Check.contains(answer.body(), "too_large");
        }, new LoginFilter(auth.app()));
    }

    void testRequestIsClosed() {
        var kept = new AtomicReference<Request>();
        Sites.serve((request, response) -> kept.set(LoginFilter.requestOf(request)),
                browser -> browser.get("/", auth.signIn(Check.ADA)), new LoginFilter(auth.app()));
        Check.equal("ada -1", kept.get().user().claim("sub") + " " + kept.get().status());
        Check.fails(StauthException.InvalidArgument.class, "out_of_sequence", () -> kept.get().logout());
    }

    void testOutside() {
        Sites.serve((request, response) -> response.getWriter().print(
                Check.fails(StauthException.NoRequest.class, () -> LoginFilter.userOf(request)).code()),
                browser -> Check.equal("no_request_bound", browser.get("/", null).body()));
    }

    void testForm() {
        Sites.serve((request, response) -> response.getWriter().print(request.getParameter("a")), browser -> {
            String origin = "http://localhost:8501";
            Check.equal(303, browser.send("POST", "/auth/login", null, "return_to=/x", "Origin", origin).statusCode());
            Check.equal(413, browser.send("POST", "/auth/login", null, "x".repeat(65_537), "Origin", origin).statusCode());
            Check.equal("mine", browser.send("POST", "/page", null, "a=mine").body());
        }, new LoginFilter(auth.app()));
    }

    /** A filter outside has read the body: the login is refused, not begun without what the form said. */
    void testBodyThatWasRead() {
        Filter reading = (request, response, chain) -> {
            request.getParameter("a");
            chain.doFilter(request, response);
        };
        Sites.serve(PAGE, browser -> {
            var answer = browser.send("POST", "/auth/login", null, "return_to=/x", "Origin", "http://localhost:8501");
            Check.equal(400, answer.statusCode());
            Check.contains(answer.body(), "request_incomplete");
        }, reading, new LoginFilter(auth.app()));
    }

    void testGate() {
        Sites.serve(PAGE, browser -> {
            var expected = Map.of("/", 302, "/health", 200, "/health/x", 302, "/static/a.css", 200, "/static", 302,
                    "/static/%2e%2e/x", 302, "/static/..;/x", 302);
            expected.forEach((path, status) -> {
                Check.equal(path + status, path + browser.get(path, null, "Accept", HTML).statusCode());
                Check.equal(path + 200, path + browser.get(path, auth.signIn(Check.ADA), "Accept", HTML).statusCode());
            });
            Check.equal(401, browser.get("/", null, "Accept", "application/json").statusCode());
        }, new LoginFilter(auth.app()).requireLogin("/health", "/static/"));
    }

    /** A servlet, or a server behind it, may route by the path that the browser sends. */
    void testPathsThatCanBeReadInTwoWays() {
        var closing = new TestApp(Map.of("auth.require_login", true, "auth.open_paths", "/open/"));
        Sites.Servlet sent = (request, response) -> response.getWriter().print(request.getRequestURI());
        for (LoginFilter filter : List.of(new LoginFilter(closing.app()),
                new LoginFilter(auth.app()).requireLogin("/open/"))) {
            Sites.serve("/app", Map.of(), sent, browser -> {
                for (String path : List.of("/x/..;/open/y", "/x/%2e%2e/open/y", "/x/z/..;a=b/..;/open/y", "//open/y")) {
                    Check.equal(path + 401, path + browser.get("/app" + path, null).statusCode());
                }
                for (String path : List.of("/open/y", "/open/y;v=1", "/open;v=1/a%20b%C3%A4")) {
                    Check.equal("/app" + path, browser.get("/app" + path, null).body());
                }
            }, filter);
        }
    }

    /** The path below that of the application counts. */
    void testGateOfTheSettings() {
        auth = new TestApp(Map.of("auth.require_login", true, "auth.open_paths", "/open/"));
        Sites.serve("/app", Map.of(), PAGE, browser -> {
            Check.equal(200, browser.get("/app/open/x", null, "Accept", HTML).statusCode());
            Check.equal(302, browser.get("/app/secret", null, "Accept", HTML).statusCode());
        }, new LoginFilter(auth.app()));
        Sites.serve("/open", Map.of(), PAGE, browser ->
                Check.equal(302, browser.get("/open/secret", null, "Accept", HTML).statusCode()), new LoginFilter(auth.app()));
    }

    /** As in a web.xml. */
    void testParameters() throws Exception {
        Path secrets = Files.createTempFile("stauth", ".toml");
        Files.writeString(secrets, "[auth]\nredirect_uri = 'http://localhost:8501/oauth2callback'\nclient_id = 'x'\n"
                + "client_secret = 'y'\ncookie_secret = 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e'\n"
                + "server_metadata_url = 'https://provider.test/.well-known/openid-configuration'\n");
        var parameters = Map.of("secrets", secrets.toString(), "require-login", "true", "open-paths", " /health  /static/ ");
        Sites.serve("", parameters, PAGE, browser -> {
            Check.equal(200, browser.get("/health", null).statusCode());
            Check.equal(200, browser.get("/static/x", null).statusCode());
            Check.equal(401, browser.get("/", null).statusCode());
        }, new LoginFilter());
        Sites.serve("", Map.of("secrets", secrets.toString()), PAGE,
                browser -> Check.equal("the page", browser.get("/", null).body()), new LoginFilter());
    }

    void testTarget() {
        Sites.serve((request, response) -> LoginFilter.requestOf(request).login(null), browser ->
                Check.equal(302, browser.get("/%C3%A4;x=1/b%20c?y=%2F", null).statusCode()), new LoginFilter(auth.app()));
    }

    /** A wrapper of an outer filter is seen. */
    void testHeadersOfAnOuterFilter() {
        String cookie = auth.signIn(Check.ADA);
        Filter adding = (request, response, chain) ->
                chain.doFilter(new WithCookie((HttpServletRequest) request, cookie), response);
        Sites.serve(WHO, browser -> Check.equal("I am ada", browser.get("/", null).body()), adding,
                new LoginFilter(auth.app()));
    }

    /** Another thread may complete the response just before the filter asks to hear of it. */
    void testAsyncResponseThatIsComplete() {
        Filter ended = (request, response, chain) -> chain.doFilter(new Ended((HttpServletRequest) request), response);
        var kept = new AtomicReference<Request>();
        Sites.serve((request, response) -> {
            kept.set(LoginFilter.requestOf(request));
            response.getWriter().print("the page");
        }, browser -> {
            Check.equal("200the page", browser.get("/", null).statusCode() + browser.get("/", null).body());
            Check.equal(-1, kept.get().status());
        }, ended, new LoginFilter(auth.app()));
    }

    /** As Servlet 5.0, 2.3.3.3 has it of a response that is complete. */
    private static final class Ended extends jakarta.servlet.http.HttpServletRequestWrapper {
        Ended(HttpServletRequest inner) {
            super(inner);
        }

        @Override
        public boolean isAsyncStarted() {
            return true;
        }

        @Override
        public jakarta.servlet.AsyncContext getAsyncContext() {
            throw new IllegalStateException("complete");
        }
    }

    private static final class WithCookie extends jakarta.servlet.http.HttpServletRequestWrapper {
        private final String cookie;

        WithCookie(HttpServletRequest inner, String cookie) {
            super(inner);
            this.cookie = cookie;
        }

        @Override
        public java.util.Enumeration<String> getHeaders(String name) {
            return name.equals("cookie") ? java.util.Collections.enumeration(List.of(cookie)) : super.getHeaders(name);
        }
    }
}
