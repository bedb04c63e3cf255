using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Stauth
{
    /// <summary>The response of an environment: the program's with the library's headers, or the library's in its place.
    /// </summary>
    internal sealed class Page : IDisposable
    {
        private const string StatusKey = "owin.ResponseStatusCode";
        private const string BodyKey = "owin.ResponseBody";

        private readonly IDictionary<string, object> environment;
        private readonly IDictionary<string, string[]> headers;
        private readonly Dictionary<string, string[]> before; // what was there before the program
        private readonly Stream inner;
        private byte[] body; // the library's, if it takes the place of the program's

        internal Page(IDictionary<string, object> environment, Request request)
        {
            Request = request;
            this.environment = environment;
            headers = LoginMiddleware.Value<IDictionary<string, string[]>>(environment, "owin.ResponseHeaders");
            before = headers.ToDictionary(header => header.Key, header => header.Value);
            inner = LoginMiddleware.Value<Stream>(environment, BodyKey);
            environment[BodyKey] = new PageStream(this);
            environment.Remove("sendfile.SendAsync"); // it would go around the stream
            LoginMiddleware.Value<Action<Action<object>, object>>(environment, "server.OnSendingHeaders")?
                .Invoke(_ => Begin(), null);
        }

        internal Request Request { get; }

        internal bool HasBegun { get; private set; }

        /// <summary>Ends the use of the request. What wraps the middleware gets its stream back.</summary>
        public void Dispose()
        {
            environment[BodyKey] = inner;
            Request.Dispose();
        }

        /// <summary>Begins the response, before anything of it is sent. False if it is the library's.</summary>
        internal bool Begin()
        {
            lock (before)
            {
                if (HasBegun)
                {
                    return body == null;
                }

                HasBegun = true;
                int status = Request.Status;
                if (status > 0)
                {
                    Replace(status);
                }

                foreach (KeyValuePair<string, string> header in Request.Headers())
                {
                    string[] values;
                    headers.TryGetValue(header.Key, out values);
                    headers[header.Key] = (values ?? new string[0]).Concat(new[] { header.Value }).ToArray();
                }

                return body == null;
            }
        }

        /// <summary>Sends what the program has not sent itself.</summary>
        internal async Task Finish()
        {
            bool isHead = LoginMiddleware.Value<string>(environment, "owin.RequestMethod") == "HEAD";
            if (!Begin() && !isHead && body.Length > 0)
            {
                await inner.WriteAsync(body, 0, body.Length).ConfigureAwait(false);
            }
        }

        private void Replace(int status)
        {
            body = Request.Body();
            headers.Clear();
            foreach (KeyValuePair<string, string[]> header in before)
            {
                headers[header.Key] = header.Value;
            }

            headers["Content-Length"] = new[] { body.Length.ToString() };
            environment[StatusKey] = status;
            environment.Remove("owin.ResponseReasonPhrase");
        }

        /// <summary>The stream that the program writes to. What it writes is dropped if the response is the library's.
        /// </summary>
        private sealed class PageStream : Stream
        {
            private readonly Page page;

            internal PageStream(Page page)
            {
                this.page = page;
            }

            public override bool CanRead
            {
                get { return false; }
            }

            public override bool CanSeek
            {
                get { return false; }
            }

            public override bool CanWrite
            {
                get { return true; }
            }

            public override long Length
            {
                get { throw new NotSupportedException(); }
            }

            public override long Position
            {
                get { throw new NotSupportedException(); }
                set { throw new NotSupportedException(); }
            }

            public override void Write(byte[] buffer, int offset, int count)
            {
                if (page.Begin())
                {
                    page.inner.Write(buffer, offset, count);
                }
            }

            public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken token)
            {
                return page.Begin() ? page.inner.WriteAsync(buffer, offset, count, token) : Task.CompletedTask;
            }

            public override void Flush()
            {
                if (page.Begin())
                {
                    page.inner.Flush();
                }
            }

            public override Task FlushAsync(CancellationToken token)
            {
                return page.Begin() ? page.inner.FlushAsync(token) : Task.CompletedTask;
            }

            public override int Read(byte[] buffer, int offset, int count)
            {
                throw new NotSupportedException();
            }

            public override long Seek(long offset, SeekOrigin origin)
            {
                throw new NotSupportedException();
            }

            public override void SetLength(long value)
            {
                throw new NotSupportedException();
            }
        }
    }
}
