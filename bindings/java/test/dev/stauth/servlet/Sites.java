package dev.stauth.servlet;

import dev.stauth.Browser;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/** Sites of one servlet behind filters, in an embedded Tomcat. */
final class Sites {
    private static final Logger TOMCAT = Logger.getLogger("org.apache");

    private Sites() {
    }

    interface Servlet {
        void service(HttpServletRequest request, HttpServletResponse response) throws Exception;
    }

    private static final class Adapter extends HttpServlet {
        private static final long serialVersionUID = 1;
        private final transient Servlet servlet;

        Adapter(Servlet servlet) {
            this.servlet = servlet;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
            try {
                servlet.service(request, response);
            } catch (IOException | ServletException | RuntimeException exception) {
                throw exception;
            } catch (Exception exception) {
                throw new ServletException(exception);
            }
        }
    }

    static void serve(Servlet servlet, Consumer<Browser> visit, Filter... filters) {
        serve("", Map.of(), servlet, visit, filters);
    }

    /** A site below a path. The parameters are those of every filter. */
    static void serve(String path, Map<String, String> parameters, Servlet servlet, Consumer<Browser> visit, Filter... filters) {
        TOMCAT.setLevel(Level.OFF); // it reports what the servlets of a test throw
        var tomcat = new Tomcat();
        try {
            tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
            tomcat.setPort(0);
            tomcat.getConnector().setProperty("address", "127.0.0.1");
            tomcat.getConnector().setProperty("maxHttpRequestHeaderSize", "100000");
            Context context = tomcat.addContext(path, null);
            var wrapper = Tomcat.addServlet(context, "servlet", new Adapter(servlet));
            wrapper.setAsyncSupported(true);
            wrapper.addMapping("/");
            for (int index = 0; index < filters.length; index++) {
                add(context, "filter" + index, filters[index], parameters);
            }
            tomcat.start();
            visit.accept(new Browser(tomcat.getConnector().getLocalPort()));
        } catch (IOException | LifecycleException exception) {
            throw new IllegalStateException(exception);
        } finally {
            try {
                tomcat.stop();
                tomcat.destroy();
            } catch (LifecycleException exception) {
                exception.printStackTrace();
            }
        }
    }

    private static void add(Context context, String name, Filter filter, Map<String, String> parameters) {
        var definition = new FilterDef();
        definition.setFilterName(name);
        definition.setFilter(filter);
        definition.setAsyncSupported("true");
        parameters.forEach(definition::addInitParameter);
        context.addFilterDef(definition);
        var paths = new FilterMap();
        paths.setFilterName(name);
        paths.addURLPattern("/*");
        context.addFilterMap(paths);
    }
}
