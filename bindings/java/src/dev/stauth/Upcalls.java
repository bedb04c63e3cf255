package dev.stauth;

import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * The functions that the library calls. There is one of each kind for all applications, which lives as long as the
 * process; the user data that C keeps is the number of the program's own function. The library releases the number when
 * it will never use it again.
 */
final class Upcalls {
    /** Answers an exchange, or throws; see st_transport. */
    interface Transport {
        void answer(long exchange) throws Exception;
    }

    private static final Map<Long, Object> KEPT = new ConcurrentHashMap<>();
    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final System.Logger LOGGER = System.getLogger("dev.stauth");
    private static final long LOG = Library.load().address((Foreign.Log) Upcalls::log);
    private static final long TRANSPORT = Library.load().address((Foreign.Transport) Upcalls::exchangeMessages);
    private static final long RELEASE = Library.load().address((Foreign.Release) KEPT::remove);

    private Upcalls() {
    }

    static void setLog(Foreign library, long config, BiConsumer<Level, String> log) {
        keep(log, (number, error) -> library.st_config_set_log(config, LOG, number, RELEASE, error));
    }

    static void setTransport(Foreign library, long config, Transport transport) {
        keep(transport, (number, error) -> library.st_config_set_transport(config, TRANSPORT, number, RELEASE, error));
    }

    private interface Call {
        int on(long number, long[] error);
    }

    private static void keep(Object function, Call call) {
        long number = NUMBERS.incrementAndGet();
        KEPT.put(number, function);
        long[] error = new long[1];
        int status = call.on(number, error);
        if (status != 0) {
            KEPT.remove(number); // the library releases only what it took
        }
        Library.check(status, error);
    }

    /** Warnings and errors go to the logger "dev.stauth", or what STAUTH_LOG asks for. */
    static BiConsumer<Level, String> standardLog(String name) {
        Level least = switch (name == null ? "" : name) {
            case "info" -> Level.INFO;
            case "", "warning" -> Level.WARNING;
            case "error" -> Level.ERROR;
            default -> {
                LOGGER.log(Level.WARNING, "STAUTH_LOG must be info, warning or error, not \"" + name + "\"");
                yield Level.WARNING;
            }
        };
        return (level, line) -> {
            if (level.getSeverity() >= least.getSeverity()) {
                LOGGER.log(level, line);
            }
        };
    }

    /** What a program's function throws ends here: C cannot pass it on. */
    private static void log(int level, long line, long number) {
        try {
            @SuppressWarnings("unchecked")
            var write = (BiConsumer<Level, String>) KEPT.get(number);
            Level named = level == 1 ? Level.INFO : level == 3 ? Level.ERROR : Level.WARNING;
            write.accept(named, Library.load().textAt(line));
        } catch (Throwable thrown) {
            report("log", thrown);
        }
    }

    private static int exchangeMessages(long exchange, long number) {
        try {
            ((Transport) KEPT.get(number)).answer(exchange);
            return 0;
        } catch (Throwable thrown) {
            report("transport", thrown);
            return Library.NETWORK_ERROR;
        }
    }

    private static void report(String what, Throwable thrown) {
        System.err.println("stauth: the " + what + " function failed: " + thrown);
    }

    /** Whether the library may still call a function, for tests. */
    static boolean isKept(Object function) {
        return KEPT.containsValue(function);
    }
}
