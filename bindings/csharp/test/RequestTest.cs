using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Stauth.Testing;

namespace Stauth.Tests
{
    internal sealed class RequestTest
    {
        private readonly TestApp auth = new TestApp();

        internal void TestNul()
        {
            Check.Fails<InvalidArgumentException>("invalid_text", () => Make("G\0T", "/"));
            Check.Fails<InvalidArgumentException>("invalid_text", () => Make("GET", "/\0"));
            Check.Fails<InvalidArgumentException>("invalid_text", () => Make("GET", "/", "Cookie", "a\0b"));
            Check.Fails<InvalidArgumentException>("invalid_text", () => auth.App.Request("GET", "/", Check.Headers(), "1\0"));
            Check.Fails<InvalidArgumentException>("invalid_text", () => Make("GET", "/").AddRoute("/\0"));
            Request request = Check.Begun(auth);
            Check.Fails<InvalidArgumentException>("invalid_text", () => request.Login("a\0b"));
            Check.Fails<InvalidArgumentException>(
                "invalid_text", () => request.Login(null, new LoginOptions { LoginHint = "a\0b" }));
            Check.Fails<InvalidArgumentException>("invalid_text", () => request.Refuse("a\0b"));
            Check.Equal(0, request.Status);
        }

        internal void TestTextThatIsNotUnicode()
        {
            Request request = Check.Begun(auth);
            Check.Fails<InvalidArgumentException>("invalid_text", () => request.Login("\ud800"));
            Check.Fails<InvalidArgumentException>("invalid_text", () => request.Login("\udc00\ud800"));
            Check.Fails<InvalidArgumentException>("invalid_text", () => Make("GET", "/\u00ff"));
            Check.Fails<InvalidArgumentException>("invalid_text", () => Make("GET", "/", "Cookie", "\ud800"));
            Check.That(Make("GET", "/", "Referer", "\u00ff\u00fe").Begin());
        }

        internal void TestHugeInput()
        {
            var huge = new string('x', 70000);
            foreach (string name in new[] { "Cookie", "Referer", "Accept" })
            {
                Check.Fails<LimitExceededException>("too_large", () => Make("GET", "/", name, huge));
            }

            Check.Fails<LimitExceededException>("too_large", () => Make("GET", "/", "Cookie", new string('x', 3 << 20)));
            Check.Fails<LimitExceededException>("too_large", () => Make("GET", "/" + huge));
            Check.Fails<LimitExceededException>("too_large", () => Check.Begun(auth).Login(huge));
            Check.Fails<LimitExceededException>("too_large", () => Make("POST", "/auth/login").SetBody(new byte[70000]));
        }

        internal void TestRequestAfterItsEnd()
        {
            Request request = Check.Begun(auth, Check.Ada);
            request.Dispose();
            request.Dispose();
            Check.Equal("ada", request.User["sub"]); // it was read before the end
            var late = new Action[]
            {
                () => request.Login(), () => request.Logout(), () => request.Logout(true), request.Refresh,
                () => request.GetAccessToken(), () => request.RequireLogin(),
            };
            foreach (Action call in late)
            {
                Check.Fails<InvalidArgumentException>("out_of_sequence", call);
            }

            var dead = new Action[]
            {
                () => request.Begin(), () => request.Refuse("x"), () => request.AddRoute("/"), () => request.SetBody(new byte[0]),
            };
            foreach (Action call in dead)
            {
                Check.Fails<InvalidArgumentException>("invalid_handle", call);
            }

            Check.That(request.Status == -1 && request.Headers().Count == 0 && request.Body().Length == 0);
            Check.That(request.Error == null && !request.WantsBody && !request.IsFresh(TimeSpan.FromDays(1)));
            Check.Equal("ada", request.User["sub"]);
        }

        internal void TestCallsOutOfOrder()
        {
            Request request = Make("GET", "/");
            Check.Fails<InvalidArgumentException>("out_of_sequence", () => request.Login());
            Check.That(!request.User.IsLoggedIn);
            Request begun = Check.Begun(auth);
            begun.Headers();
            Check.Fails<InvalidArgumentException>("out_of_sequence", () => begun.Login());
        }

        /// <summary>A request that one thread begins, and others finish and dispose of.</summary>
        internal void TestRequestOfManyThreads()
        {
            for (int time = 0; time < 50; time++)
            {
                Request request = Check.Begun(auth, Check.Ada);
                var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() => Finish(request))).ToList();
                threads.ForEach(thread => thread.Start());
                threads.ForEach(thread => thread.Join());
                Check.Equal(-1, request.Status);
            }
        }

        internal void TestOptionsOfALogin()
        {
            Request request = Check.Begun(auth);
            request.Login(null, new LoginOptions
            {
                ReturnTo = "/x", LoginHint = "ada", Prompt = "login", AcrValues = "mfa", MaxAge = TimeSpan.FromMinutes(5),
                UiLocales = "de",
            });
            Check.Contains(
                Check.Header(request, "Location"), "login_hint=ada", "prompt=login", "acr_values=mfa", "max_age=300",
                "ui_locales=de");
        }

        /// <summary>None of the options is left for another login.</summary>
        internal void TestOptionThatIsRefused()
        {
            Request request = Check.Begun(auth);
            var invalid = new LoginOptions { LoginHint = "ada", MaxAge = TimeSpan.FromSeconds(-1) };
            Check.Fails<InvalidArgumentException>("option_invalid", () => request.Login(null, invalid));
            var odd = new LoginOptions { LoginHint = "ada", UiLocales = "\0" };
            Check.Fails<InvalidArgumentException>("invalid_text", () => request.Login(null, odd));
            request.Login();
            Check.That(!Check.Header(request, "Location").Contains("login_hint"));
        }

        internal void TestFreshness()
        {
            var claims = new Dictionary<string, object> { { "auth_time", DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 100 } };
            Request request = Check.Begun(auth, claims);
            Check.That(!request.IsFresh(TimeSpan.FromSeconds(50)) && request.IsFresh(TimeSpan.FromSeconds(1000)));
        }

        internal void TestAccessTokenAndRefresh()
        {
            var exposing = new TestApp(new Dictionary<string, string> { { "auth.expose_tokens", "access" } });
            Request request = Check.Begun(exposing, Check.Ada);
            AccessToken token = request.GetAccessToken();
            Check.That(token.ExpiresAt - DateTimeOffset.UtcNow > TimeSpan.FromMinutes(50), token.ExpiresAt);
            Check.That(!token.ToString().Contains(token.Secret) && token.Scope != null);
            Check.Contains(request.User["tokens"], token.Secret);
            string before = request.User["tokens"];
            request.Refresh();
            Check.That(request.User["sub"] == "ada" && request.User["tokens"] != before, before);
            Check.Fails<RequestRefusedException>("not_signed_in", () => Check.Begun(exposing).GetAccessToken());
        }

        internal void TestLogout()
        {
            Request request = Check.Begun(auth, Check.Ada);
            request.Logout(true);
            Check.That(request.Status == 303 && !request.User.IsLoggedIn);
            Request refused = auth.App.Request(
                "POST", "/x", Check.Headers("Cookie", auth.SignIn(Check.Ada), "Sec-Fetch-Site", "cross-site"));
            refused.Begin();
            Check.Fails<RequestRefusedException>("cross_site_request", () => refused.Logout());
            Check.That(refused.User.IsLoggedIn);
        }

        /// <summary>What the provider sent is for logs.</summary>
        internal void TestWordsOfTheProvider()
        {
            Request start = Make("GET", "/auth/login");
            start.Begin();
            string state = TestApp.Form(new Uri(Check.Header(start, "Location")).Query.TrimStart('?'))["state"];
            string cookie = Check.Header(start, "Set-Cookie").Split(';')[0];
            string answer = "?error=access_denied&error_description=no%0Athanks&state=" + state + "&iss=https%3A%2F%2Fprovider.test";
            Request end = Make("GET", "/oauth2callback" + answer, "Cookie", cookie);
            Check.That(!end.Begin());
            var error = end.Error as AuthorizationDeniedException;
            Check.Equal(
                "authorization_refused access_denied no\\x0athanks",
                error.Code + " " + error.ProviderCode + " " + error.ProviderDescription);
        }

        private static void Finish(Request request)
        {
            try
            {
                request.User.ToString();
                request.Login();
                request.Headers();
                request.Body();
            }
            catch (InvalidArgumentException)
            {
                // another has disposed of it
            }
            finally
            {
                request.Dispose();
            }
        }

        private Request Make(string method, string target, params string[] headers)
        {
            return auth.App.Request(method, target, Check.Headers(headers));
        }
    }
}
