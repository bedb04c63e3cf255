package dev.stauth.servlet;

import dev.stauth.Browser;
import dev.stauth.Check;
import dev.stauth.StauthException;
import dev.stauth.TestApp;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The response: the servlet's with the library's headers, or the library's in its place, however the servlet writes. */
final class PageTest {
    private final TestApp auth = new TestApp(Map.of("auth.expose_tokens", "access"));
    private final LoginFilter filter = new LoginFilter(auth.app());

    /** Each way in which a response can begin. */
    private static final Map<String, Sites.Servlet> WAYS = Map.of(
            "writer", (request, response) -> response.getWriter().print("the page"),
            "large", (request, response) -> response.getWriter().print("the page".repeat(10_000)),
            "stream", (request, response) -> response.getOutputStream().write("the page".getBytes()),
            "octet", (request, response) -> response.getOutputStream().write('x'),
            "flush", (request, response) -> response.flushBuffer(),
            "stream's flush", (request, response) -> response.getOutputStream().flush(),
            "writer's close", (request, response) -> response.getWriter().close(),
            "error", (request, response) -> response.sendError(418, "tea"),
            "redirect", (request, response) -> response.sendRedirect("/elsewhere"),
            "nothing", (request, response) -> response.setStatus(204));

    void testHeadersAreAdded() {
        WAYS.forEach((name, way) -> Sites.serve((request, response) -> {
            response.addHeader("Set-Cookie", "mine=1");
            LoginFilter.requestOf(request).refresh(); // which sets a cookie
            way.service(request, response);
        }, browser -> {
            var cookies = browser.get("/", auth.signIn(Check.ADA)).headers().allValues("Set-Cookie");
            Check.that(cookies.size() == 2 && cookies.contains("mine=1"), name, cookies);
        }, filter));
    }

    /** The headers of filters outside stay. */
    void testResponseThatIsReplaced() {
        Filter outside = (request, response, chain) -> {
            ((HttpServletResponse) response).setHeader("X-Outside", "kept");
            chain.doFilter(request, response);
        };
        WAYS.forEach((name, way) -> Sites.serve((request, response) -> {
            response.setHeader("X-Page", "1");
            response.setContentType("image/png");
            LoginFilter.requestOf(request).login(null);
            way.service(request, response);
        }, browser -> {
            var answer = browser.get("/", null);
            Check.equal(name + "302", name + answer.statusCode() + answer.body());
            Check.equal("kept  ", Browser.header(answer, "X-Outside") + " " + Browser.header(answer, "X-Page") + " "
                    + Browser.header(answer, "Content-Type"));
            Check.that(Browser.header(answer, "Location").startsWith("https://provider.test/authorize?"), name);
        }, outside, filter));
    }

    /** What has been written to a buffer alone is dropped as well. */
    void testErrorPageInPlaceOfAPage() {
        Sites.serve((request, response) -> {
            response.getWriter(); // nothing is written yet
            LoginFilter.requestOf(request).login("nobody");
        }, browser -> {
            var answer = browser.get("/", null, "Accept", "text/html");
            Check.equal(404, answer.statusCode());
            Check.contains(answer.body(), "provider_unknown");
        }, filter);
    }

    void testCallsAfterTheResponseBegan() {
        Sites.serve((request, response) -> {
            response.getWriter().print("begun");
            Check.fails(StauthException.InvalidArgument.class, "out_of_sequence",
                    () -> LoginFilter.requestOf(request).login(null));
        }, browser -> Check.equal("begun", browser.get("/", null).body()), filter);
    }

    /** What the library adds survives when the servlet begins anew. */
    void testReset() {
        Sites.serve((request, response) -> {
            LoginFilter.requestOf(request).refresh();
            response.getWriter().print("wrong");
            response.reset();
            response.getOutputStream().write("right".getBytes());
        }, browser -> {
            var answer = browser.get("/", auth.signIn(Check.ADA));
            Check.equal("right", answer.body());
            Check.equal(1, answer.headers().allValues("Set-Cookie").size());
        }, filter);
    }

    /** A servlet may leave the response to another thread. */
    void testResponseOfAnotherThread() {
        var returned = new CountDownLatch(1);
        Filter outside = (request, response, chain) -> {
            chain.doFilter(request, response);
            returned.countDown();
        };
        Sites.serve((request, response) -> {
            AsyncContext context = request.startAsync(request, response);
            context.start(() -> {
                try {
                    returned.await();
                    LoginFilter.requestOf(request).refresh();
                    context.getResponse().getWriter().print("I am " + LoginFilter.userOf(request).claim("sub"));
                } catch (Exception exception) {
                    exception.printStackTrace();
                }
                context.complete();
            });
        }, browser -> {
            var answer = browser.get("/", auth.signIn(Check.ADA));
            Check.equal("I am ada", answer.body());
            Check.equal(1, answer.headers().allValues("Set-Cookie").size());
        }, outside, filter);
    }

    void testLoginByAnotherThread() {
        Sites.serve((request, response) -> {
            AsyncContext context = request.startAsync(request, response);
            context.start(() -> {
                LoginFilter.requestOf(request).login(null);
                context.complete();
            });
        }, browser -> Check.equal(302, browser.get("/", null).statusCode()), filter);
    }

    void testHead() {
        Sites.serve((request, response) -> response.getWriter().print("the page"), browser -> {
            for (String target : List.of("/", "/auth/logout")) {
                Check.equal("", browser.send("HEAD", target, null, null).body());
            }
            Check.equal(405, browser.send("HEAD", "/auth/logout", null, null).statusCode());
        }, filter);
    }
}
