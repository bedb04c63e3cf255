import dev.stauth.App;
import dev.stauth.servlet.LoginFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/** The site as a servlet, in an embedded Tomcat. Start: STAUTH_SECRETS=secrets.toml PORT=8501 java TomcatSite */
final class TomcatSite extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient GuestBook guestBook;

    private TomcatSite(App auth) {
        guestBook = new GuestBook(auth);
    }

    public static void main(String[] arguments) throws IOException, LifecycleException {
        start(new App(), Integer.parseInt(System.getenv("PORT"))).getServer().await();
    }

    static Tomcat start(App auth, int port) throws IOException, LifecycleException {
        var tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
        tomcat.setPort(port);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.getConnector().setProperty("maxHttpRequestHeaderSize", "65536"); // room for the cookies of large sessions
        tomcat.getConnector().setEncodedSolidusHandling("passthrough"); // "%2F" in a path is not refused
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "guest book", new TomcatSite(auth)).addMapping("/");
        addLogin(context, auth);
        tomcat.start();
        System.out.println("http://localhost:" + tomcat.getConnector().getLocalPort());
        return tomcat;
    }

    /** As a web.xml does, or ServletContext.addFilter(). */
    private static void addLogin(Context context, App auth) {
        var filter = new FilterDef();
        filter.setFilterName("login");
        filter.setFilter(new LoginFilter(auth));
        context.addFilterDef(filter);
        var paths = new FilterMap();
        paths.setFilterName("login");
        paths.addURLPattern("/*");
        context.addFilterMap(paths);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        GuestBook.Page page = guestBook.show(LoginFilter.requestOf(request), request.getMethod(),
                request.getServletPath(), request.getParameter("provider"));
        response.setContentType(page.type());
        response.getOutputStream().write(page.content().getBytes("UTF-8"));
    }
}
