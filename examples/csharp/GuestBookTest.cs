using System.Collections.Generic;
using Stauth.Testing;

namespace Stauth.Tests
{
    /// <summary>The pages of the site.</summary>
    internal sealed class GuestBookTest
    {
        private readonly TestApp auth = new TestApp();
        private readonly Dictionary<string, object> ada = new Dictionary<string, object>
        {
            { "sub", "ada" }, { "email", "ada@example.org" }, { "name", "Ada <3" },
        };

        internal void TestPage()
        {
            Check.Contains(Visit("GET", "/any/page", null).Body, "href=\"/auth/login\"");
            Check.Contains(
                Visit("GET", "/any/page", ada).Body, "ada@example.org", "Hello, Ada &lt;3", "you are ada",
                "action=\"/auth/logout\"");
            Check.Contains(Visit("GET", "/user.json", ada).Body, "\"email\":\"ada@example.org\"");
        }

        internal void TestMembers()
        {
            Check.Equal("Welcome, Ada <3", Visit("GET", "/members", ada).Body);
            Check.Equal("Welcome, member", Visit("GET", "/members", new Dictionary<string, object>()).Body);
            Check.That(Visit("GET", "/members", null)["Location"].StartsWith("https://provider.test/authorize?"));
        }

        internal void TestLogin()
        {
            Check.That(Visit("GET", "/login", null)["Location"].StartsWith("https://provider.test/authorize?"));
            Owin unknown = Visit("GET", "/login?a&provider=nobody", null);
            Check.Equal(404, unknown.Status);
            Check.Contains(unknown.Body, "provider_unknown");
        }

        internal void TestLogout()
        {
            Owin answer = Visit("POST", "/logout", ada);
            Check.Equal(303, answer.Status);
            Check.Contains(answer["Set-Cookie"], "Max-Age=0");
            Check.Equal(403, Visit("POST", "/logout", ada, "Sec-Fetch-Site", "cross-site").Status);
        }

        private Owin Visit(string method, string target, Dictionary<string, object> user, params string[] more)
        {
            var headers = new List<string> { "Accept", "text/html" };
            headers.AddRange(user == null ? new string[0] : new[] { "Cookie", auth.SignIn(user) });
            headers.AddRange(more);
            return Owin.Of(method, target, method == "POST" ? string.Empty : null, headers.ToArray())
                .Visit(new LoginMiddleware(new GuestBook(auth.App).Serve, auth.App).Invoke);
        }
    }
}
