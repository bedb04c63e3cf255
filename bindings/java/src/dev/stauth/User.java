package dev.stauth;

import java.security.Principal;

/** Who sent a request: the claims of the provider. Never changes. */
public final class User implements Principal {
    /** Somebody who is not signed in. */
    public static final User ANONYMOUS = new User("{\"is_logged_in\":false}");
    private static final String SIGNED_IN = "{\"is_logged_in\":true"; // the library writes this member first

    private final String json;

    User(String json) {
        this.json = json;
    }

    /**
     * Whether this is a signed-in user.
     *
     * @return false for somebody who is not signed in
     */
    public boolean isLoggedIn() {
        return json.startsWith(SIGNED_IN);
    }

    /**
     * A claim, such as "email", or "provider", which every signed-in user has: text as it is, any other value as JSON.
     *
     * @param name the claim's name
     * @return null if the provider does not send it
     */
    public String claim(String name) {
        return Claims.find(json, name).orElse(null);
    }

    /**
     * All claims as the library writes them, for the JSON library of the program.
     *
     * @return an object that begins with "is_logged_in"
     */
    public String json() {
        return json;
    }

    /**
     * The user's identifier at the provider, the claim "sub".
     *
     * @return null for somebody who is not signed in
     */
    @Override
    public String getName() {
        return claim("sub");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof User user && user.json.equals(json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    /** Does not show claims: they are personal data, and this text ends up in logs. */
    @Override
    public String toString() {
        return isLoggedIn() ? "User[signed in]" : "User[nobody]";
    }
}
