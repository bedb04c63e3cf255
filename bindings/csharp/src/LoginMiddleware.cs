using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading.Tasks;

namespace Stauth
{
    using AppFunc = Func<IDictionary<string, object>, Task>;

    /// <summary>OWIN middleware: answers the library's own paths, and lends a <see cref="Request"/> to the program. Put it
    /// before anything that changes the path or reads the body.</summary>
    public sealed class LoginMiddleware
    {
        /// <summary>Where a server may put the target as the browser sent it; OWIN has only its decoded parts.</summary>
        public const string TargetKey = "stauth.Target";
        private const string RequestKey = "stauth.Request";

        private readonly AppFunc next;
        private readonly App app;
        private readonly Gate gate;

        /// <summary>A site whose pages are open, unless the settings close them.</summary>
        /// <param name="next">Makes the pages.</param>
        /// <param name="app">The application.</param>
        public LoginMiddleware(AppFunc next, App app)
            : this(next, app, new Gate(app))
        {
        }

        private LoginMiddleware(AppFunc next, App app, Gate gate)
        {
            this.next = next;
            this.app = app;
            this.gate = gate;
        }

        /// <summary>The request of an environment inside of the middleware; throws a NoRequestException outside.</summary>
        /// <param name="environment">OWIN's.</param>
        public static Request RequestOf(IDictionary<string, object> environment)
        {
            var found = Value<Request>(environment, RequestKey);
            if (found == null)
            {
                throw new NoRequestException("this code runs outside of the LoginMiddleware");
            }

            return found;
        }

        /// <summary>Who sent this request? Read it before the response begins, which then says that it depends on the user.
        /// </summary>
        /// <param name="environment">OWIN's.</param>
        public static User UserOf(IDictionary<string, object> environment)
        {
            return RequestOf(environment).User;
        }

        /// <summary>Sends a page of text.</summary>
        /// <param name="environment">OWIN's.</param>
        /// <param name="type">"text/html; charset=utf-8".</param>
        /// <param name="text">Sent in UTF-8.</param>
        public static Task Send(IDictionary<string, object> environment, string type, string text)
        {
            byte[] content = Encoding.UTF8.GetBytes(text);
            var headers = Value<IDictionary<string, string[]>>(environment, "owin.ResponseHeaders");
            headers["Content-Type"] = new[] { type };
            headers["Content-Length"] = new[] { content.Length.ToString() };
            bool isHead = Value<string>(environment, "owin.RequestMethod") == "HEAD";
            return Value<Stream>(environment, "owin.ResponseBody").WriteAsync(content, 0, isHead ? 0 : content.Length);
        }

        /// <summary>Middleware in place of this one that only signed-in users pass.</summary>
        /// <param name="openPaths">Need no login: "/health" is that path alone, "/static/" that folder and all below it.
        /// </param>
        public LoginMiddleware RequireLogin(params string[] openPaths)
        {
            return new LoginMiddleware(next, app, new Gate(app, openPaths));
        }

        /// <summary>OWIN's entry.</summary>
        /// <param name="environment">OWIN's.</param>
        public async Task Invoke(IDictionary<string, object> environment)
        {
            using (Page page = NewPage(environment))
            {
                if (!page.HasBegun)
                {
                    await Serve(environment, page).ConfigureAwait(false);
                }

                await page.Finish().ConfigureAwait(false);
            }
        }

        internal static T Value<T>(IDictionary<string, object> environment, string key)
            where T : class
        {
            object found;
            return environment.TryGetValue(key, out found) ? found as T : null;
        }

        private static async Task<byte[]> ReadBody(IDictionary<string, object> environment)
        {
            var stream = Value<Stream>(environment, "owin.RequestBody") ?? Stream.Null;
            var body = new byte[Request.LongestBody + 1];
            int length = 0, count;
            do
            {
                count = await stream.ReadAsync(body, length, body.Length - length).ConfigureAwait(false);
                length += count;
            }
            while (count > 0 && length < body.Length);
            string[] announced;
            long expected;
            if (Value<IDictionary<string, string[]>>(environment, "owin.RequestHeaders")
                .TryGetValue("Content-Length", out announced) && long.TryParse(announced[0], out expected)
                && length < Math.Min(expected, Request.LongestBody))
            {
                throw new InvalidArgumentException(
                    "the request's body was read before; put the LoginMiddleware first", "request_incomplete");
            }

            Array.Resize(ref body, length);
            return body;
        }

        private Page NewPage(IDictionary<string, object> environment)
        {
            var headers = Value<IDictionary<string, string[]>>(environment, "owin.RequestHeaders");
            try
            {
                return new Page(environment, app.Request(
                    Value<string>(environment, "owin.RequestMethod"), Target.Of(environment), headers, AddressOf(environment)));
            }
            catch (StauthException failure)
            {
                // The library has not even taken the request: its page is that of another.
                var page = new Page(environment, app.Request("GET", "/", new Dictionary<string, string[]>()));
                Refuse(page, failure);
                page.Begin();
                return page;
            }
        }

        private static string AddressOf(IDictionary<string, object> environment)
        {
            return Value<string>(environment, "server.RemoteIpAddress")?.Split('%')[0];
        }

        private async Task Serve(IDictionary<string, object> environment, Page page)
        {
            try
            {
                if (page.Request.WantsBody)
                {
                    page.Request.SetBody(await ReadBody(environment).ConfigureAwait(false));
                }

                if (gate.Begin(page.Request, Target.Routes(environment)))
                {
                    environment[RequestKey] = page.Request;
                    await next(environment).ConfigureAwait(false);
                }
            }
            catch (StauthException failure) when (!page.HasBegun)
            {
                Refuse(page, failure);
            }
        }

        /// <summary>The library's page for an error that nobody has caught. Its text is for developers.</summary>
        private void Refuse(Page page, StauthException failure)
        {
            LogLevel level = failure.HttpStatus == 500 ? LogLevel.Error : LogLevel.Warning;
            app.Log(level, "uncaught: " + failure.Code + ": " + failure.Message);
            page.Request.Refuse(failure.Code);
        }
    }
}
