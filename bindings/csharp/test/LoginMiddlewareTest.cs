using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Stauth.Testing;

namespace Stauth.Tests
{
    using AppFunc = Func<IDictionary<string, object>, Task>;

    internal sealed class LoginMiddlewareTest
    {
        private static readonly AppFunc Page = owin => LoginMiddleware.Send(owin, "text/plain", "the page");
        private static readonly AppFunc Who =
            owin => LoginMiddleware.Send(owin, "text/plain", "I am " + LoginMiddleware.UserOf(owin)["sub"]);

        /// <summary>Each way in which a program can begin its response.</summary>
        private static readonly AppFunc[] Ways =
        {
            Page, Later, owin => Task.CompletedTask, owin => Do(() => Stream(owin).Write(new byte[] { 65 }, 0, 1)),
            owin => Do(() => Stream(owin).WriteByte(65)), owin => Do(Stream(owin).Flush), owin => Stream(owin).FlushAsync(),
            owin => new MemoryStream(new byte[100000]).CopyToAsync(Stream(owin)),
        };

        private TestApp auth = new TestApp();

        internal void TestUserAndHeaders()
        {
            Owin answer = SignedIn("/").Visit(Site(Who));
            Check.Equal("200 I am ada Cookie", answer.Status + " " + answer.Body + " " + answer["Vary"]);
            Check.Equal("I am ", new Owin("/").Visit(Site(Who)).Body);
        }

        internal void TestHeadersAreAdded()
        {
            auth = new TestApp(new Dictionary<string, string> { { "auth.expose_tokens", "access" } });
            foreach (AppFunc way in Ways)
            {
                Owin answer = SignedIn("/").Visit(Site(owin =>
                {
                    ((IDictionary<string, string[]>)owin["owin.ResponseHeaders"])["Set-Cookie"] = new[] { "mine=1" };
                    LoginMiddleware.RequestOf(owin).Refresh(); // which sets a cookie
                    return way(owin);
                }));
                Check.Equal("200 2 mine=1", answer.Status + " " + answer.Headers["Set-Cookie"].Length + " "
                    + answer.Headers["Set-Cookie"][0]);
            }
        }

        /// <summary>The headers of middleware outside stay.</summary>
        internal void TestResponseThatIsReplaced()
        {
            foreach (AppFunc way in Ways)
            {
                var visit = new Owin("/");
                visit.Headers["X-Outside"] = new[] { "kept" };
                visit.Visit(Site(async owin =>
                {
                    visit.Headers["X-Page"] = new[] { "1" };
                    owin["owin.ResponseStatusCode"] = 201;
                    owin["owin.ResponseReasonPhrase"] = "Made";
                    LoginMiddleware.RequestOf(owin).Login();
                    await way(owin);
                }));
                Check.Equal("302  kept ", visit.Status + " " + visit.Body + " " + visit["X-Outside"] + " " + visit["X-Page"]);
                Check.That(visit["Location"].StartsWith("https://provider.test/authorize?") && visit["Content-Length"] == "0");
                Check.That(!visit.Environment.ContainsKey("owin.ResponseReasonPhrase"));
            }
        }

        internal void TestCallsAfterTheResponseBegan()
        {
            Owin answer = SignedIn("/").Visit(Site(async owin =>
            {
                await Page(owin);
                Request request = LoginMiddleware.RequestOf(owin);
                Check.Fails<InvalidArgumentException>("out_of_sequence", () => request.Login());
                Check.Fails<InvalidArgumentException>("out_of_sequence", () => request.Logout());
            }));
            Check.Equal("200 the page", answer.Status + " " + answer.Body);
        }

        internal void TestErrorThatNobodyCatches()
        {
            foreach (AppFunc site in new[] { owin => Do(() => LoginMiddleware.RequestOf(owin).Login("nobody")), (AppFunc)FailLater })
            {
                Owin answer = new Owin("/", "Accept", "text/html").Visit(Site(site));
                Check.Equal(404, answer.Status);
                Check.Contains(answer.Body, "provider_unknown");
            }

            Check.Fails<DivideByZeroException>(() => new Owin("/").Visit(Site(owin => { throw new DivideByZeroException(); })));
        }

        /// <summary>Errors before the program is reached are the library's pages, too.</summary>
        internal void TestRequestThatIsRefused()
        {
            var odd = new Dictionary<string, string> { { "too_large", new string('x', 70000) }, { "invalid_text", "a\0" } };
            foreach (KeyValuePair<string, string> cookie in odd)
            {
                Owin answer = new Owin("/", "Cookie", cookie.Value).Visit(Site(Page));
                Check.That(answer.Status >= 400 && answer["Content-Security-Policy"] != string.Empty, answer.Status);
                Check.Contains(answer.Body, cookie.Key);
            }
        }

        internal void TestRequestIsClosed()
        {
            Request kept = null;
            Owin visit = SignedIn("/");
            var stream = visit.Environment["owin.ResponseBody"];
            visit.Visit(Site(owin => Do(() => kept = LoginMiddleware.RequestOf(owin))));
            Check.Equal("ada -1", kept.User["sub"] + " " + kept.Status);
            Check.Fails<InvalidArgumentException>("out_of_sequence", () => kept.Login());
            Check.That(ReferenceEquals(stream, visit.Environment["owin.ResponseBody"]), "the stream is the server's again");
            Check.Fails<DivideByZeroException>(() => new Owin("/").Visit(Site(owin =>
            {
                kept = LoginMiddleware.RequestOf(owin);
                throw new DivideByZeroException();
            })));
            Check.Equal(-1, kept.Status);
        }

        internal void TestOutside()
        {
            Check.Fails<NoRequestException>("no_request_bound", () => LoginMiddleware.UserOf(new Owin("/").Environment));
        }

        internal void TestForm()
        {
            var origin = new[] { "Origin", "http://localhost:8501" };
            Check.Equal(303, Owin.Of("POST", "/auth/login", "return_to=/x", origin).Visit(Site(Page)).Status);
            Check.Equal(413, Owin.Of("POST", "/auth/login", new string('x', 65537), origin).Visit(Site(Page)).Status);
            AppFunc echo = owin => ((Stream)owin["owin.RequestBody"]).CopyToAsync(Stream(owin));
            Check.Equal("mine", Owin.Of("POST", "/page", "mine").Visit(Site(echo)).Body);
        }

        /// <summary>Something outside has read the body: the login is refused, not begun without what the form said.</summary>
        internal void TestBodyThatWasRead()
        {
            var visit = Owin.Of("POST", "/auth/login", "return_to=/x", "Origin", "http://localhost:8501");
            visit.Environment["owin.RequestBody"] = System.IO.Stream.Null;
            Check.Equal(400, visit.Visit(Site(Page)).Status);
            Check.Contains(visit.Body, "request_incomplete");
        }

        internal void TestHead()
        {
            Owin answer = Owin.Of("HEAD", "/auth/logout", null).Visit(Site(Page));
            Check.Equal("405 ", answer.Status + " " + answer.Body);
            Owin page = Owin.Of("HEAD", "/", null).Visit(Site(Page));
            Check.Equal("8 ", page["Content-Length"] + " " + page.Body);
        }

        internal void TestGate()
        {
            var expected = new Dictionary<string, int>
            {
                { "/", 302 }, { "/health", 200 }, { "/health/x", 302 }, { "/static/a.css", 200 }, { "/static/..%2fx", 302 },
                { "/static", 302 }, { "/static/%2e%2e/x", 302 },
            };
            AppFunc site = new LoginMiddleware(Page, auth.App).RequireLogin("/health", "/static/").Invoke;
            foreach (KeyValuePair<string, int> path in expected)
            {
                Check.Equal(path.Key + path.Value, path.Key + new Owin(path.Key, "Accept", "text/html").Visit(site).Status);
                Check.Equal(path.Key + 200, path.Key + SignedIn(path.Key).Visit(site).Status);
            }

            Check.Equal(401, new Owin("/", "Accept", "application/json").Visit(site).Status);
        }

        /// <summary>A router may read the path before it is decoded, where the server gives it.</summary>
        internal void TestGateAndEncodedSlash()
        {
            AppFunc site = new LoginMiddleware(Page, auth.App).RequireLogin("/static/").Invoke;
            foreach (string target in new[] { "/static%2fx?y", "/static/a%20b", "/static/x%2fy" })
            {
                var visit = new Owin(target, "Accept", "text/html");
                visit.Environment[LoginMiddleware.TargetKey] = target;
                Check.Equal(target.StartsWith("/static/") ? 200 : 302, visit.Visit(site).Status);
            }

            auth = new TestApp(new Dictionary<string, string>
            {
                { "auth.require_login", "true" }, { "auth.open_paths", "/open/" },
            });
            var below = new Owin("/open%2fx", "Accept", "text/html");
            below.Environment[LoginMiddleware.TargetKey] = "/app/open%2fx";
            below.Environment["owin.RequestPathBase"] = "/app";
            Check.Equal(302, below.Visit(Site(Page)).Status);
            below = new Owin("/open/a%20b", "Accept", "text/html");
            below.Environment[LoginMiddleware.TargetKey] = "/app/open/a%20b";
            below.Environment["owin.RequestPathBase"] = "/app";
            Check.Equal(200, below.Visit(Site(Page)).Status);
        }

        /// <summary>The path below that of the program counts.</summary>
        internal void TestGateOfTheSettings()
        {
            auth = new TestApp(new Dictionary<string, string>
            {
                { "auth.require_login", "true" }, { "auth.open_paths", "/open/" },
            });
            Check.Equal(200, new Owin("/open/x", "Accept", "text/html").Visit(Site(Page)).Status);
            var moved = new Owin("/secret", "Accept", "text/html");
            moved.Environment["owin.RequestPathBase"] = "/open";
            Check.Equal(302, moved.Visit(Site(Page)).Status);
        }

        /// <summary>A login comes back to the page as the browser knows it.</summary>
        internal void TestTarget()
        {
            var cases = new[]
            {
                new[] { string.Empty, "/a", "x=1", null, "/a?x=1" }, new[] { string.Empty, "/a", string.Empty, "/other", "/a" },
                new[] { string.Empty, "/ä", string.Empty, "/%C3%A4?y", "/%C3%A4?y" },
                new[] { string.Empty, "/ä b%?#", string.Empty, null, "/%C3%A4%20b%25%3F%23" },
                new[] { "/app", "/p", "q", "/app/p?q", "/app/p?q" }, new[] { "/app", "/p", "q", "/p?q", "/app/p?q" },
                new[] { string.Empty, "/a", string.Empty, "http://evil.example/a", "/a" },
                new[] { string.Empty, string.Empty, string.Empty, null, "/" },
            };
            foreach (string[] one in cases)
            {
                Check.Equal(one[4], Target.Of(new Dictionary<string, object>
                {
                    { "owin.RequestPathBase", one[0] }, { "owin.RequestPath", one[1] }, { "owin.RequestQueryString", one[2] },
                    { LoginMiddleware.TargetKey, one[3] },
                }));
            }
        }

        /// <summary>A server that reports when the response begins, and sends files itself.</summary>
        internal void TestServerWithMore()
        {
            var visit = SignedIn("/");
            Action sending = null;
            visit.Environment["sendfile.SendAsync"] = new object();
            visit.Environment["server.OnSendingHeaders"] = new Action<Action<object>, object>(
                (action, state) => sending = () => action(state));
            visit.Visit(Site(owin => Do(() =>
            {
                Check.That(!owin.ContainsKey("sendfile.SendAsync"));
                LoginMiddleware.UserOf(owin);
                sending();
                Check.Equal("Cookie", visit["Vary"]);
            })));
        }

        internal void TestLogNamesTheClient()
        {
            var lines = new List<string>();
            var options = Check.Options();
            options.Log = (level, line) => lines.Add(line);
            using (var app = new App(options))
            {
                new Owin("/oauth2callback?code=x&state=y", "X-Request-Id", "id-7").Visit(new LoginMiddleware(Page, app).Invoke);
            }

            Check.Contains(lines.Last(), "request_id=id-7 client_address=192.0.2.1");
        }

        /// <summary>As behind a proxy: another Host, and the right name in X-Forwarded-Host.</summary>
        internal void TestNamesOfTheSite()
        {
            var behind = new Owin("/auth/login", "Host", "backend", "X-Forwarded-Host", "localhost:8501");
            Check.That(behind.Visit(Site(Page))["Location"].StartsWith("https://provider.test/"), behind["Location"]);
            foreach (string host in new[] { "backend", "localhost:1", "www.localhost:8501" })
            {
                Owin other = new Owin("/auth/login", "Host", host).Visit(Site(Page));
                Check.That(other["Location"].StartsWith("http://localhost:8501/auth/login"), other["Location"]);
            }

            Owin odd = new Owin("/auth/login", "Host", "[::").Visit(Site(Page));
            Check.That(odd["Location"].StartsWith("https://provider.test/"), odd["Location"]);
        }

        private static Stream Stream(IDictionary<string, object> owin)
        {
            return (Stream)owin["owin.ResponseBody"];
        }

        private static Task Do(Action action)
        {
            action();
            return Task.CompletedTask;
        }

        private static async Task Later(IDictionary<string, object> owin)
        {
            await Task.Yield();
            byte[] page = Encoding.UTF8.GetBytes("the page");
            await Stream(owin).WriteAsync(page, 0, page.Length);
        }

        private static async Task FailLater(IDictionary<string, object> owin)
        {
            await Task.Yield();
            LoginMiddleware.RequestOf(owin).Login("nobody");
        }

        private Owin SignedIn(string target)
        {
            return new Owin(target, "Cookie", auth.SignIn(Check.Ada));
        }

        private AppFunc Site(AppFunc page)
        {
            return new LoginMiddleware(page, auth.App).Invoke;
        }
    }
}
