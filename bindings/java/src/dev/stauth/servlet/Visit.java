package dev.stauth.servlet;

import dev.stauth.User;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.security.Principal;

/** The request that the servlets see. */
final class Visit extends HttpServletRequestWrapper {
    private final Page page;

    Visit(HttpServletRequest inner, Page page) {
        super(inner);
        this.page = page;
    }

    Page page() {
        return page;
    }

    @Override
    public Principal getUserPrincipal() {
        User user = page.request().user();
        return user.isLoggedIn() ? user : super.getUserPrincipal();
    }

    @Override
    public String getRemoteUser() {
        Principal user = getUserPrincipal();
        return user == null ? null : user.getName();
    }

    @Override
    public <T extends HttpUpgradeHandler> T upgrade(Class<T> handler) throws IOException, ServletException {
        page.begin();
        return super.upgrade(handler);
    }

    /** The servlets have returned. One may have left the response to another thread. */
    void finish() throws IOException {
        if (!isAsyncStarted()) {
            page.begin();
        }
    }

    void closeUnlessAsync() {
        if (!isAsyncStarted() || !isHeard(new Closing())) {
            page.request().close();
        }
    }

    /** False if another thread has completed the response by now. */
    private boolean isHeard(AsyncListener listener) {
        try {
            getAsyncContext().addListener(listener);
            return true;
        } catch (IllegalStateException exception) {
            return false;
        }
    }

    private final class Closing implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) throws IOException {
            page.begin();
            page.request().close();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // onComplete follows
        }

        @Override
        public void onError(AsyncEvent event) {
            // onComplete follows
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
