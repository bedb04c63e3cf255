import com.sun.jna.Function;
import dev.stauth.App;
import dev.stauth.Request;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of c.c, from Java. The CPU is that of all threads, compiler and garbage collector included. */
public final class Runtime {
    private static final Function CLOCK = Function.getFunction("c", "clock_gettime");
    private static final int PROCESS_CPU = 2;

    private Runtime() {
    }

    private static String read(String inputs, String name) throws IOException {
        return Files.readString(Path.of(inputs, name), StandardCharsets.ISO_8859_1);
    }

    private static double cpu() {
        long[] time = new long[2];
        must(CLOCK.invokeInt(new Object[] {PROCESS_CPU, time}) == 0);
        return time[0] + time[1] / 1e9;
    }

    private static void must(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("a figure of something that failed");
        }
    }

    /** The same list of values for each name as servers keep them. */
    private static Map<String, List<String>> headers(String lines) {
        var found = new LinkedHashMap<String, List<String>>();
        lines.lines().map(line -> line.split(": ", 2)).forEach(parts -> found.put(parts[0], List.of(parts[1])));
        return found;
    }

    private static void handleRequest(App app, Map<String, List<String>> headers) {
        try (Request request = app.request("GET", "/report?id=3", headers, "192.0.2.7")) {
            must(request.begin());
            must(request.user().isLoggedIn());
            must(request.status() == 0 && !request.headers().isEmpty());
        }
    }

    /** One that takes nothing and gives a number, by the same way as all others. */
    private static Runnable foreignCall() throws ReflectiveOperationException {
        Method load = Class.forName("dev.stauth.Library").getDeclaredMethod("load");
        load.setAccessible(true);
        Object library = load.invoke(null);
        Method version = library.getClass().getDeclaredMethod("st_version_number");
        version.setAccessible(true);
        return () -> {
            try {
                version.invoke(library);
            } catch (ReflectiveOperationException exception) {
                throw new IllegalStateException(exception);
            }
        };
    }

    public static void main(String[] arguments) throws Exception {
        String inputs = arguments[0];
        int turns = Integer.parseInt(arguments[1]);
        int iterations = Integer.parseInt(arguments[2]);
        var app = new App(Path.of(inputs, "secrets"));
        String cookie = read(inputs, "cookie");
        Map<String, List<String>> headers = headers(read(inputs, "headers"));
        Runnable call = foreignCall();
        var cases = new LinkedHashMap<String, Runnable>();
        cases.put("request, Java", () -> handleRequest(app, headers));
        if (arguments.length == 3) {
            cases.put("cookie, Java", () -> must(app.userFromCookie(cookie).isLoggedIn()));
            cases.put("20 foreign calls, Java", () -> {
                for (int i = 0; i < 20; i++) {
                    call.run();
                }
            });
        }
        for (int turn = -1; turn < turns; turn++) {
            for (var each : cases.entrySet()) {
                double cpu = cpu();
                long wall = System.nanoTime();
                for (int i = 0; i < iterations; i++) {
                    each.getValue().run();
                }
                double spent = (System.nanoTime() - wall) / 1e9;
                double used = cpu() - cpu;
                if (turn >= 0) {
                    System.out.printf(java.util.Locale.ROOT,
                            "{\"name\": \"%s\", \"iterations\": %d, \"seconds\": %.9f, \"wall\": %.9f}%n",
                            each.getKey(), iterations, used, spent);
                }
            }
        }
    }
}
