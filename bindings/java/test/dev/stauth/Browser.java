package dev.stauth;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Sends requests to a server under test. */
public final class Browser {
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;

    public Browser(int port) {
        this.port = port;
    }

    /** GET from a page of the site, with a Cookie header unless it is null; `more` are names and values. */
    public HttpResponse<String> get(String target, String cookie, String... more) {
        return send("GET", target, cookie, null, more);
    }

    /** The same with another method, and a form as its body. */
    public HttpResponse<String> send(String method, String target, String cookie, String form, String... more) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .header("Sec-Fetch-Site", "same-origin").header("X-Forwarded-Host", "localhost:8501");
        if (cookie != null) {
            request.header("Cookie", cookie);
        }
        if (form != null) {
            request.header("Content-Type", "application/x-www-form-urlencoded");
        }
        for (int index = 0; index < more.length; index += 2) {
            request.setHeader(more[index], more[index + 1]);
        }
        request.method(method, form == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(form));
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException exception) {
            throw new java.io.UncheckedIOException(exception);
        } catch (InterruptedException exception) {
            throw new IllegalStateException(exception);
        }
    }

    public static String header(HttpResponse<String> answer, String name) {
        return String.join(", ", answer.headers().allValues(name));
    }
}
