using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Stauth.Tests
{
    internal sealed class OwinListenerTest
    {
        internal void TestRequestAndResponse()
        {
            Serve(Echo, port =>
            {
                string answer = Send(port, "POST /a%20b?c=%20 HTTP/1.1", "Content-Length: 4", "X-A: 1", string.Empty, "body");
                Check.Contains(
                    answer, "HTTP/1.1 201", "Set-Cookie: a=1\r\n", "Set-Cookie: b=2\r\n", "Content-Type: text/plain",
                    "POST|/a b|c=%20|1|127.0.0.1|/a%20b?c=%20|body");
            });
        }

        internal void TestTargetInAbsoluteForm()
        {
            Serve(Echo, port =>
                Check.Contains(Send(port, "GET http://localhost:" + port + "/x?y HTTP/1.1"), "GET|/x|y||127.0.0.1|/x?y|"));
        }

        /// <summary>An exception is status 500, or the end of the response once it has begun; the server goes on.</summary>
        internal void TestProgramThatThrows()
        {
            Serve(owin => { throw new InvalidOperationException("a test"); }, port =>
                Check.Contains(Send(port, "GET / HTTP/1.1"), "HTTP/1.1 500"));
            Serve(
                owin =>
                {
                    ((Stream)owin["owin.ResponseBody"]).Write(new byte[] { 65 }, 0, 1);
                    ((Stream)owin["owin.ResponseBody"]).Flush();
                    throw new InvalidOperationException("a test");
                },
                port =>
                {
                    Check.Contains(Send(port, "GET / HTTP/1.1"), "HTTP/1.1 200", "A");
                    Check.Contains(Send(port, "GET / HTTP/1.1"), "HTTP/1.1 200", "A");
                });
        }

        /// <summary>A request that waits holds up no other.</summary>
        internal void TestRequestsSideBySide()
        {
            var others = new CountdownEvent(20);
            Serve(
                owin =>
                {
                    others.Signal();
                    others.Wait();
                    return LoginMiddleware.Send(owin, "text/plain", "x");
                },
                port =>
                {
                    var threads = new List<Thread>();
                    for (int number = 0; number < others.InitialCount; number++)
                    {
                        threads.Add(new Thread(() => Send(port, "GET / HTTP/1.1")));
                    }

                    threads.ForEach(thread => thread.Start());
                    threads.ForEach(thread => Check.That(thread.Join(20000), "it waits"));
                });
        }

        /// <summary>A browser's cookies, whatever number of lines a proxy makes of them (RFC 9113, section 8.2.3).</summary>
        internal void TestSeveralCookieLines()
        {
            Serve(
                owin => LoginMiddleware.Send(owin, "text/plain", string.Join(
                    "; ", ((IDictionary<string, string[]>)owin["owin.RequestHeaders"])["Cookie"])),
                port => Check.Contains(Send(port, "GET / HTTP/1.1", "Cookie: a=1; b=2", "Cookie: c=3; d=4", string.Empty, string.Empty), "a=1", "b=2", "c=3", "d=4"));
        }

        private static Task Echo(IDictionary<string, object> owin)
        {
            owin["owin.ResponseStatusCode"] = 201;
            ((IDictionary<string, string[]>)owin["owin.ResponseHeaders"])["Set-Cookie"] = new[] { "a=1", "b=2" };
            string[] odd;
            ((IDictionary<string, string[]>)owin["owin.RequestHeaders"]).TryGetValue("X-A", out odd);
            return LoginMiddleware.Send(owin, "text/plain", string.Join(
                "|", owin["owin.RequestMethod"], owin["owin.RequestPath"], owin["owin.RequestQueryString"],
                odd == null ? string.Empty : string.Join(",", odd), owin["server.RemoteIpAddress"],
                owin[LoginMiddleware.TargetKey], new StreamReader((Stream)owin["owin.RequestBody"]).ReadToEnd()));
        }

        private static void Serve(Func<IDictionary<string, object>, Task> program, Action<int> visit)
        {
            int port = FreePort();
            using (var server = new OwinListener(program, "http://*:" + port + "/"))
            {
                var thread = new Thread(server.Run) { IsBackground = true };
                thread.Start();
                visit(port);
                server.Dispose();
                Check.That(thread.Join(20000), "Run() does not end");
            }
        }

        private static int FreePort()
        {
            var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            int port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            return port;
        }

        private static string Send(int port, params string[] lines)
        {
            using (var client = new TcpClient("127.0.0.1", port))
            {
                Stream stream = client.GetStream();
                var text = new StringBuilder(lines[0] + "\r\nHost: localhost:" + port + "\r\nConnection: close\r\n");
                for (int index = 1; index < lines.Length; index++)
                {
                    text.Append(lines[index] + (index == lines.Length - 1 && lines.Length > 2 ? string.Empty : "\r\n"));
                }

                byte[] sent = Encoding.ASCII.GetBytes(text + (lines.Length > 2 ? string.Empty : "\r\n"));
                stream.Write(sent, 0, sent.Length);
                try
                {
                    return new StreamReader(stream, Encoding.UTF8).ReadToEnd();
                }
                catch (IOException)
                {
                    return "aborted";
                }
            }
        }
    }
}
