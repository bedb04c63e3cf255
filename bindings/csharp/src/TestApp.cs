using System;
using System.Collections.Generic;
using System.Linq;

namespace Stauth.Testing
{
    /// <summary>For the tests of a program: an application at whose provider everybody can sign in.</summary>
    /// <example><code>
    /// var auth = new TestApp();
    /// var site = new Site(auth.App);                                          // your program, with this App
    /// string cookie = auth.SignIn(new Dictionary&lt;string, object&gt; { ["email"] = "ada@example.org" });
    /// </code></example>
    /// <remarks>Each has its own new secret, and a provider inside of the process: no other application accepts its cookies.
    /// The login is still complete, with every check.</remarks>
    public sealed class TestApp : IDisposable
    {
        /// <summary>Where the invented provider sends users back to.</summary>
        public const string RedirectUri = "http://localhost:8501/oauth2callback";
        private readonly TestProvider provider = new TestProvider();

        /// <summary>An application with one provider.</summary>
        /// <param name="settings">More settings, single keys such as "auth.session_lifetime"; null for none.</param>
        public TestApp(IDictionary<string, string> settings = null)
        {
            var options = new AppOptions { Transport = provider.Answer };
            options.Settings["auth.redirect_uri"] = RedirectUri;
            options.Settings["auth.cookie_secret"] = TestProvider.Random();
            IEnumerable<KeyValuePair<string, string>> more = settings ?? new Dictionary<string, string>();
            foreach (KeyValuePair<string, string> setting in provider.Settings().Concat(more))
            {
                options.Settings[setting.Key] = setting.Value;
            }

            App = new App(options);
        }

        /// <summary>The application, for the program under test.</summary>
        public App App { get; }

        /// <summary>Signs a user in, and gives the value of the Cookie header that a browser sends afterwards.</summary>
        /// <param name="claims">What the provider says about the user: text, numbers, booleans, null, lists and
        /// dictionaries. "sub" is "user" unless they say otherwise.</param>
        public string SignIn(IDictionary<string, object> claims = null)
        {
            string location, cookies;
            Visit(App.LoginPath, string.Empty, out location, out cookies);
            IDictionary<string, string> asked = Form(new Uri(location).Query.TrimStart('?'));
            var granted = new Dictionary<string, object> { { "sub", "user" } };
            foreach (KeyValuePair<string, object> claim in claims ?? new Dictionary<string, object>())
            {
                granted[claim.Key] = claim.Value;
            }

            granted["nonce"] = asked["nonce"];
            granted["iss"] = TestProvider.Issuer;
            string callback = new Uri(RedirectUri).AbsolutePath + "?code=" + provider.Authorize(granted) + "&state="
                + asked["state"] + "&iss=" + Uri.EscapeDataString(TestProvider.Issuer);
            Visit(callback, cookies, out location, out cookies);
            return cookies;
        }

        /// <summary>Closes the application.</summary>
        public void Dispose()
        {
            App.Dispose();
        }

        internal static IDictionary<string, string> Form(string query)
        {
            return query.Split('&').Select(pair => pair.Split(new[] { '=' }, 2)).ToDictionary(
                pair => Uri.UnescapeDataString(pair[0]), pair => Uri.UnescapeDataString(pair.Last()));
        }

        /// <summary>The redirect, and the cookies that the response sets, without those that it removes.</summary>
        private void Visit(string target, string cookie, out string location, out string cookies)
        {
            var headers = new Dictionary<string, string[]>
            {
                { "Cookie", new[] { cookie } }, { "Accept", new[] { "text/html" } },
            };
            using (Request request = App.Request("GET", target, headers))
            {
                request.Begin();
                if (request.Error != null)
                {
                    throw request.Error;
                }

                IReadOnlyList<KeyValuePair<string, string>> found = request.Headers();
                location = found.First(header => header.Key == "Location").Value;
                cookies = string.Join("; ", found.Where(header => header.Key == "Set-Cookie")
                    .Select(header => header.Value.Split(';')[0]).Where(pair => !pair.EndsWith("=", StringComparison.Ordinal)));
            }
        }
    }
}
