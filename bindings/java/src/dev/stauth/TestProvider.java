package dev.stauth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Answers the library's requests inside of the process. */
final class TestProvider {
    static final String ISSUER = "https://provider.test";
    private static final String METADATA = "/.well-known/openid-configuration";
    private static final String CLIENT = "test";

    private final String secret = random();
    private final Map<String, Map<String, Object>> claims = new ConcurrentHashMap<>(); // by code or refresh token

    static String random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    Map<String, String> settings() {
        return Map.of("auth.client_id", CLIENT, "auth.client_secret", secret,
                "auth.server_metadata_url", ISSUER + METADATA, "auth.id_token_signed_response_alg", "HS256");
    }

    /** Stands in for the user's consent: a code for these claims. */
    String authorize(Map<String, Object> granted) {
        String code = random();
        claims.put(code, granted);
        return code;
    }

    /** The transport of the application. */
    void answer(long exchange) throws GeneralSecurityException {
        Foreign library = Library.load();
        long[] error = new long[1];
        long[] address = new long[1];
        long[] length = new long[1];
        Library.check(library.st_exchange_body(exchange, address, length, error), error);
        String sent = new String(library.bytesAt(address[0], length[0]), StandardCharsets.UTF_8);
        String path = library.textAt(library.st_exchange_url(exchange)).substring(ISSUER.length());
        byte[] body = json(reply(path, sent)).getBytes(StandardCharsets.UTF_8);
        byte[] name = Library.text("Content-Type");
        byte[] type = Library.text("application/json");
        Library.check(library.st_exchange_add_header(exchange, name, type, error), error);
        Library.check(library.st_exchange_respond(exchange, 200, body, body.length, error), error);
    }

    private Map<String, ?> reply(String path, String sent) throws GeneralSecurityException {
        if (path.equals(METADATA)) {
            return Map.of("issuer", ISSUER, "authorization_endpoint", ISSUER + "/authorize", "token_endpoint",
                    ISSUER + "/token", "jwks_uri", ISSUER + "/keys", "response_types_supported", List.of("code"),
                    "subject_types_supported", List.of("public"), "id_token_signing_alg_values_supported",
                    List.of("HS256"), "authorization_response_iss_parameter_supported", true);
        }
        if (path.equals("/keys")) {
            return Map.of("keys", List.of()); // the ID token is signed with the client's secret
        }
        Map<String, String> form = TestApp.form(sent);
        Map<String, Object> granted = claims.remove(form.getOrDefault("code", form.get("refresh_token")));
        return Map.of("access_token", random(), "token_type", "Bearer", "expires_in", 3600, "refresh_token",
                authorize(granted), "id_token", idToken(granted));
    }

    private String idToken(Map<String, Object> granted) throws GeneralSecurityException {
        long now = System.currentTimeMillis() / 1000;
        var all = new LinkedHashMap<String, Object>(Map.of("aud", CLIENT, "iat", now, "exp", now + 300));
        all.putAll(granted);
        String signed = encoded(json(Map.of("alg", "HS256"))) + "." + encoded(json(all));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return signed + "." + encoded(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    private static String encoded(String text) {
        return encoded(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String json(Object value) {
        if (value instanceof Map<?, ?> members) {
            return members.entrySet().stream()
                    .map(member -> quoted(member.getKey().toString()) + ":" + json(member.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof Iterable<?> values) {
            return StreamSupport.stream(values.spliterator(), false).map(TestProvider::json)
                    .collect(Collectors.joining(",", "[", "]"));
        }
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return String.valueOf(value);
        }
        return quoted(value.toString());
    }

    private static String quoted(String text) {
        return text.codePoints().mapToObj(code -> code < ' ' || code == '"' || code == '\\'
                ? String.format("\\u%04x", code) : Character.toString(code)).collect(Collectors.joining("", "\"", "\""));
    }
}
