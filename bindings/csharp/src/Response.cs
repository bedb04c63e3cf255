using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;

namespace Stauth
{
    /// <summary>A response of HttpListener, filled from an OWIN environment before its first byte is sent.</summary>
    internal sealed class Response : Stream
    {
        private readonly HttpListenerResponse inner;
        private readonly Dictionary<string, string[]> headers =
            new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);

        private IDictionary<string, object> environment;
        private bool isStarted;

        internal Response(HttpListenerResponse inner)
        {
            this.inner = inner;
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
            Start();
            if (count > 0)
            {
                inner.OutputStream.Write(buffer, offset, count);
            }
        }

        public override void Flush()
        {
            Start();
            inner.OutputStream.Flush();
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

        internal IDictionary<string, object> AddTo(IDictionary<string, object> given)
        {
            environment = given;
            environment["owin.ResponseHeaders"] = headers;
            environment["owin.ResponseBody"] = this;
            return environment;
        }

        /// <summary>Passes on status and headers, once.</summary>
        internal void Start()
        {
            if (isStarted)
            {
                return;
            }

            isStarted = true;
            object status;
            inner.StatusCode = environment.TryGetValue("owin.ResponseStatusCode", out status) ? (int)status : 200;
            foreach (KeyValuePair<string, string[]> header in headers)
            {
                Add(header.Key, header.Value);
            }
        }

        /// <summary>After an exception: status 500, or the end of the connection.</summary>
        internal void Fail()
        {
            try
            {
                if (isStarted)
                {
                    inner.Abort();
                    return;
                }

                inner.StatusCode = 500;
                inner.Close();
            }
            catch (Exception gone) when (gone is HttpListenerException || gone is ObjectDisposedException
                || gone is InvalidOperationException)
            {
                // so is the browser
            }
        }

        private void Add(string name, string[] values)
        {
            switch (name.ToLowerInvariant())
            {
                case "content-length":
                    inner.ContentLength64 = long.Parse(values[0], CultureInfo.InvariantCulture);
                    break;
                case "content-type":
                    inner.ContentType = values[0];
                    break;
                default:
                    foreach (string value in values)
                    {
                        inner.Headers.Add(name, value);
                    }

                    break;
            }
        }
    }
}
