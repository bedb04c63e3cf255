package dev.stauth;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * For the tests of a program: an application at whose provider everybody can sign in.
 *
 * <pre>{@code
 * var auth = new TestApp();
 * var site = new Site(auth.app());                                   // your program, with this App
 * String cookie = auth.signIn(Map.of("email", "ada@example.org"));   // the Cookie header of a signed-in browser
 * }</pre>
 *
 * <p>Each has its own new secret, and a provider inside of the process: no other application accepts its cookies. The
 * login is still complete, with every check.
 */
public final class TestApp implements AutoCloseable {
    /** Where the invented provider sends users back to. */
    public static final String REDIRECT_URI = "http://localhost:8501/oauth2callback";

    private final TestProvider provider = new TestProvider();
    private final App app;

    /** An application with one provider. */
    public TestApp() {
        this(Map.of());
    }

    /**
     * An application with more settings.
     *
     * @param settings single keys: {@code Map.of("auth.session_lifetime", "1h")}
     */
    public TestApp(Map<String, ?> settings) {
        var keys = new LinkedHashMap<String, Object>(provider.settings());
        keys.put("auth.redirect_uri", REDIRECT_URI);
        keys.put("auth.cookie_secret", TestProvider.random());
        keys.putAll(settings);
        AppBuilder builder = App.builder().transport(provider::answer);
        keys.forEach(builder::setting);
        app = builder.build();
    }

    /**
     * The application, for the program under test.
     *
     * @return an application like any other
     */
    public App app() {
        return app;
    }

    /**
     * Signs a user in.
     *
     * @param claims what the provider says about the user: text, numbers, booleans, null, lists and maps. "sub" is "user"
     *     unless they say otherwise
     * @return the value of the Cookie header that a browser sends afterwards
     */
    public String signIn(Map<String, ?> claims) {
        Answer start = visit(app.loginPath(), "");
        Map<String, String> asked = form(URI.create(start.location).getRawQuery());
        var granted = new LinkedHashMap<String, Object>(Map.of("sub", "user"));
        granted.putAll(claims);
        granted.put("nonce", asked.get("nonce"));
        granted.put("iss", TestProvider.ISSUER);
        String callback = URI.create(REDIRECT_URI).getPath() + "?code=" + provider.authorize(granted) + "&state="
                + asked.get("state") + "&iss=" + URLEncoder.encode(TestProvider.ISSUER, StandardCharsets.UTF_8);
        return visit(callback, start.cookies).cookies;
    }

    /** Closes the application. */
    @Override
    public void close() {
        app.close();
    }

    private record Answer(String location, String cookies) {
    }

    /** The redirect, and the cookies that the response sets, without those that it removes. */
    private Answer visit(String target, String cookie) {
        var headers = Map.of("Cookie", List.of(cookie), "Accept", List.of("text/html"));
        try (Request request = app.request("GET", target, headers, null)) {
            request.begin();
            if (request.error() != null) {
                throw request.error();
            }
            var found = request.headers();
            String location = found.stream().filter(header -> header.getKey().equalsIgnoreCase("location"))
                    .map(Map.Entry::getValue).findFirst().orElse("");
            String cookies = found.stream().filter(header -> header.getKey().equalsIgnoreCase("set-cookie"))
                    .map(header -> header.getValue().split(";", 2)[0]).filter(pair -> !pair.endsWith("="))
                    .collect(Collectors.joining("; "));
            return new Answer(location, cookies);
        }
    }

    static Map<String, String> form(String query) {
        var found = new LinkedHashMap<String, String>();
        for (String pair : query.split("&")) {
            String[] parts = URLDecoder.decode(pair, StandardCharsets.UTF_8).split("=", 2);
            found.put(parts[0], parts.length < 2 ? "" : parts[1]);
        }
        return found;
    }
}
