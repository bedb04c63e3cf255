using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Stauth.Testing;

namespace Stauth.Tests
{
    /// <summary>Starts programs, and ends, while threads are in the library.</summary>
    internal sealed class ProcessTest
    {
        /// <summary>Main() returns. Environment.Exit() is no test: in Mono 6.8 it can wait for ever for a lock of the runtime
        /// that another thread has.</summary>
        internal void TestEndWhileRequestsRun()
        {
            for (int time = 0; time < 5; time++)
            {
                Check.Equal(new KeyValuePair<int, string>(0, string.Empty), Check.Child("return"));
            }
        }

        internal void TestEndWithinTheLog()
        {
            Check.Equal(new KeyValuePair<int, string>(5, string.Empty), Check.Child("log"));
        }

        internal void TestThreadThatIsAbortedWithinAFunction()
        {
            Check.Equal(new KeyValuePair<int, string>(0, "done\n"), Check.Child("abort"));
        }

        /// <summary>.NET forks only to start programs.</summary>
        internal void TestProgramsStartedWhileRequestsRun()
        {
            var auth = new TestApp();
            bool isDone = false;
            var thread = new Thread(() =>
            {
                while (!Volatile.Read(ref isDone))
                {
                    auth.SignIn();
                }
            });
            thread.Start();
            for (int time = 0; time < 20; time++)
            {
                using (Process process = Process.Start("true"))
                {
                    Check.That(process.WaitForExit(60000));
                    Check.Equal(0, process.ExitCode);
                }
            }

            Volatile.Write(ref isDone, true);
            thread.Join();
            Check.That(auth.SignIn().Length > 0);
        }

        /// <summary>Each is who it is.</summary>
        internal void TestManyUsersAtOnce()
        {
            var auth = new TestApp();
            var seen = new HashSet<string>[8];
            var threads = Enumerable.Range(0, seen.Length).Select(number =>
            {
                string cookie = auth.SignIn(new Dictionary<string, object> { { "sub", "user" + number } });
                seen[number] = new HashSet<string>();
                return new Thread(() =>
                {
                    for (int time = 0; time < 100; time++)
                    {
                        using (Request request = auth.App.Request("GET", "/", Check.Headers("Cookie", cookie)))
                        {
                            request.Begin();
                            seen[number].Add(request.User["sub"]);
                        }
                    }
                });
            }).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            for (int number = 0; number < seen.Length; number++)
            {
                Check.Equal("user" + number, seen[number].Single());
            }
        }
    }
}
