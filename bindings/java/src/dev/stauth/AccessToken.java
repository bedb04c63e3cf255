package dev.stauth;

import java.time.Instant;

/** A token to call an API with. */
public final class AccessToken {
    private final String secret;
    private final Instant expiresAt;
    private final String scope;

    AccessToken(String secret, Instant expiresAt, String scope) {
        this.secret = secret;
        this.expiresAt = expiresAt;
        this.scope = scope;
    }

    /**
     * The token itself, for an Authorization header: {@code "Bearer " + token.secret()}.
     *
     * @return the token
     */
    public String secret() {
        return secret;
    }

    /**
     * When it expires.
     *
     * @return null if the provider does not say
     */
    public Instant expiresAt() {
        return expiresAt;
    }

    /**
     * What it is for.
     *
     * @return words separated by spaces
     */
    public String scope() {
        return scope;
    }

    /** Does not show the token: this text ends up in logs. */
    @Override
    public String toString() {
        return "AccessToken[]";
    }
}
