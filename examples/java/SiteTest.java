import com.sun.net.httpserver.HttpServer;
import dev.stauth.Browser;
import dev.stauth.Check;
import dev.stauth.TestApp;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.catalina.startup.Tomcat;

/** The site on both servers. */
final class SiteTest {
    private static final Map<String, String> ADA = Map.of("sub", "ada", "email", "ada@example.org", "name", "Ada <3");
    private final TestApp auth = new TestApp();

    void testOnTomcat() throws Exception {
        Tomcat tomcat = TomcatSite.start(auth.app(), 0);
        visit(new Browser(tomcat.getConnector().getLocalPort()));
        tomcat.stop();
        tomcat.destroy();
    }

    void testOnTheServerOfTheJdk() throws Exception {
        HttpServer server = JdkSite.start(auth.app(), 0);
        visit(new Browser(server.getAddress().getPort()));
        server.stop(0);
    }

    private void visit(Browser browser) {
        String ada = auth.signIn(ADA);
        Check.contains(browser.get("/any/page", null).body(), "href=\"/auth/login\"");
        Check.contains(browser.get("/any/page", ada).body(), "ada@example.org", "Hello, Ada &lt;3", "you are ada",
                "action=\"/auth/logout\"");
        Check.contains(browser.get("/user.json", ada).body(), "\"email\":\"ada@example.org\"");
        Check.equal("Welcome, Ada <3", browser.get("/members", ada).body());
        Check.equal("Welcome, member", browser.get("/members", auth.signIn(Map.of())).body());
        Consumer<String> begins = target -> {
            var answer = browser.get(target, null, "Accept", "text/html");
            Check.that(Browser.header(answer, "Location").startsWith("https://provider.test/authorize?"), target);
        };
        begins.accept("/members");
        begins.accept("/login");
        Check.contains(browser.get("/login?provider=nobody", null).body(), "provider_unknown");
        Check.equal(303, browser.send("POST", "/logout", ada, "").statusCode());
        Check.equal(403, browser.send("POST", "/logout", ada, "", "Sec-Fetch-Site", "cross-site").statusCode());
    }
}
