package dev.stauth.servlet;

import dev.stauth.App;
import dev.stauth.Gate;
import dev.stauth.Request;
import dev.stauth.StauthException;
import dev.stauth.User;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers the library's own paths, and lends a {@link Request} to the servlets. Map it to all paths, before any filter
 * that reads the body or changes the path.
 *
 * <p>In a web.xml, the parameter "secrets" names the secrets.toml, "require-login" is "true" for a site that only
 * signed-in users may see, and "open-paths" lists the paths that need no login, separated by spaces.
 */
public class LoginFilter implements Filter {
    private static final System.Logger LOGGER = System.getLogger("dev.stauth");
    private static final String ATTRIBUTE = "dev.stauth.request";

    private App app;
    private Gate gate;
    private boolean ownsApp;

    /** For a container, which then calls {@link #init}. */
    public LoginFilter() {
    }

    /**
     * For a program that makes the application itself, and closes it. All pages are open, unless the settings close them.
     *
     * @param app the application
     */
    public LoginFilter(App app) {
        this.app = app;
        gate = new Gate(app);
    }

    /**
     * Closes the site to all but signed-in users.
     *
     * @param openPaths need no login: "/health" is that path alone, "/static/" that folder and all below it
     * @return this filter
     */
    public LoginFilter requireLogin(String... openPaths) {
        gate = new Gate(app, List.of(openPaths));
        return this;
    }

    /**
     * The request that this filter has lent to a servlet; throws NoRequest outside of the filter.
     *
     * @param request the servlet's
     * @return the library's
     */
    public static Request requestOf(ServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Request found) {
            return found;
        }
        throw StauthException.noRequest("this code runs outside of the LoginFilter");
    }

    /**
     * Who sent this request? Read it before the response begins, which then says that it depends on the user. The user is
     * also the request's getUserPrincipal().
     *
     * @param request the servlet's
     * @return the user
     */
    public static User userOf(ServletRequest request) {
        return requestOf(request).user();
    }

    @Override
    public void init(FilterConfig config) {
        if (app != null) {
            return;
        }
        String secrets = config.getInitParameter("secrets");
        app = secrets == null ? new App() : new App(Path.of(secrets));
        ownsApp = true;
        gate = new Gate(app);
        if ("true".equals(config.getInitParameter("require-login"))) {
            String open = config.getInitParameter("open-paths");
            requireLogin(open == null || open.isBlank() ? new String[0] : open.trim().split("\\s+"));
        }
    }

    @Override
    public void destroy() {
        if (ownsApp) {
            app.close();
        }
    }

    @Override
    public void doFilter(ServletRequest given, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var visit = (HttpServletRequest) given;
        var answer = (HttpServletResponse) response;
        Request request = null;
        try {
            request = app.request(visit.getMethod(), target(visit), headers(visit), addressOf(visit));
            doFilter(new Visit(visit, new Page(answer, request, visit.getMethod())), chain);
        } catch (StauthException exception) {
            // The library has not even taken the request if there is none: its page is that of another.
            Request other = request == null ? app.request("GET", "/", Map.of(), null) : request;
            refuse(new Page(answer, other, visit.getMethod()), exception);
            other.close();
        }
    }

    private void doFilter(Visit visit, FilterChain chain) throws IOException, ServletException {
        Page page = visit.page();
        Request request = page.request();
        try {
            if (request.wantsBody()) {
                readBody(visit, request);
            }
            if (gate.begin(request, routes(visit))) {
                visit.setAttribute(ATTRIBUTE, request);
                chain.doFilter(visit, page);
            }
            visit.finish();
        } catch (StauthException exception) {
            refuse(page, exception);
        } catch (ServletException exception) {
            if (!(exception.getRootCause() instanceof StauthException cause)) {
                throw exception;
            }
            refuse(page, cause);
        } finally {
            visit.closeUnlessAsync();
        }
    }

    private static void readBody(HttpServletRequest visit, Request request) throws IOException {
        byte[] body = visit.getInputStream().readNBytes(Request.LONGEST_BODY + 1);
        if (body.length < Math.min(visit.getContentLengthLong(), Request.LONGEST_BODY)) {
            throw StauthException.incomplete("the request's body was read before; put the LoginFilter first");
        }
        request.setBody(body);
    }

    /** The library's page for an error that nobody has caught. Its text is for developers. */
    private static void refuse(Page page, StauthException exception) throws IOException {
        LOGGER.log(exception.httpStatus() == 500 ? Level.ERROR : Level.WARNING,
                "uncaught: " + exception.code() + ": " + exception.getMessage());
        page.request().refuse(exception.code());
        page.begin();
    }

    /** As the browser sent it. */
    private static String target(HttpServletRequest visit) {
        String query = visit.getQueryString();
        return query == null ? visit.getRequestURI() : visit.getRequestURI() + "?" + query;
    }

    /**
     * The path that the container routes by, below that of the application; and the one that the browser sends, decoded, if
     * it is another: a servlet, or a server behind it, may route by that. Containers take "/x/..;/y" for "/y".
     */
    private static String[] routes(HttpServletRequest visit) {
        String below = visit.getPathInfo();
        String routed = below == null ? visit.getServletPath() : visit.getServletPath() + below;
        String encoded = visit.getRequestURI().replaceAll(";[^/]*", "").replace("+", "%2B");
        String sent = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        if (sent.startsWith(visit.getContextPath())) {
            sent = sent.substring(visit.getContextPath().length());
        }
        return sent.equals(routed) ? new String[] {routed} : new String[] {routed, sent};
    }

    private static Map<String, List<String>> headers(HttpServletRequest visit) {
        var found = new HashMap<String, List<String>>();
        for (String name : Request.HEADERS) {
            var values = visit.getHeaders(name);
            if (values != null && values.hasMoreElements()) {
                found.put(name, Collections.list(values));
            }
        }
        return found;
    }

    private static String addressOf(HttpServletRequest visit) {
        String address = visit.getRemoteAddr();
        return address == null ? null : address.split("%", 2)[0];
    }
}
