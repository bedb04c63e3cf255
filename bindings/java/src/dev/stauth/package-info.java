/**
 * Sign in with any OpenID provider: Streamlit's st.login, st.logout and st.user for Java. Most programs use the Servlet
 * filter of {@code dev.stauth.servlet} or the handler of {@code dev.stauth.httpserver}; a {@link dev.stauth.Request} then
 * has {@code user()}, {@code login()} and {@code logout()}.
 *
 * <p>It is a thin layer over libstauth.so.0: all pages, checks and log lines are the library's.
 */
package dev.stauth;
