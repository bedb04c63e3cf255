package dev.stauth;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The binding's declarations say what stauth.h says. */
final class DeclarationsTest {
    private static final String HEADER = Check.header();
    private static final String CODE = HEADER.replaceAll("(?s)/\\*.*?\\*/", " ").replaceAll("(?m)^#(?:.*\\\\\\n)*.*$", " ");
    /** What this binding does not call, and why. */
    private static final Map<String, List<String>> UNUSED = Map.of(
            "the number is enough to compare", List.of("st_version_string"),
            "for tests of the library", List.of("st_config_set_clock", "st_config_set_random"),
            "Java programs keep an App, and use Redis", List.of("st_app_shared", "st_config_set_session_store", "st_record_set",
                    "st_app_end_sessions"),
            "threads may wait", List.of("st_config_set_event_loop", "st_request_exchange", "st_request_resume",
                    "st_request_new_preload", "st_request_may_block", "st_request_login_may_block",
                    "st_request_logout_may_block", "st_request_loads_page"),
            "only the provider of tests has a transport", List.of("st_exchange_method", "st_exchange_header_name",
                    "st_exchange_header_value", "st_exchange_timeout_ms", "st_exchange_connect_timeout_ms",
                    "st_exchange_proxy", "st_exchange_ca_file", "st_exchange_allows_loopback"),
            "all headers in one call", List.of("st_request_add_header", "st_request_response_header_count",
                    "st_request_response_header"),
            "a logger is better", List.of("st_config_log_to_fd"),
            "for programs without a site", List.of("st_native_new", "st_native_login", "st_native_callback",
                    "st_native_device_login", "st_native_poll", "st_native_is_pending", "st_native_wait_ms",
                    "st_native_expires_in", "st_native_url", "st_native_verification_uri",
                    "st_native_user_code", "st_native_session"),
            "a User outlives its request, or has none", List.of("st_request_is_logged_in", "st_request_claim"),
            "a request may change its thread", List.of("st_request_bind", "st_request_unbind", "st_login", "st_logout",
                    "st_user_json"));
    private static final Map<String, Class<?>> NUMBERS = Map.of("void", void.class, "int32_t", int.class,
            "st_status", int.class, "st_action", int.class, "uint32_t", int.class, "int64_t", long.class, "size_t", long.class);

    private record Function(String result, List<String> parameters) {
    }

    private static Map<String, Function> functions() {
        var found = new LinkedHashMap<String, Function>();
        Matcher matcher = Pattern.compile("(?s)ST_API\\s+([^;(]*?)(\\w+)\\(([^;]*?)\\);").matcher(CODE);
        while (matcher.find()) {
            List<String> parameters = Arrays.stream(matcher.group(3).split(",")).map(text -> text.trim().replaceAll("\\s+", " "))
                    .filter(text -> !text.equals("void")).toList();
            found.put(matcher.group(2), new Function(matcher.group(1).trim(), parameters));
        }
        return found;
    }

    private static Set<String> callbacks() {
        return Pattern.compile("\\(\\*(st_\\w+)\\)\\(").matcher(CODE).results().map(found -> found.group(1))
                .collect(Collectors.toSet());
    }

    private static Class<?> typeOf(String declared) {
        String type = declared.replaceAll("\\s*\\w+$", "").trim();
        if (callbacks().contains(type) || type.equals("void *") || declared.equals("char *buffer")) {
            return long.class;
        }
        if (declared.matches("const char \\*\\w+")) {
            return byte[].class;
        }
        if (declared.matches("const char \\*const \\*\\w+") || declared.matches(".*\\*\\*\\w+")
                || declared.matches("(?:size_t|int64_t) \\*\\w+")) {
            return long[].class;
        }
        if (declared.matches("(?:st_action|int32_t) \\*\\w+")) {
            return int[].class;
        }
        return type.endsWith("*") ? long.class : NUMBERS.get(type);
    }

    private static Class<?> resultOf(String declared) {
        return declared.endsWith("*") ? long.class : NUMBERS.get(declared);
    }

    private static Map<String, Method> ours() {
        var found = new HashMap<String, Method>();
        for (Method method : Foreign.class.getDeclaredMethods()) {
            if (method.getName().startsWith("st_")) {
                found.put(method.getName(), method);
            }
        }
        return found;
    }

    void testHeaderIsUnderstood() {
        int declared = HEADER.split("ST_API ", -1).length - HEADER.split("#define ST_API ", -1).length;
        Check.equal(declared, functions().size());
    }

    void testSameFunctions() {
        var unused = UNUSED.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        var expected = new HashSet<>(functions().keySet());
        Check.that(expected.removeAll(unused) && functions().keySet().containsAll(unused));
        Check.equal(expected, ours().keySet());
    }

    void testSameTypes() {
        ours().forEach((name, method) -> {
            Function function = functions().get(name);
            var types = new ArrayList<Class<?>>();
            types.add(resultOf(function.result));
            function.parameters.forEach(parameter -> types.add(typeOf(parameter)));
            var found = new ArrayList<Class<?>>();
            found.add(method.getReturnType());
            found.addAll(List.of(method.getParameterTypes()));
            Check.equal(name + types, name + found);
        });
    }

    /** JNA binds every native method, and nothing of the interface is left to Java. */
    void testEveryFunctionIsNative() throws ReflectiveOperationException {
        for (Method method : ours().values()) {
            Method bound = Jna.class.getDeclaredMethod(method.getName(), method.getParameterTypes());
            Check.that(java.lang.reflect.Modifier.isNative(bound.getModifiers()), bound);
        }
    }

    void testSameCallbacks() {
        Map.of("st_log", Foreign.Log.class, "st_transport", Foreign.Transport.class, "st_release", Foreign.Release.class)
                .forEach((name, ours) -> {
                    Matcher matcher = Pattern.compile("(?s)typedef (\\w+) \\(\\*" + name + "\\)\\((.*?)\\);").matcher(CODE);
                    Check.that(matcher.find());
                    Method method = ours.getDeclaredMethods()[0];
                    Check.equal(NUMBERS.get(matcher.group(1)), method.getReturnType());
                    List<Class<?>> types = Arrays.stream(matcher.group(2).split(",")).map(String::trim)
                            .<Class<?>>map(text -> text.contains("*") ? long.class : typeOf(text)).toList();
                    Check.equal(types, List.<Class<?>>of(method.getParameterTypes()));
                });
    }

    void testStatuses() {
        Matcher section = Pattern.compile("(?s)ST_OK = 0.*?\\};").matcher(HEADER);
        Check.that(section.find());
        Matcher names = Pattern.compile("ST_(\\w+) = (\\d+)").matcher(section.group());
        int highest = 0;
        while (names.find()) {
            int number = Integer.parseInt(names.group(2));
            if (number > 0) {
                highest = Math.max(highest, number);
                var made = StauthException.of(number, new StauthException.Details("m", "c", 500, null, null));
                Check.equal(names.group(1).replace("_", "").toLowerCase(Locale.ROOT),
                        made.getClass().getSimpleName().toLowerCase(Locale.ROOT));
            }
        }
        Check.equal(highest, StauthException.KINDS.size());
        var later = StauthException.of(99, new StauthException.Details("m", "c", 500, null, null));
        Check.equal(StauthException.class, later.getClass());
    }

    void testRequestHeaders() {
        Matcher listed = Pattern.compile("Add all of them, or at least ([\\w ,\\n-]+);").matcher(HEADER);
        Check.that(listed.find());
        Check.equal(Request.HEADERS, Set.of(listed.group(1).toLowerCase(Locale.ROOT).split(",\\s+|\\s+and\\s+")));
    }

    void testNumbers() {
        String words = HEADER.replaceAll("\\s+", " ");
        Check.contains(words, "so. At most 64 KiB", "65,536 bytes always suffice",
                "ST_RESPOND = " + Library.RESPOND + ",", "ST_NETWORK_ERROR = " + Library.NETWORK_ERROR + ",",
                "enum { ST_LOG_INFO = 1, ST_LOG_WARNING = 2, ST_LOG_ERROR = 3 }");
        Check.equal(65_536, Request.LONGEST_BODY);
        Check.equal(65_536, App.LONGEST_USER);
    }

    void testVersion() {
        Matcher number = Pattern.compile("#define ST_VERSION_NUMBER (\\d+)u").matcher(HEADER);
        Check.that(number.find());
        Check.equal(Integer.parseInt(number.group(1)) / 100, Library.VERSION);
        Library.requireVersion(Library.load().st_version_number(), Library.VERSION);
        var error = Check.fails(UnsatisfiedLinkError.class, () -> Library.requireVersion(200, 909));
        Check.equal("is version 0.2, and 9.9 is needed", error.getMessage());
    }
}
