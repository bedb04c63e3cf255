using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Stauth.Testing;

namespace Stauth.Tests
{
    internal sealed class AppTest
    {
        private readonly TestApp auth = new TestApp();

        internal void TestErrorListsAllProblems()
        {
            var error = Check.Fails<ConfigurationException>("configuration_invalid", () =>
                new App(new AppOptions { Toml = "[auth]\nredirect_uri = 'x'\nclient_idd = 'ä'\n" }));
            Check.Contains(error.Message, "redirect_uri", "client_idd");
            Check.That(error.HttpStatus == 500 && error.ProviderCode == null && error.ProviderDescription == null);
        }

        internal void TestFiles()
        {
            string file = Path.GetTempFileName();
            Check.Fails<ConfigurationException>(() => new App(file + ".missing"));
            var lines = Check.Options().Settings.Select(setting =>
                setting.Key.Substring("auth.".Length) + " = '" + setting.Value.Replace("oauth2callback", "in") + "'");
            File.WriteAllText(file, "[auth]\n" + string.Join("\n", lines));
            using (var app = new App(file))
            {
                Check.Equal("/in", app.CallbackPaths.Single());
                Check.Equal("/auth/login /auth/logout", app.LoginPath + " " + app.LogoutPath);
            }

            Check.Equal("/in\n", Check.Child("paths", "STAUTH_SECRETS", file).Value);
            Check.Contains(Check.Child("paths", "STAUTH_SECRETS", string.Empty).Value, ".streamlit/secrets.toml");
            File.Delete(file);
        }

        internal void TestLoginUrl()
        {
            Check.Equal("/auth/login", auth.App.LoginUrl());
            Check.Equal("/auth/login?provider=a%20b&return_to=%2Fx%3Fy", auth.App.LoginUrl("a b", "/x?y"));
        }

        internal void TestBadSettings()
        {
            foreach (string text in new[] { "a\0b", "\ud800", "\udc00x", "x\ud83d" })
            {
                var options = new AppOptions();
                options.Settings["auth.client_id"] = text;
                Check.Fails<InvalidArgumentException>("invalid_text", () => new App(options));
                options = new AppOptions();
                options.Settings[text] = "x";
                Check.Fails<InvalidArgumentException>("invalid_text", () => new App(options));
                Check.Fails<InvalidArgumentException>("invalid_text", () => new App(text));
            }

            Check.Fails<StauthException>(() => new App(new AppOptions { Toml = "[auth]\0" }));
            Check.Fails<ConfigurationException>(() => new App(new AppOptions { Toml = string.Empty }));
        }

        internal void TestUserFromCookie()
        {
            var claims = new Dictionary<string, object> { { "email", "ä@example.org" }, { "n", new[] { 1, 2 } } };
            User user = auth.App.UserFromCookie(auth.SignIn(claims));
            Check.That(user.IsLoggedIn);
            Check.Equal(
                "ä@example.org [1,2] default user",
                string.Join(" ", user["email"], user["n"], user["provider"], user["sub"]));
            Check.Equal(null, user["no"]);
            foreach (string cookie in new[] { null, string.Empty, "a=b", "stauth_session=\u00ff\u00fe", "stauth_session=\u20ac" })
            {
                Check.That(!auth.App.UserFromCookie(cookie).IsLoggedIn, cookie);
            }

            Check.Fails<InvalidArgumentException>("invalid_text", () => auth.App.UserFromCookie("a\0"));
            Check.Fails<LimitExceededException>("too_large", () => auth.App.UserFromCookie(new string('x', 70000)));
        }

        internal void TestStats()
        {
            auth.SignIn();
            Check.Contains(auth.App.Stats(), "{\"event\":\"login_succeeded\",\"provider\":\"default\",\"count\":1}");
            Check.Contains(
                auth.App.StatsPrometheus(),
                "stauth_events_total{event=\"login_succeeded\",provider=\"default\",code=\"\"} 1\n");
        }

        internal void TestStatsOfManyProviders()
        {
            var toml = new StringBuilder("[auth]\nredirect_uri = 'http://localhost/cb'\n");
            toml.Append("cookie_secret = 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e'\n");
            for (int number = 0; number < 60; number++)
            {
                toml.Append("[auth.p" + number + "]\nclient_id = 'c'\nclient_secret = 's-0123456789-abcdefghijklmnop'\n"
                    + "server_metadata_url = 'https://op.example/.well-known/openid-configuration'\n");
            }

            using (var app = new App(new AppOptions { Toml = toml.ToString() }))
            {
                Check.Equal(60, Regex.Matches(app.StatsPrometheus(), "_count\\{").Count);
            }
        }

        internal void TestUserIsNotShown()
        {
            User user = auth.App.UserFromCookie(auth.SignIn(Check.Ada));
            Check.Equal("User(signed in) User(nobody)", user + " " + User.Anonymous);
            Check.Equal(user, auth.App.UserFromCookie(auth.SignIn(Check.Ada)));
            Check.Equal(user.GetHashCode(), new User(user.Json).GetHashCode());
        }

        internal void TestClosedApp()
        {
            string cookie = auth.SignIn(Check.Ada);
            Request request = Check.Begun(auth, Check.Ada);
            App app = auth.App;
            app.Dispose();
            app.Dispose();
            var calls = new Action[]
            {
                () => app.UserFromCookie(cookie), () => app.LoginPath.ToString(), () => app.LogoutPath.ToString(), app.Preload,
                () => app.Stats(), () => app.Request("GET", "/", Check.Headers()),
            };
            foreach (Action call in calls)
            {
                Check.Fails<InvalidArgumentException>("invalid_handle", call);
            }

            Check.Equal(0, app.CallbackPaths.Count);
            Check.Equal("ada", request.User["sub"]); // requests keep their application
        }

        internal void TestBadGate()
        {
            foreach (string path in new[] { "health", "/a/../b", string.Empty })
            {
                Check.Fails<ConfigurationException>(() => new Gate(auth.App, new[] { path }));
            }

            foreach (string path in new[] { "/\0", "/\ud800" })
            {
                Check.Fails<InvalidArgumentException>("invalid_text", () => new Gate(auth.App, new[] { "/x", path }));
            }
        }

        internal void TestLibraryThatCannotBeLoaded()
        {
            string nonsense = Path.GetTempFileName();
            File.WriteAllText(nonsense, "nonsense");
            foreach (string path in new[] { "/nowhere/x.so", "/lib/x86_64-linux-gnu/libc.so.6", nonsense })
            {
                var outcome = Check.Child("missing", "STAUTH_LIBRARY", path);
                Check.Equal(0, outcome.Key);
                Check.Contains(outcome.Value, "libstauth.so.0 could not be loaded", path);
            }

            File.Delete(nonsense);
        }
    }
}
