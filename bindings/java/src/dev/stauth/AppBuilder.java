package dev.stauth;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** Says where an application gets its settings from. Later keys replace earlier ones. */
public final class AppBuilder {
    private static final String DEFAULT_SECRETS = ".streamlit/secrets.toml";

    private Path file;
    private byte[] toml;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private BiConsumer<Level, String> log;
    private Upcalls.Transport transport;

    AppBuilder() {
    }

    /**
     * Reads a file.
     *
     * @param secrets a secrets.toml
     * @return this builder
     */
    public AppBuilder file(Path secrets) {
        file = secrets;
        return this;
    }

    /**
     * Reads the text of a secrets.toml.
     *
     * @param text TOML
     * @return this builder
     */
    public AppBuilder toml(String text) {
        toml = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /**
     * Sets one key.
     *
     * @param key as in TOML, "auth.port"
     * @param value text; numbers and booleans as in TOML
     * @return this builder
     */
    public AppBuilder setting(String key, Object value) {
        settings.put(key, value.toString());
        return this;
    }

    /**
     * Receives the library's events, lines of logfmt, in place of the logger "dev.stauth", to which warnings and errors
     * go, or what STAUTH_LOG asks for. Any thread may call it. What it throws goes to System.err.
     *
     * @param function gets a level and a line
     * @return this builder
     */
    public AppBuilder log(BiConsumer<Level, String> function) {
        log = function;
        return this;
    }

    AppBuilder transport(Upcalls.Transport function) {
        transport = function;
        return this;
    }

    /**
     * Checks the settings. A ConfigurationError lists all problems.
     *
     * @return the application
     */
    public App build() {
        return new App(this);
    }

    long make(Foreign library) {
        long[] out = new long[1];
        long[] error = new long[1];
        Library.check(library.st_config_new(out, error), error);
        long config = out[0];
        try {
            load(library, config, error);
            Upcalls.setLog(library, config, log == null ? Upcalls.standardLog(System.getenv("STAUTH_LOG")) : log);
            if (transport != null) {
                Upcalls.setTransport(library, config, transport);
            }
            Library.check(library.st_app_new(config, out, error), error);
            return out[0];
        } finally {
            library.st_config_free(config);
        }
    }

    private void load(Foreign library, long config, long[] error) {
        String path = file == null ? null : file.toString();
        if (path == null && toml == null && settings.isEmpty()) {
            String named = System.getenv("STAUTH_SECRETS");
            path = named == null || named.isEmpty() ? DEFAULT_SECRETS : named;
        }
        if (path != null) {
            Library.check(library.st_config_load_file(config, Library.text(path), error), error);
        }
        if (toml != null) {
            Library.check(library.st_config_load_toml(config, toml, toml.length, error), error);
        }
        settings.forEach((key, value) ->
                Library.check(library.st_config_set(config, Library.text(key), Library.text(value), error), error));
    }
}
