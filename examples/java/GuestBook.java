import dev.stauth.App;
import dev.stauth.Request;
import dev.stauth.User;

/** The pages of the site, for every server. */
final class GuestBook {
    /** A page of the site. The library's response takes its place if there is one. */
    record Page(String type, String content) {
        static final Page EMPTY = new Page("text/plain", "");
    }

    private static final String START = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Guest book</title>
            <style>
              :root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
              body { max-width: 38rem; margin: 0 auto; padding: 0 1.5rem; overflow-wrap: anywhere }
              header { display: flex; gap: 1rem; align-items: center; padding: 1rem 0; border-bottom: 1px solid #8884 }
              header b { flex: 1 }
              form { margin: 0 }
              .button { padding: .5rem 1.2rem; border: 0; border-radius: 8px; background: #2b5fd0; color: #fff }
              .button { font: inherit; text-decoration: none }
            </style>
            <header>
              <b>Guest book</b>
            """;
    private static final String ANONYMOUS = """
              <a class="button" href="%s">Log in</a>
            </header>
            <h1>Hello</h1>
            <p>Log in, and this page knows your name.</p>
            </html>
            """;
    private static final String SIGNED_IN = """
              <span>%s</span>
              <form method="post" action="%s"><button class="button">Log out</button></form>
            </header>
            <h1>Hello%s</h1>
            <p>To %s you are %s.</p>
            </html>
            """;

    private final App auth;

    GuestBook(App auth) {
        this.auth = auth;
    }

    /** Every path shows the start page, but for these. `provider` is the parameter of that name. */
    Page show(Request request, String method, String path, String provider) {
        switch (path) {
            case "/user.json":
                return new Page("application/json", request.user().json());
            case "/members":
                return request.requireLogin() ? members(request.user()) : Page.EMPTY;
            case "/login":
                request.login(provider);
                return Page.EMPTY;
            case "/logout":
                if (method.equals("POST")) {
                    request.logout();
                    return Page.EMPTY;
                }
                break;
            default:
        }
        return new Page("text/html; charset=utf-8", START + body(request.user()));
    }

    private static Page members(User user) {
        String name = user.claim("name");
        return new Page("text/plain; charset=utf-8", "Welcome, " + (name == null ? "member" : name));
    }

    private String body(User user) {
        if (!user.isLoggedIn()) {
            return ANONYMOUS.formatted(auth.loginPath());
        }
        String name = user.claim("name");
        return SIGNED_IN.formatted(escaped(user.claim("email")), auth.logoutPath(),
                name == null ? "" : ", " + escaped(name), escaped(user.claim("iss")), escaped(user.claim("sub")));
    }

    private static String escaped(String text) {
        return text == null ? "" : text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("\"", "&quot;").replace("'", "&#39;");
    }
}
