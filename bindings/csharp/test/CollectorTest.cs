using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using Stauth.Testing;

namespace Stauth.Tests
{
    /// <summary>The garbage collector never frees what C may call, and frees everything else.</summary>
    internal sealed class CollectorTest
    {
        /// <summary>Nothing but the library refers to the program's function.</summary>
        internal void TestFunctionInUse()
        {
            var lines = new List<string>();
            App app = AppWithALog(lines);
            int atStart = lines.Count;
            for (int time = 1; time <= 20; time++)
            {
                Check.Collect();
                RefusedLogin(app);
                Check.Equal(atStart + time, lines.Count);
            }

            app.Dispose();
        }

        /// <summary>The collector runs while C calls, and between its calls.</summary>
        internal void TestCollectionWithinAFunction()
        {
            int calls = 0;
            var options = Check.Options();
            options.Log = (level, line) =>
            {
                Check.Collect();
                calls++;
            };
            options.Transport = exchange =>
            {
                Check.Collect();
                calls++;
                throw new InvalidOperationException("no provider");
            };
            using (var app = new App(options))
            {
                options = null;
                Check.Fails<NetworkException>(app.Preload);
                RefusedLogin(app);
            }

            Check.That(calls >= 3, calls);
        }

        /// <summary>The functions that C has are in static fields that never change.</summary>
        internal void TestOneDelegateOfEachKind()
        {
            FieldInfo[] fields = typeof(Callbacks).GetFields(BindingFlags.Static | BindingFlags.NonPublic)
                .Where(field => typeof(Delegate).IsAssignableFrom(field.FieldType) && field.Name[0] != '<').ToArray();
            Check.Equal("Log Release Transport", string.Join(" ", fields.Select(field => field.Name).OrderBy(name => name)));
            var before = fields.Select(Address).ToArray();
            Check.Collect();
            AppWithALog(new List<string>()).Dispose();
            Check.That(fields.All(field => field.IsInitOnly) && before.SequenceEqual(fields.Select(Address)));
        }

        /// <summary>A request keeps the functions of its application after that was disposed of; then they go.</summary>
        internal void TestFunctionIsReleased()
        {
            Request request;
            WeakReference log = LogOfADisposedApp(out request);
            Check.Collect();
            Check.That(log.IsAlive, "a request still uses it");
            request.Dispose();
            Check.Collect();
            Check.That(!log.IsAlive, "it is kept for ever");
        }

        internal void TestFunctionOfAnAppThatWasNotMade()
        {
            Action<LogLevel, string> log = (level, line) => Check.That(true);
            Check.Fails<ConfigurationException>(() => new App(new AppOptions { Toml = "[auth]", Log = log }));
            Check.That(!Callbacks.IsKept(log));
            Check.Fails<InvalidArgumentException>("invalid_handle", () => Callbacks.SetLog(IntPtr.Zero, log));
            Check.That(!Callbacks.IsKept(log), "the library has never had it");
        }

        /// <summary>Finalizers free what a program forgets.</summary>
        internal void TestForgottenObjects()
        {
            var logs = Enumerable.Range(0, 20).Select(_ => ForgottenApp()).ToList();
            var deadline = DateTime.UtcNow.AddSeconds(20);
            while (logs.Count(log => log.IsAlive) > 2)
            {
                // Mono looks for references on stacks conservatively: one or two may stay.
                Check.That(DateTime.UtcNow < deadline, logs.Count(log => log.IsAlive));
                Check.Collect();
            }
        }

        internal void TestCollectorWhileRequestsRun()
        {
            var auth = new TestApp();
            string cookie = auth.SignIn(Check.Ada);
            int wrong = 0;
            var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
            {
                for (int time = 0; time < 300; time++)
                {
                    Request request = auth.App.Request("GET", "/", Check.Headers("Cookie", cookie));
                    if (!request.Begin() || request.User["sub"] != "ada" || request.Headers().Count == 0)
                    {
                        Interlocked.Increment(ref wrong);
                    }
                }
            })).ToList();
            threads.ForEach(thread => thread.Start());
            foreach (Thread thread in threads)
            {
                do
                {
                    GC.Collect();
                }
                while (!thread.Join(1));
            }

            Check.Equal(0, wrong);
        }

        /// <summary>A process in which the runtime collects before every twentieth allocation, and overwrites what it has
        /// freed.</summary>
        internal void TestCollectorBeforeAllocations()
        {
            var outcome = Check.Child("collect", "MONO_GC_DEBUG", "collect-before-allocs=20,clear-at-gc");
            Check.Equal("done\n", outcome.Value);
            Check.Equal(0, outcome.Key);
        }

        private static IntPtr Address(FieldInfo field)
        {
            return Marshal.GetFunctionPointerForDelegate((Delegate)field.GetValue(null));
        }

        private static void RefusedLogin(App app)
        {
            using (Request request = app.Request("GET", "/oauth2callback?code=x&state=y", Check.Headers()))
            {
                Check.That(!request.Begin());
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static App AppWithALog(List<string> lines)
        {
            var options = Check.Options();
            options.Log = (level, line) => lines.Add(line);
            return new App(options);
        }

        /// <summary>On a thread of its own, whose stack is gone afterwards.</summary>
        private static WeakReference OnAThread(Func<WeakReference> make)
        {
            WeakReference made = null;
            var thread = new Thread(() => made = make());
            thread.Start();
            thread.Join();
            return made;
        }

        private static WeakReference LogOfADisposedApp(out Request request)
        {
            Request kept = null;
            WeakReference found = OnAThread(() =>
            {
                var large = new byte[100];
                var options = Check.Options();
                options.Log = (level, line) => large[0]++;
                using (var app = new App(options))
                {
                    kept = app.Request("GET", "/", Check.Headers());
                    return new WeakReference(options.Log);
                }
            });
            request = kept;
            return found;
        }

        private static WeakReference ForgottenApp()
        {
            return OnAThread(() =>
            {
                var large = new byte[100];
                var options = Check.Options();
                options.Log = (level, line) => large[0]++;
                var app = new App(options);
                app.Request("GET", "/", Check.Headers());
                new Gate(app, new[] { "/x" });
                return new WeakReference(options.Log);
            });
        }
    }
}
