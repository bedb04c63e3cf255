using System;
using System.Collections.Generic;
using System.Linq;
using Stauth.Testing;

namespace Stauth.Tests
{
    /// <summary>The functions that the library calls.</summary>
    internal sealed class CallbackTest
    {
        internal void TestLog()
        {
            var lines = new List<string>();
            var options = Check.Options();
            options.Log = (level, line) => lines.Add(level + " " + line);
            using (var app = new App(options))
            using (Request request = app.Request("GET", "/oauth2callback?code=x&state=y", Check.Headers(), "192.0.2.1"))
            {
                Check.That(!request.Begin());
                Check.Equal("state_mismatch", request.Error.Code);
            }

            Check.Contains(lines.Last(), "Warning event=login_refused", "code=state_mismatch", "client_address=192.0.2.1");
        }

        /// <summary>What STAUTH_LOG asks for.</summary>
        internal void TestStandardLog()
        {
            var lines = new List<string>();
            foreach (string name in new[] { "info", "warning", "error", string.Empty, null, "loud" })
            {
                Action<LogLevel, string> log = Callbacks.StandardLog(name, lines.Add);
                log(LogLevel.Info, "i");
                log(LogLevel.Warning, "w");
                log(LogLevel.Error, "e");
                lines.Add("/");
            }

            Check.Equal(
                "info: i warning: w error: e / warning: w error: e / error: e / warning: w error: e / warning: w error: e / "
                + "STAUTH_LOG must be info, warning or error, not \"loud\" warning: w error: e /",
                string.Join(" ", lines));
        }

        /// <summary>What a function throws ends there; the library goes on.</summary>
        internal void TestFunctionsThatThrow()
        {
            foreach (Exception thrown in new Exception[] { new InvalidOperationException("a test"), new OutOfMemoryException() })
            {
                var options = Check.Options();
                options.Log = (level, line) => { throw thrown; };
                options.Transport = exchange => { throw thrown; };
                using (var app = new App(options))
                using (Request request = app.Request("GET", "/oauth2callback?code=x&state=y", Check.Headers()))
                {
                    Check.That(!request.Begin());
                    Check.Equal("state_mismatch", request.Error.Code);
                    Check.Fails<NetworkException>(app.Preload);
                }
            }
        }

        /// <summary>A transport that calls the library: a request within a request.</summary>
        internal void TestFunctionThatCallsTheLibrary()
        {
            var inner = new TestApp();
            string signedIn = null;
            var options = Check.Options();
            options.Transport = exchange =>
            {
                signedIn = inner.App.UserFromCookie(inner.SignIn(Check.Ada))["sub"];
                throw new InvalidOperationException("no provider");
            };
            using (var app = new App(options))
            {
                Check.Fails<NetworkException>(app.Preload);
            }

            Check.Equal("ada", signedIn);
        }
    }
}
