package dev.stauth.httpserver;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import dev.stauth.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The exchange that the program sees: its response with the library's headers, or the library's in its place. */
final class Page extends HttpExchange {
    private final HttpExchange inner;
    private final Request request;
    /** What was there before the program's handler. */
    private final Map<String, List<String>> before;
    private boolean isBegun;
    /** The library's response was sent; what the program writes is dropped. */
    private boolean isReplaced;
    private boolean isReturned;

    Page(HttpExchange inner, Request request) {
        this.inner = inner;
        this.request = request;
        before = new HashMap<>(inner.getResponseHeaders());
    }

    Request request() {
        return request;
    }

    synchronized boolean hasBegun() {
        return isBegun;
    }

    /** The program's handler has returned. It may have left the response to another thread. */
    synchronized void returned() throws IOException {
        isReturned = true;
        if (!isBegun && request.status() > 0) {
            replace(request.status());
        }
        if (isBegun) {
            request.close();
        }
    }

    @Override
    public synchronized void sendResponseHeaders(int status, long length) throws IOException {
        if (isReplaced) {
            return;
        }
        if (!isBegun && request.status() > 0) {
            replace(request.status());
            return;
        }
        if (!isBegun) {
            isBegun = true;
            request.headers().forEach(header -> getResponseHeaders().add(header.getKey(), header.getValue()));
        }
        if (isReturned) {
            request.close();
        }
        inner.sendResponseHeaders(status, length);
    }

    private void replace(int status) throws IOException {
        isBegun = true;
        isReplaced = true;
        Headers headers = inner.getResponseHeaders();
        headers.clear();
        headers.putAll(before);
        byte[] body = request.body();
        request.headers().forEach(header -> headers.add(header.getKey(), header.getValue()));
        boolean isEmpty = body.length == 0 || getRequestMethod().equals("HEAD");
        inner.sendResponseHeaders(status, isEmpty ? -1 : body.length);
        if (!isEmpty) {
            inner.getResponseBody().write(body);
        }
        inner.close();
    }

    @Override
    public synchronized OutputStream getResponseBody() {
        return isReplaced ? OutputStream.nullOutputStream() : inner.getResponseBody();
    }

    @Override
    public synchronized void close() {
        request.close();
        if (!isReplaced) {
            inner.close();
        }
    }

    @Override
    public void setStreams(InputStream input, OutputStream output) {
        inner.setStreams(input, output);
    }

    @Override
    public int getResponseCode() {
        return inner.getResponseCode();
    }

    @Override
    public Headers getRequestHeaders() {
        return inner.getRequestHeaders();
    }

    @Override
    public Headers getResponseHeaders() {
        return inner.getResponseHeaders();
    }

    @Override
    public URI getRequestURI() {
        return inner.getRequestURI();
    }

    @Override
    public String getRequestMethod() {
        return inner.getRequestMethod();
    }

    @Override
    public HttpContext getHttpContext() {
        return inner.getHttpContext();
    }

    @Override
    public InputStream getRequestBody() {
        return inner.getRequestBody();
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return inner.getRemoteAddress();
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return inner.getLocalAddress();
    }

    @Override
    public String getProtocol() {
        return inner.getProtocol();
    }

    @Override
    public Object getAttribute(String name) {
        return inner.getAttribute(name);
    }

    @Override
    public void setAttribute(String name, Object value) {
        inner.setAttribute(name, value);
    }

    @Override
    public HttpPrincipal getPrincipal() {
        return inner.getPrincipal();
    }
}
