package dev.stauth.servlet;

import dev.stauth.Request;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The response that the servlets see: theirs with the library's headers, or the library's in its place. */
final class Page extends HttpServletResponseWrapper {
    private final Request request;
    private final String method;
    /** What was there before the servlets. */
    private final Map<String, List<String>> before = new LinkedHashMap<>();
    private ServletOutputStream stream;
    private PrintWriter writer;
    private boolean isBegun;
    /** The library's response was sent; what the servlets write is dropped. */
    private boolean isReplaced;

    Page(HttpServletResponse inner, Request request, String method) {
        super(inner);
        this.request = request;
        this.method = method;
        inner.getHeaderNames().forEach(name -> before.put(name, new ArrayList<>(inner.getHeaders(name))));
    }

    Request request() {
        return request;
    }

    /** Begins the response, before anything of it is sent. False if it is the library's. */
    synchronized boolean begin() throws IOException {
        if (!isBegun) {
            isBegun = true;
            int status = request.status();
            if (status > 0 && !isCommitted()) {
                replace(status);
            } else {
                addHeaders();
            }
        }
        return !isReplaced;
    }

    private void addHeaders() {
        request.headers().forEach(header -> super.addHeader(header.getKey(), header.getValue()));
    }

    private void replace(int status) throws IOException {
        isReplaced = true;
        super.reset();
        before.forEach((name, values) -> values.forEach(value -> super.addHeader(name, value)));
        byte[] body = request.body();
        addHeaders();
        super.setStatus(status);
        super.setContentLength(body.length);
        if (!method.equals("HEAD")) {
            super.getOutputStream().write(body);
        }
        super.flushBuffer();
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (stream == null) {
            stream = new PageStream(super.getOutputStream());
        }
        return stream;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (writer == null) {
            writer = new PrintWriter(new PageWriter(super.getWriter()));
        }
        return writer;
    }

    @Override
    public void flushBuffer() throws IOException {
        if (begin()) {
            super.flushBuffer();
        }
    }

    @Override
    public void reset() {
        super.reset();
        stream = null;
        writer = null;
        if (isBegun) {
            addHeaders(); // nothing was sent yet
        }
    }

    @Override
    public void sendError(int status) throws IOException {
        if (begin()) {
            super.sendError(status);
        }
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        if (begin()) {
            super.sendError(status, message);
        }
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        if (begin()) {
            super.sendRedirect(location);
        }
    }

    private final class PageStream extends ServletOutputStream {
        private final ServletOutputStream inner;

        PageStream(ServletOutputStream inner) {
            this.inner = inner;
        }

        @Override
        public void write(int octet) throws IOException {
            if (begin()) {
                inner.write(octet);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (begin()) {
                inner.write(bytes, offset, length);
            }
        }

        @Override
        public void flush() throws IOException {
            if (begin()) {
                inner.flush();
            }
        }

        @Override
        public void close() throws IOException {
            if (begin()) {
                inner.close();
            }
        }

        @Override
        public boolean isReady() {
            return isReplaced || inner.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            inner.setWriteListener(listener);
        }
    }

    private final class PageWriter extends Writer {
        private final PrintWriter inner;

        PageWriter(PrintWriter inner) {
            this.inner = inner;
        }

        @Override
        public void write(char[] text, int offset, int length) throws IOException {
            if (begin()) {
                inner.write(text, offset, length);
            }
        }

        @Override
        public void flush() throws IOException {
            if (begin()) {
                inner.flush();
            }
        }

        @Override
        public void close() throws IOException {
            if (begin()) {
                inner.close();
            }
        }
    }
}
