using System;
using System.Collections.Generic;
using System.Text;

namespace Stauth
{
    /// <summary>The target of a request as the browser sent it.</summary>
    internal static class Target
    {
        internal static string Of(IDictionary<string, object> environment)
        {
            string path = Text(environment, "owin.RequestPathBase") + Text(environment, "owin.RequestPath");
            string raw = Text(environment, LoginMiddleware.TargetKey);
            if (IsOf(path, raw))
            {
                return raw;
            }

            string query = Text(environment, "owin.RequestQueryString");
            string encoded = Encoded(path.StartsWith("/", StringComparison.Ordinal) ? path : "/" + path);
            return query.Length == 0 ? encoded : encoded + "?" + query;
        }

        /// <summary>The path that the program routes by; and, where the server gives what the browser sent, as a router sees
        /// it that splits it before it decodes the segments. "_" stands for each "%" there, which would close every path.
        /// </summary>
        internal static string[] Routes(IDictionary<string, object> environment)
        {
            string below = Text(environment, "owin.RequestPathBase"), path = Text(environment, "owin.RequestPath");
            string raw = Text(environment, LoginMiddleware.TargetKey);
            string sent = raw.Split('?')[0];
            if (!IsOf(below + path, raw) || sent.IndexOf('%') < 0)
            {
                return new[] { path };
            }

            sent = sent.StartsWith(below, StringComparison.Ordinal) ? sent.Substring(below.Length) : sent;
            return new[] { path, sent.Replace('%', '_') };
        }

        /// <summary>Whether that is still the path that the program is asked for.</summary>
        private static bool IsOf(string path, string raw)
        {
            return raw.StartsWith("/", StringComparison.Ordinal) && Decoded(raw.Split('?')[0]) == path;
        }

        /// <summary>A path as OWIN has it. What is not UTF-8 stays as it is.</summary>
        internal static string Decoded(string path)
        {
            return Uri.UnescapeDataString(path);
        }

        private static string Text(IDictionary<string, object> environment, string key)
        {
            return LoginMiddleware.Value<string>(environment, key) ?? string.Empty;
        }

        private static string Encoded(string path)
        {
            var encoded = new StringBuilder();
            foreach (byte octet in Encoding.UTF8.GetBytes(path))
            {
                bool isPlain = octet > ' ' && octet < 127 && octet != '%' && octet != '?' && octet != '#';
                encoded.Append(isPlain ? ((char)octet).ToString() : "%" + octet.ToString("X2"));
            }

            return encoded.ToString();
        }
    }
}
