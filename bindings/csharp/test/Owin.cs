using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

namespace Stauth.Tests
{
    using AppFunc = Func<IDictionary<string, object>, Task>;

    /// <summary>A request to an OWIN program, as a server makes it, and the response.</summary>
    internal sealed class Owin
    {
        private readonly MemoryStream body = new MemoryStream();

        internal Owin(string target, params string[] headers)
            : this(headers, "GET", target, null)
        {
        }

        private Owin(string[] headers, string method, string target, string form)
        {
            string[] parts = target.Split(new[] { '?' }, 2);
            Dictionary<string, string[]> sent = Check.Headers("Host", "localhost:8501", "Sec-Fetch-Site", "same-origin");
            foreach (KeyValuePair<string, string[]> header in Check.Headers(headers))
            {
                sent[header.Key] = header.Value;
            }

            byte[] content = Encoding.UTF8.GetBytes(form ?? string.Empty);
            if (form != null)
            {
                sent["Content-Type"] = new[] { "application/x-www-form-urlencoded" };
                sent["Content-Length"] = new[] { content.Length.ToString() };
            }

            Environment = new Dictionary<string, object>
            {
                { "owin.RequestMethod", method }, { "owin.RequestPathBase", string.Empty },
                { "owin.RequestPath", Uri.UnescapeDataString(parts[0]) },
                { "owin.RequestQueryString", parts.Length > 1 ? parts[1] : string.Empty }, { "owin.RequestHeaders", sent },
                { "owin.RequestBody", new MemoryStream(content) }, { "owin.ResponseHeaders", Headers },
                { "owin.ResponseBody", body }, { "server.RemoteIpAddress", "192.0.2.1" },
            };
        }

        internal IDictionary<string, object> Environment { get; }

        internal Dictionary<string, string[]> Headers { get; } =
            new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);

        internal int Status
        {
            get
            {
                object found;
                return Environment.TryGetValue("owin.ResponseStatusCode", out found) ? (int)found : 200;
            }
        }

        internal string Body
        {
            get { return Encoding.UTF8.GetString(body.ToArray()); }
        }

        internal string this[string header]
        {
            get { return Headers.ContainsKey(header) ? string.Join(", ", Headers[header]) : string.Empty; }
        }

        /// <summary>With another method, and a form as its body unless it is null.</summary>
        internal static Owin Of(string method, string target, string form, params string[] headers)
        {
            return new Owin(headers, method, target, form);
        }

        internal Owin Visit(AppFunc program)
        {
            program(Environment).GetAwaiter().GetResult();
            return this;
        }
    }
}
