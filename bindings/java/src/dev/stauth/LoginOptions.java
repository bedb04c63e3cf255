package dev.stauth;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one login asks for; docs/configuration.md explains it. Each method makes another value:
 * {@code new LoginOptions().prompt("login").maxAge(Duration.ofMinutes(5))}.
 */
public final class LoginOptions {
    private final Map<String, String> values;

    /** The settings as they are. */
    public LoginOptions() {
        this(Map.of());
    }

    private LoginOptions(Map<String, String> values) {
        this.values = values;
    }

    Map<String, String> values() {
        return values;
    }

    private LoginOptions with(String key, String value) {
        var more = new LinkedHashMap<>(values);
        more.put(key, value);
        return new LoginOptions(Collections.unmodifiableMap(more));
    }

    /**
     * Where the user returns to, in place of this page.
     *
     * @param path a path of this site, with its query
     * @return the options with it
     */
    public LoginOptions returnTo(String path) {
        return with("return_to", path);
    }

    /**
     * Whom the provider suggests.
     *
     * @param user a user name or e-mail address
     * @return the options with it
     */
    public LoginOptions loginHint(String user) {
        return with("login_hint", user);
    }

    /**
     * What the provider shows.
     *
     * @param prompt "login" to sign in again, "select_account", "consent" or "none"
     * @return the options with it
     */
    public LoginOptions prompt(String prompt) {
        return with("prompt", prompt);
    }

    /**
     * How to sign in.
     *
     * @param values such as "mfa"
     * @return the options with them
     */
    public LoginOptions acrValues(String values) {
        return with("acr_values", values);
    }

    /**
     * How long ago the user may have authenticated, which is enforced.
     *
     * @param age whole seconds count
     * @return the options with it
     */
    public LoginOptions maxAge(Duration age) {
        return with("max_age", Long.toString(age.toSeconds()));
    }

    /**
     * Languages for the provider's pages.
     *
     * @param locales such as "de fr-CA"
     * @return the options with them
     */
    public LoginOptions uiLocales(String locales) {
        return with("ui_locales", locales);
    }
}
