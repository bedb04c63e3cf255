package dev.stauth;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

final class ClaimsTest {
    private static String claim(String json, String name) {
        return new User(json).claim(name);
    }

    void testValues() {
        String json = "{\"is_logged_in\":true,\"a\":\"x\",\"n\":-1.5e3,\"l\":[1,{\"a\":\"]}\"}],\"o\":{\"e\":{}},"
                + "\"no\":null,\"f\":false,\"\":\"empty\",\"e\":\"\",\"last\":\"z\"}";
        var expected = new HashMap<String, String>(Map.of("is_logged_in", "true", "a", "x", "n", "-1.5e3",
                "l", "[1,{\"a\":\"]}\"}]", "o", "{\"e\":{}}", "f", "false", "", "empty", "e", "", "last", "z"));
        expected.put("no", null);
        expected.put("z", null);
        expected.put("x", null);
        expected.forEach((name, value) -> Check.equal(value, claim(json, name)));
        Check.equal("false", User.ANONYMOUS.claim("is_logged_in"));
        Check.equal(null, User.ANONYMOUS.claim("sub"));
    }

    void testEscapes() {
        String json = "{\"q\\\"\\\\\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83d\\ude00\",\"x\":\"\\\\\",\"y\":1}";
        Check.equal("\"\\/\b\f\n\r\t\u00e4\ud83d\ude00", claim(json, "q\"\\"));
        Check.equal("\\", claim(json, "x"));
        Check.equal("1", claim(json, "y"));
    }

    /** A claim whose text looks like JSON is text. */
    void testTextThatLooksLikeAMember() {
        String json = "{\"is_logged_in\":true,\"name\":\"x\\\",\\\"email\\\":\\\"admin@example.org\",\"l\":[\"email\",\"no\"],"
                + "\"o\":{\"email\":\"no\"},\"email\":\"ada@example.org\"}";
        Check.equal("ada@example.org", claim(json, "email"));
    }

    /** Of every kind, through a complete login. */
    void testClaimsOfALogin() {
        var auth = new TestApp();
        String odd = "\u00e4\"\\\n\t\u2028\ud83d\ude00</script>\u0001";
        var nested = Map.of("a", List.of("}", Map.of("b", "\"")));
        User user = Check.begun(auth, Map.of("odd", odd, "o", nested, "yes", true, "big", 1L << 53, odd, "name")).user();
        Check.equal(odd, user.claim("odd"));
        Check.equal("name", user.claim(odd));
        Check.equal("true", user.claim("yes"));
        Check.equal("9007199254740992", user.claim("big"));
        Check.equal("{\"a\":[\"}\",{\"b\":\"\\\"\"}]}", user.claim("o"));
    }
}
