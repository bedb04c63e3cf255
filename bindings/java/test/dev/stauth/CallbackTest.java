package dev.stauth;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The functions that the library calls. */
final class CallbackTest {
    private static Request refusedLogin(App app) {
        Request request = app.request("GET", "/oauth2callback?code=x&state=y", Map.of(), "192.0.2.1");
        Check.that(!request.begin());
        Check.equal("state_mismatch", request.error().code());
        return request;
    }

    void testLog() {
        var lines = new ArrayList<String>();
        App app = Check.settings().log((level, line) -> lines.add(level + " " + line)).build();
        refusedLogin(app);
        Check.contains(lines.toString(), "WARNING event=login_refused", "code=state_mismatch", "client_address=192.0.2.1");
    }

    /** What STAUTH_LOG asks for goes to the logger. */
    void testStandardLog() {
        Logger logger = Logger.getLogger("dev.stauth");
        var lines = new ArrayList<String>();
        var handler = new Collector(lines);
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
        try {
            for (String name : Arrays.asList("info", "warning", "error", "", null, "loud")) {
                BiConsumer<Level, String> log = Upcalls.standardLog(name);
                List.of(Level.INFO, Level.WARNING, Level.ERROR).forEach(level -> log.accept(level, level.getName()));
                lines.add("/");
            }
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
        Check.equal("INFO WARNING ERROR / WARNING ERROR / ERROR / WARNING ERROR / WARNING ERROR / "
                + "STAUTH_LOG must be info, warning or error, not \"loud\" WARNING ERROR /", String.join(" ", lines));
    }

    private static final class Collector extends Handler {
        private final List<String> lines;

        Collector(List<String> lines) {
            this.lines = lines;
        }

        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getMessage());
        }

        @Override
        public void flush() {
            // nothing is kept back
        }

        @Override
        public void close() {
            // nor open
        }
    }

    /** What a function throws ends there; the library goes on. */
    void testFunctionsThatThrow() {
        var printed = new ByteArrayOutputStream();
        PrintStream standard = System.err;
        System.setErr(new PrintStream(printed, true));
        try {
            callFunctionsThatThrow();
        } finally {
            System.setErr(standard);
        }
        Check.contains(printed.toString(), "stauth: the log function failed: java.lang.OutOfMemoryError",
                "stauth: the transport function failed: java.lang.StackOverflowError");
    }

    private static void callFunctionsThatThrow() {
        for (Throwable thrown : List.of(new IllegalStateException("log"), new StackOverflowError(), new OutOfMemoryError())) {
            App app = Check.settings().log((level, line) -> CallbackTest.<RuntimeException>raise(thrown))
                    .transport(exchange -> CallbackTest.<RuntimeException>raise(thrown)).build();
            refusedLogin(app).close();
            Check.fails(StauthException.NetworkError.class, app::preload);
            app.close();
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void raise(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** A transport that calls the library: a request within a request. */
    void testFunctionThatCallsTheLibrary() {
        var inner = new TestApp();
        var seen = new AtomicInteger();
        App app = Check.settings().transport(exchange -> {
            inner.signIn(Check.ADA);
            seen.incrementAndGet();
            throw new IllegalStateException("no provider");
        }).build();
        Check.fails(StauthException.NetworkError.class, app::preload);
        Check.equal(1, seen.get());
    }

    /** Nothing but the library refers to them, and the garbage collector runs: they must stay callable. */
    void testFunctionsInUseSurviveTheCollector() {
        var count = new AtomicInteger();
        App app = appWithALogOfItsOwn(count);
        int atStart = count.get();
        for (int time = 1; time <= 20; time++) {
            new WeakReference<>(new byte[1 << 20]);
            System.gc();
            refusedLogin(app).close();
            Check.equal(atStart + time, count.get());
        }
        app.close();
    }

    private static App appWithALogOfItsOwn(AtomicInteger count) {
        byte[] large = new byte[1 << 20];
        return Check.settings().log((level, line) -> count.addAndGet(large.length >> 20)).build();
    }

    /** The functions go when the application and its last request are gone, and not before. */
    void testFunctionsAreReleased() {
        BiConsumer<Level, String> log = (level, line) -> Check.that(true);
        Upcalls.Transport transport = exchange -> Check.that(true);
        App app = Check.settings().log(log).transport(transport).build();
        Request request = app.request("GET", "/", Map.of(), null);
        app.close();
        Check.that(Upcalls.isKept(log) && Upcalls.isKept(transport));
        request.close();
        Check.that(!Upcalls.isKept(log) && !Upcalls.isKept(transport));
        Check.fails(StauthException.class, () -> App.builder().toml("[auth]").log(log).build());
        Check.that(!Upcalls.isKept(log));
        Check.fails(StauthException.InvalidArgument.class, () -> Upcalls.setLog(Library.load(), 0, log));
        Check.that(!Upcalls.isKept(log), "the library has never had it");
    }

    /** The Cleaner frees what a program forgets, and with it the functions. */
    void testForgottenObjects() throws InterruptedException {
        var functions = new ArrayList<BiConsumer<Level, String>>();
        for (int number = 0; number < 10; number++) {
            var lines = new ArrayList<String>();
            functions.add((level, line) -> lines.add(line));
        }
        functions.forEach(CallbackTest::forget);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (functions.stream().anyMatch(Upcalls::isKept)) {
            Check.that(System.nanoTime() < deadline, "still kept");
            System.gc();
            Thread.sleep(1); // lets the Cleaner's thread run
        }
    }

    private static void forget(BiConsumer<Level, String> log) {
        App app = Check.settings().log(log).build();
        app.request("GET", "/", Map.of(), null);
        new Gate(app, List.of("/x"));
    }

    /** Closing and forgetting while others call. */
    void testCollectorWhileRequestsRun() throws InterruptedException {
        var auth = new TestApp();
        String cookie = auth.signIn(Check.ADA);
        var threads = new ArrayList<Thread>();
        var wrong = new AtomicInteger();
        for (int number = 0; number < 4; number++) {
            threads.add(new Thread(() -> {
                for (int time = 0; time < 300; time++) {
                    Request request = auth.app().request("GET", "/", Map.of("Cookie", List.of(cookie)), null);
                    wrong.addAndGet(request.begin() && "ada".equals(request.user().claim("sub")) ? 0 : 1);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                System.gc();
                thread.join(5);
            }
        }
        Check.equal(0, wrong.get());
    }
}
