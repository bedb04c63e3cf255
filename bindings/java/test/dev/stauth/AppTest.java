package dev.stauth;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

final class AppTest {
    private final TestApp auth = new TestApp();

    void testErrorListsAllProblems() {
        var error = Check.fails(StauthException.ConfigurationError.class, "configuration_invalid",
                () -> App.builder().toml("[auth]\nredirect_uri = 'x'\nclient_idd = 'ä'\n").build());
        Check.contains(error.getMessage(), "redirect_uri", "client_idd");
        Check.equal(Arrays.asList(500, null, null),
                Arrays.asList(error.httpStatus(), error.providerCode(), error.providerDescription()));
    }

    void testFiles() throws Exception {
        Path file = Files.createTempDirectory("stauth").resolve("secrets.toml");
        Check.fails(StauthException.ConfigurationError.class, () -> new App(file));
        var text = new StringBuilder("[auth]\n");
        Check.SETTINGS.forEach((key, value) -> text.append(key.substring("auth.".length())).append(" = '")
                .append(value.replace("oauth2callback", "in")).append("'\n"));
        Files.writeString(file, text);
        try (var app = new App(file)) {
            Check.equal(List.of("/in"), app.callbackPaths());
            Check.equal("/auth/login /auth/logout", app.loginPath() + " " + app.logoutPath());
        }
        var environment = Map.of("STAUTH_SECRETS", file.toString());
        Check.equal("[/in]\n", Check.java(environment, Check.classPath(), "dev.stauth.Child", "paths").output());
        var missing = Check.java(Map.of("STAUTH_SECRETS", ""), Check.classPath(), "dev.stauth.Child", "paths");
        Check.contains(missing.output(), "ConfigurationError", ".streamlit/secrets.toml");
    }

    void testLoginUrl() {
        Check.equal("/auth/login", auth.app().loginUrl(null, null));
        Check.equal("/auth/login?provider=a+b&return_to=%2Fx%3Fy", auth.app().loginUrl("a b", "/x?y"));
    }

    void testBadSettings() {
        for (String text : List.of("a\0b", "\ud800", "\udc00x", "x\ud83d")) {
            Check.fails(StauthException.InvalidArgument.class, "invalid_text",
                    () -> App.builder().setting("auth.client_id", text).build());
            Check.fails(StauthException.InvalidArgument.class, "invalid_text", () -> App.builder().setting(text, "x").build());
        }
        Check.fails(StauthException.class, () -> App.builder().toml("[auth]\0").build());
        Check.fails(StauthException.ConfigurationError.class, () -> App.builder().toml("").build());
    }

    void testUserFromCookie() {
        User user = auth.app().userFromCookie(auth.signIn(Map.of("email", "ä@example.org", "n", List.of(1, 2))));
        Check.that(user.isLoggedIn());
        Check.equal(List.of("ä@example.org", "[1,2]", "default", "user"),
                List.of(user.claim("email"), user.claim("n"), user.claim("provider"), user.getName()));
        Check.equal(null, user.claim("no"));
        for (String cookie : Arrays.asList(null, "", "a=b", "stauth_session=\u00ff\u00fe", "stauth_session=\ud83d\ude00")) {
            Check.that(!auth.app().userFromCookie(cookie).isLoggedIn());
        }
        Check.fails(StauthException.InvalidArgument.class, "invalid_text", () -> auth.app().userFromCookie("a\0"));
        Check.fails(StauthException.LimitExceeded.class, "too_large", () -> auth.app().userFromCookie("x".repeat(70_000)));
    }

    void testStats() {
        auth.signIn(Map.of());
        Check.contains(auth.app().stats(), "{\"event\":\"login_succeeded\",\"provider\":\"default\",\"count\":1}");
        Check.contains(auth.app().statsPrometheus(),
                "stauth_events_total{event=\"login_succeeded\",provider=\"default\",code=\"\"} 1\n");
    }

    void testStatsOfManyProviders() {
        var toml = new StringBuilder("[auth]\nredirect_uri = 'http://localhost/cb'\n"
                + "cookie_secret = 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e'\n");
        for (int number = 0; number < 60; number++) {
            toml.append("[auth.p" + number + "]\nclient_id = 'c'\nclient_secret = 's-0123456789-abcdefghijklmnop'\n"
                    + "server_metadata_url = 'https://op.example/.well-known/openid-configuration'\n");
        }
        try (App app = App.builder().toml(toml.toString()).build()) {
            Check.equal(60, app.statsPrometheus().split("_count\\{", -1).length - 1);
        }
    }

    void testUserIsNotShown() {
        User user = auth.app().userFromCookie(auth.signIn(Check.ADA));
        Check.equal("User[signed in] User[nobody]", user + " " + User.ANONYMOUS);
        Check.equal(user, auth.app().userFromCookie(auth.signIn(Check.ADA)));
        Check.that(!auth.app().toString().contains("secret"));
    }

    void testClosedApp() {
        String cookie = auth.signIn(Check.ADA);
        Request request = Check.begun(auth, Check.ADA);
        App app = auth.app();
        app.close();
        app.close();
        List<Check.Action> calls = List.of(() -> app.userFromCookie(cookie), app::loginPath, app::logoutPath, app::preload,
                app::stats, () -> app.request("GET", "/", Map.of(), null));
        calls.forEach(call -> Check.fails(StauthException.InvalidArgument.class, "invalid_handle", call));
        Check.equal(List.of(), app.callbackPaths());
        Check.equal("ada", request.user().claim("sub")); // requests keep their application
    }

    void testBadGate() {
        for (String path : List.of("health", "/a/../b", "")) {
            Check.fails(StauthException.ConfigurationError.class, () -> new Gate(auth.app(), List.of(path)));
        }
        for (String path : List.of("/\0", "/\ud800")) {
            Check.fails(StauthException.InvalidArgument.class, "invalid_text", () -> new Gate(auth.app(), List.of(path)));
        }
    }

    void testGate() {
        var gate = new Gate(auth.app(), List.of("/health", "/static/"));
        for (String open : List.of("/health", "/static/", "/static/a/b")) {
            Check.that(gate.begin(plain(open), open), open);
        }
        for (String closed : List.of("/", "/health/x", "/static", "/static/../x", "/\u00fc")) {
            Request request = plain("/x");
            Check.that(!gate.begin(request, closed), closed);
            Check.equal(302, request.status());
        }
        Check.that(!new Gate(auth.app(), List.of()).begin(plain("/"), "/"));
        Check.that(new Gate(auth.app()).begin(plain("/"), "/"));
    }

    private Request plain(String target) {
        return auth.app().request("GET", target, Map.of("Accept", List.of("text/html")), null);
    }

    /** A library that is missing, that is another, and one whose file is nonsense. */
    void testLibraryThatCannotBeLoaded() throws Exception {
        Path nonsense = Files.writeString(Files.createTempFile("stauth", ".so"), "nonsense");
        for (String path : List.of("/nowhere/x.so", "/lib/x86_64-linux-gnu/libc.so.6", nonsense.toString())) {
            var environment = Map.of("STAUTH_LIBRARY", path);
            var outcome = Check.java(environment, Check.classPath(), "dev.stauth.Child", "missing");
            Check.contains(outcome.output(), "library_not_found", path);
        }
    }
}
