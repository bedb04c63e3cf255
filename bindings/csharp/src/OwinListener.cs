using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace Stauth
{
    using AppFunc = Func<IDictionary<string, object>, Task>;

    /// <summary>Runs an OWIN program on System.Net.HttpListener. Each request has a thread of its own, so one that waits for
    /// a provider holds up no other.</summary>
    public sealed class OwinListener : IDisposable
    {
        private readonly HttpListener listener = new HttpListener();
        private readonly AppFunc program;
        private volatile bool isDisposed; // Mono's HttpListener never says that it listens no more

        /// <summary>Listens from here on.</summary>
        /// <param name="program">OWIN's entry, such as that of a <see cref="LoginMiddleware"/>.</param>
        /// <param name="prefixes">As of HttpListener: "http://localhost:8501/".</param>
        public OwinListener(AppFunc program, params string[] prefixes)
        {
            this.program = program;
            foreach (string prefix in prefixes)
            {
                listener.Prefixes.Add(prefix);
            }

            listener.Start();
        }

        /// <summary>Serves requests until Dispose().</summary>
        public void Run()
        {
            while (!isDisposed)
            {
                HttpListenerContext context;
                try
                {
                    context = listener.GetContext();
                }
                catch (Exception ended) when (ended is HttpListenerException || ended is ObjectDisposedException)
                {
                    continue; // of a connection, or of the listener
                }

                new Thread(() => Serve(context)) { IsBackground = true }.Start();
            }
        }

        /// <summary>Stops listening.</summary>
        public void Dispose()
        {
            isDisposed = true;
            listener.Close();
        }

        private void Serve(HttpListenerContext context)
        {
            var response = new Response(context.Response);
            try
            {
                program(EnvironmentOf(context.Request, response)).GetAwaiter().GetResult();
                response.Start();
                context.Response.Close();
            }
            catch (Exception thrown)
            {
                Console.Error.WriteLine(thrown);
                response.Fail();
            }
        }

        private static IDictionary<string, object> EnvironmentOf(HttpListenerRequest request, Response response)
        {
            string target = WithoutOrigin(request.RawUrl);
            string[] parts = target.Split(new[] { '?' }, 2);
            return response.AddTo(new Dictionary<string, object>
            {
                { "owin.Version", "1.0" },
                { "owin.CallCancelled", CancellationToken.None },
                { "owin.RequestMethod", request.HttpMethod },
                { "owin.RequestScheme", request.IsSecureConnection ? "https" : "http" },
                { "owin.RequestProtocol", "HTTP/" + request.ProtocolVersion },
                { "owin.RequestPathBase", string.Empty },
                { "owin.RequestPath", Target.Decoded(parts[0]) },
                { "owin.RequestQueryString", parts.Length > 1 ? parts[1] : string.Empty },
                { "owin.RequestHeaders", HeadersOf(request) },
                { "owin.RequestBody", request.InputStream },
                { "server.RemoteIpAddress", request.RemoteEndPoint?.Address.ToString() },
                { LoginMiddleware.TargetKey, target },
            });
        }

        /// <summary>A target in absolute form, which browsers send to proxies alone, as a path (RFC 9112, section 3.2.2).
        /// </summary>
        private static string WithoutOrigin(string target)
        {
            int scheme = target.IndexOf("://", StringComparison.Ordinal);
            if (target.StartsWith("/", StringComparison.Ordinal) || scheme < 0)
            {
                return target;
            }

            int path = target.IndexOfAny(new[] { '/', '?' }, scheme + 3);
            return path < 0 ? "/" : target[path] == '?' ? "/" + target.Substring(path) : target.Substring(path);
        }

        private static IDictionary<string, string[]> HeadersOf(HttpListenerRequest request)
        {
            Dictionary<string, string[]> found = request.Headers.AllKeys.ToDictionary(
                name => name, name => new[] { request.Headers[name] }, StringComparer.OrdinalIgnoreCase);
            if (found.ContainsKey("Cookie"))
            {
                found["Cookie"] = new[] { CookiesOf(request) };
            }

            return found;
        }

        /// <summary>All lines as one, which browsers send; over HTTP/2 a server in front may have made several of it. Mono
        /// keeps the last line, and the cookies of the others in a collection.</summary>
        private static string CookiesOf(HttpListenerRequest request)
        {
            string lines = string.Join("; ", request.Headers.GetValues("Cookie"));
            var names = new HashSet<string>(lines.Split(';').Select(pair => pair.Split('=')[0].Trim()));
            IEnumerable<string> others = request.Cookies.Cast<Cookie>()
                .Where(cookie => !names.Contains(cookie.Name)).Select(cookie => cookie.Name + "=" + cookie.Value);
            return string.Join("; ", new[] { lines }.Concat(others));
        }
    }
}
