using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Stauth.Testing;

namespace Stauth.Tests
{
    /// <summary>What the tests run in a process of its own.</summary>
    internal static class Child
    {
        internal static int Run(string name)
        {
            switch (name)
            {
                case "paths":
                    Console.WriteLine(string.Join(",", new App().CallbackPaths));
                    return 0;
                case "missing":
                    for (int time = 0; time < 2; time++)
                    {
                        var error = Check.Fails<LibraryNotFoundException>("library_not_found", () => new App());
                        Console.WriteLine(error.Message);
                    }

                    return 0;
                case "return":
                    StartThreads();
                    return 0;
                case "log":
                    var options = Check.Options();
                    options.Log = (level, line) => Environment.Exit(5);
                    new App(options).Request("GET", "/oauth2callback?code=x&state=y", Check.Headers()).Begin();
                    return 1;
                case "abort":
                    Abort();
                    return 0;
                case "collect":
                    Collect();
                    return 0;
            }

            throw new ArgumentException(name);
        }

        /// <summary>Threads that are in the library all the time. Returns once each has been there.
        /// </summary>
        private static void StartThreads()
        {
            var running = new CountdownEvent(8);
            for (int number = 0; number < 8; number++)
            {
                bool isFirst = true;
                var auth = new TestApp();
                var thread = new Thread(() =>
                {
                    while (true)
                    {
                        auth.SignIn();
                        auth.App.Request("GET", "/", Check.Headers()); // and leave it to the garbage collector
                        if (isFirst)
                        {
                            running.Signal();
                            isFirst = false;
                        }
                    }
                });
                thread.IsBackground = true;
                thread.Start();
            }

            running.Wait();
        }

        /// <summary>Ends a thread while C calls a function of the program.</summary>
        private static void Abort()
        {
            var isCalled = new ManualResetEvent(false);
            var options = Check.Options();
            options.Transport = exchange =>
            {
                isCalled.Set();
                Thread.Sleep(Timeout.Infinite);
            };
            var app = new App(options);
            var thread = new Thread(app.Preload);
            thread.Start();
            isCalled.WaitOne();
            thread.Abort();
            thread.Join();
            Check.That(app.Request("GET", "/", Check.Headers()).Begin());
            Console.WriteLine("done");
        }

        /// <summary>The runtime collects before allocations, and overwrites what it has freed or moved.</summary>
        private static void Collect()
        {
            var auth = new TestApp();
            var lines = new List<string>();
            for (int time = 0; time < 3; time++)
            {
                Check.Equal("ada", Check.Begun(auth, Check.Ada).User["sub"]);
                var options = Check.Options();
                options.Log = (level, line) => lines.Add(line);
                var app = new App(options);
                app.Request("GET", "/oauth2callback?code=x&state=y", Check.Headers()).Begin();
                new Gate(app, new[] { "/a", "/b/" }).Begin(app.Request("GET", "/a", Check.Headers()), "/a");
            }

            Check.Equal(3, lines.Count(line => line.Contains("event=login_refused")));
            Console.WriteLine("done");
        }
    }
}
