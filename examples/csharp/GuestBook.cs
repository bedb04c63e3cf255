using System.Collections.Generic;
using System.Net;
using System.Threading.Tasks;
using Stauth;

/// <summary>The site, an OWIN program.</summary>
internal sealed class GuestBook
{
    private const string Start = @"<!doctype html>
<html lang=""en"">
<meta charset=""utf-8"">
<meta name=""viewport"" content=""width=device-width"">
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
";

    private readonly App auth;

    internal GuestBook(App auth)
    {
        this.auth = auth;
    }

    /// <summary>Every path shows the start page, but for these.</summary>
    internal Task Serve(IDictionary<string, object> owin)
    {
        Request request = LoginMiddleware.RequestOf(owin);
        switch ((string)owin["owin.RequestPath"])
        {
            case "/user.json":
                return LoginMiddleware.Send(owin, "application/json", request.User.Json);
            case "/members":
                return request.RequireLogin() ? ShowMembers(owin, request.User) : Task.CompletedTask;
            case "/login":
                request.Login(Provider((string)owin["owin.RequestQueryString"]));
                return Task.CompletedTask; // the response is the library's
            case "/logout":
                if ((string)owin["owin.RequestMethod"] == "POST")
                {
                    request.Logout();
                    return Task.CompletedTask;
                }

                break;
        }

        return LoginMiddleware.Send(owin, "text/html; charset=utf-8", Start + Body(request.User));
    }

    private static Task ShowMembers(IDictionary<string, object> owin, User user)
    {
        return LoginMiddleware.Send(owin, "text/plain; charset=utf-8", "Welcome, " + (user["name"] ?? "member"));
    }

    /// <summary>The parameter "provider" of a query, or null.</summary>
    private static string Provider(string query)
    {
        foreach (string pair in query.Split('&'))
        {
            if (pair.StartsWith("provider="))
            {
                return WebUtility.UrlDecode(pair.Substring("provider=".Length));
            }
        }

        return null;
    }

    private string Body(User user)
    {
        if (!user.IsLoggedIn)
        {
            return $@"  <a class=""button"" href=""{auth.LoginPath}"">Log in</a>
</header>
<h1>Hello</h1>
<p>Log in, and this page knows your name.</p>
</html>
";
        }

        string name = user["name"] == null ? string.Empty : ", " + WebUtility.HtmlEncode(user["name"]);
        return $@"  <span>{WebUtility.HtmlEncode(user["email"])}</span>
  <form method=""post"" action=""{auth.LogoutPath}""><button class=""button"">Log out</button></form>
</header>
<h1>Hello{name}</h1>
<p>To {WebUtility.HtmlEncode(user["iss"])} you are {WebUtility.HtmlEncode(user["sub"])}.</p>
</html>
";
    }
}
