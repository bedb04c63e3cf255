using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Stauth.Testing;

namespace Stauth.Tests
{
    /// <summary>What the tests share.</summary>
    internal static class Check
    {
        internal static readonly Dictionary<string, object> Ada =
            new Dictionary<string, object> { { "sub", "ada" }, { "email", "ada@example.org" } };

        internal static string Root
        {
            get { return Directory.GetCurrentDirectory(); } // the tests run where the project begins
        }

        internal static void That(bool condition, object shown = null)
        {
            if (!condition)
            {
                throw new InvalidOperationException("a check failed: " + shown);
            }
        }

        internal static void Equal(object expected, object found)
        {
            That(Equals(expected, found), "expected " + (expected ?? "null") + ", not " + (found ?? "null"));
        }

        internal static void Contains(string text, params string[] parts)
        {
            foreach (string part in parts)
            {
                That(text != null && text.Contains(part), part + " is not in " + text);
            }
        }

        internal static T Fails<T>(Action action)
            where T : Exception
        {
            try
            {
                action();
            }
            catch (T expected)
            {
                return expected;
            }

            throw new InvalidOperationException("expected " + typeof(T));
        }

        internal static T Fails<T>(string code, Action action)
            where T : StauthException
        {
            var thrown = Fails<T>(action);
            Equal(code, thrown.Code);
            return thrown;
        }

        internal static AppOptions Options()
        {
            var options = new AppOptions();
            options.Settings["auth.redirect_uri"] = TestApp.RedirectUri;
            options.Settings["auth.client_id"] = "x";
            options.Settings["auth.client_secret"] = "y";
            options.Settings["auth.cookie_secret"] = "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e";
            options.Settings["auth.server_metadata_url"] = "https://provider.test/.well-known/openid-configuration";
            return options;
        }

        internal static Dictionary<string, string[]> Headers(params string[] namesAndValues)
        {
            var found = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);
            for (int index = 0; index < namesAndValues.Length; index += 2)
            {
                found[namesAndValues[index]] = new[] { namesAndValues[index + 1] };
            }

            return found;
        }

        /// <summary>A request of a browser at a page, begun.</summary>
        internal static Request Begun(TestApp auth, IDictionary<string, object> claims = null)
        {
            var headers = Headers("Sec-Fetch-Site", "same-origin", "Accept", "text/html");
            if (claims != null)
            {
                headers["Cookie"] = new[] { auth.SignIn(claims) };
            }

            Request request = auth.App.Request("GET", "/page", headers, "192.0.2.1");
            That(request.Begin());
            return request;
        }

        internal static string Header(Request request, string name)
        {
            return request.Headers().Where(header => header.Key == name).Select(header => header.Value).FirstOrDefault() ?? "";
        }

        /// <summary>Collects all garbage, and what finalizers make garbage.</summary>
        internal static void Collect()
        {
            for (int time = 0; time < 2; time++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }

        internal static KeyValuePair<int, string> Child(string name, params string[] environment)
        {
            return Run("mono", "--debug " + typeof(Check).Assembly.Location + " child " + name, environment);
        }

        /// <summary>The status and the output of a program. An empty value removes a variable.</summary>
        internal static KeyValuePair<int, string> Run(string program, string arguments, params string[] environment)
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
            };
            for (int index = 0; index < environment.Length; index += 2)
            {
                start.EnvironmentVariables.Remove(environment[index]);
                if (environment[index + 1] != string.Empty)
                {
                    start.EnvironmentVariables[environment[index]] = environment[index + 1];
                }
            }

            using (Process process = Process.Start(start))
            {
                var errors = process.StandardError.ReadToEndAsync();
                string output = process.StandardOutput.ReadToEnd() + errors.Result;
                That(process.WaitForExit(60000), "it does not end");
                return new KeyValuePair<int, string>(process.ExitCode, output);
            }
        }
    }
}
