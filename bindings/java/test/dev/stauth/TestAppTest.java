package dev.stauth;

import java.util.Map;

final class TestAppTest {
    void testCookiesOfAnotherApp() {
        var auth = new TestApp();
        var other = new TestApp();
        String cookie = auth.signIn(Check.ADA);
        Check.that(auth.app().userFromCookie(cookie).isLoggedIn() && !other.app().userFromCookie(cookie).isLoggedIn());
    }

    void testSettings() {
        var auth = new TestApp(Map.of("auth.cookie_prefix", "mine", "auth.require_login", true));
        Check.that(auth.signIn(Map.of()).startsWith("mine_session="));
        Check.that(auth.app().requiresLogin());
    }

    /** The login has every check. */
    void testClaimsThatAreRefused() {
        var auth = new TestApp();
        Check.fails(StauthException.TokenInvalid.class, () -> auth.signIn(Map.of("sub", "")));
        Check.fails(StauthException.TokenInvalid.class, () -> auth.signIn(Map.of("aud", "another")));
    }

    void testClosed() {
        var auth = new TestApp();
        auth.close();
        Check.fails(StauthException.InvalidArgument.class, "invalid_handle", () -> auth.signIn(Map.of()));
    }
}
