package dev.stauth;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

final class RequestTest {
    private static final Class<StauthException.InvalidArgument> INVALID = StauthException.InvalidArgument.class;
    private final TestApp auth = new TestApp();

    private Request request(String method, String target, String name, String value) {
        return auth.app().request(method, target, Map.of(name, List.of(value)), null);
    }

    void testNul() {
        Check.fails(INVALID, "invalid_text", () -> request("G\0T", "/", "a", "b"));
        Check.fails(INVALID, "invalid_text", () -> request("GET", "/\0", "a", "b"));
        Check.fails(INVALID, "invalid_text", () -> request("GET", "/", "Cookie", "a\0b"));
        Check.fails(INVALID, "invalid_text", () -> auth.app().request("GET", "/", Map.of(), "1\0"));
        Request request = Check.begun(auth, null);
        Check.fails(INVALID, "invalid_text", () -> request.login("a\0b"));
        Check.fails(INVALID, "invalid_text", () -> request.login(null, new LoginOptions().loginHint("a\0b")));
        Check.fails(INVALID, "invalid_text", () -> request.refuse("a\0b"));
        Check.fails(INVALID, "invalid_text", () -> request("GET", "/", "a", "b").addRoute("/\0"));
        Check.equal(0, request.status());
    }

    void testTextThatIsNotUnicode() {
        Request request = Check.begun(auth, null);
        Check.fails(INVALID, "invalid_text", () -> request.login("\ud800"));
        Check.fails(INVALID, "invalid_text", () -> request.login("\udc00\ud800"));
        Check.fails(INVALID, "invalid_text", () -> request("GET", "/\u00ff", "a", "b"));
        Check.fails(INVALID, "invalid_text", () -> request("GET", "/", "Cookie", "\ud800"));
        Check.that(request("GET", "/", "Referer", "\u00ff\u00fe").begin());
    }

    void testHugeInput() {
        String huge = "x".repeat(70_000);
        for (String name : List.of("Cookie", "Referer", "Accept")) {
            Check.fails(StauthException.LimitExceeded.class, "too_large", () -> request("GET", "/", name, huge));
        }
        Check.fails(StauthException.LimitExceeded.class, "too_large", () -> request("GET", "/", "Cookie", "x".repeat(3 << 20)));
        Check.fails(StauthException.LimitExceeded.class, "too_large", () -> request("GET", "/" + huge, "a", "b"));
        Check.fails(StauthException.LimitExceeded.class, "too_large", () -> Check.begun(auth, null).login(huge));
        Check.fails(StauthException.LimitExceeded.class, "too_large",
                () -> request("POST", "/auth/login", "a", "b").setBody(new byte[70_000]));
    }

    void testRequestAfterItsEnd() {
        Request request = Check.begun(auth, Check.ADA);
        request.close();
        request.close();
        Check.equal("ada", request.user().claim("sub")); // it was read before the end
        List<Check.Action> late = List.of(() -> request.login(null), request::logout, request::logoutHere, request::refresh,
                request::accessToken, request::requireLogin);
        late.forEach(call -> Check.fails(INVALID, "out_of_sequence", call));
        List<Check.Action> dead = List.of(request::begin, () -> request.refuse("x"), () -> request.addRoute("/"),
                () -> request.setBody(new byte[0]));
        dead.forEach(call -> Check.fails(INVALID, "invalid_handle", call));
        Check.equal(-1, request.status());
        Check.equal(List.of(), request.headers());
        Check.equal(0, request.body().length);
        Check.that(request.error() == null && !request.wantsBody() && !request.isFresh(Duration.ofDays(1)));
        Check.equal("ada", request.user().claim("sub"));
    }

    void testCallsOutOfOrder() {
        Request request = request("GET", "/", "a", "b");
        Check.fails(INVALID, "out_of_sequence", () -> request.login(null));
        Check.that(!request.user().isLoggedIn());
        Request begun = Check.begun(auth, null);
        begun.headers();
        Check.fails(INVALID, "out_of_sequence", () -> begun.login(null));
    }

    /** A request that one thread begins, and others finish and close. */
    void testRequestOfManyThreads() throws InterruptedException {
        for (int time = 0; time < 50; time++) {
            Request request = Check.begun(auth, Check.ADA);
            var threads = new ArrayList<Thread>();
            for (int number = 0; number < 4; number++) {
                threads.add(new Thread(() -> {
                    try {
                        request.user();
                        request.login(null);
                        request.headers();
                        request.body();
                    } catch (StauthException.InvalidArgument exception) {
                        // another has closed it
                    } finally {
                        request.close();
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            Check.equal(-1, request.status());
        }
    }

    void testOptionsOfALogin() {
        Request request = Check.begun(auth, null);
        request.login(null, new LoginOptions().returnTo("/x").loginHint("ada").prompt("login").acrValues("mfa")
                .maxAge(Duration.ofMinutes(5)).uiLocales("de"));
        Check.contains(Check.header(request, "Location"), "login_hint=ada", "prompt=login", "acr_values=mfa", "max_age=300",
                "ui_locales=de");
    }

    /** None of the options is left for another login. */
    void testOptionThatIsRefused() {
        Request request = Check.begun(auth, null);
        Check.fails(INVALID, "option_invalid",
                () -> request.login(null, new LoginOptions().loginHint("ada").maxAge(Duration.ofSeconds(-1))));
        Check.fails(INVALID, "invalid_text",
                () -> request.login(null, new LoginOptions().loginHint("ada").uiLocales("\0")));
        request.login(null);
        Check.that(!Check.header(request, "Location").contains("login_hint"));
    }

    void testFreshness() {
        Request request = Check.begun(auth, Map.of("auth_time", Instant.now().getEpochSecond() - 100));
        Check.that(!request.isFresh(Duration.ofSeconds(50)) && request.isFresh(Duration.ofSeconds(1000)));
    }

    void testAccessTokenAndRefresh() {
        var exposing = new TestApp(Map.of("auth.expose_tokens", "access"));
        Request request = Check.begun(exposing, Check.ADA);
        AccessToken token = request.accessToken();
        Check.that(Duration.between(Instant.now(), token.expiresAt()).toMinutes() > 50, token.expiresAt());
        Check.that(!token.toString().contains(token.secret()) && token.scope() != null);
        Check.contains(request.user().claim("tokens"), token.secret());
        String before = request.user().claim("tokens");
        request.refresh();
        Check.that("ada".equals(request.user().claim("sub")) && !before.equals(request.user().claim("tokens")), before);
        Check.fails(StauthException.RequestRefused.class, "not_signed_in", () -> Check.begun(exposing, null).accessToken());
    }

    void testLogout() {
        Request request = Check.begun(auth, Check.ADA);
        request.logoutHere();
        Check.that(request.status() == 303 && !request.user().isLoggedIn());
        var headers = Map.of("Cookie", List.of(auth.signIn(Check.ADA)), "Sec-Fetch-Site", List.of("cross-site"));
        Request refused = auth.app().request("POST", "/x", headers, null);
        refused.begin();
        Check.fails(StauthException.RequestRefused.class, "cross_site_request", refused::logout);
        Check.that(refused.user().isLoggedIn());
    }

    /** Two headers of one name are two lines. */
    void testHeadersThatRepeat() {
        String cookie = auth.signIn(Check.ADA);
        Request request = auth.app().request("GET", "/", Map.of("COOKIE", List.of("a=b", cookie)), null);
        request.begin();
        Check.equal("ada", request.user().claim("sub"));
    }

    /** What the provider sent is for logs. */
    void testWordsOfTheProvider() {
        Request start = request("GET", "/auth/login", "Accept", "text/html");
        start.begin();
        String state = TestApp.form(java.net.URI.create(Check.header(start, "Location")).getRawQuery()).get("state");
        String cookie = Check.header(start, "Set-Cookie").split(";")[0];
        String answer = "?error=access_denied&error_description=no%0Athanks&state=" + state + "&iss=https%3A%2F%2Fprovider.test";
        Request end = request("GET", "/oauth2callback" + answer, "Cookie", cookie);
        Check.that(!end.begin());
        StauthException error = end.error();
        Check.equal(List.of("authorization_refused", "access_denied", "no\\x0athanks"),
                List.of(error.code(), error.providerCode(), error.providerDescription()));
        Check.that(error instanceof StauthException.AuthorizationDenied);
    }
}
