package dev.stauth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** What the tests share. */
public final class Check {
    static final Path ROOT = Path.of("").toAbsolutePath(); // the tests run where the project begins
    static final Map<String, String> SETTINGS = Map.of("auth.redirect_uri", TestApp.REDIRECT_URI, "auth.client_id", "x",
            "auth.client_secret", "y", "auth.cookie_secret", "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e",
            "auth.server_metadata_url", "https://provider.test/.well-known/openid-configuration");
    public static final Map<String, Object> ADA = Map.of("sub", "ada", "email", "ada@example.org");

    private Check() {
    }

    /** What may throw anything. */
    public interface Action {
        void run() throws Exception;
    }

    public static void that(boolean condition, Object... shown) {
        if (!condition) {
            throw new AssertionError(List.of(shown).toString());
        }
    }

    public static void equal(Object expected, Object found) {
        if (!Objects.equals(expected, found)) {
            throw new AssertionError("expected " + expected + ", not " + found);
        }
    }

    public static void contains(String text, String... parts) {
        for (String part : parts) {
            that(text != null && text.contains(part), part, "is not in", String.valueOf(text));
        }
    }

    public static <T extends Throwable> T fails(Class<T> kind, Action action) {
        try {
            action.run();
        } catch (Throwable thrown) {
            if (kind.isInstance(thrown)) {
                return kind.cast(thrown);
            }
            throw new AssertionError("expected " + kind + ", not " + thrown, thrown);
        }
        throw new AssertionError("expected " + kind);
    }

    public static <T extends StauthException> T fails(Class<T> kind, String code, Action action) {
        T thrown = fails(kind, action);
        equal(code, thrown.code());
        return thrown;
    }

    static AppBuilder settings() {
        AppBuilder builder = App.builder();
        SETTINGS.forEach(builder::setting);
        return builder;
    }

    /** A request of a browser at a page, begun. */
    static Request begun(TestApp auth, Map<String, ?> claims) {
        var headers = new HashMap<String, List<String>>();
        headers.put("Sec-Fetch-Site", List.of("same-origin"));
        headers.put("Accept", List.of("text/html"));
        if (claims != null) {
            headers.put("Cookie", List.of(auth.signIn(claims)));
        }
        Request request = auth.app().request("GET", "/page", headers, "192.0.2.1");
        that(request.begin());
        return request;
    }

    static String header(Request request, String name) {
        return request.headers().stream().filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue).findFirst().orElse("");
    }

    public record Outcome(int status, String output) {
    }

    /** Runs a class of the tests in a process of its own. */
    static Outcome java(Map<String, String> environment, String classPath, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classPath));
        command.addAll(List.of(arguments));
        return run(environment, command);
    }

    static Outcome run(Map<String, String> environment, List<String> command) throws Exception {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        environment.forEach((name, value) -> {
            if (value == null) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        that(process.waitFor(60, TimeUnit.SECONDS), "it does not end", output);
        return new Outcome(process.exitValue(), output);
    }

    static String classPath() {
        return System.getProperty("java.class.path");
    }

    static String header() {
        try {
            return Files.readString(ROOT.resolve("include/stauth.h"));
        } catch (IOException exception) {
            throw new AssertionError(exception);
        }
    }
}
